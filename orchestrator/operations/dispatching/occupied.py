"""Why a vehicle that could carry a parcel cannot set out for it now, and until when: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import inf

from geofences.reason import Because, Reason
from orchestrator.operations.watching.readiness import READY_BATTERY_FRAC, Seen, fresh_for_s, unready
from orchestrator.record.facts.vehicles import off_duty
from orchestrator.record.state import FleetState, LinkState, MissionPhase, MissionState, VehicleState
from vehicles.clock import iso
from vehicles.mission import VehicleId
from vehicles.telemetry import Telemetry


def back_at_s(mission: MissionState, now_s: float) -> float:
    """When a vehicle is expected back: as planned, as much later as it started, and not in the past."""
    late_s = 0.0 if mission.started_at_s is None else mission.started_at_s - mission.plan.depart_at_s
    return max(now_s, mission.plan.end_at_s + max(0.0, late_s))


def occupied(state: FleetState, seen: Seen, vehicle: VehicleState, now_s: float) -> Reason:
    """At work until when, charging until when, not heard since when, off duty, or its own word against it."""
    return _occupied(state, seen, vehicle, now_s)[1]


def all_occupied(
    state: FleetState, seen: Seen, vehicles: Sequence[VehicleState], now_s: float
) -> dict[VehicleId, Reason]:
    """The same of several of one hub: all of a kind have one reason, that of whoever is free first."""
    found = sorted(
        ((*_occupied(state, seen, vehicle, now_s), vehicle) for vehicle in vehicles),
        key=lambda row: (row[0], row[2].vehicle_id),
    )
    alike = Counter(reason.because for _, reason, _ in found)
    first: dict[Because, Reason] = {}
    for _, reason, vehicle in found:
        whose = f" ({vehicle.vehicle_id}, the first)." if alike[reason.because] > 1 else "."
        told = Reason(reason.because, vehicle.hub_id, f"{reason.text.rstrip('.')}{whose}")
        first.setdefault(reason.because, told)
    return {vehicle.vehicle_id: first[reason.because] for _, reason, vehicle in found}


def _occupied(state: FleetState, seen: Seen, vehicle: VehicleState, now_s: float) -> tuple[float, Reason]:
    """With the instant at which that is over, infinite where nobody can say."""
    name, told = vehicle.vehicle_id, seen.get(vehicle.vehicle_id)
    if off_duty(vehicle.fault):
        return inf, Reason(Because.SHIFT, name, "Off duty now: no shift, or a break.")
    if told is None or vehicle.link is not LinkState.UP or now_s - told.heard_at_s > fresh_for_s(vehicle):
        since = "Not heard yet." if told is None else f"Not heard since {_clock(told.heard_at_s)}."
        return inf, Reason(Because.LINK, name, since)
    if vehicle.mission_id is not None:
        return _at_work(state, state.missions[vehicle.mission_id], name, now_s)
    if told.battery_frac < READY_BATTERY_FRAC:
        return _charging(vehicle, told, now_s)
    against = unready(vehicle, told, now_s)
    text = against[0].text if against else f"{name} is about to be ready."
    return now_s, Reason(Because.HEALTH, name, text)


def _at_work(state: FleetState, mission: MissionState, name: str, now_s: float) -> tuple[float, Reason]:
    orders = dict.fromkeys(state.parcels[one].order_id for one in mission.plan.parcel_ids)
    what = f"At work on {'order' if len(orders) == 1 else 'orders'} {', '.join(orders)}"
    if mission.phase is MissionPhase.LOST:
        return inf, Reason(Because.BUSY, name, f"{what}, and nobody can say until when.")
    until_s = back_at_s(mission, now_s)
    return until_s, Reason(Because.BUSY, name, f"{what} until about {_clock(until_s)}.")


def _charging(vehicle: VehicleState, told: Telemetry, now_s: float) -> tuple[float, Reason]:
    profile = vehicle.profile
    lacks_wh = (READY_BATTERY_FRAC - told.battery_frac) * profile.battery_wh
    until_s = now_s + 3600.0 * lacks_wh / max(profile.charge_w, 1.0)
    text = f"Charging: at {told.battery_frac:.0%}, and {READY_BATTERY_FRAC:.0%} at about {_clock(until_s)}."
    return until_s, Reason(Because.ENERGY, vehicle.vehicle_id, text)


def _clock(at_s: float) -> str:
    return f"{iso(at_s)[11:16]} UTC"
