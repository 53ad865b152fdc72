"""QGroundControl's .plan files: the format is in its developer guide, "Plan File Format".

A file is read whole or refused with the field and the reason: a plan of which a part was dropped is
another plan. Survey and corridor items are taken as the simple items that the file holds for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from geofences.formats.plan_items import (
    FenceDisc,
    FenceRing,
    PlanFile,
    PlanItem,
    Side,
    as_list,
    as_object,
    item,
    member,
    number,
    place,
    whole,
)
from geofences.formats.reading import Finding, FormatError
from geofences.formats.ring_width import with_width
from geofences.formats.zone_document import parsed
from geofences.path import Waypoint

_VERSIONS = {"": {1}, "mission": {2}, "geoFence": {2}, "rallyPoints": {2}}
_COMPLEX = {"survey": {4, 5, 6}, "CorridorScan": {2, 3}}
"""Complex items that keep their simple ones in the file (TransectStyleComplexItem.Items), with versions."""


def read(data: bytes) -> PlanFile:
    """Read a .plan file. Raises `FormatError` naming the field and what is wrong with it."""
    findings: list[Finding] = []
    document = as_object(parsed(data, findings), "file")
    if document.get("fileType") != "Plan":
        raise FormatError("fileType", f"{document.get('fileType')!r} is not 'Plan'")
    _check_version(document, "")
    mission = _part(document, "mission")
    fence = _bounds(document, "geoFence", ("polygons", "circles"), findings)
    rally = _bounds(document, "rallyPoints", ("points",), findings)
    home = as_list(member(mission, "plannedHomePosition", "mission"), "mission.plannedHomePosition")
    known_home = len(home) == 3 and any(home[:2])  # some writers leave zeros
    kind = mission.get("vehicleType")
    return PlanFile(
        items=tuple(_items(mission)),
        rings=tuple(_rings(fence)),
        discs=tuple(_discs(fence)),
        rally_points=tuple(_rally(rally)),
        home=place(home, "mission.plannedHomePosition") if known_home else None,
        home_amsl_m=number(home[2], "mission.plannedHomePosition[2]") if known_home else None,
        vehicle_type=None if kind is None else whole(kind, "mission.vehicleType", 255),
        findings=(*findings, *_findings(fence)),
    )


def _part(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = as_object(member(document, name, ""), name)
    _check_version(part, name)
    return part


def _bounds(
    document: Mapping[str, object], name: str, lists: tuple[str, ...], findings: list[Finding]
) -> Mapping[str, object]:
    """A part that early versions of QGroundControl wrote otherwise; where theirs is empty, so is this.

    Version 1 (2017) knew one polygon; no version at all is written by scripts. Whatever bounds such a part
    has are refused: QGroundControl itself passes over them, and a fence that is passed over is none.
    """
    part = as_object(member(document, name, ""), name)
    version = part.get("version")
    if version not in (None, 1) or any(held for other, held in part.items() if other != "version"):
        return _part(document, name)
    findings.append(Finding("", f"{name}.version", "none" if version is None else "1", "an empty part"))
    return {held: [] for held in lists}


def _check_version(part: Mapping[str, object], name: str) -> None:
    field = f"{name}.version".lstrip(".")
    version, known = member(part, "version", name), _VERSIONS[name]
    if not isinstance(version, int) or version not in known:
        raise FormatError(field, f"{version!r} is not known (known: {', '.join(map(str, sorted(known)))})")


def _items(mission: Mapping[str, object]) -> Iterator[PlanItem]:
    for n, raw in enumerate(as_list(member(mission, "items", "mission"), "mission.items")):
        field = f"mission.items[{n}]"
        entry = as_object(raw, field)
        kind = member(entry, "type", field)
        if kind == "SimpleItem":
            yield _simple(entry, field)
        elif kind == "ComplexItem":
            yield from _complex(entry, field)
        else:
            raise FormatError(f"{field}.type", f"{kind!r} is neither SimpleItem nor ComplexItem")


def _simple(entry: Mapping[str, object], field: str) -> PlanItem:
    params = as_list(member(entry, "params", field), f"{field}.params")
    command, frame = member(entry, "command", field), member(entry, "frame", field)
    return item(field, command, frame, params, go_on=entry.get("autoContinue", True))


def _complex(entry: Mapping[str, object], field: str) -> Iterator[PlanItem]:
    kind = member(entry, "complexItemType", field)
    versions = _COMPLEX.get(kind) if isinstance(kind, str) else None
    if versions is None:
        text = f"{kind!r} keeps no simple items in the file: what is to be flown is not known"
        raise FormatError(f"{field}.complexItemType", text)
    version = member(entry, "version", field)
    if not isinstance(version, int) or version not in versions:
        raise FormatError(f"{field}.version", f"{version!r} is not known for a {kind}")
    style = f"{field}.TransectStyleComplexItem"
    held = as_object(member(entry, "TransectStyleComplexItem", field), style)
    for n, raw in enumerate(as_list(member(held, "Items", style), f"{style}.Items")):
        yield _simple(as_object(raw, f"{style}.Items[{n}]"), f"{style}.Items[{n}]")


def _side(entry: Mapping[str, object], field: str) -> Side:
    inclusion = member(entry, "inclusion", field)
    if not isinstance(inclusion, bool):
        raise FormatError(f"{field}.inclusion", f"{inclusion!r} is neither true nor false")
    return Side.INSIDE if inclusion else Side.OUTSIDE


def _rings(fence: Mapping[str, object]) -> Iterator[FenceRing]:
    for n, raw in enumerate(as_list(member(fence, "polygons", "geoFence"), "geoFence.polygons")):
        field = f"geoFence.polygons[{n}]"
        entry = as_object(raw, field)
        corners = as_list(member(entry, "polygon", field), f"{field}.polygon")
        if len(corners) < 3:
            raise FormatError(f"{field}.polygon", f"has {len(corners)} corners; a ring needs at least 3")
        places = tuple(place(corner, f"{field}.polygon[{i}]") for i, corner in enumerate(corners))
        with_width(places, f"{field}.polygon")
        yield FenceRing(field, _side(entry, field), places)


def _discs(fence: Mapping[str, object]) -> Iterator[FenceDisc]:
    for n, raw in enumerate(as_list(member(fence, "circles", "geoFence"), "geoFence.circles")):
        field = f"geoFence.circles[{n}]"
        entry = as_object(raw, field)
        circle = as_object(member(entry, "circle", field), f"{field}.circle")
        centre = place(member(circle, "center", f"{field}.circle"), f"{field}.circle.center")
        radius_m = number(member(circle, "radius", f"{field}.circle"), f"{field}.circle.radius")
        if not radius_m > 0.0:
            raise FormatError(f"{field}.circle.radius", f"{radius_m:g} is not above 0")
        yield FenceDisc(field, _side(entry, field), centre, radius_m)


def _rally(rally: Mapping[str, object]) -> Iterator[Waypoint]:
    for n, raw in enumerate(as_list(member(rally, "points", "rallyPoints"), "rallyPoints.points")):
        field = f"rallyPoints.points[{n}]"
        values = as_list(raw, field)
        if len(values) != 3:
            raise FormatError(field, "is not [latitude, longitude, height]")
        yield Waypoint(place(values, field), number(values[2], f"{field}[2]"))


def _findings(fence: Mapping[str, object]) -> Iterator[Finding]:
    if "breachReturn" in fence:
        found = orjson.dumps(fence["breachReturn"]).decode()
        yield Finding(
            "geoFence", "geoFence.breachReturn", found, "left out: the autopilot's own action counts"
        )
