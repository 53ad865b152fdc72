"""What follows from facts about vehicles that stand still on their missions."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.record.events import Ask, AskAnswered, LandingMissed, VehicleLanded, VehicleWentOn
from orchestrator.record.illegal import IllegalEvent, known_vehicle
from orchestrator.record.state import MOVING, FleetState, Halt, Pause, VehicleState


def halt_after(state: FleetState, vehicle: VehicleState, event: AskAnswered, at_s: float) -> Halt | None:
    """Whether the vehicle stands still after an answer: what stands on the ground holds by itself."""
    landed = vehicle.halt is not None and vehicle.halt.pause is Pause.LANDED
    by = "" if vehicle.asked is None else vehicle.asked.by
    if not event.done or not under_way(state, vehicle):
        return vehicle.halt
    match event.ask:
        case Ask.RESUME | Ask.RETURN:
            return None
        case Ask.HOLD if not landed:
            return Halt(Pause.HELD, at_s, by, state.seq + 1)
        case Ask.LAND if not landed:
            return Halt(Pause.LANDING, at_s, by, state.seq + 1)
        case _:
            return vehicle.halt


def apply_halt_fact(
    state: FleetState, event: VehicleLanded | LandingMissed | VehicleWentOn, at_s: float
) -> FleetState:
    """The state after one. Raises `IllegalEvent` for a vehicle that is on no mission."""
    vehicle = known_vehicle(state, event)
    if not under_way(state, vehicle):
        raise IllegalEvent(event, "vehicle_id", f"{event.vehicle_id} is on no mission")
    match event:
        case VehicleLanded():
            by = "" if vehicle.halt is None else vehicle.halt.by
            halt: Halt | None = Halt(Pause.LANDED, at_s, by, state.seq + 1)
        case LandingMissed():
            halt = vehicle.halt
        case VehicleWentOn():
            halt = None
    after = replace(vehicle, halt=halt)
    return replace(state, vehicles=state.vehicles.set(event.vehicle_id, after))


def under_way(state: FleetState, vehicle: VehicleState) -> bool:
    """Whether it has left its pad on a mission."""
    return vehicle.mission_id is not None and state.missions[vehicle.mission_id].phase in MOVING
