"""Demand: the same twice, and always something that the fleet can do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofences.zone import Medium
from orchestrator.ending import BadInput
from orchestrator.operations.planning.draft import Infeasible, Job
from orchestrator.operations.planning.plan import quote
from orchestrator.orders.intake import intake
from orchestrator.orders.intake_reach import Reached
from orchestrator.orders.order import DropOffKind, DropOffPlace, Hub, HubId, Order, Parcel, PickUpKind
from orchestrator.orders.request import ParcelRequest
from sitl.city.places import Places, read_places
from sitl.demand import TimedOrderRequest, demand
from sitl.scenario import read_scenario
from sitl.setting import set_up
from vehicles.cargo import ParcelSize, Temperature
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.profiles import COURIER, DELIVERY_DRONE, SIDEWALK_ROBOT

PLACES = read_places(Path(__file__).parents[2] / "sitl" / "city" / "places.json")
HUB = PLACES.hubs[0]
HUBS = tuple(hub.hub_id for hub in PLACES.hubs)
BOTH: Mapping[HubId, Collection[VehicleProfile]] = dict.fromkeys(HUBS, (DELIVERY_DRONE, SIDEWALK_ROBOT))
START_S = 1_780_304_400.0


def serves(_hub: Hub, place: DropOffPlace, profile: VehicleProfile) -> bool:
    """As zones and walls would say: no aircraft at the kerb, nor in streets beginning with E."""
    grounded = place.kind is DropOffKind.KERB or place.label.startswith("E")
    return profile.medium is Medium.SIDEWALK or not grounded


def orders(
    seed: int,
    count: int = 20,
    fleet: Mapping[HubId, Collection[VehicleProfile]] = BOTH,
    places: Places = PLACES,
) -> tuple[TimedOrderRequest, ...]:
    return demand(places, serves, fleet=fleet, seed=seed, count=count, over_s=300.0, start_s=START_S)


def test_the_same_seed_gives_the_same_orders_and_another_gives_others() -> None:
    assert orders(7) == orders(7)
    assert orders(7) != orders(8)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), count=st.integers(1, 60))
def test_every_order_is_sound(seed: int, count: int) -> None:
    found = orders(seed, count)
    assert len(found) == count
    assert len({one.request.order_id for one in found}) == count
    assert START_S < found[0].at_s < START_S + 3.0
    assert all(a.at_s <= b.at_s for a, b in pairwise(found))
    assert found[-1].at_s <= START_S + 300.0
    for one in found:
        mass_kg = one.request.parcels[0].mass_kg
        assert 0.2 <= mass_kg <= 8.0
        assert 25 * 60 <= one.request.deadline_s - one.at_s <= 50 * 60
        able = [
            kind
            for kind in BOTH[one.request.hub_id]
            if mass_kg <= kind.max_payload_kg and serves(HUB, one.request.drop_off, kind)
        ]
        assert able
        if all(kind.medium is Medium.SIDEWALK for kind in able):
            assert one.request.deadline_s - one.at_s >= 38 * 60, "robots are slow"


def test_wishes_made_later_are_the_same_but_for_their_times() -> None:
    later = [one.later(90.0) for one in asking_orders(7)]
    at = asking_orders(7, start_s=START_S + 90.0)
    assert [one.request for one in later] == [one.request for one in at]
    assert [one.at_s for one in later] == pytest.approx([one.at_s for one in at], abs=1e-3)


def test_places_are_not_used_twice_while_others_are_left() -> None:
    found = [one.request.drop_off for one in orders(3, 60)]
    assert len(set(found)) == len(found)


def test_a_district_day_has_all_kinds_of_orders() -> None:
    found = [one.request for seed in range(10) for one in orders(seed)]
    kinds = {request.drop_off.kind for request in found}
    assert kinds == {DropOffKind.DOORSTEP, DropOffKind.KERB, DropOffKind.LOCKER}
    assert {request.hub_id for request in found} == set(HUBS)
    heavy = [request for request in found if request.parcels[0].mass_kg > DELIVERY_DRONE.max_payload_kg]
    assert len(heavy) == 10 * 2
    lockers = [request for request in found if request.drop_off.locker_id]
    assert 10 <= len(lockers) <= 60


def test_a_fleet_of_one_kind_gets_what_it_can_do() -> None:
    drones = dict.fromkeys(HUBS, (DELIVERY_DRONE,))
    for one in orders(1, 30, drones):
        assert one.request.parcels[0].mass_kg <= DELIVERY_DRONE.max_payload_kg
        assert serves(HUB, one.request.drop_off, DELIVERY_DRONE)
    at_one_hub = {HUBS[1]: (SIDEWALK_ROBOT,)}
    assert {one.request.hub_id for one in orders(1, 10, at_one_hub)} == {HUBS[1]}


def asking_orders(seed: int, frac: float = 0.5, start_s: float = START_S) -> tuple[TimedOrderRequest, ...]:
    fleet = dict.fromkeys(HUBS, (DELIVERY_DRONE, SIDEWALK_ROBOT, COURIER))
    return demand(
        PLACES, serves, fleet=fleet, seed=seed, count=40, over_s=300.0, start_s=start_s, asking_frac=frac
    )


def plain(one: TimedOrderRequest) -> TimedOrderRequest:
    """Without what is asked for besides."""
    wish = one.request
    parcels = tuple(ParcelRequest(parcel.mass_kg) for parcel in wish.parcels)
    bare = replace(wish, parcels=parcels, skills=(), ready_at_s=None, earliest_at_s=None)
    return replace(one, request=replace(bare, also_at=(), pick_up=None))


def test_some_ask_for_more_and_the_others_order_as_before() -> None:
    asked, before = asking_orders(7), asking_orders(7, 0.0)
    assert asking_orders(7) == asked
    assert [plain(one) for one in asked] == list(before)
    share = sum(one != other for one, other in zip(asked, before, strict=True)) / len(asked)
    assert 0.3 < share < 0.7


def test_every_thing_is_asked_for_and_somebody_can_do_each() -> None:
    found = [one.request for seed in range(5) for one in asking_orders(seed)]
    parcels = [parcel for wish in found for parcel in wish.parcels]
    assert {parcel.temperature for parcel in parcels} == {
        Temperature.AMBIENT,
        Temperature.CHILLED,
        Temperature.HOT,
    }
    assert {parcel.size for parcel in parcels} == set(ParcelSize)
    assert any(wish.skills for wish in found)
    assert any(wish.ready_at_s is not None for wish in found)
    assert any(wish.earliest_at_s is not None for wish in found)
    fetched = [wish.pick_up for wish in found if wish.pick_up is not None]
    assert {place.kind for place in fetched} == {PickUpKind.SHOP, PickUpKind.LOCKER}
    assert any(wish.also_at for wish in found)
    for wish in found:
        cold = any(parcel.temperature is not Temperature.AMBIENT for parcel in wish.parcels)
        if cold or wish.skills:
            assert {place.locker_id for place in wish.places} == {None}
            assert serves(HUB, wish.drop_off, COURIER)


def test_only_couriers_fetch_and_other_hubs_can_bring_what_lies_there() -> None:
    no_couriers = dict.fromkeys(HUBS, (DELIVERY_DRONE, SIDEWALK_ROBOT))
    one_hub_flies = {HUBS[0]: (DELIVERY_DRONE, SIDEWALK_ROBOT), HUBS[1]: (SIDEWALK_ROBOT,)}
    for fleet, able in ((no_couriers, True), (one_hub_flies, False)):
        asked = [
            one.request
            for seed in range(3)
            for one in demand(
                PLACES,
                serves,
                fleet=fleet,
                seed=seed,
                count=40,
                over_s=300.0,
                start_s=START_S,
                asking_frac=1.0,
            )
        ]
        assert not any(wish.pick_up for wish in asked)
        assert any(wish.also_at for wish in asked) is able


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(BadInput, match="fleet: no place within reach"):
        orders(1, 5, {})
    with pytest.raises(BadInput, match="fleet: no place within reach"):
        orders(1, 5, places=replace(PLACES, hubs=()))
    with pytest.raises(BadInput, match="count"):
        orders(1, 0)
    with pytest.raises(BadInput, match="over_s"):
        demand(PLACES, serves, fleet=BOTH, seed=1, count=1, over_s=1.0, start_s=START_S)


@pytest.mark.slow
def test_every_order_of_thirty_seeds_has_a_way_in_the_real_city() -> None:
    setting = set_up(read_scenario("demo"))
    start_s, around = setting.scenario.start_utc_s, setting.site.surroundings
    for seed in range(1, 31):
        for one in replace(setting, scenario=replace(setting.scenario, seed=seed)).wishes(start_s):
            order = intake(
                one.request,
                hubs={hub.hub_id: hub for hub in PLACES.hubs},
                fleet=BOTH,
                known=(),
                lockers={locker.locker_id: locker for locker in PLACES.lockers},
                reaches=lambda run: (
                    around.refusals(run.place, run.kind, run.from_s, run.until_s) or Reached(run.from_s, 0.0)
                ),
                now_s=one.at_s,
            )
            assert isinstance(order, Order), order
            drafts = [
                quote(
                    Job(
                        VehicleId("V"),
                        profile,
                        PLACES.pads(order.hub_id, profile.medium)[0],
                        Parcel(ParcelId("P"), order.parcels[0].mass_kg),
                        order.drop_off,
                        1.0,
                    ),
                    around,
                    one.at_s,
                )
                for profile in BOTH[order.hub_id]
            ]
            ways = [draft for draft in drafts if not isinstance(draft, Infeasible)]
            assert ways, (seed, order, drafts)
            assert min(way.handover_after_s for way in ways) < (order.deadline_s - one.at_s) / 2.0
            # A hub farther off may serve a place where the nearest one's drones have no way home: a robot's
            # walk from there is not what was reckoned with.
            assert min(way.distance_m for way in ways) < 3000.0, "out and back"
