"""Lockers at the gateway: opened by the code, told by those who know, and shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import pytest

from orchestrator.customers.hand_code import hand_code
from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.acts import collecting
from orchestrator.gateway.door.access import AccessRules, Key
from orchestrator.gateway.door.principals import LockerSystem
from orchestrator.gateway.http import create_app
from orchestrator.gateway.inside import inside_of
from orchestrator.orders.lockers import MOST_WRONG_CODES
from orchestrator.orders.order import Compartments, Locker, LockerId, PickUpKind, PickUpPlace
from orchestrator.record.events import (
    CollectionExpired,
    LockerOpened,
    MissionEnded,
    MissionStarted,
    OrderPlaced,
    ParcelHandedOver,
    ParcelLoaded,
    VehicleReady,
)
from tests.orchestrator.gateway.conftest import KEYS, NOW_S, Asker, Depot, a_service
from tests.orchestrator.record.story import D2, DOOR, courier_joins, order, planned
from vehicles.mission import MissionId, ParcelId

LOCKED = order("O7", locker="L1")
CODE = hand_code(LOCKED, TrackingSecret(b"a secret of sixteen bytes"))
OUT_OF_IT = PickUpPlace(DOOR, PickUpKind.LOCKER, "Station", LockerId("L1"))
M7, P7 = MissionId(7), ParcelId("O7-1")


@pytest.fixture
async def lockers(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asker]:
    """The shop's order O7 lies in locker L1, whose own system is known as `station`."""
    monkeypatch.setitem(KEYS, "station", (LockerSystem("station"), "station-has-a-long-key"))
    await depot.writer.facts(
        LockerOpened(Locker(LockerId("L1"), "Station", DOOR, Compartments(small=1, medium=2))),
        OrderPlaced(LOCKED),
        planned(7, D2, "O7-1", NOW_S),
        ParcelLoaded(D2, M7, P7),
        MissionStarted(D2, M7),
        ParcelHandedOver(D2, M7, P7, DOOR),
        MissionEnded(D2, M7, 10.0, 1.0),
    )
    rules = AccessRules(tuple(Key.of(who, secret) for who, secret in KEYS.values()))
    asker = Asker(create_app(replace(a_service(depot), access=rules)))
    yield asker
    for client in asker.open:
        await client.aclose()


async def test_the_recipient_is_told_where_until_when_and_the_code(lockers: Asker) -> None:
    view = (await lockers.as_("shop").get("/v1/orders/O7")).json()
    (parcel,) = view["parcels"]
    assert parcel["keeper"]["text"] == "In locker L1, a medium compartment"
    assert parcel["collect_by_s"] == NOW_S + 86_400.0
    tracked = (await lockers.as_(None).get(view["tracking_url"])).json()
    assert (tracked["status"], tracked["code"]) == ("to_collect", CODE)
    assert tracked["collect_by_s"] == NOW_S + 86_400.0
    (locker,) = (await lockers.as_("anna").get("/v1/lockers")).json()
    assert locker["compartments"] == [
        {"size": "small", "count": 1, "taken": 0},
        {"size": "medium", "count": 2, "taken": 1},
    ]
    assert locker["parcel_ids"] == ["O7-1"]
    assert (await lockers.as_("anna").get("/v1/state")).json()["lockers"] == [locker]
    assert (await lockers.as_("shop").get("/v1/state")).json()["lockers"] == []


