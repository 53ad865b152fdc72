"""When a silent vehicle counts as lost with what it holds: late enough, and not with what is in doubt."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.operations.decide import MISSING_AFTER_S, decide
from orchestrator.record.events import (
    CustodyDoubted,
    Event,
    LinkLost,
    MissionEnded,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    ParcelLoaded,
    PlanLoaded,
    VehicleMissing,
)
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import (
    D1,
    DOOR,
    START_S,
    decided,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)

AROUND = surroundings()


def missing(state: FleetState, now_s: float) -> list[Event]:
    found = decide(state, {D1: sample(at_s=START_S)}, AROUND, now_s)
    return [event for event in found if isinstance(event, VehicleMissing)]


def test_a_silent_vehicle_has_its_margin_from_its_last_word_however_long_its_mission_is_over() -> None:
    state = ready_fleet(D1, orders=[order()])
    (mission,) = (one for one in decided(state, AROUND) if isinstance(one, MissionPlanned))
    ids = D1, mission.mission.mission_id
    aboard = ParcelLoaded(*ids, mission.parcel_id)
    state = state_after([mission, PlanLoaded(*ids), aboard], state)
    given_back = MissionWithdrawn(*ids, (), (mission.parcel_id,))
    silent = LinkLost(D1, DOOR, START_S)
    at_s = mission.end_at_s + 3600.0
    for before in ([given_back], [MissionStarted(*ids)]):
        lost = state_after([silent], state_after(before, state), at_s)
        assert missing(lost, at_s + MISSING_AFTER_S - 1.0) == []
        assert len(missing(lost, at_s + MISSING_AFTER_S + 1.0)) == 1


def test_an_idle_vehicle_is_missing_only_with_what_a_withdrawn_mission_left_aboard_for_sure() -> None:
    state = ready_fleet(D1, orders=[order()])
    (mission,) = (one for one in decided(state, AROUND) if isinstance(one, MissionPlanned))
    ids = D1, mission.mission.mission_id
    aboard = ParcelLoaded(*ids, mission.parcel_id)
    state = state_after([mission, PlanLoaded(*ids), aboard], state)
    doubted = CustodyDoubted(D1, mission.parcel_id, DOOR, (Reason(Because.AUTOPILOT, D1, "Gone?"),))
    withdrawn = MissionWithdrawn(*ids, (), (mission.parcel_id,))
    ended = (MissionStarted(*ids), MissionEnded(*ids, 0.0, 0.0))
    for before in ((doubted, withdrawn), ended):
        lost = state_after([*before, LinkLost(D1, DOOR, START_S)], state)
        assert missing(lost, mission.end_at_s + 3600.0) == []
