"""Which air is taken: what was reserved, and much more of it by those who do not keep to their plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.reason import Because, Reason
from orchestrator.operations.commanding.carry_out import CarryOut
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.events import (
    AirTaken,
    Event,
    LinkLost,
    MissionEnded,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    OffPath,
    ParcelLoaded,
    ParcelReturned,
    PlanLoaded,
    VehicleLanded,
    VehicleMissing,
)
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from orchestrator.traffic.reservations import volumes
from tests.orchestrator.operations.town import (
    D1,
    D2,
    DOOR,
    START_S,
    job,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)
from tests.scenarios.theatre import vehicle
from vehicles.mission import MissionId

AROUND = surroundings()
M1, M2 = MissionId(1), MissionId(2)
ORDERS = (order("O1"), order("O2"))
WHY = (Reason(Because.OPERATOR, D1, "Called back."),)


def made(number: int, *, now_s: float = START_S) -> MissionPlanned:
    name = (D1, D2)[number - 1]
    it = replace(job(name), parcel=ORDERS[number - 1].parcels[0])
    found = plan(it, MissionId(number), AROUND, (), now_s=now_s)
    assert isinstance(found, MissionPlanned)
    return found


FIRST = made(1)
FLYING: tuple[Event, ...] = (
    FIRST,
    PlanLoaded(D1, M1),
    ParcelLoaded(D1, M1, FIRST.parcel_id),
    MissionStarted(D1, M1),
)


def after(*events: Event) -> FleetState:
    return state_after([*FLYING, *events], ready_fleet(D1, D2, orders=ORDERS))


def until_s(state: FleetState, now_s: float = START_S) -> float:
    (held,) = reservations(state, now_s)
    return max(volume.until_s for volume in held.volumes)


def test_a_flight_that_keeps_to_its_plan_holds_what_it_reserved() -> None:
    assert FIRST.intent is not None
    (held,) = reservations(after(), START_S)
    assert (held.vehicle_id, held.volumes) == (D1, volumes(FIRST.intent))
    assert reservations(after(), START_S, without=D1) == ()


@pytest.mark.parametrize(
    "stray",
    [OffPath(D1, M1, 20.0, DOOR), MissionFailed(D1, M1, WHY), LinkLost(D1, DOOR, START_S)],
)
def test_a_flight_that_strays_holds_its_way_for_much_longer(stray: Event) -> None:
    assert until_s(after(stray)) >= until_s(after()) + 200.0


def test_an_overdue_flight_goes_on_holding_its_way() -> None:
    assert until_s(after(), FIRST.end_at_s + 400.0) > FIRST.end_at_s + 400.0


def test_what_is_down_holds_nothing() -> None:
    lost = (LinkLost(D1, DOOR, START_S), VehicleMissing(D1, DOOR, START_S))
    assert reservations(after(*lost), FIRST.end_at_s) != ()
    assert reservations(after(*lost), FIRST.end_at_s + 700.0) == ()
    back = (
        MissionFailed(D1, M1, WHY),
        ParcelReturned(FIRST.parcel_id, order().hub_id),
        MissionEnded(D1, M1, 1.0, 1.0),
    )
    assert reservations(after(*back), START_S) == ()


def test_a_departure_is_called_off_when_somebody_strayed_into_its_way() -> None:
    second = made(2, now_s=FIRST.end_at_s + 30.0)
    aboard = (second, PlanLoaded(D2, M2), ParcelLoaded(D2, M2, second.parcel_id))
    hands = CarryOut(vehicle(D2), Writer(MemoryJournal()), AROUND)

    def against(state: FleetState) -> tuple[Reason, ...]:
        now_s = second.depart_at_s
        look = Sight(state, state.vehicles[D2], sample(D2, at_s=now_s), Watch(START_S), now_s)
        return hands._against(look, state.missions[M2])

    assert against(state_after(aboard, after(MissionFailed(D1, M1, WHY))))[0].subject == D1
    landed = (
        MissionFailed(D1, M1, WHY),
        ParcelReturned(FIRST.parcel_id, order().hub_id),
        MissionEnded(D1, M1, 1.0, 1.0),
    )
    assert against(state_after(aboard, after(*landed))) == ()


def test_one_that_landed_elsewhere_holds_no_air_but_what_it_takes_to_set_off_home() -> None:
    """Two that stood beside each other kept each other there for ever."""
    assert FIRST.intent is not None
    down_s = START_S + 100.0
    landed = state_after([VehicleLanded(D1, DOOR)], after(MissionFailed(D1, M1, WHY)), at_s=down_s)
    long_after_s = FIRST.intent.timed.ends_at_s + 10_000.0
    assert reservations(landed, down_s) == reservations(landed, long_after_s) == ()
    homeward = replace(FIRST.intent, timed=FIRST.intent.timed.shifted(200.0))
    sets_off = state_after([AirTaken(D1, M1, homeward)], landed)
    (held,) = reservations(sets_off, START_S + 200.0)
    assert held.volumes == volumes(homeward)
    assert reservations(sets_off, long_after_s) == (), "it came to nothing: it stands there still"
    unheard = state_after([LinkLost(D1, DOOR, START_S)], landed, at_s=down_s)
    assert reservations(unheard, long_after_s), "nobody knows where it is"
