"""What the mode in force has a simulated vehicle do: the steps for its pilot, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isinf, sqrt

from sitl.aboard import words
from sitl.aboard.airframe import Airframe
from sitl.aboard.onboard_mission import Finish, OnboardMission
from sitl.aboard.said import Said
from sitl.aboard.way_home import Haven, way_home
from sitl.motion.body import Place
from sitl.motion.settings import Settings
from sitl.motion.steps import GoTo, LandAt, Stay, Step, TakeOff, WingTakeOff
from vehicles.telemetry import Mode

_FAR_M = 5000.0  # a velocity without an end is a line to a place so far away
_STILL_MPS = 0.05


@dataclass(frozen=True, slots=True)
class Errand:
    """Steps, from `index` on, and what to say when they are begun.

    `tells`: when a certain one is; `ends`: when all are done.
    """

    steps: tuple[Step, ...] = ()
    index: int = 0
    says: tuple[Said, ...] = ()
    tells: Mapping[int, Said] = field(default_factory=dict)
    ends: Said | None = None


@dataclass(frozen=True, slots=True)
class Velocity:
    """What a computer on board wants of a vehicle in OFFBOARD: m/s over ground, east, north and up."""

    east_mps: float
    north_mps: float
    up_mps: float


def mission_errand(mission: OnboardMission, airframe: Airframe, home: Place, *, begins: bool) -> Errand:
    """Fly the mission from its current item on; `begins`: it is taken up now, in another mode until then.

    What it says of heights counts from `home`.
    """
    if mission.finish is not Finish.NOT_YET:
        return Errand()
    says, steps, index = [words.EXECUTING], mission.steps, mission.index
    if airframe.flies and airframe.on_ground:
        height_m = _first_height_m(steps[index:])
        if height_m is not None:
            says.append(words.climbing_first(height_m - home.height_agl_m))
    elif isinstance(step := steps[index], TakeOff | WingTakeOff) and step.place is not None:
        steps = (*steps[:index], GoTo(step.place), *steps[index + 1 :])
    if airframe.flies and not airframe.on_ground and begins:
        steps, height_m = _climbing_first(steps, index, airframe)
        says += [words.climbing_first(height_m - home.height_agl_m)] if height_m is not None else []
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


def return_errand(airframe: Airframe, haven: Haven, settings: Settings, pad_amsl_m: float) -> Errand:
    """Return, to a safe place, as its parameters say."""
    way = way_home(airframe, haven, settings)
    if way.along:
        climbs = isinstance(way.steps[0], TakeOff)
        climbing = (words.climbing_to_land(pad_amsl_m + way.height_m),) if climbs else ()
        return Errand(way.steps, 0, (words.EXECUTING, *climbing), ends=words.FINISHED_LANDED)
    says: tuple[Said, ...] = (words.returning(way, pad_amsl_m),)
    tells = {number: said for number, step in enumerate(way.steps) if (said := _said_at(step)) is not None}
    if 0 in tells:  # over its goal already; a rover says so first
        says = (*says, tells[0]) if airframe.flies else (tells[0], *says)
    return Errand(way.steps, 0, says, tells)


def _said_at(step: Step) -> Said | None:
    """What is said in a return as a step is begun."""
    if isinstance(step, LandAt):
        return words.LAND_AT_DESTINATION
    return words.RETURNED_TO_WAIT if isinstance(step, Stay) and isinf(step.seconds) else None


def simple_errand(mode: Mode, airframe: Airframe, take_off_to_m: float | None, *, lost: bool) -> Errand:
    """Of the modes that need nothing but the airframe; `take_off_to_m` is above its pad, None: as usual.

    `lost`: it does not know its place.
    """
    if mode is Mode.LAND and not airframe.on_ground:
        return Errand((LandAt(blind=lost and airframe.flies),))
    if mode is Mode.TAKE_OFF:
        usual_m = airframe.body.height_agl_m + airframe.pilot.helm.settings.take_off_height_m
        return Errand((TakeOff(usual_m if take_off_to_m is None else take_off_to_m),))
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
