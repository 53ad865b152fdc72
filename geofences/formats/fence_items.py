"""Fences among mission items: MAV_CMD_NAV_FENCE_* and MAV_CMD_NAV_RALLY_POINT (MAVLink common, 5000-5100).

QGroundControl, MAVProxy and ArduPilot save a fence as a list of such items. A polygon is as many items in
a row as it has corners, and each says how many that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from geofences.formats.plan_items import FenceDisc, FenceRing, PlanFile, PlanItem, Side
from geofences.formats.reading import Finding, FormatError
from geofences.formats.ring_width import with_width
from geofences.path import Waypoint
from geofences.position import GeoPoint

_RETURN, _RING_IN, _RING_OUT, _DISC_IN, _DISC_OUT, _RALLY = 5000, 5001, 5002, 5003, 5004, 5100
_RINGS = {_RING_IN: Side.INSIDE, _RING_OUT: Side.OUTSIDE}
_DISCS = {_DISC_IN: Side.INSIDE, _DISC_OUT: Side.OUTSIDE}
_FENCE = frozenset({_RETURN, *_RINGS, *_DISCS, _RALLY})


def fences_apart(file: PlanFile) -> PlanFile:
    """The same file with its fence and rally items as what they mean, and the mission without them.

    Raises `FormatError` naming the item that is wrong: a corner missing, no place, no radius.
    """
    rings, discs, rally, findings = [], [], [], list(file.findings)
    items = iter(file.items)
    for item in items:
        if item.command in _RINGS:
            rings.append(_ring(item, items))
        elif item.command in _DISCS:
            discs.append(_disc(item))
        elif item.command == _RALLY:
            rally.append(Waypoint(_place(item), item.params[6]))
        elif item.command == _RETURN:
            findings.append(
                Finding("fence", item.field, "a return point", "left out: the autopilot's own action counts")
            )
    return replace(
        file,
        items=tuple(item for item in file.items if item.command not in _FENCE),
        rings=(*file.rings, *rings),
        discs=(*file.discs, *discs),
        rally_points=(*file.rally_points, *rally),
        findings=tuple(findings),
    )


def _ring(first: PlanItem, items: Iterator[PlanItem]) -> FenceRing:
    count = first.params[0]
    if not (3.0 <= count <= 100_000.0 and count.is_integer()):
        raise FormatError(f"{first.field}, parameter 1", f"{count:g} is no number of corners of 3 or more")
    corners = [_place(first)]
    while len(corners) < count:
        item = next(items, None)
        if item is None or item.command != first.command or item.params[0] != count:
            where = first.field if item is None else item.field
            raise FormatError(where, f"a ring of {count:g} corners has only {len(corners)}")
        corners.append(_place(item))
    return FenceRing(first.field, _RINGS[first.command], opened(first.field, corners))


def opened(field: str, corners: Sequence[GeoPoint]) -> tuple[GeoPoint, ...]:
    """A ring without repeated corners. Raises `FormatError` for fewer than three, or no width."""
    closed = len(corners) > 1 and corners[0] == corners[-1]
    ring = corners[:-1] if closed else corners
    distinct = tuple(corner for i, corner in enumerate(ring) if corner != ring[i - 1])
    if len(distinct) < 3:
        raise FormatError(field, f"has {len(distinct)} different corners; a ring needs at least 3")
    with_width(distinct, field)
    return distinct


def _disc(item: PlanItem) -> FenceDisc:
    radius_m = item.params[0]
    if not 0.0 < radius_m < 5e6:
        raise FormatError(f"{item.field}, parameter 1", f"{radius_m:g} is no radius")
    return FenceDisc(item.field, _DISCS[item.command], _place(item), radius_m)


def _place(item: PlanItem) -> GeoPoint:
    try:
        return GeoPoint(item.params[4], item.params[5])
    except ValueError as error:
        raise FormatError(item.field, str(error)) from error
