"""The autopilot's own return: up, straight to a safe place, down; or along its mission (PX4's RTL_TYPE)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf, radians, tan

from sitl.aboard.airframe import Airframe
from sitl.motion.body import Place
from sitl.motion.settings import ReturnKind, Settings
from sitl.motion.steps import GoTo, LandAt, Lift, Stay, Step, TakeOff, WingTakeOff
from vehicles.own_return import OwnReturn

_NEARER_M = 2.0
"""PX4 goes for another place than home only where that is nearer by so much (MIN_DIST_THRESHOLD)."""
_BESIDE_HOME_M = 10.0
"""A rally point no further from home than this is none of its own to PX4."""


@dataclass(frozen=True, slots=True)
class Return:
    """A way home: its steps, and how high above its pad and above its goal it goes.

    `along`: it follows the mission's own steps, of which PX4 says nothing.
    """

    steps: tuple[Step, ...]
    height_m: float
    above_goal_m: float
    along: bool = False


@dataclass(frozen=True, slots=True)
class Haven:
    """Where a vehicle may return to: its home, its rally points, and the mission's own landing.

    `mission` is what it flies, `index` its item under way, `landing` the item where its landing begins.
    """

    home: Place
    rally: Sequence[Place] = ()
    mission: tuple[Step, ...] = ()
    index: int = 0
    landing: int | None = None


def way_home(airframe: Airframe, haven: Haven, settings: Settings) -> Return:
    """How it returns from where it is, by its RTL_TYPE. What rolls goes straight, as PX4's rovers do."""
    if not airframe.flies:
        return _rolled(airframe, _nearest(airframe, haven, settings)[0], settings)
    kind = settings.return_kind
    if kind in {ReturnKind.ALONG_MISSION, ReturnKind.SHORTER_WAY} and haven.mission:
        return _along(airframe, haven, settings)
    goal, is_landing = _nearest(airframe, haven, settings)
    above_m = _above_m(airframe, goal, settings)
    height_m = max(goal.height_agl_m + above_m, airframe.body.height_agl_m)
    if is_landing:
        climb = (TakeOff(height_m),) if airframe.body.height_agl_m < height_m else ()
        way = _on_to_the_end(haven.mission[haven.landing :])
        return Return((*climb, *way), height_m, height_m, along=True)
    steps = _direct(airframe, goal, height_m, settings)
    return Return(steps, height_m, height_m - goal.height_agl_m)


def own_return(settings: Settings) -> OwnReturn:
    """How that is told to whoever asks: an upper bound of it within the cone."""
    cone_deg = settings.return_cone_deg
    return OwnReturn(
        "RTL_RETURN_ALT",
        settings.return_height_m,
        slope_frac=1.0 / tan(radians(min(cone_deg, 89))) if cone_deg > 0 else inf,
        cone_m=settings.return_near_m if cone_deg > 0 else 0.0,
        least_m=2.0 * settings.acceptance_m,
        hovers_s=max(0.0, settings.return_waits_s),
    )


def _nearest(airframe: Airframe, haven: Haven, settings: Settings) -> tuple[Place, bool]:
    """Where it returns to, and whether that is the mission's landing.

    Home, unless another is nearer by two metres; with RTL_TYPE 1 only where there is no other, or a VTOL
    hovers.
    """
    kind, on_rotors = settings.return_kind, airframe.pilot.helm.lift is Lift.ROTORS
    goal, is_landing = haven.home, False
    least_m = inf if kind == ReturnKind.NOT_HOME and not on_rotors else _away_m(airframe, goal)
    if kind in {ReturnKind.NOT_HOME, ReturnKind.NEAREST} and haven.landing is not None:
        lands_at = _landing_place(haven)
        away_m = _away_m(airframe, lands_at)
        if away_m + _NEARER_M < least_m:
            goal, is_landing, least_m = lands_at, True, away_m
    for point in haven.rally:
        beside_m = hypot(point.east_m - haven.home.east_m, point.north_m - haven.home.north_m)
        away_m = _away_m(airframe, point)
        if beside_m > _BESIDE_HOME_M and away_m + _NEARER_M < least_m:
            goal, is_landing, least_m = point, False, away_m
    return goal, is_landing


