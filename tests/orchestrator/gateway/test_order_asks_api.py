"""What an order asks of whoever carries it, over HTTP: taken in whole, shown, compared, refused by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from geofences.path import Waypoint
from geofences.position import destination
from orchestrator.gateway.acts.placing import request
from orchestrator.gateway.contract.order_requests import OrderWanted
from orchestrator.gateway.door.principals import Integrator
from orchestrator.orders.order import OrderId, Pad, PadId, PickUpKind
from orchestrator.orders.request import OrderRequest
from orchestrator.record.events import HubOpened, VehicleJoined
from tests.orchestrator.gateway.conftest import NOW_S, Depot
from tests.orchestrator.gateway.test_orders_api import wanted
from tests.orchestrator.record.story import CENTRE, HUB
from vehicles.cargo import ParcelSize, Skill, Temperature
from vehicles.mission import VehicleId
from vehicles.profiles import COURIER

Json = dict[str, Any]

ASKING: Json = {
    "order_id": "shop-9",
    "parcels": [{"mass_kg": 1.5, "size": "small", "temperature": "chilled", "most_aboard_s": 1800.0}],
    "skills": ["check_age"],
    "ready_at": "2023-11-14T22:50:00Z",
    "earliest_at": "2023-11-15T00:10:00+01:00",
    "deadline_s": NOW_S + 3600.0,
    "pick_up": {"lat_deg": 60.165, "lon_deg": 24.94, "kind": "shop", "label": "Corner shop"},
}
PLACE = {"lat_deg": 60.17, "lon_deg": 24.94, "label": "Somewhere"}
SHOP = Integrator("shop")


@pytest.fixture
async def courier(depot: Depot) -> None:
    """The hub has a courier as well."""
    dock = Pad(PadId("dock-c"), Waypoint(destination(CENTRE, 0.0, 60.0)))
    await depot.writer.facts(
        HubOpened(replace(HUB, pads=(*HUB.pads, dock))),
        VehicleJoined(VehicleId("C1"), COURIER, HUB.hub_id, dock),
    )


@pytest.mark.usefixtures("courier")
async def test_all_that_is_asked_is_kept_and_shown(shop: httpx.AsyncClient, depot: Depot) -> None:
    answer = await shop.post("/v1/orders", json=wanted(**ASKING))
    assert answer.status_code == 201, answer.text
    view = answer.json()
    assert (
        view["parcels"][0] | {"size": "small", "temperature": "chilled", "most_aboard_s": 1800.0}
        == (view["parcels"][0])
    )
    assert view["skills"] == ["check_age"]
    assert (view["ready_at_s"], view["earliest_at_s"]) == (1_700_002_200.0, 1_700_003_400.0)
    assert view["pick_up"] == {
        "kind": "shop",
        "address": "Corner shop",
        "lat_deg": 60.165,
        "lon_deg": 24.94,
        "locker_id": None,
    }
    order = depot.writer.state.orders[OrderId("shop-9")].order
    assert order.parcels[0].temperature is Temperature.CHILLED
    assert (order.skills, order.pick_up and order.pick_up.kind) == ((Skill.CHECK_AGE,), PickUpKind.SHOP)


@pytest.mark.usefixtures("courier")
async def test_what_is_left_out_asks_for_nothing(shop: httpx.AsyncClient) -> None:
    view = (await shop.post("/v1/orders", json=wanted())).json()
    assert (view["skills"], view["also_at"], view["pick_up"]) == ([], [], None)
    assert (view["ready_at_s"], view["earliest_at_s"]) == (None, None)
    assert view["parcels"][0]["temperature"] == "ambient"
    assert view["parcels"][0]["most_aboard_s"] is None


@pytest.mark.usefixtures("courier")
@pytest.mark.parametrize(
    "change",
    [
        {"parcels": [ASKING["parcels"][0] | {"temperature": "hot"}]},
        {"parcels": [ASKING["parcels"][0] | {"most_aboard_s": 1801.0}]},
        {"parcels": [ASKING["parcels"][0] | {"size": "medium"}]},
        {"skills": []},
        {"ready_at": "2023-11-14T22:50:01Z"},
        {"earliest_at": None},
        {"pick_up": None},
        {"pick_up": ASKING["pick_up"] | {"kind": "doorstep"}},
        {"pick_up": None, "also_at": []},
    ],
)
async def test_the_same_again_is_compared_in_every_field(shop: httpx.AsyncClient, change: Json) -> None:
    assert (await shop.post("/v1/orders", json=wanted(**ASKING))).status_code == 201
    assert (await shop.post("/v1/orders", json=wanted(**ASKING))).status_code == 200
    in_seconds = ASKING | {"ready_at": None, "ready_at_s": 1_700_002_200.0}
    assert (await shop.post("/v1/orders", json=wanted(**in_seconds))).status_code == 200
    other = await shop.post("/v1/orders", json=wanted(**(ASKING | change)))
    assert (other.status_code, other.json()["problems"][0]["field"]) == (409, "order_id")


@pytest.mark.usefixtures("courier")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parcels": [{"mass_kg": 1.0, "temperature": "cold"}]}, "parcels.0.temperature"),
        ({"parcels": [{"mass_kg": 1.0, "temperature": "frozen"}]}, "parcels.0.temperature"),
        ({"parcels": [{"mass_kg": 1.0, "size": "huge"}]}, "parcels.0.size"),
        ({"parcels": [{"mass_kg": 1.0, "most_aboard_s": 0}]}, "parcels.0.most_aboard_s"),
        ({"parcels": [{"mass_kg": 1.0, "most_aboard_s": "long"}]}, "parcels.0.most_aboard_s"),
        ({"parcels": [{"mass_kg": 1.0, "most_aboard_s": 299.0}]}, "parcels.0.most_aboard_s"),
        ({"skills": "check_age"}, "skills"),
        ({"skills": ["check_age", "check_age"]}, "skills"),
        ({"skills": ["sing"]}, "skills.0"),
        ({"ready_at_s": NOW_S + 3600.0}, "ready_at_s"),
        ({"ready_at_s": NOW_S + 2900.0}, "ready_at_s"),
        ({"ready_at_s": NOW_S, "ready_at": "2023-11-14T22:50:00Z"}, "ready_at_s"),
        ({"ready_at": 1_700_000_000}, "ready_at"),
        ({"ready_at": "2023-11-14T22:50:00"}, "ready_at"),
        ({"earliest_at": "today"}, "earliest_at"),
        ({"earliest_at": "0001-01-01T00:00:00+10:00"}, "earliest_at"),
        ({"earliest_at_s": NOW_S + 2999.0}, "earliest_at_s"),
        ({"also_at": ["H1"]}, "also_at.0"),
        ({"also_at": ["H7"]}, "also_at.0"),
        ({"also_at": "H2"}, "also_at"),
        ({"pick_up": {"lat_deg": 60.1, "lon_deg": 24.9, "kind": "hub", "label": "x"}}, "pick_up.kind"),
        ({"pick_up": {"lat_deg": 60.1, "lon_deg": 24.9, "kind": "shop", "label": ""}}, "pick_up.label"),
        (
            {"pick_up": {"lat_deg": 60.1, "lon_deg": 24.9, "kind": "locker", "label": "x"}},
            "pick_up.locker_id",
        ),
        (
            {"pick_up": {"lat_deg": 60.1, "lon_deg": 24.9, "kind": "shop", "label": "x", "locker_id": "L"}},
            "pick_up.locker_id",
        ),
        ({"temperature": "chilled"}, "temperature"),
        ({"drop_off": PLACE | {"kind": "hub"}}, "drop_off.hub_id"),
        ({"drop_off": PLACE | {"kind": "kerb", "hub_id": "H1"}}, "drop_off.hub_id"),
        ({"drop_off": PLACE | {"kind": "hub", "hub_id": "H9"}}, "drop_off.hub_id"),
        ({"pick_up": PLACE | {"kind": "shop", "hub_id": "H1"}}, "pick_up.hub_id"),
    ],
)
async def test_what_will_not_do_is_refused_by_field_and_changes_nothing(
    shop: httpx.AsyncClient, depot: Depot, change: Json, field: str
) -> None:
    seq = depot.writer.state.seq
    answer = await shop.post("/v1/orders", json=wanted(**change))
    assert answer.status_code == 422, answer.text
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]
    assert depot.writer.state.seq == seq


@pytest.mark.usefixtures("courier")
async def test_the_recipient_is_told_of_the_window_and_that_a_proof_of_age_is_asked_for(
    shop: httpx.AsyncClient,
) -> None:
    view = (await shop.post("/v1/orders", json=wanted(**ASKING))).json()
    seen = (await shop.get(view["tracking_url"])).json()
    assert seen["asked"] == {"from_s": 1_700_003_400.0, "until_s": NOW_S + 3600.0}
    assert seen["proof_of_age"]
    assert "proof of your age" in seen["text"]
    await shop.post("/v1/orders/shop-9/cancel")
    over = (await shop.get(view["tracking_url"])).json()
    assert not over["proof_of_age"]
    assert "proof" not in over["text"]


@pytest.mark.usefixtures("courier")
async def test_a_vehicle_shows_what_it_carries_and_can_do(anna: httpx.AsyncClient) -> None:
    shown = {view["id"]: view["carries"] for view in (await anna.get("/v1/vehicles")).json()}
    assert shown["C1"]["temperatures"] == ["ambient", "chilled", "hot"]
    assert (shown["C1"]["skills"], shown["C1"]["largest"]) == (["check_age"], "large")
    assert (shown["D1"]["temperatures"], shown["D1"]["skills"]) == (["ambient"], [])


INSTANTS = st.floats(min_value=0.0, max_value=4e9).map(lambda at_s: round(at_s, 3))
ORDERS = st.fixed_dictionaries(
    {
        "hub_id": st.just("H1"),
        "drop_off": st.sampled_from(["doorstep", "kerb", "pad"]).map(lambda kind: PLACE | {"kind": kind}),
        "parcels": st.lists(
            st.fixed_dictionaries(
                {"mass_kg": st.floats(min_value=0.001, max_value=1000.0)},
                optional={
                    "size": st.sampled_from([one.value for one in ParcelSize]),
                    "temperature": st.sampled_from([one.value for one in Temperature]),
                    "most_aboard_s": st.floats(min_value=1.0, max_value=604_800.0),
                },
            ),
            min_size=1,
            max_size=3,
        ),
        "deadline_s": INSTANTS,
    },
    optional={
        "ready_at_s": INSTANTS,
        "earliest_at_s": INSTANTS,
        "skills": st.just(["check_age"]),
        "also_at": st.lists(st.sampled_from(["H2", "H3"]), unique=True),
        "pick_up": st.sampled_from(["shop", "doorstep"]).map(lambda kind: PLACE | {"kind": kind}),
    },
)


def read(body: Json) -> OrderRequest:
    return request(OrderId("O1"), OrderWanted.model_validate(body), SHOP)


@given(ORDERS)
def test_nothing_that_is_asked_is_lost_on_the_way_in(body: Json) -> None:
    asked = read(body)
    assert (asked.deadline_s, asked.ready_at_s) == (body["deadline_s"], body.get("ready_at_s"))
    assert asked.earliest_at_s == body.get("earliest_at_s")
    assert [skill.value for skill in asked.skills] == body.get("skills", [])
    assert list(asked.also_at) == body.get("also_at", [])
    assert (asked.pick_up is None) == ("pick_up" not in body)
    for told, parcel in zip(body["parcels"], asked.parcels, strict=True):
        assert parcel.mass_kg == told["mass_kg"]
        assert parcel.size.value == told.get("size", "medium")
        assert parcel.temperature.value == told.get("temperature", "ambient")
        assert parcel.most_aboard_s == told.get("most_aboard_s")


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2199, 1, 1)),  # noqa: DTZ001 - the offset follows
    st.integers(min_value=-14 * 60, max_value=14 * 60),
    st.sampled_from(["deadline", "ready_at", "earliest_at"]),
)
def test_an_instant_is_the_same_in_words_and_in_seconds(local: datetime, minutes: int, name: str) -> None:
    at = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    body = wanted(order_id=None) | ({"deadline_s": None} if name == "deadline" else {})
    in_words = read(body | {name: at.isoformat()})
    in_seconds = read(body | {f"{name}_s": at.astimezone(UTC).timestamp()})
    assert in_words == in_seconds


@given(ORDERS, st.sampled_from(["parcels", "skills", "pick_up", "also_at", "ready_at_s"]), st.data())
def test_a_value_of_another_type_is_refused_by_its_field(body: Json, field: str, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([True, "x", -1.5, {"a": 1}, [None]]))
    with pytest.raises(ValidationError) as refused:
        read(body | {field: other})
    assert all(str(item["loc"][0]) == field for item in refused.value.errors() if item["loc"])
