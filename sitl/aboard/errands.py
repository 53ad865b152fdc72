"""What the mode in force has a simulated vehicle do: the steps for its pilot, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

from sitl.aboard import words
from sitl.aboard.airframe import Airframe
from sitl.aboard.onboard_mission import Finish, OnboardMission
from sitl.aboard.said import Said
from sitl.aboard.way_home import way_home
from sitl.motion.body import Place
from sitl.motion.settings import Settings
from sitl.motion.steps import GoTo, LandAt, Step, TakeOff, WingTakeOff
from vehicles.telemetry import Mode

_FAR_M = 5000.0  # a velocity without an end is a line to a place so far away
_STILL_MPS = 0.05


@dataclass(frozen=True, slots=True)
class Errand:
    """Steps, from `index` on, and what to say when they are begun."""

    steps: tuple[Step, ...] = ()
    index: int = 0
    says: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Velocity:
    """What a computer on board wants of a vehicle in OFFBOARD: m/s over ground, east, north and up."""

    east_mps: float
    north_mps: float
    up_mps: float


def mission_errand(mission: OnboardMission, airframe: Airframe, *, begins: bool) -> Errand:
    """Fly the mission from its current item on; `begins`: it is taken up now, in another mode until then."""
    if mission.finish is not Finish.NOT_YET:
        return Errand()
    says, steps, index = [words.EXECUTING], mission.steps, mission.index
    if airframe.flies and airframe.on_ground:
        height_m = _first_height_m(steps[index:])
        if height_m is not None:
            says.append(words.climbing_first(height_m))
    elif isinstance(step := steps[index], TakeOff | WingTakeOff) and step.place is not None:
        steps = (*steps[:index], GoTo(step.place), *steps[index + 1 :])
    if airframe.flies and not airframe.on_ground and begins:
        steps, height_m = _climbing_first(steps, index, airframe)
        says += [words.climbing_first(height_m)] if height_m is not None else []
    return Errand(steps, index, tuple(says))


def _climbing_first(
    steps: tuple[Step, ...], index: int, airframe: Airframe
) -> tuple[tuple[Step, ...], float | None]:
    """Taken up in the air, a mission goes straight up to the height of its next place first, if need be."""
    for number, step in enumerate(steps[index:], index):
        if isinstance(step, LandAt):
            break
        if isinstance(step, GoTo):
            height_m = step.place.height_agl_m
            if height_m - airframe.body.height_agl_m <= airframe.pilot.helm.settings.upright_radius_m:
                break
            climbing = replace(step, climbs_first=True)
            return (*steps[:number], climbing, *steps[number + 1 :]), height_m
    return steps, None


def _first_height_m(steps: Sequence[Step]) -> float | None:
    for step in steps:
        if isinstance(step, TakeOff | WingTakeOff):
            return step.height_agl_m
        if isinstance(step, GoTo):
            return step.place.height_agl_m
    return None


def return_errand(
    airframe: Airframe, rally: Sequence[Place], settings: Settings, home_amsl_m: float
) -> Errand:
    """Return, to the nearest safe place."""
    way = way_home(airframe, rally, settings)
    says: tuple[Said, ...] = (words.returning(way, home_amsl_m),)
    if len(way.steps) == 1:  # over its goal already; a rover says so first
        landing = (words.LAND_AT_DESTINATION,)
        says = (*says, *landing) if airframe.flies else (*landing, *says)
    return Errand(way.steps, 0, says)


def simple_errand(mode: Mode, airframe: Airframe, take_off_to_m: float, *, lost: bool) -> Errand:
    """Of the modes that need nothing but the airframe; `take_off_to_m` is above ground.

    `lost`: it does not know its place.
    """
    if mode is Mode.LAND and not airframe.on_ground:
        return Errand((LandAt(blind=lost and airframe.flies),))
    if mode is Mode.TAKE_OFF:
        return Errand((TakeOff(take_off_to_m),))
    return Errand()


def velocity_errand(airframe: Airframe, wanted: Velocity) -> Errand:
    """Move at a velocity until told otherwise; near zero, stay."""
    speed_mps = sqrt(wanted.east_mps**2 + wanted.north_mps**2 + wanted.up_mps**2)
    if speed_mps < _STILL_MPS:
        return Errand()
    body, share = airframe.body, _FAR_M / speed_mps
    far = Place(
        body.east_m + wanted.east_mps * share,
        body.north_m + wanted.north_mps * share,
        max(0.0, body.height_agl_m + wanted.up_mps * share),
    )
    return Errand((GoTo(far, speed_mps, inf, steered=True),))
