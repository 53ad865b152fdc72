"""Areas closed while the fleet works: whose way they bar, in which order, and what is planned around them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from immutables import Map

from geofences.position import GeoPoint
from geofences.zone import ZoneId
from orchestrator.operations.commanding.acts import ChangeWay, GiveUp, Nothing, Withdraw
from orchestrator.operations.commanding.contingency import respond
from orchestrator.operations.commanding.homeward import WayHome, plan_home
from orchestrator.operations.commanding.next_act import next_act
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.watching.leaving import set_aside, to_leave
from orchestrator.operations.watching.popups import (
    around_popups,
    closing,
    open_what_is_over,
    zone_of,
)
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
from orchestrator.orders.order import OrderId
from orchestrator.record.apply import IllegalEvent, apply
from orchestrator.record.codec import decode, encode, state_json
from orchestrator.record.events import (
    AirTaken,
    Entry,
    Event,
    LegDone,
    LinkLost,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OrderCancelled,
    ParcelHandedOver,
    ParcelLoaded,
    PlanLoaded,
    WayClosed,
    ZoneAdded,
    ZoneRemoved,
)
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import (
    D1,
    D2,
    D3,
    DOOR,
    NO_FLY,
    OTHER_DOOR,
    START_S,
    at,
    job,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)
from vehicles.mission import MissionId, ParcelId, VehicleId

AROUND = surroundings()
FIRE = PopUpZone(ZoneId("FIRE"), "Fire", (at(400.0, -20.0),), 60.0, 0.0, 300.0, START_S, START_S + 900.0)


def planned(vehicle_id: VehicleId, number: int, door: GeoPoint = DOOR) -> MissionPlanned:
    asked = replace(job(vehicle_id, door=door), parcel=order(f"O{number}").parcels[0])
    found = plan(asked, MissionId(number), AROUND, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    return found


def aboard(mission: MissionPlanned) -> list[Event]:
    ids = mission.mission.vehicle_id, mission.mission.mission_id
    return [mission, PlanLoaded(*ids), ParcelLoaded(*ids, mission.parcel_id)]


def flying(mission: MissionPlanned) -> list[Event]:
    return [*aboard(mission), MissionStarted(mission.mission.vehicle_id, mission.mission.mission_id)]


def fleet(*events: Event) -> FleetState:
    orders = [order("O1"), order("O2"), replace(order("O3"), drop_off=order(door=OTHER_DOOR).drop_off)]
    return state_after(events, ready_fleet(D1, D2, D3, orders=orders))


def test_it_tells_whose_way_it_bars_the_airborne_first() -> None:
    state = fleet(*flying(planned(D2, 2)), planned(D1, 1), *flying(planned(D3, 3, at(-300.0, 100.0))))
    added, airborne, paper = closing(FIRE, "olga", state, AROUND, START_S)
    assert added == ZoneAdded(FIRE, "olga")
    assert isinstance(airborne, WayClosed)
    assert (airborne.vehicle_id, airborne.mission_id, airborne.zone_id) == (D2, 2, "FIRE")
    assert "FIRE 'Fire'" in airborne.reasons[0].text
    assert airborne.position is not None
    assert airborne.at_s is not None
    assert START_S < airborne.at_s < START_S + 120.0
    assert isinstance(paper, MissionWithdrawn)
    assert (paper.vehicle_id, paper.reasons) == (D1, airborne.reasons)


def test_the_id_of_a_published_zone_is_refused() -> None:
    with pytest.raises(IllegalEvent, match=f"{NO_FLY.zone_id} is a published zone"):
        closing(replace(FIRE, zone_id=NO_FLY.zone_id), "olga", fleet(), AROUND, START_S)


def test_what_is_behind_a_flight_does_not_bar_it() -> None:
    mission = planned(D1, 1)
    state = fleet(*flying(mission))
    gone_s = mission.end_at_s + 60.0
    late = replace(FIRE, from_s=gone_s, until_s=gone_s + 60.0)
    assert closing(late, "olga", state, AROUND, START_S) == (ZoneAdded(late, "olga"),)
    above = replace(FIRE, lower_agl_m=200.0)
    assert closing(above, "olga", state, AROUND, START_S) == (ZoneAdded(above, "olga"),)


def test_a_flight_that_is_late_is_barred_by_what_still_lies_before_it() -> None:
    mission = planned(D1, 1)
    state = fleet(*flying(mission))
    now_s = mission.end_at_s + 60.0
    late = replace(FIRE, from_s=now_s, until_s=now_s + 900.0)
    assert [type(event) for event in closing(late, "olga", state, AROUND, now_s)] == [ZoneAdded, WayClosed]


@pytest.mark.parametrize("lasts_s", [900.0, 60.0])
def test_one_that_is_late_within_its_leg_is_barred_by_what_its_plan_has_behind_it(lasts_s: float) -> None:
    """It waited on its way home, which is not overdue; the short fire is over before the latest passes it."""
    door = at(1500.0, -20.0)
    mission = planned(D1, 1, door)
    done: list[Event] = [
        ParcelHandedOver(D1, MissionId(1), ParcelId("O1-1"), door),
        LegDone(D1, MissionId(1), 2, door),
    ]
    state = fleet(*flying(mission), *done)
    now_s = mission.end_at_s - 2.0
    late = replace(FIRE, corners=(at(1000.0, -20.0),), from_s=now_s, until_s=now_s + lasts_s)
    assert [type(event) for event in closing(late, "olga", state, AROUND, now_s)] == [ZoneAdded, WayClosed]


def test_a_way_home_is_planned_again_whatever_it_is() -> None:
    failed = MissionFailed(D1, MissionId(1), ())
    state = fleet(*flying(planned(D1, 1)), failed)
    far = replace(FIRE, corners=(at(5000.0, 5000.0),))
    assert closing(far, "olga", state, AROUND, START_S)[1:] == (
        WayClosed(D1, MissionId(1), FIRE.zone_id, ()),
    )


def test_a_way_home_that_is_known_is_planned_again_where_what_is_closed_comes_near_it() -> None:
    home = planned(D1, 1, at(-300.0, 100.0)).intent
    assert home is not None
    failed, taken = MissionFailed(D1, MissionId(1), ()), AirTaken(D1, MissionId(1), home)
    state = fleet(*flying(planned(D1, 1)), failed, taken)
    far = replace(FIRE, corners=(at(5000.0, 5000.0),))
    assert closing(far, "olga", state, AROUND, START_S) == (ZoneAdded(far, "olga"),)
    assert closing(FIRE, "olga", state, AROUND, START_S) == (ZoneAdded(FIRE, "olga"),), "on its old way"
    there = replace(FIRE, corners=(at(-300.0, 170.0),))
    assert [type(event) for event in closing(there, "olga", state, AROUND, START_S)] == [ZoneAdded, WayClosed]
    silent = state_after([LinkLost(D1, DOOR, START_S)], state)
    again = WayClosed(D1, MissionId(1), FIRE.zone_id, ())
    assert closing(far, "olga", silent, AROUND, START_S)[1:] == (again,)


def test_the_vehicle_goes_around_and_comes_home_once_for_each_area_where_it_cannot() -> None:
    state = fleet(*flying(planned(D1, 1)))
    state = state_after(closing(FIRE, "olga", state, AROUND, START_S), state)
    over = sample(D1, at_s=START_S, position=at(100.0, 0.0), height_agl_m=60.0, armed=True, moving=True)
    look = Sight(state, state.vehicles[D1], over, Watch(START_S), START_S)
    answer = respond(look)
    assert isinstance(answer, ChangeWay)
    assert "Fire" in answer.reasons[0].text
    handed: list[Event] = [
        LegDone(D1, MissionId(1), 1, DOOR),
        ParcelHandedOver(D1, MissionId(1), ParcelId("O1-1"), DOOR),
    ]
    after = state_after([*handed, LegDone(D1, MissionId(1), 2, DOOR)], state)
    assert isinstance(respond(replace(look, state=after, vehicle=after.vehicles[D1])), GiveUp)
    unwanted = state_after([OrderCancelled(OrderId("O1"), "shop")], state)
    assert isinstance(respond(replace(look, state=unwanted, vehicle=unwanted.vehicles[D1])), GiveUp)
    given_up = state_after([MissionFailed(D1, MissionId(1), answer.reasons)], state)
    home = Sight(given_up, given_up.vehicles[D1], over, Watch(START_S, home_seq=given_up.seq), START_S)
    assert respond(home) == Nothing()
    again = state_after(
        closing(replace(FIRE, zone_id=ZoneId("B")), "olga", given_up, AROUND, START_S), given_up
    )
    assert isinstance(respond(replace(home, state=again, vehicle=again.vehicles[D1])), GiveUp)


def test_a_parcel_that_is_aboard_does_not_leave_the_pad() -> None:
    state = fleet(*aboard(planned(D1, 1)))
    state = state_after(closing(FIRE, "olga", state, AROUND, START_S), state)
    seen = sample(D1, at_s=START_S, carrying=True)
    act = next_act(Sight(state, state.vehicles[D1], seen, Watch(0.0, loaded_id=MissionId(1)), START_S))
    assert isinstance(act, Withdraw)
    assert "Fire" in act.reasons[0].text


def test_what_is_closed_is_planned_around_and_remembered() -> None:
    zones = Map({FIRE.zone_id: FIRE})
    closed = around_popups(AROUND, zones)
    assert closed is around_popups(AROUND, Map({FIRE.zone_id: FIRE}))
    assert around_popups(AROUND, Map()) is AROUND
    assert closed.airspace.zones == (*AROUND.airspace.zones, zone_of(FIRE))
    mission = planned(D1, 1)
    assert mission.intent is not None
    margins = AROUND.margins_for(job().profile)
    assert closed.airspace.breaks(mission.intent.timed, job().profile.medium, margins)
    around = plan(job(), MissionId(1), closed, (), now_s=START_S)
    assert isinstance(around, MissionPlanned)
    assert around.distance_m > mission.distance_m
    assert around.intent is not None
    assert not closed.airspace.breaks(around.intent.timed, job().profile.medium, margins)


def test_a_vehicle_inside_is_not_kept_there() -> None:
    state = state_after([ZoneAdded(FIRE, "olga")], fleet(*flying(planned(D1, 1))))
    inside = sample(D1, position=at(400.0, -10.0), height_agl_m=60.0, armed=True, moving=True)
    look = Sight(state, state.vehicles[D1], inside, Watch(START_S), START_S)
    assert set_aside(AROUND, look) is AROUND
    assert isinstance(plan_home(look, MissionId(1), around_popups(AROUND, state.zones)), tuple)
    assert isinstance(plan_home(look, MissionId(1), to_leave(AROUND, look)), WayHome)
    beside = replace(look, seen=replace(inside, position=at(250.0, -60.0)))
    assert to_leave(AROUND, beside) is around_popups(AROUND, state.zones)


def test_areas_are_opened_by_somebody_or_by_the_clock() -> None:
    state = state_after([ZoneAdded(FIRE, "olga")], fleet())
    assert open_what_is_over(state, START_S + 900.0) == ()
    over = open_what_is_over(state, START_S + 961.0)
    assert over == (ZoneRemoved(FIRE.zone_id, "the clock"),)
    assert not state_after(over, state).zones
    lasting = replace(FIRE, until_s=None)
    assert open_what_is_over(state_after([ZoneAdded(lasting, "olga")], fleet()), START_S + 1e6) == ()


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (ZoneAdded(FIRE, "olga"), "zone_id"),
        (ZoneRemoved(ZoneId("EFX1"), "olga"), "zone_id"),
        (ZoneAdded(replace(FIRE, zone_id=ZoneId("B"), until_s=START_S), "olga"), "until_s"),
        (ZoneAdded(replace(FIRE, zone_id=ZoneId("B"), radius_m=0.0), "olga"), "corners"),
        (ZoneAdded(replace(FIRE, zone_id=ZoneId("B"), upper_agl_m=0.0), "olga"), "upper_agl_m"),
        (ZoneAdded(replace(FIRE, zone_id=ZoneId("B"), binds=()), "olga"), "binds"),
    ],
)
def test_what_makes_no_sense_does_not_follow(event: Event, field: str) -> None:
    state = state_after([ZoneAdded(FIRE, "olga")], fleet())
    with pytest.raises(IllegalEvent) as refused:
        apply(state, Entry(state.seq + 1, state.at_s, event))
    assert refused.value.field.endswith(f".{field}")


def test_the_journal_gives_the_same_areas_back() -> None:
    state = fleet(*flying(planned(D1, 1)))
    ring = replace(FIRE, corners=(at(0.0, 0.0), at(50.0, 0.0), at(0.0, 50.0)), radius_m=0.0, until_s=None)
    events = (
        *closing(FIRE, "olga", state, AROUND, START_S),
        ZoneAdded(replace(ring, zone_id=ZoneId("B")), "olga"),
    )
    live = read = state
    for event in events:
        entry = Entry(live.seq + 1, live.at_s, event)
        live, read = apply(live, entry), apply(read, decode(encode(entry)))
    assert state_json(live) == state_json(read)
