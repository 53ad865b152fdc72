"""What intake takes, and what it says to what it does not take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint, destination
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.orders.intake import Rejected, intake
from orchestrator.orders.intake_reach import Reached, Reaches, Run
from orchestrator.orders.order import (
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
)
from orchestrator.orders.request import OrderRequest, ParcelRequest
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT

NOW_S = 1_700_000_000.0
WAY_S = 300.0
HERE = GeoPoint(60.17, 24.94)
H1 = HubId("H1")
HUBS = {
    H1: Hub(H1, "Market hub", HERE, (Pad(PadId("P0"), Waypoint(HERE)),)),
    HubId("H2"): Hub(HubId("H2"), "Empty hub", HERE, ()),
}
LOCKERS = {LockerId(name): Locker(LockerId(name), name, HERE) for name in ("station", "market")}
FLEET = {H1: (DELIVERY_DRONE, SIDEWALK_ROBOT, DELIVERY_DRONE)}
GOOD = OrderRequest(
    order_id=OrderId("shop-1042"),
    hub_id=H1,
    parcels=(ParcelRequest(0.8), ParcelRequest(2.0)),
    drop_off=DropOffPlace(HERE, DropOffKind.DOORSTEP, "Aleksanterinkatu 52"),
    deadline_s=NOW_S + 1800.0,
    placed_by="shop",
)
ZONE = Reason(Because.ZONE, "R4", "The place lies within Hospital helipad (R4).")


def of(*masses_kg: float) -> tuple[ParcelRequest, ...]:
    return tuple(ParcelRequest(mass_kg) for mass_kg in masses_kg)


def anywhere(run: Run) -> Reached | tuple[Reason, ...]:
    return Reached(run.from_s + WAY_S, WAY_S)


def not_by_air(run: Run) -> Reached | tuple[Reason, ...]:
    assert (run.from_s, run.until_s) == (NOW_S, GOOD.deadline_s)
    return (ZONE,) if run.kind.medium is Medium.AIR else anywhere(run)


def nowhere(run: Run) -> Reached | tuple[Reason, ...]:
    return (replace(ZONE, text=f"{run.kind.name} may not."),)


def asked(request: OrderRequest = GOOD, reaches: Reaches = anywhere) -> Order | Rejected:
    known = {OrderId("taken")}
    return intake(request, hubs=HUBS, fleet=FLEET, lockers=LOCKERS, known=known, reaches=reaches, now_s=NOW_S)


def test_a_good_request_becomes_an_order_with_named_parcels() -> None:
    order = asked()
    assert isinstance(order, Order)
    assert [(parcel.parcel_id, parcel.mass_kg) for parcel in order.parcels] == [
        ("shop-1042-1", 0.8),
        ("shop-1042-2", 2.0),
    ]
    assert (order.placed_at_s, order.deadline_s, order.placed_by) == (NOW_S, NOW_S + 1800.0, "shop")


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"parcels": of(1.0, -2.0)}, "parcels.1.mass_kg", "-2.0 kg is not a finite number above 0"),
        ({"parcels": of(0.0)}, "parcels.0.mass_kg", "0.0 kg is not"),
        ({"parcels": of(float("nan"))}, "parcels.0.mass_kg", "nan kg is not"),
        ({"parcels": of(float("inf"))}, "parcels.0.mass_kg", "inf kg is not"),
        ({"parcels": of(0.0009)}, "parcels.0.mass_kg", "0.0009 kg is less than a gram (0.001 kg)"),
        ({"parcels": of()}, "parcels", "1 to 20 parcels, not 0"),
        ({"parcels": of(1.0) * 21}, "parcels", "1 to 20 parcels, not 21"),
        ({"parcels": of(1.0, 10.5)}, "parcels.1.mass_kg", "10.5 kg is more than any vehicle"),
        ({"hub_id": HubId("H9")}, "hub_id", "There is no hub H9; there are: H1, H2."),
        ({"hub_id": HubId("H2")}, "hub_id", "No vehicle is based at H2."),
        ({"deadline_s": NOW_S - 60.0}, "deadline_s", "has passed, 60 s ago"),
        ({"deadline_s": NOW_S}, "deadline_s", "has passed"),
        ({"deadline_s": NOW_S + 8 * 86_400.0}, "deadline_s", "8 days ahead, more than 7"),
        ({"deadline_s": float("nan")}, "deadline_s", "nan is not a point in time"),
        ({"deadline_s": float("inf")}, "deadline_s", "inf is not a point in time"),
        ({"order_id": OrderId("taken")}, "order_id", "There is an order taken already."),
        ({"order_id": OrderId("")}, "order_id", "1 to 64 letters"),
        ({"order_id": OrderId("a/b")}, "order_id", "1 to 64 letters"),
        ({"order_id": OrderId("x" * 65)}, "order_id", "1 to 64 letters"),
        ({"drop_off": replace(GOOD.drop_off, label=" ")}, "drop_off.label", "printable"),
        ({"drop_off": replace(GOOD.drop_off, label="a\nb")}, "drop_off.label", "printable"),
        ({"drop_off": replace(GOOD.drop_off, label="x" * 201)}, "drop_off.label", "1 to 200"),
        ({"placed_by": ""}, "placed_by", "printable"),
    ],
)
def test_what_cannot_be_is_refused_by_field(change: dict[str, object], field: str, said: str) -> None:
    answer = asked(replace(GOOD, **change))  # type: ignore[arg-type]
    assert isinstance(answer, Rejected)
    assert [reason.subject for reason in answer.reasons] == [field]
    assert said in answer.reasons[0].text


def test_all_that_is_wrong_is_said_at_once() -> None:
    answer = asked(replace(GOOD, hub_id=HubId("H9"), parcels=of(-1.0), deadline_s=0.0))
    assert isinstance(answer, Rejected)
    assert {reason.subject for reason in answer.reasons} == {"hub_id", "parcels.0.mass_kg", "deadline_s"}


def test_one_kind_that_can_serve_the_place_is_enough() -> None:
    assert isinstance(asked(reaches=not_by_air), Order)


def test_a_place_that_no_kind_can_serve_gives_each_kinds_reason() -> None:
    answer = asked(reaches=nowhere)
    assert isinstance(answer, Rejected)
    assert [(reason.because, reason.subject, reason.text) for reason in answer.reasons] == [
        (Because.ZONE, "drop_off", "Not by delivery-drone: delivery-drone may not."),
        (Because.ZONE, "drop_off", "Not by sidewalk-robot: sidewalk-robot may not."),
    ]


def test_a_parcel_too_heavy_for_the_only_kind_that_may_go_there_says_both() -> None:
    def not_on_foot(run: Run) -> Reached | tuple[Reason, ...]:
        return (ZONE,) if run.kind.medium is Medium.SIDEWALK else anywhere(run)

    answer = asked(replace(GOOD, parcels=of(5.0)), not_on_foot)
    assert isinstance(answer, Rejected)
    assert [(reason.because, reason.subject) for reason in answer.reasons] == [
        (Because.PAYLOAD, "parcels.0.mass_kg"),
        (Because.ZONE, "drop_off"),
    ]


def to_locker(name: str, position: GeoPoint = HERE) -> OrderRequest:
    return replace(GOOD, drop_off=DropOffPlace(position, DropOffKind.LOCKER, "Station", LockerId(name)))


def test_a_locker_must_be_known_and_at_the_place() -> None:
    assert isinstance(asked(to_locker("station", destination(HERE, 90.0, 29.0))), Order)
    invented = asked(to_locker("nope"))
    assert isinstance(invented, Rejected)
    assert [(reason.subject, reason.text) for reason in invented.reasons] == [
        ("drop_off.locker_id", "There is no locker nope; there are: market, station.")
    ]
    elsewhere = asked(to_locker("station", destination(HERE, 90.0, 31.0)))
    assert isinstance(elsewhere, Rejected)
    assert [reason.subject for reason in elsewhere.reasons] == ["drop_off"]
    assert "31 m from this place, more than 30 m" in elsewhere.reasons[0].text


def test_a_parcel_that_no_kind_can_bring_is_refused_though_a_lighter_one_could_go() -> None:
    empty = Reason(Because.ENERGY, "D1", "Needs 120% of the battery.")

    def far(run: Run) -> Reached | tuple[Reason, ...]:
        return (empty,) if run.parcel.mass_kg > 1.0 else anywhere(run)

    assert isinstance(asked(replace(GOOD, parcels=of(0.8)), far), Order)
    answer = asked(GOOD, far)
    assert isinstance(answer, Rejected)
    assert {(reason.because, reason.subject) for reason in answer.reasons} == {(Because.ENERGY, "drop_off")}
