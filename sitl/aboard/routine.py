"""What a simulated vehicle does for each step, from top to bottom: deeds, and what it waits for between."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from sitl.aboard.gripper import Gripper, Jaws
from sitl.aboard.helm import Helm
from sitl.motion.body import Place
from sitl.motion.limits import Touchdown
from sitl.motion.stepping import ARRIVED_M
from sitl.motion.steps import (
    Change,
    ChangeSpeed,
    GoHome,
    GoTo,
    Grab,
    LandAt,
    Lift,
    Release,
    Skip,
    Stay,
    Step,
    TakeOff,
    Unfit,
    WingTakeOff,
)


class Sign(Enum):
    """What it may wait for, beside a time and a touch-down."""

    AT_END = "at the end of its line"
    NEVER = "the flight changes its mode instead"


@dataclass(frozen=True, slots=True)
class Until:
    """Wait until this age, seconds."""

    age_s: float


Awaited = Sign | Until | Touchdown
Routine = Generator[Awaited, float, None]
"""Yields what it waits for, and is sent the age when that is there."""


def carry_out(step: Step, helm: Helm, gripper: Gripper, start: Place, now_s: float) -> Routine:
    """One step, whose first line begins at `start`; `now_s` is the age."""
    match step:
        case TakeOff() | WingTakeOff():
            yield from _take_off(step, helm, start, now_s)
        case GoTo():
            yield from _go(step, helm, start, now_s)
        case Stay(seconds=seconds, height_m=height_m):
            helm.shift(start, height_m, seconds)
            yield Until(now_s + seconds)
        case Release() | Grab():
            opens = step if isinstance(step, Release) else None
            gripper.ask(Jaws.OPEN if opens else Jaws.CLOSED, now_s, opens)
            wait_s = helm.settings.command_wait_s  # and not for the gripper: PX4 does not look
            helm.shift(start, opens.height_m if opens else None, wait_s)
            yield Until(now_s + wait_s)
        case LandAt(place=place):
            yield from _land(helm, start, place)
        case ChangeSpeed(speed_mps=speed_mps):
            helm.asked_mps = speed_mps
        case Change(to=to):
            helm.change(to)
        case GoHome():
            yield Sign.NEVER
        case Skip() | Unfit():
            pass
        case _:
            assert_never(step)


def _go(step: GoTo, helm: Helm, start: Place, now_s: float) -> Routine:
    """To its place, if need be straight up first; and stay there."""
    if step.climbs_first:
        helm.climb(start, step.place.height_agl_m, now_s)
        now_s = yield Sign.AT_END
        start = helm.line.end
    if helm.stands_beside(start, step.place):
        yield Sign.NEVER
    helm.go(start, step.place, step.speed_mps)
    helm.start_motors(now_s)
    now_s = yield Sign.AT_END
    yield Until(now_s + step.hold_s)


def _take_off(step: TakeOff | WingTakeOff, helm: Helm, start: Place, now_s: float) -> Routine:
    """Straight up; from there to its place, unless it is there: on the wing, or on its rotors."""
    helm.rise(start, step.height_agl_m, now_s)
    yield Sign.AT_END
    top = helm.line.end
    if isinstance(step, WingTakeOff) and top.away_m(step.place) > ARRIVED_M:
        helm.change(Lift.WING)
        helm.go(top, Place(step.place.east_m, step.place.north_m, top.height_agl_m), None)
        yield Sign.AT_END
    elif isinstance(step, TakeOff) and step.place is not None and helm.flies:
        place = Place(step.place.east_m, step.place.north_m, top.height_agl_m)
        if top.away_m(place) > helm.settings.acceptance_m:
            helm.go(top, place, None)
            yield Sign.AT_END


def _land(helm: Helm, start: Place, place: Place | None) -> Routine:
    """Over the place, then down; what rolls only parks, where it stands already."""
    goes_over = helm.go_over(start, place)
    if goes_over:
        yield Sign.AT_END
    if helm.flies or not goes_over:
        helm.go_down(place)
        yield Touchdown() if helm.flies else Sign.AT_END
