"""How soon a session looks again, against what may come of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.zone import Medium
from orchestrator.operations.watching.pausing import CALM_S, COARSE_S, FINE_S, IDLE_S, pause_s
from orchestrator.operations.watching.readiness import FRESH_S, PLACED_FOR_S
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
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


def calm_pause(of: FleetState, now_s: float, heard_s: float = 0.0, **odd: float) -> float:
    """The same of a vehicle that tells when its state changes, last heard so long ago."""
    watch = replace(Watch(START_S), **odd)  # type: ignore[arg-type]
    return pause_s(Sight(of, of.vehicles[D1], sample(at_s=now_s - heard_s), watch, now_s), tells=True)


@pytest.mark.parametrize("off_s", [-60.0, -9.0, 0.0])
def test_one_that_tells_is_looked_at_calmly_whatever_is_due(off_s: float) -> None:
    assert calm_pause(under_way(), PLANNED.handover_at_s + off_s) == CALM_S[Medium.AIR]


def test_it_is_looked_at_just_when_it_would_be_lost_were_it_silent() -> None:
    far_s = PLANNED.handover_at_s - 20.0
    for heard_s in (3.0, 4.0, 4.9):
        due_s = calm_pause(under_way(), far_s, heard_s)
        next_s = (
            PLACED_FOR_S if heard_s <= PLACED_FOR_S else FRESH_S
        )  # first its position would be an old one
        assert heard_s + due_s == pytest.approx(next_s + 0.05)
        assert heard_s + calm_pause(ready_fleet(D1), START_S, heard_s) == pytest.approx(FRESH_S + 0.05)
    assert calm_pause(ready_fleet(D1), START_S) == FRESH_S
    assert calm_pause(ready_fleet(D1), START_S, 6.0) == IDLE_S  # it is lost: nothing is gained by more looks


@pytest.mark.parametrize(
    "odd", ["odd_since_s", "outside_since_s", "foreign_since_s", "held_since_s", "dropped_since_s"]
)
def test_what_may_become_a_fact_by_lasting_is_followed_as_closely_as_ever(odd: str) -> None:
    far_s = PLANNED.handover_at_s - 20.0
    assert calm_pause(under_way(), far_s, **{odd: far_s}) == AIR_COARSE_S
    assert calm_pause(under_way(), PLANNED.handover_at_s, **{odd: far_s}) == AIR_FINE_S
    assert calm_pause(ready_fleet(D1), START_S, **{odd: START_S}) == IDLE_S