async def test_the_code_opens_the_compartment_once_but_an_answer_may_be_lost(
    lockers: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = lockers.as_("station")
    opened = await station.post("/v1/lockers/L1/collect", json={"code": f"{CODE[:2]} {CODE[2:]}"})
    assert opened.json() == {"parcel_ids": ["O7-1"], "compartments": ["medium"]}
    again = await station.post("/v1/lockers/L1/collect", json={"code": CODE})
    assert again.json() == opened.json()
    monkeypatch.setattr(collecting, "AGAIN_S", -1.0)
    later = await station.post("/v1/lockers/L1/collect", json={"code": CODE})
    assert later.status_code == 404
    view = (await lockers.as_("shop").get("/v1/orders/O7")).json()
    assert view["parcels"][0]["keeper"]["kind"] == "recipient"
    tracked = (await lockers.as_(None).get(view["tracking_url"])).json()
    assert (tracked["status"], tracked["code"]) == ("delivered", None)


async def test_a_code_that_two_orders_share_opens_neither(lockers: Asker, depot: Depot) -> None:
    many = (order(f"O{n}", locker="L1") for n in count(8))
    twin = next(one for one in many if hand_code(one, TrackingSecret(b"a secret of sixteen bytes")) == CODE)
    m8, p8 = MissionId(8), ParcelId(f"{twin.order_id}-1")
    await depot.writer.facts(
        OrderPlaced(twin),
        VehicleReady(D2),
        planned(8, D2, p8, NOW_S),
        ParcelLoaded(D2, m8, p8),
        MissionStarted(D2, m8),
        ParcelHandedOver(D2, m8, p8, DOOR),
        MissionEnded(D2, m8, 10.0, 1.0),
    )
    station = lockers.as_("station")
    assert (await station.post("/v1/lockers/L1/collect", json={"code": CODE})).status_code == 409
    assert (await lockers.as_("anna").post("/v1/parcels/O7-1/collected")).status_code == 200
    alone = await station.post("/v1/lockers/L1/collect", json={"code": CODE})
    assert alone.json()["parcel_ids"] == [p8]


async def test_a_locker_that_is_not_there_takes_no_code(lockers: Asker) -> None:
    said = await lockers.as_("station").post("/v1/lockers/L9/collect", json={"code": CODE})
    assert said.status_code == 404
    assert "L9" in said.text


async def test_guessing_ends_until_somebody_helps(lockers: Asker) -> None:
    station = lockers.as_("station")
    wrong = f"{(int(CODE) + 1) % 10_000:04}"
    said = [
        await station.post("/v1/lockers/L1/collect", json={"code": wrong}) for _ in range(MOST_WRONG_CODES)
    ]
    assert {answer.status_code for answer in said} == {404}
    assert (await station.post("/v1/lockers/L1/collect", json={"code": CODE})).status_code == 409
    assert (await lockers.as_("cafe").post("/v1/parcels/O7-1/collected")).status_code == 404
    still = await station.post("/v1/lockers/L1/collect", json={"code": CODE})
    assert still.status_code == 409, "whoever names another's parcel has not helped"
    told = await lockers.as_("shop").post("/v1/parcels/O7-1/collected")
    assert told.json() == {"parcel_ids": ["O7-1"], "compartments": ["medium"]}
    assert (await lockers.as_("shop").post("/v1/parcels/O7-1/collected")).status_code == 409


async def test_who_may_say_what(lockers: Asker) -> None:
    station, cafe, shop = (lockers.as_(name) for name in ("station", "cafe", "shop"))
    assert (await station.get("/v1/orders")).status_code == 403
    assert (await station.get("/v1/lockers")).status_code == 403
    assert (await shop.post("/v1/lockers/L1/collect", json={"code": CODE})).status_code == 403
    assert (await cafe.post("/v1/parcels/O7-1/collected")).status_code == 404
    assert (await shop.post("/v1/parcels/O7-1/recovered")).status_code == 403
    assert (await lockers.as_("anna").post("/v1/parcels/O1-1/collected")).status_code == 409
    bad = await station.post("/v1/lockers/L1/collect", json={"code": "open sesame"})
    assert bad.status_code == 422


async def test_after_a_day_the_code_opens_nothing_and_people_fetch_it(lockers: Asker, depot: Depot) -> None:
    anna = lockers.as_("anna")
    assert (await anna.post("/v1/parcels/O7-1/recovered")).status_code == 409
    await depot.writer.facts(CollectionExpired(P7))
    gone = await lockers.as_("station").post("/v1/lockers/L1/collect", json={"code": CODE})
    assert gone.status_code == 404
    back = await anna.post("/v1/parcels/O7-1/recovered")
    assert back.status_code == 200
    view = (await anna.get("/v1/orders/O7")).json()
    assert (view["status"], view["parcels"][0]["phase"]) == ("failed", "uncollected")


@pytest.mark.usefixtures("lockers")
async def test_a_lockers_own_system_speaks_for_that_locker_alone(depot: Depot) -> None:
    own = Key.of(LockerSystem("own", LockerId("L1")), "a-key-of-locker-one")
    other = Key.of(LockerSystem("other", LockerId("L2")), "a-key-of-locker-two")
    app = create_app(replace(a_service(depot), access=AccessRules((own, other))))
    for secret, status in (("a-key-of-locker-two", 403), ("a-key-of-locker-one", 200)):
        asker = Asker(app)
        client = asker.as_(None)
        client.headers["Authorization"] = f"Bearer {secret}"
        seq = depot.writer.state.seq
        said = await client.post("/v1/lockers/L1/collect", json={"code": CODE})
        assert said.status_code == status
        assert (depot.writer.state.seq == seq) is (status == 403)
        await client.aclose()


async def test_a_locker_that_takes_no_codes_is_an_alert_and_stays_so_over_a_restart(
    lockers: Asker, depot: Depot
) -> None:
    station = lockers.as_("station")
    wrong = f"{(int(CODE) + 1) % 10_000:04}"
    for n in range(MOST_WRONG_CODES):
        assert ("codes:L1" in depot.writer.state.alerts) is False, n
        await station.post("/v1/lockers/L1/collect", json={"code": wrong})
    alert = depot.writer.state.alerts["codes:L1"]
    assert (alert.vehicle_id, "takes none until" in alert.text) == (None, True)
    again = Asker(create_app(replace(inside_of(lockers.app).gallery.service)))
    said = await again.as_("station").post("/v1/lockers/L1/collect", json={"code": CODE})
    assert said.status_code == 409, "another gateway over the same record"
    await lockers.as_("shop").post("/v1/parcels/O7-1/collected")
    assert "codes:L1" not in depot.writer.state.alerts
    assert LockerId("L1") not in depot.writer.state.mistaken
    for client in again.open:
        await client.aclose()


async def test_what_stands_against_it_is_told_at_a_field_of_the_request(lockers: Asker, depot: Depot) -> None:
    await depot.writer.facts(*courier_joins(), OrderPlaced(replace(order("O6"), pick_up=OUT_OF_IT)))
    body = {
        "order_id": "O8",
        "hub_id": "H1",
        "parcels": [{"mass_kg": 0.5}],
        "deadline_s": NOW_S + 4000.0,
        "pick_up": {"lat_deg": DOOR.lat_deg, "lon_deg": DOOR.lon_deg, "kind": "locker", "label": "Station"},
        "drop_off": {"lat_deg": 60.17, "lon_deg": 24.94, "kind": "doorstep", "label": "Bulevardi 2"},
    }
    body["pick_up"] |= {"locker_id": "L1"}  # type: ignore[operator]
    full = await lockers.as_("shop").post("/v1/orders", json=body)
    assert full.status_code == 409, full.text
    (problem,) = full.json()["problems"]
    assert problem["field"] == "pick_up.locker_id"
    assert "No room in Station" in problem["reason"]
    for path in ("/v1/parcels/O6-1/collected", "/v1/parcels/O7-1/recovered"):
        no = await lockers.as_("anna").post(path)
        assert no.status_code == 409
        assert [one["field"] for one in no.json()["problems"]] == ["parcel_id"]
