"""The independent check of a plan's fence: the whole way keeps to it, and what it has to close it closes."""

from __future__ import annotations

from collections.abc import Iterator

from geofences.fences.bounds import broken, closes
from geofences.formats.plan_items import Bound, FenceDisc, FenceRing, Side
from geofences.path import TimedPath
from geofences.reason import Because, Reason
from geofences.zone import Circle, Medium, Polygon
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.mission import VehiclePlan

_MOST_ITEMS = 64
"""Of a whole fence, a corner or a circle each: PX4 stores no more, and refuses a longer one whole."""
_BESIDE_M = 50.0
"""A zone nearer than this has to be in the fence: without it no flight."""
_OFF_M = 0.5
"""A planner and this check may differ by so much in how far away something is."""


def fence_reasons(plan: VehiclePlan, timed: TimedPath, surroundings: Surroundings) -> Iterator[Reason]:
    """What is wrong with the fence of a flight along `timed`; nothing where all is well.

    A file's own items (`script`) come with the file's own fence, which closes what its author wanted.
    """
    bounds = tuple(plan.bounds())
    way = [point.waypoint.position for point in timed.points]
    margin_m = max(0.0, surroundings.margins.lateral_m - _OFF_M)
    places = [(f"Rally point {n}", [point.position]) for n, point in enumerate(plan.rally_points)]
    for what, points, kept_m in (("Its way", way, margin_m), *((*place, 0.0) for place in places)):
        bound = broken(points, bounds, kept_m)
        if bound is not None:
            by = f" by {surroundings.margins.lateral_m:g} m" if kept_m else ""
            text = f"{what} does not keep to the plan's own fence ({bound.field}){by}."
            yield Reason(Because.ZONE, bound.field, text)
    if plan.script:
        return
    items = sum(len(bound.corners) if isinstance(bound, FenceRing) else 1 for bound in bounds)
    if items > _MOST_ITEMS:
        text = f"The fence has {items} corners and circles; an autopilot holds {_MOST_ITEMS}."
        yield Reason(Because.INPUT, plan.mission.vehicle_id, text)
    for name, footprint in _beside(timed, surroundings):
        near = broken(way, (footprint,), _BESIDE_M - _OFF_M) is not None
        passed = broken(way, (footprint,), surroundings.margins.lateral_m + _OFF_M) is not None
        if near and not passed and not closes(bounds, footprint):
            text = (
                f"Lies beside the way, and an autopilot's fence of {_MOST_ITEMS} corners has no room for it."
            )
            yield Reason(Because.ZONE, name, text)


def _beside(timed: TimedPath, surroundings: Surroundings) -> Iterator[tuple[str, Bound]]:
    """Zones that bind at some time and height of the flight: a fence knows neither."""
    heights = [point.waypoint.height_agl_m for point in timed.points]
    found = surroundings.airspace.footprints(
        Medium.AIR, timed.starts_at_s, timed.ends_at_s, min(heights), max(heights)
    )
    for name, footprint in found:
        match footprint:
            case Polygon(corners=corners):
                yield name, FenceRing(name, Side.OUTSIDE, corners)
            case Circle(centre=centre, radius_m=radius_m):
                yield name, FenceDisc(name, Side.OUTSIDE, centre, radius_m)
