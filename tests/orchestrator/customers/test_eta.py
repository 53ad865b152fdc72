"""The prediction follows the plan until the vehicle moves, and then the vehicle."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geofences.position import GeoPoint, bearing_deg, destination, distance_m
from geofences.reason import Because, Reason
from orchestrator.customers.eta import Eta, Etas
from orchestrator.customers.look import Look
from orchestrator.orders.order import OrderId
from orchestrator.record.apply import apply
from orchestrator.record.events import (
    Entry,
    Event,
    LinkLost,
    MissionFailed,
    MissionPlanned,
    ParcelExpected,
    ParcelHandedOver,
    VehicleFaulted,
)
from orchestrator.record.state import FleetState
from vehicles.mission import MissionId, ParcelId, Travel, VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Telemetry

ORDER = OrderId("o-1")
DRONE = VehicleId("D1")
Sample = Callable[[GeoPoint, float, float], Telemetry]


def plan_of(state: FleetState) -> MissionPlanned:
    return state.missions[MissionId(1)].plan


def eta(state: FleetState, now_s: float, sample: Telemetry | None = None) -> Eta:
    found = Etas().of_order(Look(state, {} if sample is None else {DRONE: sample}, now_s), ORDER)
    assert found is not None
    return found


def on_the_way_out(state: FleetState, along_m: float) -> GeoPoint:
    leg = plan_of(state).mission.legs[1]
    assert isinstance(leg, Travel)
    start, end = leg.path.waypoints[1].position, leg.path.waypoints[2].position
    return destination(start, bearing_deg(start, end), along_m)


def passes_at_s(state: FleetState, along_m: float) -> float:
    """When the plan has the vehicle so far along its cruise to the door."""
    plan = plan_of(state)
    assert plan.intent is not None
    _, begin, end = plan.intent.timed.points[:3]
    cruise_m = distance_m(begin.waypoint.position, end.waypoint.position)
    return begin.at_s + (end.at_s - begin.at_s) * along_m / cruise_m


def due_after_s(along_m: float) -> float:
    """How long after departure the plan has the drone so far along its way, at 60 m."""
    return 60.0 / DELIVERY_DRONE.climb_mps + along_m / DELIVERY_DRONE.cruise_mps


def test_nothing_is_predicted_for_an_order_that_waits(placed: FleetState) -> None:
    assert Etas().of_order(Look(placed, {}, placed.at_s), ORDER) is None


def test_before_departure_the_plan_counts(planned: FleetState) -> None:
    plan = plan_of(planned)
    assert eta(planned, plan.depart_at_s - 30.0).at_s == plan.handover_at_s


def test_an_overdue_departure_puts_it_off(planned: FleetState) -> None:
    plan = plan_of(planned)
    assert eta(planned, plan.depart_at_s + 45.0).at_s == pytest.approx(plan.handover_at_s + 45.0)


def test_under_way_and_unheard_the_late_start_counts(flying: FleetState) -> None:
    plan = plan_of(flying)
    assert eta(flying, plan.depart_at_s + 20.0).at_s == pytest.approx(plan.handover_at_s + 10.0)


@pytest.mark.parametrize("late_s", [-8.0, 0.0, 10.0, 90.0])
def test_under_way_the_vehicle_itself_counts(flying: FleetState, sample: Sample, late_s: float) -> None:
    plan = plan_of(flying)
    now_s = passes_at_s(flying, 600.0) + late_s
    seen = sample(on_the_way_out(flying, 600.0), 60.0, now_s)
    assert eta(flying, now_s, seen).at_s == pytest.approx(plan.handover_at_s + late_s, abs=0.2)


def test_beside_its_path_the_nearest_point_counts(flying: FleetState, sample: Sample) -> None:
    plan = plan_of(flying)
    now_s = passes_at_s(flying, 600.0)
    beside = destination(on_the_way_out(flying, 600.0), 135.0, 30.0)
    assert eta(flying, now_s, sample(beside, 62.0, now_s)).at_s == pytest.approx(plan.handover_at_s, abs=0.2)


def test_hovering_at_the_door_adds_no_lateness(flying: FleetState, sample: Sample) -> None:
    plan = plan_of(flying)
    door = flying.orders[ORDER].order.drop_off.position
    late_s = 10.0
    for before_s in (6.0, 4.0, 1.0):
        now_s = plan.handover_at_s + late_s - before_s
        assert eta(flying, now_s, sample(door, 8.0, now_s)).at_s == pytest.approx(
            plan.handover_at_s + late_s, abs=6.1
        )


def test_an_old_sample_says_nothing(flying: FleetState, sample: Sample) -> None:
    plan = plan_of(flying)
    old = sample(on_the_way_out(flying, 0.0), 60.0, plan.depart_at_s)
    assert eta(flying, plan.depart_at_s + 60.0, old).at_s == pytest.approx(plan.handover_at_s + 10.0)


def test_it_is_never_in_the_past(flying: FleetState) -> None:
    late_s = plan_of(flying).handover_at_s + 500.0
    assert eta(flying, late_s).at_s == late_s


def test_the_window_narrows_and_holds_the_prediction(flying: FleetState, sample: Sample) -> None:
    plan = plan_of(flying)
    widths = []
    for along_m in (100.0, 700.0, 1400.0):
        now_s = plan.depart_at_s + due_after_s(along_m)
        found = eta(flying, now_s, sample(on_the_way_out(flying, along_m), 60.0, now_s))
        assert now_s <= found.from_s <= found.at_s <= found.until_s
        widths.append(found.until_s - found.from_s)
    assert widths == sorted(widths, reverse=True)


def test_it_ends_with_the_hand_over_and_with_the_mission(
    flying: FleetState, then: Callable[..., FleetState]
) -> None:
    at_s = plan_of(flying).handover_at_s
    door = flying.orders[ORDER].order.drop_off.position
    over = then(flying, at_s, ParcelHandedOver(DRONE, MissionId(1), ParcelId("o-1/1"), door))
    assert Etas().of_order(Look(over, {}, at_s), ORDER) is None
    failed = then(flying, at_s, MissionFailed(DRONE, MissionId(1), ()))
    assert Etas().of_order(Look(failed, {}, at_s), ORDER) is None


def test_tracks_of_missions_that_are_over_are_let_go(
    flying: FleetState, sample: Sample, then: Callable[..., FleetState]
) -> None:
    etas = Etas()
    now_s = plan_of(flying).depart_at_s + 20.0
    seen = {DRONE: sample(on_the_way_out(flying, 100.0), 60.0, now_s)}
    etas.of_order(Look(flying, seen, now_s), ORDER)
    assert etas._tracks
    etas.forget(flying)
    assert etas._tracks
    etas.forget(then(flying, now_s, MissionFailed(DRONE, MissionId(1), ())))
    assert not etas._tracks


def test_of_a_vehicle_that_cannot_come_any_more_nothing_is_predicted(placed: FleetState) -> None:
    """A courier who went off duty, a drone that is not heard: who was planned brings it no more."""

    def told(*events: Event) -> FleetState:
        state = placed
        for event in events:
            state = apply(state, Entry(state.seq + 1, state.at_s, event))
        return state

    def predicted(state: FleetState, now_s: float) -> Eta | None:
        return Etas().of_order(Look(state, {}, now_s), ORDER)

    due_s = placed.at_s + 900.0
    (parcel,) = placed.orders[ORDER].order.parcels
    expected = ParcelExpected(parcel.parcel_id, DRONE, due_s)
    planned = told(expected)
    found = predicted(planned, placed.at_s)
    assert found is not None
    assert found.at_s == due_s
    assert predicted(planned, due_s + 200.0) is not None, "a little late"
    assert predicted(planned, due_s + 400.0) is None
    why = (Reason(Because.SHIFT, DRONE, "Off duty."),)
    assert predicted(told(expected, VehicleFaulted(DRONE, why)), placed.at_s) is None
    silent = LinkLost(DRONE, placed.vehicles[DRONE].pad.at.position, placed.at_s)
    assert predicted(told(expected, silent), placed.at_s) is None
