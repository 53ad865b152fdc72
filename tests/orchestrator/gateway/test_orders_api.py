"""Orders over HTTP: placed once, followed, explained, cancelled, each by whom it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from orchestrator.gateway.acts import placing
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.order_requests import OrderWanted
from orchestrator.gateway.door.principals import Integrator
from orchestrator.gateway.showing import gallery
from orchestrator.orders.intake import Rejected
from orchestrator.orders.order import Hub, HubId, OrderId
from orchestrator.orders.request import OrderRequest
from orchestrator.record.events import Entry, HubOpened, LinkLost, OrderPlaced, OrderSourced
from orchestrator.record.state import ParcelPhase
from tests.orchestrator.gateway.conftest import NOW_S, Asker, Depot, a_service
from tests.orchestrator.record.story import D1, START_S, delivery, planned
from vehicles.clock import iso
from vehicles.mission import ParcelId

Json = dict[str, Any]


def wanted(**changes: object) -> Json:
    order: Json = {
        "order_id": "shop-1",
        "hub_id": "H1",
        "parcels": [{"mass_kg": 0.8}, {"mass_kg": 1.5}],
        "drop_off": {"lat_deg": 60.17, "lon_deg": 24.94, "kind": "doorstep", "label": "Bulevardi 1"},
        "deadline_s": START_S + 4000.0,
    }
    return {**order, **changes}


async def test_an_order_is_placed_and_shown(shop: httpx.AsyncClient, depot: Depot) -> None:
    answer = await shop.post("/v1/orders", json=wanted())
    assert answer.status_code == 201
    view = answer.json()
    assert (view["id"], view["status"], view["placed_by"]) == ("shop-1", "waiting", "shop")
    assert [p["mass_kg"] for p in view["parcels"]] == [0.8, 1.5]
    assert view["parcels"][0]["keeper"] == {
        "kind": "hub",
        "id": "H1",
        "text": "On the shelf at Market hub",
        "lat_deg": None,
        "lon_deg": None,
        "last_heard_at_s": None,
    }
    assert depot.writer.state.orders[OrderId("shop-1")].order.placed_by == "shop"
    assert (await shop.get("/v1/orders/shop-1")).json() == view


async def test_a_deadline_may_be_iso_8601(shop: httpx.AsyncClient) -> None:
    body = wanted(deadline="2023-11-14T23:40:00+01:00")
    del body["deadline_s"]
    view = (await shop.post("/v1/orders", json=body)).json()
    assert view["deadline_s"] == 1_700_001_600.0


@pytest.mark.parametrize("text", ["1795359999", "1795359999.5", "2026-11-22", "2026-11-22T14", "-5", ""])
async def test_a_deadline_as_text_has_a_date_and_a_time(shop: httpx.AsyncClient, text: str) -> None:
    answer = await shop.post("/v1/orders", json=wanted(deadline_s=None, deadline=text))
    [problem] = answer.json()["problems"]
    assert (answer.status_code, problem["field"]) == (422, "deadline")
    assert "ISO 8601" in problem["reason"]


async def test_an_id_is_made_up_when_none_is_given(shop: httpx.AsyncClient) -> None:
    body = wanted()
    del body["order_id"]
    first, second = [(await shop.post("/v1/orders", json=body)).json()["id"] for _ in range(2)]
    assert first != second


async def test_the_same_order_again_is_placed_once(shop: httpx.AsyncClient, depot: Depot) -> None:
    first = await shop.post("/v1/orders", json=wanted())
    seq = depot.writer.state.seq
    again = await shop.post("/v1/orders", json=wanted())
    assert (again.status_code, again.json()) == (200, first.json())
    assert depot.writer.state.seq == seq


async def test_the_same_order_twice_at_once_is_placed_once(shop: httpx.AsyncClient, depot: Depot) -> None:
    answers = await asyncio.gather(*(shop.post("/v1/orders", json=wanted()) for _ in range(5)))
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 200, 201]
    assert sum(1 for o in depot.writer.state.orders if o == "shop-1") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"parcels": [{"mass_kg": 0.9}, {"mass_kg": 1.5}]},
        {"deadline_s": START_S + 4001.0},
        {"drop_off": {"lat_deg": 60.17, "lon_deg": 24.94, "kind": "kerb", "label": "Bulevardi 1"}},
    ],
)
async def test_the_same_id_with_other_content_is_a_conflict(shop: httpx.AsyncClient, change: Json) -> None:
    await shop.post("/v1/orders", json=wanted())
    answer = await shop.post("/v1/orders", json=wanted(**change))
    assert answer.status_code == 409
    assert answer.json()["problems"][0]["field"] == "order_id"


async def test_another_integrators_id_is_taken_and_tells_nothing(asker: Asker) -> None:
    await asker.as_("shop").post("/v1/orders", json=wanted())
    answer = await asker.as_("cafe").post("/v1/orders", json=wanted())
    assert answer.status_code == 409
    assert "Bulevardi" not in answer.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hub_id": "H9"}, "hub_id"),
        ({"hub_id": ""}, "hub_id"),
        ({"hub_id": 7}, "hub_id"),
        ({"parcels": []}, "parcels"),
        ({"parcels": [{"mass_kg": -1.0}]}, "parcels.0.mass_kg"),
        ({"parcels": [{"mass_kg": 0}]}, "parcels.0.mass_kg"),
        ({"parcels": [{"mass_kg": "1"}]}, "parcels.0.mass_kg"),
        ({"parcels": [{}]}, "parcels.0.mass_kg"),
        ({"parcels": [{"mass_kg": 1.0, "colour": "red"}]}, "parcels.0.colour"),
        ({"priority": 3}, "priority"),
        ({"deadline_s": START_S}, "deadline_s"),
        ({"deadline_s": None}, "deadline_s"),
        ({"deadline": "2023-11-14T23:30:00Z"}, "deadline_s"),
        ({"deadline_s": None, "deadline": "2023-11-14T23:30:00"}, "deadline"),
        ({"deadline_s": None, "deadline": 1_700_001_000}, "deadline"),
        ({"deadline_s": None, "deadline": "soon"}, "deadline"),
        ({"order_id": "../../etc"}, "order_id"),
        ({"order_id": "x" * 65}, "order_id"),
        ({"drop_off": None}, "drop_off"),
        (
            {"drop_off": {"lat_deg": 91, "lon_deg": 0, "kind": "kerb", "label": "x"}},
            "drop_off.lat_deg",
        ),
        (
            {"drop_off": {"lat_deg": 60, "lon_deg": 0, "kind": "roof", "label": "x"}},
            "drop_off.kind",
        ),
        (
            {"drop_off": {"lat_deg": 60, "lon_deg": 0, "kind": "kerb", "label": "\n"}},
            "drop_off.label",
        ),
        (
            {"drop_off": {"lat_deg": 60, "lon_deg": 0, "kind": "locker", "label": "x"}},
            "drop_off.locker_id",
        ),
    ],
)
async def test_wrong_values_are_named_and_change_nothing(
    shop: httpx.AsyncClient, depot: Depot, change: Json, field: str
) -> None:
    seq = depot.writer.state.seq
    answer = await shop.post("/v1/orders", json=wanted(**change))
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]
    assert [p["field"] for p in answer.json()["problems"]] == [field]
    assert all(p["reason"] for p in answer.json()["problems"])
    assert depot.writer.state.seq == seq


async def test_a_body_that_hides_its_length_is_still_bounded(shop: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    answer = await shop.post("/v1/orders", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("heard", ["by the gateway", "before it started"])
async def test_a_parcel_on_a_silent_vehicle_is_where_it_was_last_heard(
    shop: httpx.AsyncClient, depot: Depot, heard: str
) -> None:
    at, at_s = depot.seen[D1].position, depot.seen[D1].heard_at_s
    if heard == "before it started":
        depot.seen.clear()
    await depot.writer.facts(*delivery()[:4], LinkLost(D1, at, at_s))
    keeper = (await shop.get("/v1/orders/O1")).json()["parcels"][0]["keeper"]
    assert keeper["kind"] == "vehicle"
    assert (keeper["lat_deg"], keeper["lon_deg"]) == (round(at.lat_deg, 7), round(at.lon_deg, 7))
    if heard == "by the gateway":
        assert keeper["last_heard_at_s"] == at_s
        assert keeper["text"] == f"Aboard D1, last heard {iso(at_s)[11:19]} UTC"
    else:
        assert keeper["last_heard_at_s"] is None
        assert keeper["text"] == f"Aboard D1, last heard at {at}"


async def test_an_integrator_sees_only_its_own(asker: Asker) -> None:
    shop, cafe, anna = asker.as_("shop"), asker.as_("cafe"), asker.as_("anna")
    assert [o["id"] for o in (await shop.get("/v1/orders")).json()] == ["O1"]
    assert [o["id"] for o in (await cafe.get("/v1/orders")).json()] == ["C1"]
    assert [o["id"] for o in (await anna.get("/v1/orders")).json()] == ["C1", "O1"]
    hidden = await shop.get("/v1/orders/C1")
    unknown = await shop.get("/v1/orders/C2")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.json()["error"].replace("C1", "C2") == unknown.json()["error"]
    for method, path in (("POST", "/v1/orders/C1/cancel"), ("GET", "/v1/orders/C1/explanation")):
        assert (await shop.request(method, path)).status_code == 404


async def test_cancelling_is_journaled_with_who_and_may_be_repeated(
    shop: httpx.AsyncClient, depot: Depot
) -> None:
    answer = await shop.post("/v1/orders/O1/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert depot.writer.state.orders[OrderId("O1")].cancelled_by == "shop"
    seq = depot.writer.state.seq
    assert (await shop.post("/v1/orders/O1/cancel")).status_code == 200
    assert depot.writer.state.seq == seq


async def test_what_is_delivered_cannot_be_cancelled(shop: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(*delivery())
    assert depot.writer.state.parcels[ParcelId("O1-1")].phase is ParcelPhase.DELIVERED
    answer = await shop.post("/v1/orders/O1/cancel")
    assert answer.status_code == 409
    assert "delivered" in answer.json()["error"]


async def test_a_choice_is_explained(shop: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(planned(1, D1, at_s=depot.now_s + 60.0))
    parcel = (await shop.get("/v1/orders/O1/explanation")).json()["parcels"][0]
    choice = parcel["choices"][0]
    assert choice["vehicle_id"] == "D1"
    assert [q["vehicle_id"] for q in choice["quotes"]] == ["D1", "R1"]
    assert choice["quotes"][1]["reasons"] == ["The vehicle does not answer."]
    assert "D1 was chosen" in parcel["text"]


async def test_why_this_hub_is_told_before_why_this_vehicle(shop: httpx.AsyncClient, depot: Depot) -> None:
    beside = Hub(HubId("H2"), "Near hub", GeoPoint(60.171, 24.941), ())
    order = replace(
        depot.writer.state.orders[OrderId("O1")].order, order_id=OrderId("O9"), also_at=(HubId("H2"),)
    )
    parcel = replace(order.parcels[0], parcel_id=ParcelId("O9-1"))
    near, far = "H2: 1.20 EUR, handed over at 22:20 UTC.", "H1: no vehicle of it works."
    reasons = tuple(Reason(Because.COST, text[:2], text) for text in (near, far))
    await depot.writer.facts(
        HubOpened(beside),
        OrderPlaced(replace(order, parcels=(parcel,))),
        OrderSourced(order.order_id, beside.hub_id, reasons),
    )
    told = (await shop.get("/v1/orders/O9/explanation")).json()["text"]
    assert told.startswith(f"It is brought from H2. {near} {far} O9-1 waits")
    assert "brought from" not in (await shop.get("/v1/orders/O1/explanation")).json()["text"]


async def test_an_operator_overrules_the_dispatcher_by_name_and_nobody_else_does(
    asker: Asker, depot: Depot
) -> None:
    shop, anna = asker.as_("shop"), asker.as_("anna")
    assert (await shop.post("/v1/orders/O1/dispatch", json={"wish": "hold"})).status_code == 403
    answer = await anna.post("/v1/orders/O1/dispatch", json={"wish": "pin", "vehicle_id": "D2"})
    assert (answer.status_code, answer.json()["by"]) == (200, "anna")
    wishes = (await shop.get("/v1/orders/O1")).json()["wishes"]
    assert (wishes["pinned_to"], wishes["by"]) == ("D2", "anna")
    assert depot.writer.state.seq == answer.json()["seq"]
    for body, field in (
        ({"wish": "pin"}, "vehicle_id"),
        ({"wish": "hold", "vehicle_id": "D2"}, "vehicle_id"),
        ({"wish": "prioritise"}, "weight"),
        ({"wish": "prioritise", "weight": 0.0}, "weight"),
    ):
        refused = await anna.post("/v1/orders/O1/dispatch", json=body)
        assert refused.status_code == 422
        assert field in str(refused.json()["problems"])
    unknown = await anna.post("/v1/orders/O1/dispatch", json={"wish": "pin", "vehicle_id": "D99"})
    assert unknown.status_code == 404
    await depot.writer.facts(*delivery(vehicle_id=D1))
    assert (await anna.post("/v1/orders/O1/dispatch", json={"wish": "hold"})).status_code == 409


async def test_alternatives_are_taken_in_and_shown(shop: httpx.AsyncClient) -> None:
    locker = {**wanted()["drop_off"], "label": "Bulevardi 2"}
    answer = await shop.post("/v1/orders", json=wanted(order_id="shop-7", alternatives=[locker]))
    assert answer.status_code == 201
    assert answer.json()["alternatives"] == ["Bulevardi 2"]
    again = await shop.post("/v1/orders", json=wanted(order_id="shop-7", alternatives=[locker]))
    assert again.status_code == 200
    other = await shop.post("/v1/orders", json=wanted(order_id="shop-7"))
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/orders?limt=1", "limt"),
        ("/v1/orders?limit=1&before=O1&page=2", "page"),
        ("/v1/orders/O1?verbose=1", "verbose"),
        ("/v1/vehicles?limit=1", "limit"),
    ],
)
async def test_a_parameter_nobody_knows_is_refused_by_name(
    anna: httpx.AsyncClient, path: str, field: str
) -> None:
    answer = await anna.get(path)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["field"] == field
    assert problem["reason"].startswith("unknown parameter; there ")


async def test_a_parameter_given_twice_is_refused(anna: httpx.AsyncClient) -> None:
    answer = await anna.get("/v1/orders?limit=1&before=O1&limit=2")
    assert answer.status_code == 422
    assert answer.json()["problems"] == [{"field": "limit", "reason": "is there more than once"}]


async def test_the_tracking_link_needs_no_key_and_shows_little(asker: Asker) -> None:
    view = (await asker.as_("shop").get("/v1/orders/O1")).json()
    answer = await asker.as_(None).get(view["tracking_url"])
    assert answer.status_code == 200
    assert answer.json() == {
        "now_s": NOW_S,
        "order_id": "O1",
        "deadline_s": view["deadline_s"],
        "late_because": None,
        "kind": "doorstep",
        "at": [view["lon_deg"], view["lat_deg"]],
        "instead_of": None,
        "choices": [],
        "proof": None,
        "out_of_locker": False,
        "status": "waiting",
        "text": "Your order is being prepared.",
        "window": None,
        "asked": None,
        "proof_of_age": False,
        "delivered_at_s": None,
        "vehicle_kind": None,
        "position": None,
        "drop_off": "Aleksanterinkatu 52",
        "code": view["hand_code"],
        "collect_at": None,
        "collect_by_s": None,
        "photo_url": None,
    }
    assert len(view["hand_code"]) == 4
    tampered = view["tracking_url"][:-1] + ("A" if view["tracking_url"][-1] != "A" else "B")
    assert (await asker.as_(None).get(tampered)).status_code == 404


async def test_placing_is_a_journaled_act(shop: httpx.AsyncClient, depot: Depot) -> None:
    with depot.writer.subscribe() as feed:
        await shop.post("/v1/orders", json=wanted())
        entry = feed.get_nowait()
    assert isinstance(entry, Entry)
    assert isinstance(entry.event, OrderPlaced)


async def test_orders_come_in_pages_from_the_latest_back(asker: Asker) -> None:
    shop = asker.as_("shop")
    for number in range(5):
        await shop.post("/v1/orders", json=wanted(order_id=f"s-{number}"))
    page = (await shop.get("/v1/orders", params={"limit": 2})).json()
    assert [o["id"] for o in page] == ["s-3", "s-4"]
    page = (await shop.get("/v1/orders", params={"limit": 2, "before": "s-3"})).json()
    assert [o["id"] for o in page] == ["s-1", "s-2"]
    assert (await shop.get("/v1/orders", params={"before": "C1"})).status_code == 404
    wrong = await shop.get("/v1/orders", params={"limit": 0})
    assert (wrong.status_code, wrong.json()["problems"][0]["field"]) == (422, "limit")


async def test_the_state_leaves_out_what_is_long_over(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "KEPT_FINISHED", 2)
    shop = asker.as_("shop")
    for number in range(4):
        await shop.post("/v1/orders", json=wanted(order_id=f"s-{number}"))
        await shop.post(f"/v1/orders/s-{number}/cancel")
    state = (await shop.get("/v1/state")).json()
    assert [o["id"] for o in state["orders"]] == ["O1", "s-2", "s-3"]
    assert len((await shop.get("/v1/orders")).json()) == 5


async def test_a_crowd_of_orders_leaves_the_event_loop_its_turn_after_each(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator's word, and each vehicle, waits for one order to be looked at, not for all that came."""
    turns, at_turn = 0, list[int]()

    async def place(_: OrderRequest) -> Rejected:
        at_turn.append(turns)
        return Rejected(())

    monkeypatch.setattr(depot, "place", place)
    service = a_service(depot)
    by = Integrator("shop")

    async def one(number: int) -> None:
        with pytest.raises(Failure):
            await placing.place(OrderWanted.model_validate(wanted(order_id=f"o{number}")), by, service)

    crowd = asyncio.gather(*(one(number) for number in range(20)))
    while not crowd.done():
        turns += 1
        await asyncio.sleep(0)
    await crowd
    assert len(set(at_turn)) == 20
