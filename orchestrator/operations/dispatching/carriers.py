"""Who can carry, from when on: vehicles and their kinds as the planner knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from geofences.reason import Because
from geofences.zone import Medium
from orchestrator.dispatch.horizon import Carrier, CarrierKind
from orchestrator.dispatch.lessons import later_frac
from orchestrator.dispatch.rates import DEFAULT_RATES
from orchestrator.operations.dispatching.occupied import back_at_s
from orchestrator.operations.dispatching.quoting import Asking
from orchestrator.operations.planning.plan import PREPARE_S
from orchestrator.operations.watching.readiness import READY_BATTERY_FRAC, rests_until_s, unready
from orchestrator.record.state import LinkState, MissionPhase, MissionState, VehicleState
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Break, Shift, Telemetry

TURN_S = 8.0
"""From docking until a vehicle counts as ready for the next trip."""

_TAPER_FROM_FRAC, _TAPER_SHARE_FRAC = 0.8, 0.2
_WEAR_EUR = 0.05
_PASSING = frozenset({Because.ENERGY, Because.BUSY, Because.SHIFT})


def kind_of(it: Asking, profile: VehicleProfile) -> CarrierKind:
    """What vehicles of this profile share, with what was learned of their pace."""
    usable_frac = 1.0 - profile.reserve_frac
    return CarrierKind(
        name=profile.name,
        load_s=profile.load_s,
        handover_s=profile.handover_s,
        prepare_s=PREPARE_S,
        turn_s=TURN_S,
        full_wh=profile.battery_wh * usable_frac,
        ready_wh=profile.battery_wh * max(0.0, READY_BATTERY_FRAC - profile.reserve_frac),
        charge_w=max(profile.charge_w, 1.0),
        rates=DEFAULT_RATES[profile.kind],
        later_frac=later_frac(it.state.paces.get(profile.name, ())),
        taper_frac=max(0.0, _TAPER_FROM_FRAC - profile.reserve_frac) / usable_frac,
        taper_share_frac=_TAPER_SHARE_FRAC,
    )


def carrier_of(it: Asking, vehicle: VehicleState, all_here: Sequence[VehicleState]) -> Carrier | None:
    """When it can load next, and with how much charge; None where nobody can say."""
    seen = it.seen.get(vehicle.vehicle_id)
    if seen is None or vehicle.link is not LinkState.UP or vehicle.fault or vehicle.asked is not None:
        return None
    profile = vehicle.profile
    usable_wh = (seen.battery_frac - profile.reserve_frac) * profile.battery_wh
    free_at_s = _free_at_s(it, vehicle, seen)
    if free_at_s is None:
        return None
    if vehicle.mission_id is not None:
        mission = it.state.missions[vehicle.mission_id]
        usable_wh -= mission.plan.energy_wh * _left_frac(mission, it.now_s)
    shift = seen.shift or Shift(-inf, inf)
    free_at_s = max(free_at_s, shift.from_s)
    least = min(other.trips for other in all_here if other.profile.name == profile.name)
    return Carrier(
        vehicle_id=vehicle.vehicle_id,
        kind=profile.name,
        free_at_s=free_at_s,
        left_wh=max(0.0, usable_wh),
        room=1 if profile.medium is Medium.AIR else profile.compartments,
        room_kg=profile.max_payload_kg,
        works_until_s=shift.until_s,
        wear_eur=_WEAR_EUR * (1.0 - 1.0 / (1.0 + 0.1 * (vehicle.trips - least))),
        rest=None if shift.rest is None else _still_to_come(shift.rest, free_at_s),
    )


def _free_at_s(it: Asking, vehicle: VehicleState, seen: Telemetry) -> float | None:
    """When it can be given something; None where that cannot be told."""
    if vehicle.mission_id is not None:
        mission = it.state.missions[vehicle.mission_id]
        return None if mission.phase is MissionPhase.LOST else back_at_s(mission, it.now_s) + TURN_S
    if vehicle.vehicle_id in it.free:
        return it.now_s
    if not {r.because for r in unready(vehicle, seen, it.now_s)} <= _PASSING:
        return None
    return max(it.now_s + TURN_S, rests_until_s(vehicle))


def _still_to_come(rest: Break, free_at_s: float) -> Break | None:
    """A break as it can still be had: what is left of it by who comes back late, or none."""
    if rest.until_s <= free_at_s:
        return None
    return (
        rest if free_at_s <= rest.by_s else replace(rest, from_s=free_at_s, lasts_s=rest.until_s - free_at_s)
    )


def _left_frac(mission: MissionState, now_s: float) -> float:
    whole_s = mission.plan.end_at_s - mission.plan.depart_at_s
    return min(1.0, max(0.0, (mission.plan.end_at_s - now_s) / max(1.0, whole_s)))
