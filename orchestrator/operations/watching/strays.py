"""Flights in whose way another of our own comes that was given up and takes other air (invariant 6).

What stands on its pad waits for it anyway: a departure is held against all that is held then. What is in the
air is told, as it is of a closed area: its session has it go around, among the heights that are free.
"""

from __future__ import annotations

from dataclasses import replace

from geofences.corridor import Meeting, Volume4D, first_meeting
from geofences.reason import Because, Reason
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.readiness import Seen
from orchestrator.record.events import Event, MayMeet
from orchestrator.record.state import FleetState, LinkState, MissionPhase, MissionState
from orchestrator.traffic.intent import IntentState, OperationalIntent
from orchestrator.traffic.reservations import Reservation, volumes
from vehicles.clock import time_of_day
from vehicles.mission import Travel


def clear_of_strays(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """Those in the air, on their way between stops, that would meet such an aircraft: each is told once."""
    del seen, surroundings
    bound = [
        (vehicle_id, vehicle, state.missions[vehicle.mission_id])
        for vehicle_id, vehicle in sorted(state.vehicles.items())
        if vehicle.mission_id is not None
    ]
    strays = {vehicle_id for vehicle_id, _, mission in bound if _astray(mission)}
    if not strays:
        return ()
    held = [one for one in reservations(state, now_s) if one.vehicle_id in strays]
    found = []
    for vehicle_id, vehicle, mission in bound:
        intent = mission.plan.intent
        if intent is None or vehicle.link is not LinkState.UP or not _on_its_way(mission):
            continue
        met = _first(intent, held, now_s)
        if met is not None:
            other, meeting = met
            text = f"{other.vehicle_id}, which was given up, comes its way at {time_of_day(meeting.at_s)}."
            reason = Reason(Because.TRAFFIC, other.vehicle_id, text)
            told = mission.plan.mission.mission_id, other.vehicle_id, (reason,)
            found.append(MayMeet(vehicle_id, *told, meeting.position, meeting.at_s))
    return tuple(found)


def _astray(mission: MissionState) -> bool:
    """Whether it takes air that it had not reserved when others planned.

    Neither does one that is not heard, which flies on as planned; nor one that is beside its path just now.
    """
    return mission.phase is MissionPhase.GIVEN_UP and mission.other_air is not None


def _on_its_way(mission: MissionState) -> bool:
    """Whether it conforms, was not told of anything yet, and neither hands over nor lands just now."""
    left = mission.plan.mission.legs[mission.legs_done :]
    return (
        mission.phase is MissionPhase.UNDER_WAY
        and mission.intent_state is IntentState.ACTIVATED
        and mission.closed is None
        and isinstance(left[0] if left else None, Travel)
    )


def _first(
    intent: OperationalIntent, held: list[Reservation], now_s: float
) -> tuple[Reservation, Meeting] | None:
    """Whom a flight would meet first from now on, and where and when."""
    mine = tuple(_from(volume, now_s) for volume in volumes(intent) if volume.until_s >= now_s)
    meetings = [
        (meeting.at_s, other.vehicle_id, other, meeting)
        for other in held
        if (meeting := first_meeting(mine, other.volumes)) is not None
    ]
    return min(meetings, key=lambda one: one[:2])[2:] if meetings else None


def _from(volume: Volume4D, now_s: float) -> Volume4D:
    return replace(volume, from_s=max(volume.from_s, now_s))
