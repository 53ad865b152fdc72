"""Couriers' phones at the gateway: who may call, what is told, which link signs in."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from orchestrator.customers.hand_code import hand_code
from orchestrator.customers.link import TrackingSecret, token
from orchestrator.gateway.acts.proving import Proving
from orchestrator.gateway.contract.courier_requests import HandedOverTap
from orchestrator.gateway.door.access import AccessRules, Key
from orchestrator.gateway.door.principals import Rider
from orchestrator.gateway.door.sign_in import KEEP_S, sign_in_token, signed_in
from orchestrator.gateway.http import create_app
from orchestrator.gateway.photos import PhotoError, Photos
from orchestrator.gateway.showing.vicinity import Vicinity
from orchestrator.record.events import (
    CourierReported,
    Event,
    HandOverProved,
    MissionStarted,
    OrderPlaced,
    ParcelLoaded,
    PlanLoaded,
    Proof,
    SignInGiven,
)
from tests.orchestrator.gateway.conftest import NOW_S, Asker, Depot, a_service
from tests.orchestrator.record.story import C1, PADS, courier_joins, order, planned_round
from vehicles.cargo import Skill
from vehicles.mission import MissionId, ParcelId, VehicleId
from vehicles.phone.handset import Handset

SECRET = TrackingSecret(b"a secret of sixteen bytes")
RITA_KEY = "rita-has-a-long-key"


def by_link(text: str) -> VehicleId | None:
    """As the application has it: fleet time is the event loop's, so it is asked on the loop."""
    asyncio.get_running_loop()
    return signed_in(text, SECRET, NOW_S)


@pytest.fixture
async def riders(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """Anna, the shop, and the courier C1, whom rita rides as."""
    for module in ("routes.courier", "acts.couriers"):
        monkeypatch.setattr(f"orchestrator.gateway.{module}.now_s", lambda: NOW_S)
    for module in ("handset", "cards", "hours"):
        monkeypatch.setattr(f"vehicles.phone.{module}.now_s", lambda: NOW_S)
    await depot.writer.facts(*courier_joins())
    service = a_service(depot)
    known = service.access
    rules = AccessRules(
        (*known.keys, Key.of(Rider("rita", C1), RITA_KEY)),
        known.loopback_operator,
        by_link,
    )
    handsets = {C1: Handset(C1, PADS[3].at.position)}
    return Asker(create_app(replace(service, access=rules, handsets=handsets)))


def rider(riders: Asker, key: str = RITA_KEY) -> httpx.AsyncClient:
    client = riders.as_(None)
    client.headers["Authorization"] = f"Bearer {key}"
    return client


async def test_a_courier_sees_their_phone_and_nothing_else(riders: Asker) -> None:
    rita = rider(riders)
    phone = (await rita.get("/v1/courier")).json()
    assert (phone["vehicle_id"], phone["trip"], phone["hub"]["name"]) == ("C1", None, "Market hub")
    assert phone["pause"] == "C1 has not begun a shift."
    paths = ["orders", "orders/O1", "state", "vehicles", "map", "zones", "orders/O1/explanation"]
    answers = [await rita.get(f"/v1/{path}") for path in paths]
    assert {answer.status_code for answer in answers} == {403}
    assert "courier" in answers[0].json()["error"]
    posts = {"orders": {}, "vehicles/C1/ask": {"ask": "hold"}, "vehicles/C1/sign-in": None, "zones": {}}
    for path, body in posts.items():
        assert (await rita.post(f"/v1/{path}", json=body)).status_code == 403, path


@pytest.mark.parametrize("who", ["anna", "shop"])
async def test_nobody_else_is_a_courier(riders: Asker, who: str) -> None:
    answer = await riders.as_(who).get("/v1/courier")
    assert answer.status_code == 403
    assert (await riders.as_(None).get("/v1/courier")).status_code == 401


async def test_an_operators_link_signs_a_courier_in_until_it_expires(riders: Asker, depot: Depot) -> None:
    anna = riders.as_("anna")
    given = (await anna.post("/v1/vehicles/C1/sign-in")).json()
    page, _, key = given["path"].partition("#")
    assert (page, given["until_s"]) == ("courier/", NOW_S + KEEP_S)
    assert (await rider(riders, key).get("/v1/courier")).json()["vehicle_id"] == "C1"
    assert (await anna.post("/v1/vehicles/D1/sign-in")).status_code == 409
    assert (await anna.post("/v1/vehicles/X/sign-in")).status_code == 404
    assert depot.writer.state.vehicles[C1].link.value == "up"
    gone = sign_in_token(C1, NOW_S - 1.0, SECRET)
    assert (await rider(riders, gone).get("/v1/courier")).status_code == 401


async def test_a_sign_in_is_journaled_with_who_gave_it(riders: Asker, depot: Depot) -> None:
    with depot.writer.subscribe() as feed:
        await riders.as_("anna").post("/v1/vehicles/C1/sign-in")
        entry = feed.get_nowait()
        assert entry is not None
        assert getattr(entry, "event", None) == SignInGiven(C1, "anna", NOW_S + KEEP_S)


def test_a_link_that_was_changed_or_is_of_another_kind_signs_nobody_in() -> None:
    good = sign_in_token(C1, NOW_S + 60.0, SECRET)
    assert signed_in(good, SECRET, NOW_S) == C1
    head, vehicle, until, signature = good.split(".")
    later = f"{head}.{vehicle}.{int(until) + 9}.{signature}"
    other = sign_in_token(VehicleId("C2"), NOW_S + 60.0, SECRET).split(".")[1]
    for text in (
        later,
        f"{head}.{other}.{until}.{signature}",
        token(order(), SECRET),
        "",
        "a.b.c.d",
        good[:-1],
    ):
        assert signed_in(text, SECRET, NOW_S) is None, text
    assert signed_in(good, TrackingSecret(b"another secret of bytes"), NOW_S) is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"taps": [{"id": "t1", "kind": "fly"}]}, "taps.0"),
        ({"taps": [{"kind": "back"}]}, "taps.0.back.id"),
        ({"taps": [{"id": "t1", "kind": "arrived"}]}, "taps.0.arrived.order_id"),
        ({"taps": [{"id": "t1", "kind": "back", "mood": "good"}]}, "taps.0.back.mood"),
        (
            {"taps": [{"id": "t1", "kind": "handed_over", "order_id": "O1", "code": "abc"}]},
            "taps.0.handed_over.code",
        ),
        ({"here": {"lat_deg": 91.0, "lon_deg": 0.0, "accuracy_m": 5.0}}, "here.lat_deg"),
        ({"taps": [{"id": f"t{n}", "kind": "back"} for n in range(51)]}, "taps"),
        ({"where": {}}, "where"),
    ],
)
async def test_a_call_that_is_not_understood_names_the_field(
    riders: Asker, body: dict[str, object], field: str
) -> None:
    answer = await rider(riders).post("/v1/courier", json=body)
    assert answer.status_code == 422
    assert field in [problem["field"] for problem in answer.json()["problems"]]


