"""A day on paper, as policies are compared on: the product's own decisions, each run the same twice."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.dispatch_day import spent_eur
from benchmarks.dispatch_paper import on_paper
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.record.codec import state_json
from orchestrator.record.report import last_delivered_at_s
from orchestrator.record.state import FleetState, parcels_of
from sitl.changes import Changes, Spell
from tests.scenarios.test_mixed_fleet import scenario
from vehicles.profile import Kind


def ended() -> FleetState:
    state, refused = on_paper(scenario(), Dispatcher())
    assert refused == 0
    return state


def kinds_at_work(state: FleetState, from_s: float, until_s: float) -> set[Kind]:
    return {
        state.vehicles[mission.plan.mission.vehicle_id].profile.kind
        for mission in state.missions.values()
        if mission.started_at_s is not None
        and from_s < mission.started_at_s - scenario().start_utc_s < until_s
    }


def test_every_order_is_delivered_by_those_that_the_wind_leaves_and_each_time_alike() -> None:
    state = ended()
    times = [last_delivered_at_s(parcels_of(state, order_id)) for order_id in state.orders]
    assert len(times) == scenario().demand.orders
    assert all(at_s is not None for at_s in times)
    assert Kind.DRONE not in kinds_at_work(state, 60.0, 1500.0)
    assert kinds_at_work(state, 60.0, 1500.0)
    assert spent_eur(state) > 0.0
    assert state_json(ended()) == state_json(state)


def test_without_wind_drones_fly() -> None:
    calm = replace(scenario(), changes=Changes(spells=(Spell(60.0, 1500.0, 5.0),)))
    state, _ = on_paper(calm, Dispatcher())
    assert Kind.DRONE in kinds_at_work(state, 60.0, 1500.0)
