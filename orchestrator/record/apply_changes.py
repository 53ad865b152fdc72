"""What follows when a mission under way goes on by another way."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from geofences.zone import Medium
from orchestrator.orders.custody import OnVehicle
from orchestrator.record.events import MissionChanged
from orchestrator.record.illegal import IllegalEvent, bound_mission, check_instant
from orchestrator.record.state import FleetState, MissionPhase, MissionState, ParcelPhase
from orchestrator.traffic.intent import IntentState
from vehicles.mission import PickUp


def mission_changed(state: FleetState, event: MissionChanged, at_s: float) -> FleetState:
    """The mission is over where it is, and the new one is under way from there with what is left aboard."""
    vehicle, before = bound_mission(state, event, MissionPhase.UNDER_WAY)
    plan = event.plan
    _check(state, event, before)
    if vehicle.profile.medium is Medium.AIR and plan.intent is None:
        raise IllegalEvent(
            event, "plan.intent", f"{vehicle.vehicle_id} flies, so it must reserve its volumes"
        )
    over = replace(
        before,
        phase=MissionPhase.ENDED,
        ended_at_s=at_s,
        distance_m=event.distance_m,
        energy_wh=event.energy_wh,
        energy_from=event.energy_from,
        reasons=event.reasons,
        intent_state=None if before.intent_state is None else IntentState.ENDED,
    )
    kept = tuple(one for one in vehicle.aboard if one not in plan.parcel_ids)
    new = MissionState(
        plan,
        MissionPhase.UNDER_WAY,
        at_s,
        None if plan.intent is None else IntentState.ACTIVATED,
        started_at_s=at_s,
        kept=kept,
        unloaded=True,
    )
    new_id = plan.mission.mission_id
    parcels = state.parcels
    for parcel_id in plan.parcel_ids:
        parcels = parcels.set(parcel_id, replace(parcels[parcel_id], mission_id=new_id))
    for parcel_id in kept:  # what is not handed over any more comes back with it
        why = parcels[parcel_id].reasons if parcel_id in before.kept else event.reasons
        parcels = parcels.set(parcel_id, replace(parcels[parcel_id], mission_id=new_id, reasons=why))
    return replace(
        state,
        missions=state.missions.set(event.mission_id, over).set(new_id, new),
        vehicles=state.vehicles.set(vehicle.vehicle_id, replace(vehicle, mission_id=new_id)),
        parcels=parcels,
    )


def _check(state: FleetState, event: MissionChanged, before: MissionState) -> None:
    plan = event.plan
    if plan.mission.vehicle_id != event.vehicle_id:
        raise IllegalEvent(event, "plan.mission.vehicle_id", f"is not {event.vehicle_id}")
    if plan.mission.mission_id in state.missions:
        raise IllegalEvent(event, "plan.mission.mission_id", f"{plan.mission.mission_id} was used before")
    if any(isinstance(leg, PickUp) for leg in plan.mission.legs):
        raise IllegalEvent(
            event, "plan.mission.legs", "what it carries is aboard: there is nothing to pick up"
        )
    if len(plan.further_after_s) != len(plan.parcel_ids) - 1:
        raise IllegalEvent(event, "plan.further_after_s", "needs one for each parcel but the first")
    for parcel_id in plan.parcel_ids:
        parcel = state.parcels.get(parcel_id)
        carried = parcel_id in before.plan.parcel_ids and parcel_id not in before.kept
        aboard = parcel is not None and parcel.keeper == OnVehicle(event.vehicle_id)
        if not (carried and aboard) or parcel is None or parcel.phase is not ParcelPhase.ON_THE_WAY:
            raise IllegalEvent(event, "plan.mission.legs", f"{parcel_id} is not aboard to be handed over")
    for field in ("depart_at_s", "handover_at_s", "end_at_s"):
        check_instant(event, f"plan.{field}", getattr(plan, field))
    figures = {
        "distance_m": event.distance_m,
        "energy_wh": event.energy_wh,
        "plan.distance_m": plan.distance_m,
        "plan.energy_wh": plan.energy_wh,
    }
    for field, value in figures.items():
        if not isfinite(value) or value < 0.0:
            raise IllegalEvent(event, field, f"{value} is not a finite number of 0 or more")