async def test_a_tap_is_answered_once_however_often_it_is_sent(riders: Asker) -> None:
    rita = rider(riders)
    begin = {"id": "t1", "kind": "begin_shift", "until_s": NOW_S + 3600.0}
    late = {"id": "t2", "kind": "begin_shift", "until_s": NOW_S - 1.0}
    for _ in range(3):
        called = (await rita.post("/v1/courier", json={"taps": [begin, late]})).json()
        assert [(one["id"], one["done"]) for one in called["answers"]] == [("t1", True), ("t2", False)]
        assert called["phone"]["shift_until_s"] == NOW_S + 3600.0
    (await rita.post("/v1/courier", json={"taps": [{"id": "t3", "kind": "end_shift"}]})).json()
    again = (await rita.post("/v1/courier", json={"taps": [begin]})).json()
    assert again["phone"]["shift_until_s"] is None, "the first tap, come late, begins no shift again"


async def test_a_tap_that_is_sent_again_while_the_first_is_being_journaled_counts_once(
    riders: Asker, depot: Depot
) -> None:
    rita = rider(riders)
    flat = {"taps": [{"id": "t1", "kind": "problem", "text": "Flat tyre"}]}
    with depot.writer.subscribe() as feed:
        await asyncio.gather(*(rita.post("/v1/courier", json=flat) for _ in range(3)))
        told = [feed.get_nowait() for _ in range(3)]
    events = [getattr(entry, "event", None) for entry in told]
    assert events == [CourierReported(C1, "Flat tyre", "rita"), None, None]


