"""What intake says to wishes that ask more than to come: cold, size, age, windows, hubs, pick-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint, destination
from geofences.reason import Because, Reason
from orchestrator.orders.intake import Rejected, intake
from orchestrator.orders.intake_reach import Reached, Reaches, Run
from orchestrator.orders.order import (
    Compartments,
    DropOffKind,
    DropOffPlace,
    Hub,
    HubId,
    Locker,
    LockerId,
    Order,
    OrderId,
    Pad,
    PadId,
    PickUpKind,
    PickUpPlace,
)
from orchestrator.orders.request import OrderRequest, ParcelRequest, asked_for
from vehicles.cargo import ParcelSize, Skill, Temperature
from vehicles.profile import VehicleProfile
from vehicles.profiles import COURIER, DELIVERY_DRONE, SIDEWALK_ROBOT

NOW_S = 1_700_000_000.0
HERE = GeoPoint(60.17, 24.94)
H1, H2, H3 = (HubId(name) for name in ("H1", "H2", "H3"))
HUBS = {name: Hub(name, name, HERE, (Pad(PadId("P"), Waypoint(HERE)),)) for name in (H1, H2, H3)}
L1 = LockerId("L1")
LOCKERS = {L1: Locker(L1, "Station", HERE, Compartments(large=4))}
FREEZER = replace(COURIER, name="courier with a cold box", temperatures=(Temperature.FROZEN,), skills=())
MIXED = (DELIVERY_DRONE, SIDEWALK_ROBOT, COURIER, FREEZER)
DOOR = DropOffPlace(destination(HERE, 90.0, 900.0), DropOffKind.DOORSTEP, "Aleksanterinkatu 52")
SHOP = PickUpPlace(destination(HERE, 0.0, 600.0), PickUpKind.SHOP, "Corner shop")
PLAIN = OrderRequest(OrderId("O1"), H1, (ParcelRequest(1.0),), DOOR, NOW_S + 1800.0, "shop")
IN_LOCKER = DropOffPlace(HERE, DropOffKind.LOCKER, "Station", L1)
IN_IT = PickUpPlace(HERE, PickUpKind.LOCKER, "x", L1)
AGE = (Skill.CHECK_AGE,)


def over_counter(hub: str, away_m: float = 0.0) -> DropOffPlace:
    return DropOffPlace(destination(HERE, 0.0, away_m), DropOffKind.HUB, "Counter", hub_id=HubId(hub))


def one(**asks: object) -> tuple[ParcelRequest, ...]:
    return (replace(ParcelRequest(1.0), **asks),)  # type: ignore[arg-type]


def in_minutes(minutes: float) -> Reaches:
    return lambda run: Reached(run.from_s + 60.0 * minutes, 60.0 * minutes)


IN_TEN_MINUTES = in_minutes(10.0)


def asked(
    request: OrderRequest,
    fleet: tuple[VehicleProfile, ...] = MIXED,
    reaches: Reaches = IN_TEN_MINUTES,
    elsewhere: tuple[VehicleProfile, ...] = MIXED,
    lockers: Mapping[LockerId, Locker] = LOCKERS,
) -> list[tuple[str, Because, str]]:
    """The field, kind and text of each reason against it; none: it was taken in, with all it asks for."""
    answer = intake(
        request,
        hubs=HUBS,
        fleet={H1: fleet, H2: elsewhere, H3: ()},
        lockers=lockers,
        known=(),
        reaches=reaches,
        now_s=NOW_S,
    )
    if isinstance(answer, Rejected):
        return [(reason.subject, reason.because, reason.text) for reason in answer.reasons]
    assert isinstance(answer, Order)
    assert asked_for(answer) == request
    return []


@pytest.mark.parametrize(
    "change",
    [
        {"parcels": one(temperature=Temperature.CHILLED)},
        {"parcels": one(temperature=Temperature.FROZEN, size=ParcelSize.LARGE)},
        {"parcels": one(most_aboard_s=600.0)},
        {"skills": AGE},
        {"ready_at_s": NOW_S - 5.0},
        {"ready_at_s": NOW_S + 1100.0, "earliest_at_s": NOW_S + 1500.0},
        {"also_at": (H2,)},
        {"pick_up": SHOP, "skills": AGE},
        {"pick_up": SHOP, "drop_off": over_counter("H1")},
        {"alternatives": (over_counter("H2", 99.0),)},
        {"pick_up": PickUpPlace(HERE, PickUpKind.LOCKER, "Station", L1)},
        {"parcels": one(temperature=Temperature.HOT), "alternatives": (replace(DOOR, label="Next door"),)},
    ],
)
def test_what_some_vehicle_can_do_is_taken_in_whole(change: dict[str, object]) -> None:
    assert asked(replace(PLAIN, **change)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "field", "because", "said"),
    [
        ({"ready_at_s": NOW_S + 1800.0}, "ready_at_s", Because.TIME_WINDOW, "at the deadline itself"),
        ({"ready_at_s": float("inf")}, "ready_at_s", Because.INPUT, "not a point in time"),
        ({"earliest_at_s": NOW_S + 2000.0}, "earliest_at_s", Because.TIME_WINDOW, "200 s after the deadline"),
        ({"parcels": one(most_aboard_s=0.0)}, "parcels.0.most_aboard_s", Because.INPUT, "above 0"),
        ({"also_at": (HubId("H9"),)}, "also_at.0", Because.INPUT, "no hub H9; there are: H1, H2, H3"),
        ({"also_at": (H2, H1)}, "also_at.1", Because.INPUT, "H1 is named before"),
        ({"also_at": (H3,)}, "also_at.0", Because.INPUT, "No vehicle is based at H3"),
        ({"also_at": (H2,), "pick_up": SHOP}, "also_at", Because.INPUT, "lies at no hub"),
        ({"pick_up": replace(SHOP, label="a\nb")}, "pick_up.label", Because.INPUT, "printable"),
        ({"pick_up": replace(SHOP, position=DOOR.position)}, "pick_up", Because.INPUT, "place that the"),
        (
            {"pick_up": PickUpPlace(HERE, PickUpKind.LOCKER, "x", LockerId("L9"))},
            "pick_up.locker_id",
            Because.INPUT,
            "no locker L9; there are: L1",
        ),
        (
            {"pick_up": PickUpPlace(SHOP.position, PickUpKind.LOCKER, "x", L1)},
            "pick_up",
            Because.INPUT,
            "600 m from this place",
        ),
        (
            {"pick_up": IN_IT, "drop_off": IN_LOCKER},
            "pick_up.locker_id",
            Because.INPUT,
            "locker that the parcels go to",
        ),
        (
            {"pick_up": IN_IT, "alternatives": (IN_LOCKER,)},
            "alternatives.0.locker_id",
            Because.INPUT,
            "in that locker already",
        ),
        (
            {"pick_up": SHOP, "alternatives": (replace(DOOR, position=SHOP.position),)},
            "alternatives.0",
            Because.INPUT,
            "where the parcels are fetched",
        ),
        ({"drop_off": over_counter("H1")}, "drop_off.hub_id", Because.INPUT, "at that hub already"),
        ({"drop_off": over_counter("H9")}, "drop_off.hub_id", Because.INPUT, "no hub H9"),
        ({"alternatives": (over_counter("H2", 101.0),)}, "alternatives.0", Because.INPUT, "101 m from this"),
        ({"skills": AGE, "drop_off": IN_LOCKER}, "drop_off", Because.SKILL, "locker cannot check age"),
        ({"skills": AGE, "alternatives": (IN_LOCKER,)}, "alternatives.0", Because.SKILL, "cannot check age"),
        (
            {"parcels": one(temperature=Temperature.CHILLED), "drop_off": IN_LOCKER},
            "parcels.0.temperature",
            Because.TEMPERATURE,
            "L1 keeps nothing chilled",
        ),
        (
            {"earliest_at_s": NOW_S + 1795.0},
            "earliest_at_s",
            Because.TIME_WINDOW,
            "window is 5 s long, and a hand-over takes 6 s at least",
        ),
        (
            {"ready_at_s": NOW_S + 1300.0},
            "ready_at_s",
            Because.TIME_WINDOW,
            "handed over at 2023-11-14T22:45:00Z at the soonest, 100 s after the deadline.",
        ),
        (
            {"parcels": one(most_aboard_s=599.0)},
            "parcels.0.most_aboard_s",
            Because.TIME_WINDOW,
            "600 s by the quickest way there is, longer than 599 s",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    change: dict[str, object], field: str, because: Because, said: str
) -> None:
    [(at, kind, text)] = asked(replace(PLAIN, **change))  # type: ignore[arg-type]
    assert (at, kind) == (field, because)
    assert said in text


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (
            {"parcels": one(temperature=Temperature.FROZEN)},
            "parcels.0.temperature",
            "No vehicle of H1 keeps anything frozen.",
        ),
        ({"parcels": one(size=ParcelSize.LARGE)}, "parcels.0.size", "No vehicle of H1 takes a large parcel."),
        ({"skills": AGE}, "skills.0", "No vehicle of H1 checks anybody's age."),
        ({"pick_up": SHOP}, "pick_up", "What flies fetches nothing"),
    ],
)
def test_what_nobody_at_the_hub_can_is_said_of_the_hub(
    change: dict[str, object], field: str, said: str
) -> None:
    [(at, _, text)] = asked(replace(PLAIN, **change), (DELIVERY_DRONE,))  # type: ignore[arg-type]
    assert at == field
    assert said in text


def test_what_each_can_a_part_of_is_said_kind_by_kind() -> None:
    frozen_with_age = replace(PLAIN, parcels=one(temperature=Temperature.FROZEN), skills=AGE)
    found = asked(frozen_with_age, (COURIER, FREEZER))
    assert {at for at, _, _ in found} == {"parcels.0"}
    assert [text.partition(":")[0] for _, _, text in found] == [
        "Not by courier with a cold box",
        "Not by courier-e-bike",
    ]


def test_whoever_cannot_carry_it_is_not_asked_for_the_way() -> None:
    def only_by_courier(run: Run) -> Reached | tuple[Reason, ...]:
        assert run.kind is COURIER
        return Reached(run.from_s + 60.0, 60.0)

    assert asked(replace(PLAIN, skills=AGE), reaches=only_by_courier) == []


def test_another_hub_that_cannot_is_named_by_its_field() -> None:
    closed = Reason(Because.NO_FOOTPATH, "sea", "There is water between.")

    def not_from_h2(run: Run) -> Reached | tuple[Reason, ...]:
        return (closed,) if run.hub_id == H2 else Reached(run.from_s + 60.0, 60.0)

    found = asked(replace(PLAIN, also_at=(H2,)), (COURIER,), not_from_h2, (COURIER,))
    assert found == [("also_at.0", Because.NO_FOOTPATH, "Not by courier-e-bike: There is water between.")]
    chilled = replace(PLAIN, parcels=one(temperature=Temperature.CHILLED), also_at=(H2,))
    [(at, _, text)] = asked(chilled, elsewhere=(SIDEWALK_ROBOT,))
    assert (at, text) == ("also_at.0", "No vehicle of H2 keeps anything chilled.")


def test_a_place_of_pick_up_that_nobody_reaches_is_refused_there() -> None:
    outside = Reason(Because.AREA, "map", "The place lies outside the mapped area.")

    def not_to_the_shop(run: Run) -> Reached | tuple[Reason, ...]:
        return (outside,) if run.place.label == SHOP.label else Reached(run.from_s + 60.0, 60.0)

    found = asked(replace(PLAIN, pick_up=SHOP), (DELIVERY_DRONE, COURIER), not_to_the_shop)
    assert found == [("pick_up", Because.AREA, f"Not by courier-e-bike: {outside.text}")]


def test_what_is_fetched_is_reckoned_from_where_it_is_fetched() -> None:
    """The straight line from shop to door is 1,082 m: 258 s by bicycle, and 75 s to hand over."""
    fetched = replace(PLAIN, pick_up=SHOP, parcels=one(most_aboard_s=330.0))
    [(at, _, text)] = asked(fetched, (COURIER,))
    assert at == "parcels.0.most_aboard_s"
    assert "333 s" in text
    assert asked(replace(fetched, parcels=one(most_aboard_s=335.0)), (COURIER,)) == []
    late = replace(PLAIN, pick_up=SHOP, ready_at_s=NOW_S + 1470.0)
    [(at, _, _)] = asked(late, (COURIER,))
    assert at == "ready_at_s"
    assert asked(replace(late, ready_at_s=NOW_S + 1460.0), (COURIER,)) == []


def test_a_second_place_in_time_is_as_good_as_the_first() -> None:
    near = replace(DOOR, label="Nearer")

    def far_and_near(run: Run) -> Reached | tuple[Reason, ...]:
        return Reached(run.from_s + 60.0, 60.0) if run.place == near else Reached(run.from_s + 900.0, 900.0)

    urgent = replace(PLAIN, parcels=one(most_aboard_s=300.0))
    assert [at for at, _, _ in asked(urgent, reaches=far_and_near)] == ["parcels.0.most_aboard_s"]
    assert asked(replace(urgent, alternatives=(near,)), reaches=far_and_near) == []


def test_a_deadline_alone_that_is_hard_to_meet_is_no_reason_against() -> None:
    """Late is a price, and said so; impossible is what contradicts itself."""
    assert asked(replace(PLAIN, deadline_s=NOW_S + 60.0)) == []


def test_what_no_compartment_takes_lies_in_no_locker_to_be_fetched() -> None:
    small = {L1: Locker(L1, "Station", HERE, Compartments(small=2))}
    large = replace(PLAIN, pick_up=IN_IT, parcels=one(size=ParcelSize.LARGE))
    assert asked(large, lockers=small) == [
        ("parcels.0.size", Because.LOCKER, "Locker L1 has no compartment for a large parcel.")
    ]


@pytest.mark.parametrize(
    "wish",
    [
        {"drop_off": IN_LOCKER},
        {"alternatives": (IN_LOCKER,)},
        {"pick_up": IN_IT},
    ],
)
def test_what_is_to_be_kept_cold_lies_only_in_lockers_that_cool(wish: dict[str, object]) -> None:
    cooled = {L1: replace(LOCKERS[L1], temperatures=(Temperature.CHILLED,))}
    chilled = replace(PLAIN, parcels=one(temperature=Temperature.CHILLED), **wish)  # type: ignore[arg-type]
    said = ("parcels.0.temperature", Because.TEMPERATURE, "Locker L1 keeps nothing chilled.")
    assert asked(chilled) == [said]
    assert asked(chilled, lockers=cooled) == []
    hot = replace(chilled, parcels=one(temperature=Temperature.HOT))
    assert "keeps nothing hot" in str(asked(hot, lockers=cooled))
