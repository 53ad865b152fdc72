"""The autopilot's own return: up, straight to the nearest place that is safe, down (PX4's RTL_TYPE 0)."""

from __future__ import annotations

from collections.abc import Sequence

from sitl.airframe import AT_HOME_M, HOME, Airframe
from sitl.body import Place
from sitl.steps import GoTo, LandAt, Step, TakeOff


def way_home(airframe: Airframe, rally: Sequence[Place], return_height_m: float) -> tuple[Step, ...]:
    """Steps to the nearest of home and the rally points, at `return_height_m` at least.

    What stands right over its goal lands from where it is. What rolls goes straight, as PX4's rovers do:
    a return knows no footpaths.
    """
    body = airframe.body
    level = [Place(place.east_m, place.north_m, body.height_agl_m) for place in (HOME, *rally)]
    goal = min(level, key=lambda place: place.away_m(body))
    if not airframe.flies or goal.away_m(body) < AT_HOME_M:
        return (GoTo(goal), LandAt(goal))
    over = Place(goal.east_m, goal.north_m, max(return_height_m, body.height_agl_m))
    return (TakeOff(over.height_agl_m), GoTo(over), LandAt(over))


def describe(steps: Sequence[Step]) -> str:
    """The sentence with which PX4 announces a return."""
    first = steps[0]
    height_m = first.height_agl_m if isinstance(first, TakeOff) else 0.0
    return f"RTL: start return at {height_m:.0f} m above destination"
