"""Whether a hand-over fits where the vehicle was: no number alone delivers, and late words are no lies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import Path
from geofences.position import distance_m
from orchestrator.operations.commanding.acts import GiveUp, Nothing
from orchestrator.operations.commanding.contingency import respond
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.watching.sight import Sight
from orchestrator.orders.custody import OnVehicle
from orchestrator.record.events import (
    CustodyDoubted,
    CustodyTold,
    Event,
    Found,
    LegDone,
    LinkLost,
    LinkUp,
    MissionChanged,
    MissionEnded,
    OrderCancelled,
    ParcelHandedOver,
    PlaceLost,
    VehicleFaulted,
)
from tests.orchestrator.operations.test_monitor import (
    DEPART_S,
    M1,
    P1,
    PLANNED,
    Eyes,
    flying,
    home,
    under_way,
)
from tests.orchestrator.operations.test_whereabouts import heard_without_place
from tests.orchestrator.operations.town import D1, DOOR, H1, at, order, sample, state_after
from vehicles.mission import MissionId, Travel
from vehicles.telemetry import Landed, MissionProgress, Mode, Telemetry

HANDED_S = PLANNED.handover_at_s - DEPART_S


def told(eyes: Eyes, *seen: Telemetry) -> list[Event]:
    return [fact for each in seen for fact in eyes.see(each)]


def kinds(facts: list[Event]) -> set[type[Event]]:
    return {type(fact) for fact in facts}


def test_a_hand_over_far_from_the_door_is_not_believed_and_the_parcel_is_in_doubt_once() -> None:
    eyes = Eyes(under_way())
    facts = told(eyes, *(flying(float(second), legs_done=1 if second < 20 else 5) for second in range(1, 30)))
    (doubted,) = (fact for fact in facts if isinstance(fact, CustodyDoubted))
    away_m = distance_m(flying(23.0).position, DOOR)
    assert f"has handed {P1} over, yet it is {away_m:.0f} m from the door" in doubted.reasons[0].text
    assert ParcelHandedOver not in kinds(facts)
    assert [fact.leg_index for fact in facts if isinstance(fact, LegDone)] == [0]
    assert eyes.state.missions[M1].legs_done == 1


@pytest.mark.parametrize("ends", [False, True])
def test_a_parcel_that_a_person_has_seen_aboard_is_handed_over_by_no_claim_not_even_to_a_new_session(
    ends: bool,  # noqa: FBT001
) -> None:
    eyes = Eyes(under_way())
    told(eyes, *(flying(float(second), legs_done=1 if second < 20 else 5) for second in range(1, 30)))
    eyes.state = state_after([CustodyTold(P1, Found.ABOARD, H1, "Aino")], eyes.state)
    assert told(eyes, *(flying(float(second), legs_done=5) for second in range(30, 35))) == []
    after_s = PLANNED.end_at_s - DEPART_S + 30.0 if ends else HANDED_S + 20.0
    anew = Eyes(eyes.state, begun_at_s=DEPART_S + after_s)
    seconds = (after_s + step for step in range(5))
    facts = told(
        anew,
        *(
            home(one, progress=MissionProgress(None, 0), carrying=False)
            if ends
            else flying(one, legs_done=3, carrying=False)
            for one in seconds
        ),
    )
    assert (MissionEnded if ends else LegDone) in kinds(facts)
    assert not kinds(facts) & {ParcelHandedOver, CustodyDoubted}
    assert anew.state.parcels[P1].keeper == OnVehicle(D1)


def test_a_number_that_is_late_is_believed_for_where_the_vehicle_was_then() -> None:
    eyes = Eyes(under_way())
    late_s = HANDED_S + 8.0
    seconds = range(1, int(late_s) + 3)
    facts = told(eyes, *(flying(float(s), legs_done=1 if s < late_s else 3, carrying=False) for s in seconds))
    (handed,) = (fact for fact in facts if isinstance(fact, ParcelHandedOver))
    assert handed.position == flying(float(int(late_s) + 1)).position
    assert CustodyDoubted not in kinds(facts)


def test_a_hand_over_of_one_that_is_at_no_known_place_was_at_the_door() -> None:
    eyes = Eyes(under_way())
    placed_s = HANDED_S + 25.0
    facts = told(eyes, *(flying(float(second)) for second in range(1, int(placed_s) + 1)))
    late = MissionProgress(M1, 3)
    facts += told(eyes, *(heard_without_place(placed_s + step, placed_s) for step in range(1, 10)))
    facts += eyes.see(heard_without_place(placed_s + 10.0, placed_s, progress=late, carrying=False))
    assert PlaceLost in kinds(facts)
    (handed,) = (fact for fact in facts if isinstance(fact, ParcelHandedOver))
    assert handed.position == DOOR


def test_a_mission_that_was_changed_on_the_way_begins_where_it_was_changed() -> None:
    changed_s, again = HANDED_S - 10.0, MissionId(2)
    legs = list(PLANNED.mission.legs[1:])
    way = legs[0]
    assert isinstance(way, Travel)
    there = way.path.waypoints[-1]
    legs[0] = replace(way, path=Path((replace(there, position=at(480.0, 0.0)), there)))
    rest = replace(PLANNED, mission=replace(PLANNED.mission, mission_id=again, legs=tuple(legs)), quotes=())
    changed = MissionChanged(D1, M1, rest, 400.0, 20.0, ())
    state = state_after([changed], under_way(), DEPART_S + changed_s)
    eyes = Eyes(state, begun_at_s=DEPART_S + changed_s + 5.0)
    left = sample(
        position=at(440.0, 0.0), height_agl_m=there.height_agl_m, armed=True, moving=True, mode=Mode.MISSION
    )
    late = (
        replace(left, position=at(440.0 - 5.0 * step, 0.0), heard_at_s=DEPART_S + changed_s + 8.0 + step)
        for step in range(6)
    )
    facts = told(eyes, *(replace(one, progress=MissionProgress(again, 2), carrying=False) for one in late))
    assert ParcelHandedOver in kinds(facts)
    assert CustodyDoubted not in kinds(facts)


@pytest.mark.parametrize(("silent_until_s", "fits"), [(HANDED_S + 20.0, True), (26.0, False)])
def test_what_happened_in_silence_is_believed_where_there_was_the_time_for_it(
    silent_until_s: float,
    fits: bool,  # noqa: FBT001
) -> None:
    eyes = Eyes(under_way())
    facts = told(eyes, *(flying(float(second)) for second in range(1, 16)))
    last = flying(15.0)
    facts += eyes.see(last, last.heard_at_s + 6.0)
    back = [flying(silent_until_s + step, legs_done=3, carrying=False) for step in range(6)]
    facts += told(eyes, *back)
    assert {LinkLost, LinkUp} <= kinds(facts)
    assert (ParcelHandedOver in kinds(facts)) is fits
    assert (CustodyDoubted in kinds(facts)) is not fits


def test_an_item_that_the_mission_does_not_have_is_told_once() -> None:
    eyes = Eyes(under_way())
    odd = (flying(float(s), progress=MissionProgress(M1, 1, 99 if s > 5 else None)) for s in range(1, 20))
    (fault,) = (fact for fact in told(eyes, *odd) if isinstance(fact, VehicleFaulted))
    assert "is at item 99, which its mission does not have" in fault.reasons[0].text


@pytest.mark.parametrize("armed", [False, True])
def test_what_says_that_it_stands_and_flies_is_taken_to_fly(armed: bool) -> None:  # noqa: FBT001
    eyes = Eyes(under_way())
    stands = (
        replace(flying(float(s)), armed=armed, landed=Landed.ON_GROUND) if s > 20 else flying(float(s))
        for s in range(1, 30)
    )
    facts = told(eyes, *stands)
    (fault,) = (fact for fact in facts if isinstance(fact, VehicleFaulted))
    assert "it is taken to be flying" in fault.reasons[0].text
    assert kinds(facts) == {VehicleFaulted, LegDone}
    seen = replace(flying(30.0), armed=armed, landed=Landed.ON_GROUND)
    look = Sight(eyes.state, eyes.state.vehicles[D1], seen, eyes.watch, DEPART_S + 30.0)
    assert look.moving
    assert not look.resting


def test_one_of_which_nobody_knows_where_it_is_keeps_its_air_and_goes_on() -> None:
    lost = PlaceLost(D1, flying(20.0).position, DEPART_S + 20.0, ())
    before, after = under_way(), under_way(lost)
    (was,), (now,) = reservations(before, DEPART_S + 30.0), reservations(after, DEPART_S + 30.0)
    assert now.volumes[0].until_s - was.volumes[0].until_s > 200.0
    cancelled = [state_after([OrderCancelled(order().order_id, "shop")], one) for one in (before, after)]
    looks = [
        Sight(one, one.vehicles[D1], flying(30.0), Eyes(one).watch, DEPART_S + 30.0) for one in cancelled
    ]
    assert [type(respond(look)) for look in looks] == [GiveUp, Nothing]
