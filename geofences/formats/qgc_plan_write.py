"""QGroundControl's .plan files, written: the format is in its developer guide, "Plan File Format"."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import Any

import orjson

from geofences import when
from geofences.formats.keep_in import inside_of
from geofences.formats.notes import Notes
from geofences.formats.plan_items import FenceDisc, FenceRing, PlanFile, PlanItem, Side
from geofences.formats.reading import Finding
from geofences.formats.writing import Written
from geofences.ground import limits
from geofences.position import GeoPoint
from geofences.zone import Always, Circle, Medium, Polygon, Restriction, Zone

_PX4, _QUADROTOR = 12, 2
_Json = dict[str, Any]


def write_zones(zones: Iterable[Zone]) -> Written:
    """Zones as the fence of a plan without a mission. A fence has no heights, times or holes.

    What had some is closed at all heights, always, holes and all, and a finding says so. Zones that do not
    bind aircraft, or do not restrict, are left out, with a finding each.
    """
    rings: list[FenceRing] = []
    discs: list[FenceDisc] = []
    findings: list[Finding] = []
    for zone in zones:
        notes = Notes(zone.zone_id)
        if Medium.AIR not in zone.binds or zone.restriction is Restriction.NO_RESTRICTION:
            notes.add("binds", zone.restriction.value, "nothing: no aircraft has to keep out")
        else:
            _add(zone, notes, rings, discs)
        findings.extend(notes.findings)
    return Written(write(PlanFile((), tuple(rings), tuple(discs))), tuple(findings))


def _add(zone: Zone, notes: Notes, rings: list[FenceRing], discs: list[FenceDisc]) -> None:
    if zone.applicability != (Always(),):
        notes.add("applicability", when.describe(zone.applicability), "always")
    if zone.exempt.classes or zone.exempt.below_kg > 0.0:
        notes.add("exempt", "some vehicles", "nobody: the fence binds all")
    for volume in zone.volumes:
        if volume.lower is not None or volume.upper is not None:
            notes.add("limits", limits.describe(volume), "all heights")
        footprint = volume.footprint
        if isinstance(footprint, Circle):
            discs.append(FenceDisc(zone.zone_id, Side.OUTSIDE, footprint.centre, footprint.radius_m))
        else:
            rings.append(_ring(zone, footprint, notes))


def _ring(zone: Zone, footprint: Polygon, notes: Notes) -> FenceRing:
    inside = inside_of(footprint)
    if inside is not None:
        return FenceRing(zone.zone_id, Side.INSIDE, inside)
    if footprint.holes:
        notes.add("holes", len(footprint.holes), "no holes")
    return FenceRing(zone.zone_id, Side.OUTSIDE, footprint.corners)


def write(plan: PlanFile) -> bytes:
    """A whole plan: mission, fence, rally points. Reading it again gives the same."""
    home = [0.0, 0.0, 0.0]
    if plan.home is not None:
        home = [*_place(plan.home), plan.home_amsl_m or 0.0]
    document = {
        "fileType": "Plan",
        "version": 1,
        "groundStation": "QGroundControl",
        "mission": {
            "version": 2,
            "firmwareType": _PX4,
            "vehicleType": _QUADROTOR if plan.vehicle_type is None else plan.vehicle_type,
            "cruiseSpeed": 15,
            "hoverSpeed": 5,
            "globalPlanAltitudeMode": 1,
            "plannedHomePosition": home,
            "items": [_item(n, item) for n, item in enumerate(plan.items, start=1)],
        },
        "geoFence": {
            "version": 2,
            "polygons": [
                {
                    "inclusion": ring.side is Side.INSIDE,
                    "version": 1,
                    "polygon": [_place(c) for c in ring.corners],
                }
                for ring in plan.rings
            ],
            "circles": [
                {
                    "inclusion": disc.side is Side.INSIDE,
                    "version": 1,
                    "circle": {"center": _place(disc.centre), "radius": disc.radius_m},
                }
                for disc in plan.discs
            ],
        },
        "rallyPoints": {
            "version": 2,
            "points": [[*_place(point.position), point.height_agl_m] for point in plan.rally_points],
        },
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _item(number: int, item: PlanItem) -> _Json:
    return {
        "type": "SimpleItem",
        "doJumpId": number,
        "command": item.command,
        "frame": item.frame,
        "params": [None if isnan(value) else value for value in item.params],
        "autoContinue": item.autocontinue,
    }


def _place(point: GeoPoint) -> list[float]:
    return [point.lat_deg, point.lon_deg]
