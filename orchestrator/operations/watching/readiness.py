"""Whether a vehicle stands ready for work, and if not, why: pure, from its state and its own words."""

from __future__ import annotations

from collections.abc import Mapping

from geofences.position import distance_m
from geofences.reason import Because, Reason
from orchestrator.record.state import LinkState, VehicleState
from vehicles.mission import VehicleId
from vehicles.telemetry import Landed, Telemetry

Seen = Mapping[VehicleId, Telemetry]
"""The latest sample of every vehicle that was heard at all."""

READY_BATTERY_FRAC = 0.5
"""Charge from which an idle vehicle takes work; whether it suffices for a given parcel is planned."""

FRESH_S = 5.0
"""Telemetry older than this says nothing about now (ASTM F3548-21 asks for notice within 5 s)."""

FRESH_IDLE_RIDER_S = 60.0
FRESH_RIDER_S = 900.0
"""The same of a courier's phone, waiting and on a trip: one in a pocket is silent, and its rider rides on."""

PLACED_FOR_S = 3.0
"""A position older than this does not say where a vehicle is now, however often the rest is heard."""

ON_PAD_M = 8.0
_AFTER_REFUSAL_S = 30.0
_LONGEST_REST_S = 600.0


def fresh_for_s(vehicle: VehicleState) -> float:
    """For how long a vehicle's last word tells about now."""
    if not vehicle.profile.ridden:
        return FRESH_S
    return FRESH_IDLE_RIDER_S if vehicle.mission_id is None else FRESH_RIDER_S


def unready(vehicle: VehicleState, seen: Telemetry | None, now_s: float) -> tuple[Reason, ...]:
    """Every reason why an idle vehicle cannot take work now; empty when it can."""
    name = vehicle.vehicle_id
    if seen is None or vehicle.link is not LinkState.UP or now_s - seen.heard_at_s > fresh_for_s(vehicle):
        return (Reason(Because.LINK, name, f"{name} is not heard."),)
    reasons = list(seen.health.findings)
    if not seen.health.ready and not reasons:
        said = "; ".join(seen.health.warnings).rstrip(".") or "it does not say why"
        reasons.append(Reason(Because.HEALTH, name, f"{name} says it cannot start: {said}."))
    if seen.armed or seen.landed is Landed.IN_MOTION:
        reasons.append(Reason(Because.BUSY, name, f"{name} is armed or moving."))
    if distance_m(seen.position, vehicle.pad.at.position) > ON_PAD_M:
        reasons.append(Reason(Because.PAD, name, f"{name} does not stand on its pad {vehicle.pad.pad_id}."))
    if vehicle.aboard:
        reasons.append(Reason(Because.BUSY, name, f"{name} still holds {', '.join(vehicle.aboard)}."))
    if seen.carrying is True and not vehicle.aboard:
        reasons.append(Reason(Because.BUSY, name, f"{name} has not given back what it holds."))
    if seen.battery_frac < READY_BATTERY_FRAC:
        reasons.append(Reason(Because.ENERGY, name, f"{name} charges until {READY_BATTERY_FRAC:.0%}."))
    if not reasons and now_s < rests_until_s(vehicle):
        reasons.append(Reason(Because.HEALTH, name, f"{name} refused its last mission and rests a while."))
    return tuple(reasons)


def rests_until_s(vehicle: VehicleState) -> float:
    """Until when a vehicle that refused its last missions gets no new one (fleet time); 0 when it may.

    The rest doubles with each refusal in a row, so that a broken vehicle does not take every
    parcel for a moment and hand it back.
    """
    if vehicle.refusals == 0:
        return 0.0
    return vehicle.refused_at_s + min(_LONGEST_REST_S, _AFTER_REFUSAL_S * 2.0 ** (vehicle.refusals - 1))
