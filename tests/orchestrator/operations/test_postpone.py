"""A missed departure moves: the same way, free of others' air, as well checked as a new mission."""

from __future__ import annotations

from geofences.reason import Because
from orchestrator.operations.dispatching.postpone import LONGEST_PREPARATION_S, postponed
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.record.events import DeparturePostponed, MissionPlanned, ParcelLoaded, PlanLoaded
from orchestrator.record.state import FleetState
from orchestrator.traffic.reservations import Reservation, first_clash, volumes
from tests.orchestrator.operations.town import (
    D1,
    D2,
    START_S,
    decided,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)

AROUND = surroundings()


def missions(state: FleetState) -> list[MissionPlanned]:
    return [event for event in decided(state, AROUND) if isinstance(event, MissionPlanned)]


def later(state: FleetState, plan: MissionPlanned, now_s: float, battery_frac: float = 1.0) -> object:
    seen = sample(at_s=now_s, battery_frac=battery_frac)
    return postponed(state, state.missions[plan.mission.mission_id], seen, AROUND, now_s)


def test_everything_moves_by_the_same_time_and_the_way_stays() -> None:
    state = ready_fleet(D1, orders=[order()])
    (plan,) = missions(state)
    state = state_after([plan], state)
    fact = later(state, plan, plan.depart_at_s + 20.0)
    assert isinstance(fact, DeparturePostponed)
    by_s = fact.depart_at_s - plan.depart_at_s
    assert by_s > 20.0
    assert fact.handover_at_s - plan.handover_at_s == by_s
    assert fact.end_at_s - plan.end_at_s == by_s
    assert fact.intent is not None
    assert plan.intent is not None
    assert fact.intent.timed.path == plan.intent.timed.path
    assert fact.intent.timed.starts_at_s == fact.depart_at_s
    state_after([fact], state)  # and it may follow


def test_what_is_done_already_is_not_waited_for_again() -> None:
    state = ready_fleet(D1, orders=[order()])
    (plan,) = missions(state)
    state = state_after([plan], state)
    fresh = later(state, plan, plan.depart_at_s + 20.0)
    name, mission_id = plan.mission.vehicle_id, plan.mission.mission_id
    ready = state_after([PlanLoaded(name, mission_id), ParcelLoaded(name, mission_id, plan.parcel_id)], state)
    soon = later(ready, plan, plan.depart_at_s + 20.0)
    assert isinstance(fresh, DeparturePostponed)
    assert isinstance(soon, DeparturePostponed)
    assert soon.depart_at_s < fresh.depart_at_s - 5.0


def test_the_new_time_is_free_of_what_others_hold() -> None:
    state = ready_fleet(D1, D2, orders=[order("O1"), order("O2")])
    first, second = missions(state)
    state = state_after([first, second], state)
    fact = later(state, first, first.depart_at_s + 15.0)
    assert isinstance(fact, DeparturePostponed)
    assert fact.intent is not None
    assert second.intent is not None
    held = (Reservation(second.mission.vehicle_id, volumes(second.intent)),)
    assert first_clash(fact.intent, held) is None


def test_a_battery_that_no_longer_lasts_ends_it() -> None:
    state = ready_fleet(D1, orders=[order()])
    (plan,) = missions(state)
    state = state_after([plan], state)
    answer = later(state, plan, plan.depart_at_s + 20.0, battery_frac=0.26)
    assert isinstance(answer, Infeasible)
    assert answer.reasons[0].because is Because.ENERGY


def test_a_vehicle_does_not_get_ready_for_ever() -> None:
    state = ready_fleet(D1, orders=[order()])
    (plan,) = missions(state)
    state = state_after([plan], state)
    answer = later(state, plan, START_S + LONGEST_PREPARATION_S + 60.0)
    assert isinstance(answer, Infeasible)
    assert answer.reasons[0].because is Because.BUSY
