"""Whether a mission may fly, as PX4's FeasibilityChecker has it: it looks at places, not at legs between."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from geofences.zone import Medium
from sitl.aboard.fence import Fence
from sitl.aboard.said import Said, Severity
from sitl.motion.body import Place
from sitl.motion.steps import GoTo, LandAt, Step, TakeOff, Unfit, WingTakeOff

_LEAST_RISE_M = 1e-6


def objection(
    steps: tuple[Step, ...], medium: Medium, fence: Fence, home: Place, *, on_ground: bool
) -> Said | None:
    """Why a mission may not fly; None when it may.

    A take-off may stand nowhere but first, and leads up from home; one without any is flown all the same.
    """
    return next(_objections(steps, medium, fence, home, on_ground=on_ground), None)


def on_the_wire(said: Said) -> Said:
    """As PX4 tells it: the fence's objection in words too, all others to programs only."""
    return said if said.event == _FENCE_EVENT else Said(said.severity, "", said.event, said.args)


_FENCE_EVENT = "navigator_mis_geofence_violation"


def _objections(
    steps: tuple[Step, ...], medium: Medium, fence: Fence, home: Place, *, on_ground: bool
) -> Iterator[Said]:
    for number, step in enumerate(steps, 1):
        if isinstance(step, Unfit):
            yield _unfit(step, number)
    if medium is Medium.AIR and on_ground and isinstance(steps[0], LandAt):
        yield _rejected("starts with landing", "starts_w_landing")
    moves = [step for step in steps if isinstance(step, TakeOff | WingTakeOff | GoTo | LandAt)]
    rises = [step for step in moves if isinstance(step, TakeOff | WingTakeOff)]
    for step in rises:
        if step.height_agl_m - home.height_agl_m < _LEAST_RISE_M:
            least = struct.pack("<f", 0.0)
            yield _rejected("takeoff altitude below home altitude", "takeoff_too_low", least)
    if any(step is not moves[0] for step in rises):
        yield _rejected("takeoff is not the first waypoint item", "takeoff_not_first")
    for number, step in enumerate(steps, 1):
        place = step.place if isinstance(step, GoTo | LandAt | TakeOff | WingTakeOff) else None
        if place is not None and not fence.allows(place):
            text, args = f"Geofence violation for waypoint {number}", struct.pack("<h", number)
            yield Said(Severity.CRITICAL, text, _FENCE_EVENT, args)


def _unfit(step: Unfit, number: int) -> Said:
    if step.wants_wing:
        return _rejected("it contains VTOL items but the vehicle is not a VTOL", "vtol_items")
    args = struct.pack("<HH", number, step.command)
    return _rejected(f"item {number}: unsupported command: {step.command}", "unsup_cmd", args)


def _rejected(why: str, event: str, args: bytes = b"") -> Said:
    return Said(Severity.CRITICAL, f"Mission rejected: {why}", f"navigator_mis_{event}", args)
