"""What follows when a mission under way goes on, or goes home, by another way."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from geofences.zone import Medium
from orchestrator.orders.custody import OnVehicle
from orchestrator.record.applying.check_plans import check_precedence
from orchestrator.record.applying.fetches import released, still_to_fetch
from orchestrator.record.events import AirTaken, MissionChanged
from orchestrator.record.illegal import IllegalEvent, bound_mission, check_instant
from orchestrator.record.state import FleetState, MissionPhase, MissionState, ParcelPhase
from orchestrator.traffic.intent import IntentState


def mission_changed(state: FleetState, event: MissionChanged, at_s: float) -> FleetState:
    """The mission is over where it is, and the new one is under way from there with what is left aboard.

    What it was to fetch and the new one is not waits for another.
    """
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
    parcels, over = released(state, over, event.reasons, at_s, but=plan.parcel_ids)
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


def air_taken(state: FleetState, event: AirTaken) -> FleetState:
    """The vehicle holds the air of its way home instead of that of its mission: the newest counts."""
    vehicle, mission = bound_mission(state, event, MissionPhase.GIVEN_UP)
    if vehicle.profile.medium is not Medium.AIR:
        raise IllegalEvent(event, "intent", f"{vehicle.vehicle_id} does not fly, so it reserves no air")
    homeward = replace(mission, other_air=event.intent)
    return replace(state, missions=state.missions.set(event.mission_id, homeward))


def _check_carried(state: FleetState, event: MissionChanged, before: MissionState) -> None:
    """Of what the mission before had to do, nothing new: it is aboard, or was to be fetched and is yet."""
    plan = event.plan
    fetches = [leg.parcel_id for leg in plan.mission.fetches]
    if len(set(fetches)) != len(fetches) or not set(still_to_fetch(state, before)) >= set(fetches):
        raise IllegalEvent(event, "plan.mission.legs", "fetches what the mission before was not to fetch")
    for parcel_id in plan.parcel_ids:
        parcel = state.parcels.get(parcel_id)
        carried = parcel_id in before.carried and parcel_id not in before.kept
        aboard = parcel is not None and parcel.keeper == OnVehicle(event.vehicle_id)
        on_its_way = aboard and parcel is not None and parcel.phase is ParcelPhase.ON_THE_WAY
        if not carried or not (on_its_way or parcel_id in fetches):
            raise IllegalEvent(event, "plan.mission.legs", f"{parcel_id} is not aboard to be handed over")


def _check(state: FleetState, event: MissionChanged, before: MissionState) -> None:
    plan = event.plan
    if plan.mission.vehicle_id != event.vehicle_id:
        raise IllegalEvent(event, "plan.mission.vehicle_id", f"is not {event.vehicle_id}")
    if plan.mission.mission_id in state.missions:
        raise IllegalEvent(event, "plan.mission.mission_id", f"{plan.mission.mission_id} was used before")
    if plan.loads:
        raise IllegalEvent(event, "plan.mission.legs", "what it carries is aboard: there is nothing to load")
    check_precedence(event, plan.mission)
    if len(plan.further_after_s) != len(plan.parcel_ids) - 1:
        raise IllegalEvent(event, "plan.further_after_s", "needs one for each parcel but the first")
    _check_carried(state, event, before)
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
