"""Before a flight: waited for until the vehicle says that it can start, or why it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from orchestrator.ending import Failed
from orchestrator.flying.words import SAID_AFTER_S, said
from vehicles.clock import now_s
from vehicles.handover import WinchDown
from vehicles.telemetry import Landed, Mode, Telemetry
from vehicles.vehicle import Accepted, Hold, Vehicle

READY_WITHIN_S = 60.0
_LOOK_S = 0.1
_WINCH_WITHIN_S = 5.0


async def ready(vehicle: Vehicle, tell: Callable[[str], None]) -> Telemetry:
    """What it says once it is on the ground, disarmed, and says that it can start.

    Raises `Failed` where it is not so within a minute, with what is amiss.
    """
    tell("preflight")
    seen = vehicle.telemetry
    if seen is None:
        raise Failed("it does not tell how it does any more")
    if seen.armed:
        raise Failed("it is armed already: somebody flies it")
    if seen.mode in {Mode.RETURN, Mode.LAND}:
        tell(f"it stands in mode {seen.mode.value}, in which it does not arm: it is told to hold")
        outcome = await vehicle.command(Hold())
        if not isinstance(outcome, Accepted):
            raise Failed(f"it does not hold: {said(outcome)}")
    until_s, told = now_s() + READY_WITHIN_S, ""
    say_s = now_s() + SAID_AFTER_S
    while not (seen.health.ready and not seen.health.findings and seen.landed is not Landed.IN_MOTION):
        if now_s() > until_s:
            raise Failed(_unready(seen))
        if now_s() >= say_s and (why := _why_unready(seen)) != told:
            told = why
            tell(f"waiting until it is ready to fly, at most {READY_WITHIN_S:g} s:{why}")
        await asyncio.sleep(_LOOK_S)
        seen = vehicle.telemetry or seen
    if isinstance(vehicle.profile.handover, WinchDown):
        seen = await _winch_heard(vehicle, seen)
    return seen


async def _winch_heard(vehicle: Vehicle, seen: Telemetry) -> Telemetry:
    """A moment for a winch to say that it is there; that none is, the vehicle's own refusal tells."""
    until_s = now_s() + _WINCH_WITHIN_S
    while seen.winch is None and now_s() < until_s:
        await asyncio.sleep(_LOOK_S)
        seen = vehicle.telemetry or seen
    return seen


def _unready(seen: Telemetry) -> str:
    hint = "\n  --set-parameters has them set, --any-parameters leaves them." if seen.health.findings else ""
    return f"it is not ready to fly:{_why_unready(seen)}{hint}"


def _why_unready(seen: Telemetry) -> str:
    findings = "".join(f"\n  {reason.text}" for reason in seen.health.findings)
    warnings = "".join(f"\n  It says: {warning}" for warning in seen.health.warnings)
    moves = "\n  It says that it moves." if seen.landed is Landed.IN_MOTION else ""
    return findings + warnings + moves or " it does not say why not"
