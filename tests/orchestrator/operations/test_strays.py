"""Flights in the way of an aircraft that does not keep to its plan, and the air that its way home takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.reason import Because, Reason
from orchestrator.gateway.showing.fleet import vehicle_view
from orchestrator.operations.commanding.homeward import WayHome, plan_home
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.strays import clear_of_strays
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.describe import describe
from orchestrator.record.events import (
    AirTaken,
    Entry,
    Event,
    LegDone,
    LinkLost,
    MayMeet,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    OffPath,
    ParcelLoaded,
    PlanLoaded,
)
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import FleetState
from orchestrator.traffic.reservations import first_clash, volumes
from tests.orchestrator.operations.town import (
    D1,
    D2,
    DOOR,
    START_S,
    at,
    job,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)
from vehicles.mission import MissionId, VehicleId

AROUND = surroundings()
M1, M2 = MissionId(1), MissionId(2)
ORDERS = (order("O1"), order("O2"))
WHY = (Reason(Because.OPERATOR, D1, "Called back."),)


def made(name: VehicleId, mission_id: MissionId, around: Surroundings = AROUND) -> MissionPlanned:
    """Each as if it were alone: two that keep to such plans would meet."""
    it = replace(job(name), parcel=ORDERS[mission_id - 1].parcels[0])
    found = plan(it, mission_id, around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    return found


FIRST, SECOND = made(D1, M1), made(D2, M2)
NOW_S = FIRST.depart_at_s + 20.0


def flying(planned: MissionPlanned) -> tuple[Event, ...]:
    ids = planned.mission.vehicle_id, planned.mission.mission_id
    aboard = ParcelLoaded(*ids, planned.parcel_id)
    return planned, PlanLoaded(*ids), aboard, MissionStarted(*ids), LegDone(*ids, 0, DOOR)


def after(*events: Event) -> FleetState:
    both = (*flying(FIRST), *flying(SECOND), *events)
    return state_after(both, ready_fleet(D1, D2, orders=ORDERS))


def told(state: FleetState, now_s: float = NOW_S) -> list[tuple[VehicleId, VehicleId]]:
    found = clear_of_strays(state, {}, AROUND, now_s)
    assert all(isinstance(one, MayMeet) for one in found)
    return [(one.vehicle_id, one.other_id) for one in found if isinstance(one, MayMeet)]


assert FIRST.intent is not None
GIVEN_UP: tuple[Event, ...] = (MissionFailed(D1, M1, WHY), AirTaken(D1, M1, FIRST.intent))


def test_who_flies_where_one_that_was_given_up_comes_is_told_once_and_where() -> None:
    state = after(*GIVEN_UP)
    (met,) = clear_of_strays(state, {}, AROUND, NOW_S)
    assert isinstance(met, MayMeet)
    assert (met.vehicle_id, met.mission_id, met.other_id) == (D2, M2, D1)
    assert met.at_s >= NOW_S
    assert "D1, which was given up, comes its way" in met.reasons[0].text
    state = state_after([met], state)
    assert state.missions[M2].closed is not None
    assert told(state) == []
    said = describe(Entry(state.seq, NOW_S, met), state)
    assert said.text.startswith("D2 is planned anew: D1, which was given up")


@pytest.mark.parametrize(
    "events",
    [
        (),
        (LinkLost(D1, DOOR, START_S),),
        (OffPath(D1, M1, 40.0, DOOR),),
        (MissionFailed(D1, M1, WHY),),
        (*GIVEN_UP, LegDone(D2, M2, 1, DOOR)),
        (*GIVEN_UP, OffPath(D2, M2, 40.0, DOOR)),
        (*GIVEN_UP, LinkLost(D2, DOOR, START_S)),
    ],
    ids=[
        "both keep to their plans",
        "not heard: it flies on as planned",
        "beside its path just now",
        "given up, but nobody knows yet where it goes",
        "the other hands over just now",
        "the other does not keep to its plan either",
        "the other is not heard",
    ],
)
def test_nobody_is_told_where_nothing_would_come_of_it(events: tuple[Event, ...]) -> None:
    assert told(after(*events)) == []


def test_what_is_over_meets_nobody() -> None:
    assert told(after(*GIVEN_UP), SECOND.end_at_s + AROUND.volumes.late_s + 1.0) == []


def test_a_flight_that_was_given_up_holds_its_other_air_and_not_its_mission() -> None:
    state = after(MissionFailed(D1, M1, WHY))
    here = sample(position=at(300.0, 200.0), height_agl_m=60.0, armed=True, moving=True)
    home = plan_home(Sight(state, state.vehicles[D1], here, Watch(START_S), NOW_S), M1, AROUND)
    assert isinstance(home, WayHome)
    assert home.intent is not None
    given = state_after([AirTaken(D1, M1, home.intent)], state)
    (held,) = reservations(given, NOW_S, without=D2)
    assert {v.start for v in held.volumes} == {v.start for v in volumes(home.intent)}
    assert min(v.from_s for v in held.volumes) >= NOW_S - home.intent.early_s


def test_the_other_air_is_flown_at_another_height_where_somebody_has_its_own() -> None:
    state = after(MissionFailed(D1, M1, WHY))
    here = sample(position=at(300.0, 200.0), height_agl_m=60.0, armed=True, moving=True)
    look = Sight(state, state.vehicles[D1], here, Watch(START_S), NOW_S)
    alone = plan_home(look, M1, AROUND)
    assert isinstance(alone, WayHome)
    assert alone.intent is not None
    across = TimedPath(
        (
            TimedPoint(Waypoint(at(40.0, 150.0), 60.0), NOW_S),
            TimedPoint(Waypoint(at(140.0, -20.0), 60.0), NOW_S + 60.0),
        )
    )
    crossing = replace(alone.intent, timed=across)
    second = replace(state.missions[M2], plan=replace(SECOND, intent=crossing))
    there = replace(state, missions=state.missions.set(M2, second))
    others = reservations(there, NOW_S, without=D1)
    assert first_clash(alone.intent, others) is not None
    clear = plan_home(look, M1, AROUND, others)
    assert isinstance(clear, WayHome)
    assert clear.intent is not None
    assert first_clash(clear.intent, others) is None


def test_only_a_flight_that_was_given_up_gets_a_other_air() -> None:
    assert FIRST.intent is not None
    with pytest.raises(IllegalEvent, match="mission_id"):
        after(AirTaken(D1, M1, FIRST.intent))


def test_the_map_shows_what_a_flight_that_was_given_up_flies_instead() -> None:
    state = after(MissionFailed(D1, M1, WHY))
    assert FIRST.intent is not None
    way = TimedPath(
        (TimedPoint(Waypoint(DOOR, 60.0), NOW_S), TimedPoint(Waypoint(at(0.0, 0.0)), NOW_S + 80.0))
    )
    planned = vehicle_view(state, state.vehicles[D1]).mission
    home = state_after([AirTaken(D1, M1, replace(FIRST.intent, timed=way))], state)
    flown = vehicle_view(home, home.vehicles[D1]).mission
    assert planned is not None
    assert flown is not None
    assert len(planned.path) > len(flown.path) == 2
    assert flown.path[0] == (round(DOOR.lon_deg, 7), round(DOOR.lat_deg, 7), 60.0)
    assert flown.end_at_s == NOW_S + 80.0
