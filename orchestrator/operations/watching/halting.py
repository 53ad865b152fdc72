"""What becomes of a vehicle that was told to hold or to land, and of one that came down by itself."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.operations.watching.sight import Sight, trouble_of
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.events import Event, LandingMissed, VehicleLanded, VehicleWentOn
from orchestrator.record.state import MOVING, Halt, MissionState, Pause
from vehicles.clock import time_of_day
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Mode

_STANDS_S = 3.0
_TOUCH_DOWN_S = 45.0
"""Beside coming down from its greatest height: the last metres are slow, and motors stop after them."""

_KEPT_IN = {Pause.HELD: {Mode.HOLD}, Pause.LANDING: {Mode.LAND, Mode.HOLD}, Pause.LANDED: set[Mode]()}
"""In which modes one that moves, or hovers, still does what it was told."""


def halted(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    """That it stands on the ground; that it is not down in time; that it moves on: each once, as seen."""
    halt = look.vehicle.halt
    if mission.phase not in MOVING or look.vehicle.profile.ridden:
        return ()
    if _stands(look):
        known = halt is not None and halt.pause is Pause.LANDED
        return () if known else (VehicleLanded(look.vehicle.vehicle_id, look.seen.position),)
    if halt is None:
        return ()
    if look.moving and look.seen.mode not in _KEPT_IN[halt.pause]:
        name, trouble = look.vehicle.vehicle_id, trouble_of(look)
        why = () if trouble is None else (Reason(Because.AUTOPILOT, name, f"{name} {trouble}."),)
        return (VehicleWentOn(name, why, halt.by),)
    return _overdue(look, halt)


def lands_within_s(profile: VehicleProfile) -> float:
    """How long a landing takes at most, seconds: from the greatest height that a vehicle may have."""
    if profile.descend_mps <= 0.0:
        return _TOUCH_DOWN_S
    return profile.max_cruise_height_agl_m / profile.descend_mps + _TOUCH_DOWN_S


def _stands(look: Sight) -> bool:
    """Switched off away from its pad, and not for one odd sample: coming down there was one already."""
    since_s = look.watch.odd_since_s
    lasts = since_s is not None and look.now_s - since_s >= _STANDS_S
    return look.stranded and lasts


def _overdue(look: Sight, halt: Halt) -> tuple[Event, ...]:
    name, within_s = look.vehicle.vehicle_id, lands_within_s(look.vehicle.profile)
    if halt.pause is not Pause.LANDING or look.resting or look.now_s - halt.since_s <= within_s:
        return ()
    if alert_key("landed", name) in look.state.alerts:
        return ()
    seen = look.seen
    text = (
        f"It was told to at {time_of_day(halt.since_s)}, and is {seen.height_agl_m:.0f} m above the ground,"
        f" {'armed' if seen.armed else 'switched off'}, in mode {seen.mode_text or seen.mode.value}."
    )
    return (LandingMissed(name, (Reason(Because.AUTOPILOT, name, text),)),)
