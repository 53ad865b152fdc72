"""Tracking links: genuine ones open one order until they expire; nothing else opens anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofences.position import GeoPoint
from orchestrator.customers.link import KEEP_AFTER_DEADLINE_S, TrackingSecret, opened, token
from orchestrator.orders.order import DropOffKind, DropOffPlace, HubId, Order, OrderId, Parcel
from vehicles.mission import ParcelId

SECRET = TrackingSecret(b"a secret of sixteen bytes or more")
OTHER = TrackingSecret(b"another secret of enough bytes")
NOW_S = 1_790_000_000.0


def an_order(order_id: str = "shop-1", deadline_s: float = NOW_S + 600.0) -> Order:
    return Order(
        OrderId(order_id),
        HubId("H1"),
        (Parcel(ParcelId("p1"), 0.5),),
        DropOffPlace(GeoPoint(60.17, 24.94), DropOffKind.DOORSTEP, "Bulevardi 1"),
        NOW_S,
        deadline_s,
        "shop",
    )


@given(st.text(min_size=1, max_size=64))
def test_a_link_opens_its_order(order_id: str) -> None:
    try:
        order_id.encode()
    except UnicodeEncodeError:
        return  # intake lets no such id in
    assert opened(token(an_order(order_id), SECRET), SECRET, NOW_S) == order_id


def test_the_same_order_always_has_the_same_link() -> None:
    assert token(an_order(), SECRET) == token(an_order(), SECRET)


def test_a_link_expires() -> None:
    order = an_order()
    link = token(order, SECRET)
    last_s = order.deadline_s + KEEP_AFTER_DEADLINE_S
    assert opened(link, SECRET, last_s - 1.0) == order.order_id
    assert opened(link, SECRET, last_s) is None


def test_another_secret_opens_nothing() -> None:
    assert opened(token(an_order(), OTHER), SECRET, NOW_S) is None


def test_a_later_expiry_or_another_order_needs_another_signature() -> None:
    order, expiry, signature = token(an_order(), SECRET).split(".")
    other = token(an_order("shop-2"), SECRET).split(".")[0]
    assert opened(f"{order}.{int(expiry) + 9}.{signature}", SECRET, NOW_S) is None
    assert opened(f"{other}.{expiry}.{signature}", SECRET, NOW_S) is None


@given(st.text(max_size=80))
def test_garbage_opens_nothing(text: str) -> None:
    assert opened(text, SECRET, NOW_S) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c.d", "a.1." + "x" * 600, "ä.1.x"])
def test_malformed_links_open_nothing(text: str) -> None:
    assert opened(text, SECRET, NOW_S) is None


def test_a_short_secret_is_refused_and_a_secret_never_shows() -> None:
    with pytest.raises(ValueError, match="tracking_key"):
        TrackingSecret(b"short")
    assert "secret" not in repr(SECRET).removeprefix("TrackingSecret")
