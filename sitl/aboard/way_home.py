"""The autopilot's own return: up, straight to the nearest place that is safe, down (PX4's RTL_TYPE 0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from sitl.aboard.airframe import HOME, Airframe
from sitl.motion.body import Place
from sitl.motion.settings import Settings
from sitl.motion.steps import GoTo, LandAt, Step, TakeOff
from vehicles.own_return import OwnReturn


@dataclass(frozen=True, slots=True)
class Return:
    """A way home: its steps, and how high above home and above its goal it goes."""

    steps: tuple[Step, ...]
    height_m: float
    above_goal_m: float


def way_home(airframe: Airframe, rally: Sequence[Place], settings: Settings) -> Return:
    """The way to the nearest of home and the rally points.

    At RTL_RETURN_ALT above its goal, whose own height counts, but near it no higher than needs be (PX4's cone
    of 45 degrees), and never lower than it is. What rolls goes straight, as PX4's rovers do.
    """
    body = airframe.body
    goal = min(
        (HOME, *rally), key=lambda place: hypot(place.east_m - body.east_m, place.north_m - body.north_m)
    )
    away_m = hypot(goal.east_m - body.east_m, goal.north_m - body.north_m)
    level = Place(goal.east_m, goal.north_m, body.height_agl_m)
    if not airframe.flies and away_m <= settings.return_near_m:
        return Return((LandAt(level),), *[settings.return_height_m] * 2)
    if not airframe.flies:
        return Return((GoTo(level), LandAt(level)), *[settings.return_height_m] * 2)
    above_m = min(_height_m(away_m, settings), settings.return_height_m)
    height_m = max(goal.height_agl_m + above_m, body.height_agl_m)
    over = Place(goal.east_m, goal.north_m, height_m)
    steps = (
        (LandAt(over),) if away_m <= settings.acceptance_m else (TakeOff(height_m), GoTo(over), LandAt(over))
    )
    return Return(steps, height_m, height_m - goal.height_agl_m)


def own_return(settings: Settings) -> OwnReturn:
    """How that is told to whoever asks: an upper bound of it within the cone."""
    return OwnReturn(
        "RTL_RETURN_ALT",
        settings.return_height_m,
        slope_frac=1.0,
        cone_m=settings.return_near_m,
        least_m=2.0 * settings.acceptance_m,
    )


def _height_m(away_m: float, settings: Settings) -> float:
    """How high PX4 wants to return from so far away (RTL_CONE_ANG 45, RTL_MIN_DIST)."""
    if away_m <= settings.acceptance_m:
        return 2.0 * away_m
    least_m = 2.0 * settings.acceptance_m
    if away_m <= settings.return_near_m:
        return max(away_m, least_m)
    return max(settings.return_height_m, least_m)