def _away_m(airframe: Airframe, place: Place) -> float:
    body = airframe.body
    return hypot(place.east_m - body.east_m, place.north_m - body.north_m)


def _above_m(airframe: Airframe, goal: Place, settings: Settings) -> float:
    """How high above its goal PX4 wants to return from here (RTL_CONE_ANG, RTL_MIN_DIST).

    At RTL_RETURN_ALT, but near its goal no higher than needs be; the caller keeps it from sinking.
    """
    away_m, high_m, cone_deg = _away_m(airframe, goal), settings.return_height_m, settings.return_cone_deg
    on_wing = airframe.pilot.helm.lift is Lift.WING
    if cone_deg <= 0 or on_wing:
        return high_m
    if away_m <= settings.acceptance_m:
        return min(2.0 * away_m, high_m)
    if away_m <= settings.return_near_m:
        high_m = min(away_m / tan(radians(min(max(cone_deg, 1), 89))), high_m)
    return min(max(high_m, 2.0 * settings.acceptance_m), settings.return_height_m)


def _rolled(airframe: Airframe, goal: Place, settings: Settings) -> Return:
    level = Place(goal.east_m, goal.north_m, airframe.body.height_agl_m)
    near = _away_m(airframe, goal) <= settings.return_near_m
    steps: tuple[Step, ...] = (LandAt(level),) if near else (GoTo(level), LandAt(level))
    return Return(steps, settings.return_height_m, settings.return_height_m)


def _direct(airframe: Airframe, goal: Place, height_m: float, settings: Settings) -> tuple[Step, ...]:
    """Up, over its goal, and down; with RTL_LAND_DELAY it waits at RTL_DESCEND_ALT, below 0 for good."""
    over, wait_s = Place(goal.east_m, goal.north_m, height_m), settings.return_waits_s
    if _away_m(airframe, goal) <= settings.acceptance_m:
        way: tuple[Step, ...] = ()
    else:
        way = (TakeOff(height_m), GoTo(over))
    if wait_s == 0.0:
        return (*way, LandAt(over))
    low_m = min(goal.height_agl_m + settings.return_descends_to_m, height_m)
    low = Place(goal.east_m, goal.north_m, low_m)
    return (*way, GoTo(low), Stay(wait_s if wait_s > 0.0 else inf), LandAt(low))


def _place(step: Step) -> Place | None:
    """Where a step of a mission leads, as PX4's own way along it has it: the place alone counts."""
    match step:
        case GoTo(place=place):
            return place
        case TakeOff(place=place, height_agl_m=height_m) | WingTakeOff(place=place, height_agl_m=height_m):
            return None if place is None else Place(place.east_m, place.north_m, height_m)
        case _:
            return None


def _landing_place(haven: Haven) -> Place:
    """Where the mission's landing ends; its home where it lands wherever it is."""
    places = (step.place for step in haven.mission[haven.landing :] if isinstance(step, LandAt))
    return next(places, None) or haven.home


def _on_to_the_end(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Through the places of a mission, without its deeds and waits, to its landing."""
    way = list[Step]()
    for step in steps:
        place = _place(step)
        if isinstance(step, LandAt):
            return (*way, step)
        if place is not None:
            way.append(GoTo(place))
    return tuple(way)


def _along(airframe: Airframe, haven: Haven, settings: Settings) -> Return:
    """RTL_TYPE 2 and 4: on along the mission to its landing, or back along it and down at home."""
    landing = haven.landing
    shorter = settings.return_kind == ReturnKind.SHORTER_WAY
    onwards = landing is not None and not (shorter and landing - haven.index >= haven.index)
    here_m = airframe.body.height_agl_m
    if onwards:
        return Return(_on_to_the_end(haven.mission[haven.index :]), here_m, here_m, along=True)
    back = [place for step in haven.mission[: max(1, haven.index)] if (place := _place(step)) is not None]
    way = tuple(GoTo(place) for place in reversed(back))
    return Return((*way, LandAt(haven.home)), here_m, here_m, along=True)
