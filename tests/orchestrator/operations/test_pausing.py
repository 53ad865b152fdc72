"""How soon a session looks again, against what may come of it."""

from __future__ import annotations

import pytest

from geofences.zone import Medium
from orchestrator.operations.pausing import COARSE_S, FINE_S, IDLE_S, pause_s
from orchestrator.operations.sight import Sight
from orchestrator.operations.watch import Watch
from orchestrator.record.events import Ask, MissionFailed, OperatorAsked
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.test_monitor import DEPART_S, M1, PLANNED, state, under_way
from tests.orchestrator.operations.town import D1, START_S, ready_fleet, sample

AIR_FINE_S, AIR_COARSE_S = FINE_S[Medium.AIR], COARSE_S[Medium.AIR]


def pause(of: FleetState, now_s: float) -> float:
    seen = sample(at_s=now_s)
    return pause_s(Sight(of, of.vehicles[D1], seen, Watch(START_S), now_s))


@pytest.mark.parametrize("at_s", [PLANNED.handover_at_s, PLANNED.end_at_s])
def test_a_vehicle_under_way_is_looked_at_finely_about_each_time_of_its_plan_and_coarsely_between(
    at_s: float,
) -> None:
    going = under_way()
    assert [pause(going, at_s + off_s) for off_s in (-9.0, 0.0, 9.0)] == [AIR_FINE_S] * 3
    assert pause(going, at_s - 15.0) == AIR_COARSE_S
    assert pause(going, PLANNED.end_at_s + 60.0) == AIR_COARSE_S  # late for no reason: looked at all the same


def test_one_that_started_late_is_expected_as_much_later() -> None:
    going = under_way(at_s=DEPART_S + 30.0)
    assert pause(going, PLANNED.handover_at_s) == AIR_COARSE_S
    assert pause(going, PLANNED.handover_at_s + 30.0) == AIR_FINE_S


def test_what_is_waited_for_is_looked_at_when_it_is_due() -> None:
    aboard = state()
    assert pause(aboard, DEPART_S - 0.25) == pytest.approx(0.25, abs=1e-6)
    assert pause(aboard, DEPART_S - 30.0) == AIR_COARSE_S
    assert pause(aboard, DEPART_S + 1.0) == AIR_FINE_S  # it was sent, or is about to be


def test_trouble_and_operators_are_followed_finely_whatever_the_plan_says() -> None:
    far_s = PLANNED.handover_at_s - 20.0
    asked = under_way(OperatorAsked(D1, Ask.HOLD, "ann"))
    assert pause(asked, far_s) == AIR_FINE_S
    assert pause(under_way(MissionFailed(D1, M1, ())), far_s) == AIR_FINE_S
    assert pause(ready_fleet(D1), START_S) == IDLE_S
