"""Booking facts about a mission that somebody else may have taken back meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from geofences.reason import Reason
from orchestrator.record.events import Event, VehicleWentOn
from orchestrator.record.state import (
    BEFORE_START,
    MOVING,
    FleetState,
    MissionPhase,
    MissionState,
    VehicleState,
)
from orchestrator.record.taken_back import withdrawal
from orchestrator.record.writer import Writer


def still(state: FleetState, mission: MissionState, phases: Collection[MissionPhase]) -> bool:
    """Whether the mission still is its vehicle's, and in one of `phases`."""
    plan = mission.plan.mission
    bound = state.vehicles[plan.vehicle_id].mission_id == plan.mission_id
    return bound and state.missions[plan.mission_id].phase in phases


async def book(
    writer: Writer, mission: MissionState, phases: Collection[MissionPhase], *facts: Event
) -> None:
    """Keep facts about a mission if, in the writer's turn, it `still` is in one of `phases`.

    Raises `JournalError` when they cannot be kept.
    """
    await writer.write(lambda state: facts if still(state, mission, phases) else ())


async def withdraw(writer: Writer, mission: MissionState, reasons: Sequence[Reason], *also: Event) -> None:
    """Give a mission up, and keep what comes `also` of that, if in the writer's turn it has not started.

    Raises `JournalError` when that cannot be kept.
    """

    def decide(state: FleetState) -> Sequence[Event]:
        if not still(state, mission, BEFORE_START):
            return ()
        return (withdrawal(state, state.missions[mission.plan.mission.mission_id], reasons), *also)

    await writer.write(decide)


async def no_more_held(
    writer: Writer, vehicle: VehicleState, mission: MissionState, reasons: Sequence[Reason]
) -> None:
    """Keep that one whom people had hold is moved all the same, and why; nothing of any other."""
    if vehicle.halt is not None:
        went_on = VehicleWentOn(vehicle.vehicle_id, tuple(reasons), vehicle.halt.by)
        await book(writer, mission, MOVING, went_on)
