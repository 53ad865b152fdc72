"""What a mission takes along is put aboard: not what came off it meanwhile, since its order was cancelled."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.operations.commanding.booking import still
from orchestrator.record.events import Event, ParcelLoaded, ParcelReturned
from orchestrator.record.state import FleetState, MissionPhase, MissionState, VehicleState
from orchestrator.record.writer import Writer
from vehicles.mission import ParcelId, VehicleId
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Accepted, Grip, Outcome, Vehicle


async def take_aboard(vehicle: Vehicle, writer: Writer, mission: MissionState) -> Outcome | None:
    """Have the vehicle close around each parcel of a mission in turn; None once it has all of them.

    Else what it answered about the first that it does not hold.
    """
    mission_id = mission.plan.mission.mission_id
    for parcel_id in mission.plan.loads:
        if parcel_id in writer.state.missions[mission_id].missed:
            continue
        outcome = await vehicle.command(Grip(parcel_id))
        held = isinstance(outcome, Accepted) or _holds(vehicle.telemetry, parcel_id)
        if not held and parcel_id not in writer.state.missions[mission_id].missed:
            return outcome
    return None


def loaded(state: FleetState, mission: MissionState) -> Sequence[Event]:
    """That all of it is aboard which the mission takes along by now; nothing where it is not its turn."""
    if not still(state, mission, (MissionPhase.LOADED,)):
        return ()
    plan = mission.plan.mission
    newest = state.missions[plan.mission_id]
    return [ParcelLoaded(plan.vehicle_id, plan.mission_id, one) for one in newest.loads]


def to_give_back(state: FleetState, vehicle: VehicleState) -> tuple[ParcelId, ...]:
    """What an idle vehicle surely holds: of a mission withdrawn, or found by a person that was in doubt."""
    doubts = ((one, state.parcels[one].doubt) for one in vehicle.aboard)
    return tuple(one for one, doubt in doubts if doubt is None or doubt.seen_aboard_by)


def given_back(state: FleetState, vehicle_id: VehicleId) -> Sequence[Event]:
    """That an idle vehicle has let go, at its hub, of what it held."""
    vehicle = state.vehicles[vehicle_id]
    return [ParcelReturned(one, vehicle.hub_id) for one in to_give_back(state, vehicle)]


def _holds(seen: Telemetry | None, parcel_id: ParcelId) -> bool:
    """Whether a parcel is in its gripper, as far as it can tell parcels apart."""
    if seen is None:
        return False
    return seen.carrying is True if seen.holds is None else parcel_id in seen.holds
