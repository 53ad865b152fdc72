"""A plan file's fence as zones, so that a path can be planned within it. Fences know no heights or times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from geofences.formats.keep_in import AROUND_KM, FARTHEST_DEG, all_around, within
from geofences.formats.plan_items import Bound, FenceDisc, FenceRing, PlanFile, Side
from geofences.formats.reading import Finding, FormatError, Reading
from geofences.formats.ring_width import with_width
from geofences.position import GeoPoint
from geofences.zone import Circle, Medium, Polygon, Restriction, Volume, Zone, ZoneId

_ROVERS = frozenset({10, 11})  # MAV_TYPE_GROUND_ROVER, _SURFACE_BOAT


def zones_of(format_name: str, file: PlanFile) -> Reading:
    """A zone for each ring and circle; what else is in the file is named in findings.

    An inclusion fence closes all around itself. All inclusions hold at once, as PX4 and ArduPilot have it.
    Raises `FormatError` for one near a pole.
    """
    findings = list(file.findings)
    binds = frozenset({Medium.SIDEWALK if file.vehicle_type in _ROVERS else Medium.AIR})
    bounds: tuple[Bound, ...] = (*file.rings, *file.discs)
    zones = tuple(_zone(bound, binds, findings) for bound in bounds)
    findings.extend(_left_out(file))
    return Reading(format_name, zones, tuple(findings), (), len(zones))


def _zone(bound: Bound, binds: frozenset[Medium], findings: list[Finding]) -> Zone:
    kind = "fence" if bound.side is Side.OUTSIDE else "inclusion fence"
    return Zone(
        zone_id=ZoneId(bound.field),
        name=kind,
        restriction=Restriction.PROHIBITED,
        volumes=(Volume(_footprint(bound, findings), None, None),),
        binds=binds,
    )


def _footprint(bound: Bound, findings: list[Finding]) -> Polygon | Circle:
    around = f"all within {AROUND_KM} km around it is closed"
    match bound:
        case FenceRing(side=Side.OUTSIDE):
            return Polygon(bound.corners)
        case FenceDisc(side=Side.OUTSIDE):
            return Circle(bound.centre, bound.radius_m)
        case FenceRing():
            findings.append(Finding(bound.field, bound.field, "an inclusion polygon", around))
            return _closed_around(bound.corners, bound.field)
        case FenceDisc():
            found = Finding(bound.field, bound.field, "an inclusion circle", f"a 64-gon in it; {around}")
            findings.append(found)
            return _closed_around(within(Circle(bound.centre, bound.radius_m)), bound.field)
    assert_never(bound)


def _closed_around(corners: tuple[GeoPoint, ...], field: str) -> Polygon:
    with_width(corners, field)
    if max(abs(corner.lat_deg) for corner in corners) > FARTHEST_DEG:
        raise FormatError(field, f"is more than {FARTHEST_DEG:g} degrees from the equator: too near a pole")
    return all_around(corners)


def _left_out(file: PlanFile) -> Iterator[Finding]:
    for what, count in (("mission items", len(file.items)), ("rally points", len(file.rally_points))):
        if count:
            yield Finding("", what, f"{count}", "no zones: left out")
