"""The recipient's link over HTTP: to the page for a browser, and the little that a recipient says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from orchestrator.customers.link import TrackingSecret, token
from orchestrator.orders.order import (
    Compartments,
    DropOffKind,
    DropOffPlace,
    Locker,
    LockerId,
    OrderId,
)
from orchestrator.record.events import (
    LockerOpened,
    MissionEnded,
    MissionStarted,
    OrderPlaced,
    ParcelCollected,
    ParcelHandedOver,
    ParcelLoaded,
    PlaceChosen,
    PlanLoaded,
)
from tests.orchestrator.gateway.conftest import NOW_S, Asker, Depot
from tests.orchestrator.record.story import D2, DOOR, order, planned
from vehicles.mission import MissionId, ParcelId

Json = dict[str, Any]
SECRET = TrackingSecret(b"a secret of sixteen bytes")
LOCKER = DropOffPlace(DOOR, DropOffKind.LOCKER, "Locker, Station", LockerId("L1"))
ASKED = replace(order("O7"), alternatives=(LOCKER,))
LINK = f"/v1/track/{token(ASKED, SECRET)}"
M7, P7 = MissionId(7), ParcelId("O7-1")


@pytest.fixture
async def recipient(asker: Asker, depot: Depot) -> httpx.AsyncClient:
    """Whoever holds the link of O7, which may go to a door or a locker."""
    station = Locker(LockerId("L1"), "Station", DOOR, Compartments(medium=2))
    await depot.writer.facts(LockerOpened(station), OrderPlaced(ASKED))
    return asker.as_(None)


async def test_a_browser_is_sent_to_the_page_and_a_program_gets_the_answer(
    recipient: httpx.AsyncClient,
) -> None:
    page = await recipient.get(LINK, headers={"Accept": "text/html,application/xhtml+xml"})
    assert page.status_code == 303
    assert page.headers["location"] == f"../../track/#{LINK.rpartition('/')[2]}"
    assert "track/" not in page.headers["location"].partition("#")[0].removesuffix("track/")
    told = await recipient.get(LINK)
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")
    assert (told.json()["order_id"], told.json()["now_s"]) == ("O7", NOW_S)
    assert (await recipient.get(LINK[:-1], headers={"Accept": "text/html"})).status_code == 303
    assert (await recipient.get(LINK[:-1])).status_code == 404


async def test_the_recipient_chooses_among_the_places_that_will_do(
    recipient: httpx.AsyncClient, depot: Depot, shop: httpx.AsyncClient
) -> None:
    told: Json = (await recipient.get(LINK)).json()
    assert [(one["place"], one["kind"], one["chosen"]) for one in told["choices"]] == [
        (0, "doorstep", True),
        (1, "locker", False),
    ]
    chosen = await recipient.post(f"{LINK}/place", json={"place": 1})
    assert (chosen.json()["drop_off"], chosen.json()["kind"]) == (LOCKER.label, "locker")
    assert [one["chosen"] for one in chosen.json()["choices"]] == [False, True]
    seq = depot.writer.state.seq
    assert (await recipient.post(f"{LINK}/place", json={"place": 1})).status_code == 200
    assert depot.writer.state.seq == seq, "the same again is no news"
    view = (await shop.get("/v1/orders/O7")).json()
    assert (view["address"], view["kind"]) == (LOCKER.label, "locker")
    assert view["alternatives"] == [ASKED.drop_off.label]
    back = await recipient.post(f"{LINK}/place", json={"place": 0})
    assert back.json()["kind"] == "doorstep"
    nowhere = await recipient.post(f"{LINK}/place", json={"place": 2})
    assert nowhere.json()["problems"][0]["field"] == "place"
    assert (await recipient.post(f"{LINK[:-1]}/place", json={"place": 1})).status_code == 404


async def test_what_is_about_to_leave_goes_where_it_was_told(
    recipient: httpx.AsyncClient, depot: Depot
) -> None:
    await depot.writer.facts(planned(7, D2, "O7-1", NOW_S), PlanLoaded(D2, M7))
    assert (await recipient.post(f"{LINK}/place", json={"place": 1})).status_code == 200
    assert depot.writer.state.orders[OrderId("O7")].chosen is not None
    await depot.writer.facts(ParcelLoaded(D2, M7, P7))
    assert (await recipient.get(LINK)).json()["choices"] == []
    late = await recipient.post(f"{LINK}/place", json={"place": 0})
    assert (late.status_code, late.json()["problems"][0]["field"]) == (409, "place")


async def test_the_same_order_sent_again_is_the_same_wherever_its_recipient_has_it_go(
    recipient: httpx.AsyncClient, depot: Depot, shop: httpx.AsyncClient
) -> None:
    body = {
        "order_id": "O9",
        "hub_id": "H1",
        "parcels": [{"mass_kg": 0.5}],
        "deadline_s": NOW_S + 4000.0,
        "drop_off": {"lat_deg": 60.17, "lon_deg": 24.94, "kind": "doorstep", "label": "Bulevardi 2"},
        "alternatives": [{"lat_deg": 60.171, "lon_deg": 24.94, "kind": "kerb", "label": "Bulevardi 4"}],
    }
    placed = await shop.post("/v1/orders", json=body)
    link = placed.json()["tracking_url"]
    assert (await recipient.post(f"{link}/place", json={"place": 1})).status_code == 200
    assert (await shop.post("/v1/orders", json=body)).status_code == 200
    chosen = depot.writer.state.orders[OrderId("O9")].chosen
    assert chosen is not None
    assert chosen.place.label == "Bulevardi 4"


async def test_an_empty_compartment_is_told_once_and_taken_back_when_it_turns_up(
    recipient: httpx.AsyncClient, depot: Depot, anna: httpx.AsyncClient, shop: httpx.AsyncClient
) -> None:
    assert (await recipient.post(f"{LINK}/absent")).status_code == 409
    chosen = PlaceChosen(OrderId("O7"), LOCKER, "test")
    await depot.writer.facts(
        chosen,
        planned(7, D2, "O7-1", NOW_S),
        ParcelLoaded(D2, M7, P7),
        MissionStarted(D2, M7),
        ParcelHandedOver(D2, M7, P7, DOOR),
        MissionEnded(D2, M7, 10.0, 1.0),
    )
    assert (await recipient.post(f"{LINK}/absent")).status_code == 409, "nobody has opened it"
    await depot.writer.facts(ParcelCollected(P7, "station"))
    assert (await recipient.get(LINK)).json()["out_of_locker"]
    told = await recipient.post(f"{LINK}/absent")
    assert (told.json()["status"], told.json()["code"]) == ("absent", None)
    assert (await recipient.post(f"{LINK}/absent")).json() == told.json()
    assert (await shop.post("/v1/parcels/O7-1/absent")).status_code == 200
    (alert,) = (await anna.get("/v1/state")).json()["alerts"]
    assert (alert["key"], "the recipient of O7" in alert["text"]) == ("absent:O7-1", True)
    (parcel,) = (await shop.get("/v1/orders/O7")).json()["parcels"]
    assert "not in its compartment" in parcel["reasons"][0]
    assert (await shop.post("/v1/parcels/O7-1/collected")).status_code == 200
    assert (await recipient.get(LINK)).json()["status"] == "delivered"
    assert not depot.writer.state.alerts