async def test_a_courier_who_is_gone_from_the_fleet_is_told_so(depot: Depot) -> None:
    service = a_service(depot)
    rules = AccessRules((Key.of(Rider("rita", C1), RITA_KEY),))
    answer = await rider(Asker(create_app(replace(service, access=rules)))).get("/v1/courier")
    assert answer.status_code == 404


async def test_the_map_is_cut_to_the_trip() -> None:
    def square(lon: float) -> dict[str, object]:
        ring = [[lon, 60.17], [lon + 0.0001, 60.17], [lon + 0.0001, 60.1701], [lon, 60.17]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "geometry": geometry, "properties": {"kind": "building", "height_m": 9}}

    district = {"type": "FeatureCollection", "features": [square(24.94), square(24.99)]}
    cut = json.loads(await Vicinity(gzip.compress(json.dumps(district).encode())).around([(24.9401, 60.17)]))
    assert [one["geometry"]["coordinates"][0][0][0] for one in cut["features"]] == [24.94]
    assert cut["features"][0]["properties"] == {"kind": "building"}
    west, south, east, north = cut["bbox"]
    assert west < 24.94 < east
    assert south < 60.17 < north


async def test_pictures_are_kept_whole_by_their_content(tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")
    name = await photos.keep(b"\xff\xd8\xff picture")
    assert await photos.picture(name) == b"\xff\xd8\xff picture"
    assert await photos.keep(b"\xff\xd8\xff picture") == name
    assert len(list((tmp_path / "photos").iterdir())) == 1
    assert await photos.picture("../secret") is None
    assert await photos.picture("0" * 64) is None
    with pytest.raises(PhotoError, match="JPEG"):
        await photos.keep(b"<svg>")
    (tmp_path / "taken").write_text("a file where the folder belongs")
    with pytest.raises(PhotoError, match="cannot be kept"):
        await Photos(tmp_path / "taken").keep(b"\xff\xd8\xff")


async def test_a_picture_is_for_those_who_may_see_the_order(depot: Depot, tmp_path: Path) -> None:
    photos = Photos(tmp_path)
    name = await photos.keep(b"\xff\xd8\xff a doorstep")
    carried: list[Event] = [planned_round(1, C1, ["O1-1"]), ParcelLoaded(C1, MissionId(1), ParcelId("O1-1"))]
    proof = HandOverProved(C1, MissionId(1), ParcelId("O1-1"), Proof.PHOTO, "rita", name)
    await depot.writer.facts(*courier_joins(), *carried, MissionStarted(C1, MissionId(1)), proof)
    asker = Asker(create_app(replace(a_service(depot), photos=photos)))
    shop = asker.as_("shop")
    view = (await shop.get("/v1/orders/O1")).json()
    (parcel,) = view["parcels"]
    assert parcel["proof"] == "photo"
    assert (await shop.get(parcel["photo_url"])).content == b"\xff\xd8\xff a doorstep"
    assert (await asker.as_("cafe").get(parcel["photo_url"])).status_code == 404
    assert (await asker.as_("cafe").get(f"/v1/orders/C1/photos/{name}")).status_code == 404
    tracked = (await asker.as_(None).get(view["tracking_url"])).json()
    assert (await asker.as_(None).get(tracked["photo_url"])).status_code == 200
    assert (await asker.as_(None).get("/v1/track/x.1.y/photo")).status_code == 404


async def test_who_must_show_their_age_gets_nothing_before_somebody_looked(depot: Depot) -> None:
    for_adults = replace(order("A1"), skills=(Skill.CHECK_AGE,))
    await depot.writer.facts(*courier_joins(), OrderPlaced(for_adults))
    parcel, mission = ParcelId("A1-1"), MissionId(1)
    await depot.writer.facts(
        planned_round(1, C1, ["A1-1"]),
        PlanLoaded(C1, mission),
        ParcelLoaded(C1, mission, parcel),
        MissionStarted(C1, mission),
    )
    proving, rita = Proving(a_service(depot)), Rider("rita", C1)
    code = hand_code(for_adults, TrackingSecret(b"a secret of sixteen bytes"))
    tap = HandedOverTap(id="t1", kind="handed_over", order_id="A1", code=code)
    assert "proof of the recipient's age" in str(await proving.prove(rita, tap, [parcel]))
    assert depot.writer.state.parcels[parcel].proved is None
    looked = tap.model_copy(update={"age_checked": True})
    assert await proving.prove(rita, looked, [parcel]) is None
    proved = depot.writer.state.parcels[parcel].proved
    assert proved is not None
    assert proved.age_checked
