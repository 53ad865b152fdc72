"""The fleet over HTTP: seen by operators, commanded by operators, every act in the journal with who."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from geofences.reason import Because, Reason
from orchestrator.customers.look import Look
from orchestrator.gateway.door.principals import Monitor
from orchestrator.gateway.http import create_app
from orchestrator.gateway.service import Service
from orchestrator.gateway.showing.alerts import alert_view
from orchestrator.gateway.showing.gallery import Gallery
from orchestrator.orders.order import OrderId
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    DecidingFailed,
    Entry,
    LinkLost,
    OperatorAsked,
    VehicleFaulted,
    VehicleLanded,
)
from orchestrator.record.journal import JournalError
from orchestrator.record.state import Alert, Severity
from orchestrator.record.writer import Trouble
from tests.orchestrator.gateway.conftest import KEYS, NOW_S, Asker, Depot, a_service
from tests.orchestrator.record.story import CENTRE, D1, D2, delivery, planned
from vehicles.clock import now_s, time_of_day
from vehicles.mission import VehicleId
from vehicles.telemetry import Battery, Estimator, Gps, GpsFix, Health, Home, LinkQuality, Parts, WindEstimate

Json = dict[str, Any]


async def test_the_whole_state_at_once(anna: httpx.AsyncClient, depot: Depot) -> None:
    state = (await anna.get("/v1/state")).json()
    assert state["now_s"] == depot.now_s
    assert state["bbox"] == [24.9, 60.1, 25.0, 60.2]
    assert "OpenStreetMap" in state["attribution"]
    assert [h["id"] for h in state["hubs"]] == ["H1"]
    assert [(v["id"], v["kind"]) for v in state["vehicles"]] == [
        ("D1", "drone"),
        ("D2", "drone"),
        ("R1", "robot"),
    ]
    assert {o["id"] for o in state["orders"]} == {"O1", "C1"}


async def test_an_integrator_sees_the_hubs_and_its_orders_only(shop: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s - 20.0))
    state = (await shop.get("/v1/state")).json()
    assert [h["id"] for h in state["hubs"]] == ["H1"]
    assert [o["id"] for o in state["orders"]] == ["O1"]
    assert state["vehicles"] == state["alerts"] == []


async def test_a_vehicle_shows_its_mission(anna: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(*delivery()[:4])
    view = (await anna.get("/v1/vehicles/D1")).json()
    assert (view["phase"], view["link"], view["mission"]["order_id"]) == ("under_way", "up", "O1")
    assert view["status"] == "Carrying O1 to Aleksanterinkatu 52"
    assert [leg["kind"] for leg in view["mission"]["legs"]] == [
        "pick_up",
        "travel",
        "drop_off",
        "travel",
        "dock",
    ]
    lon_deg, lat_deg, height_agl_m = view["mission"]["path"][0]
    assert (lat_deg, lon_deg, height_agl_m) == (CENTRE.lat_deg, CENTRE.lon_deg, 0.0)
    assert max(point[2] for point in view["mission"]["path"]) == 50.0


async def test_a_held_vehicle_shows_by_whom_and_since_when_and_its_order_that_nobody_knows(
    anna: httpx.AsyncClient, depot: Depot
) -> None:
    await depot.writer.facts(*delivery()[:4])
    assert (await anna.get("/v1/vehicles/D1")).json()["halt"] is None
    order = (await anna.get("/v1/orders/O1")).json()
    assert order["eta_s"] is not None
    assert order["eta_unknown"] is None
    held = OperatorAsked(D1, Ask.HOLD, "anna"), AskAnswered(D1, Ask.HOLD, done=True, text="Done.")
    await depot.writer.facts(*held)
    view = (await anna.get("/v1/vehicles/D1")).json()
    assert view["halt"] == {"how": "held", "since_s": NOW_S, "by": "anna"}
    since = time_of_day(NOW_S)
    assert view["status"] == f"Held by anna since {since}. Carrying O1 to Aleksanterinkatu 52"
    order = (await anna.get("/v1/orders/O1")).json()
    assert (order["eta_s"], order["late_s"]) == (None, None)
    assert order["eta_unknown"] == f"D1: held by anna since {since}. Nobody can say when it goes on."


async def test_one_that_stands_switched_off_has_nothing_to_resume(
    anna: httpx.AsyncClient, depot: Depot
) -> None:
    await depot.writer.facts(*delivery()[:4], VehicleLanded(D1, CENTRE))
    answer = await anna.post("/v1/vehicles/D1/ask", json={"ask": "resume"})
    assert answer.status_code == 409
    assert answer.json()["error"] == "D1 stands switched off: ask it to return, or have it fetched."
    assert (await anna.post("/v1/vehicles/D1/ask", json={"ask": "return"})).status_code == 202


async def test_the_way_back_is_said(anna: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(*delivery()[:6])
    status = (await anna.get("/v1/vehicles/D1")).json()["status"]
    assert status == "Going back after O1 to Aleksanterinkatu 52"


async def test_a_fault_and_a_lost_link_are_said(anna: httpx.AsyncClient, depot: Depot) -> None:
    why = Reason(Because.HEALTH, "D1", "Its compass is off.")
    await depot.writer.facts(VehicleFaulted(D1, (why,)), LinkLost(D2, CENTRE, depot.now_s))
    assert (await anna.get("/v1/vehicles/D1")).json()["status"] == "Out of work: Its compass is off."
    assert (await anna.get("/v1/vehicles/D2")).json()["status"].startswith("Link lost; last known: ")


@pytest.mark.parametrize("path", ["/v1/vehicles", "/v1/vehicles/D1"])
async def test_vehicles_are_for_operators(shop: httpx.AsyncClient, path: str) -> None:
    answer = await shop.get(path)
    assert answer.status_code == 403
    assert "integrator" in answer.json()["error"]


async def test_an_operator_asks_and_the_journal_knows_who(anna: httpx.AsyncClient, depot: Depot) -> None:
    with depot.writer.subscribe() as feed:
        answer = await anna.post("/v1/vehicles/D1/ask", json={"ask": "hold"})
        entry = feed.get_nowait()
    assert answer.status_code == 202
    assert isinstance(entry, Entry)
    assert entry.event == OperatorAsked(D1, Ask.HOLD, "anna")
    assert answer.json() == {"vehicle_id": "D1", "ask": "hold", "by": "anna", "seq": depot.writer.state.seq}


async def test_a_return_that_cannot_be_is_refused_at_once_with_its_reasons(depot: Depot) -> None:
    why = (Reason(Because.ZONE, "FIRE", "Its own return, straight home, crosses FIRE."),)
    asker = Asker(create_app(replace(a_service(depot), may_return=lambda *_: why)))
    anna, seq = asker.as_("anna"), depot.writer.state.seq
    answer = await anna.post("/v1/vehicles/D1/ask", json={"ask": "return"})
    assert (answer.status_code, answer.json()["error"]) == (409, why[0].text)
    assert depot.writer.state.seq == seq
    assert (await anna.post("/v1/vehicles/D1/ask", json={"ask": "land"})).status_code == 202
    await anna.aclose()


async def test_land_replaces_what_was_asked_before(anna: httpx.AsyncClient, depot: Depot) -> None:
    await anna.post("/v1/vehicles/D1/ask", json={"ask": "hold"})
    assert (await anna.post("/v1/vehicles/D1/ask", json={"ask": "land"})).status_code == 202
    asked = depot.writer.state.vehicles[D1].asked
    assert asked is not None
    assert asked.ask.value == "land"


@pytest.mark.parametrize(
    ("vehicle", "body", "status"),
    [
        ("D9", {"ask": "hold"}, 404),
        ("D1", {"ask": "explode"}, 422),
        ("D1", {"ask": "hold", "hard": True}, 422),
        ("D1", {}, 422),
        ("D1", {"ask": "resume"}, 409),
    ],
)
async def test_what_cannot_be_asked_changes_nothing(
    anna: httpx.AsyncClient, depot: Depot, vehicle: str, body: Json, status: int
) -> None:
    seq = depot.writer.state.seq
    answer = await anna.post(f"/v1/vehicles/{vehicle}/ask", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert depot.writer.state.seq == seq


async def test_nothing_is_asked_of_a_vehicle_that_is_not_heard(anna: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(LinkLost(D1, CENTRE, depot.now_s))
    answer = await anna.post("/v1/vehicles/D1/ask", json={"ask": "return"})
    assert answer.status_code == 409
    assert "silent" in answer.json()["error"]


async def test_an_integrator_commands_nothing(shop: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s))
    seq = depot.writer.state.seq
    assert (await shop.post("/v1/vehicles/D1/ask", json={"ask": "land"})).status_code == 403
    assert (await shop.post("/v1/alerts/link:D2/acknowledge")).status_code == 403
    assert depot.writer.state.seq == seq


@pytest.mark.parametrize(
    ("key", "order_id"), [("late:O1-1", "O1"), ("late:O99-1", None), ("link:O1-1", None)]
)
async def test_an_alert_about_a_parcel_names_its_order(key: str, order_id: str | None, depot: Depot) -> None:
    view = alert_view(depot.writer.state, Alert(key, Severity.WARNING, "Look.", NOW_S))
    assert view.order_id == order_id


async def test_an_alert_is_acknowledged_once(asker: Asker, depot: Depot) -> None:
    await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s))
    anna, desk = asker.as_("anna"), asker.as_(None, peer="127.0.0.1")
    first = await anna.post("/v1/alerts/link:D2/acknowledge")
    assert (first.status_code, first.json()["acknowledged_by"]) == (200, "anna")
    again = await desk.post("/v1/alerts/link:D2/acknowledge")
    assert again.json()["acknowledged_by"] == "anna"
    assert (await anna.post("/v1/alerts/link:D7/acknowledge")).status_code == 404


async def test_the_map_and_the_zones(anna: httpx.AsyncClient) -> None:
    city = await anna.get("/v1/map")
    assert city.json() == {"type": "FeatureCollection", "features": []}
    assert city.headers["content-encoding"] == "gzip"
    again = await anna.get("/v1/map", headers={"If-None-Match": city.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", city.headers["etag"])
    assert (await anna.get("/v1/map", headers={"If-None-Match": 'W/"another"'})).status_code == 200
    zones = (await anna.get("/v1/zones")).json()
    assert zones["type"] == "FeatureCollection"
    assert zones["at_s"] == pytest.approx(now_s(), abs=60.0)


@pytest.mark.parametrize(
    "path", ["/v1/state", "/v1/orders", "/v1/orders/O1", "/v1/vehicles", "/v1/map", "/v1/zones"]
)
async def test_everything_needs_to_know_who_asks(asker: Asker, path: str) -> None:
    answer = await asker.as_(None).get(path)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "key" in answer.json()["error"]


async def test_this_machine_acts_as_the_desk(asker: Asker, depot: Depot) -> None:
    desk = asker.as_(None, peer="127.0.0.1")
    assert (await desk.post("/v1/orders/O1/cancel")).status_code == 200
    assert depot.writer.state.orders[OrderId("O1")].cancelled_by == "desk"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_a_page_of_another_site_does_nothing(
    asker: Asker, depot: Depot, headers: dict[str, str]
) -> None:
    desk = asker.as_(None, peer="127.0.0.1")
    seq = depot.writer.state.seq
    assert (await desk.post("/v1/orders/O1/cancel", headers=headers)).status_code == 403
    assert depot.writer.state.seq == seq


@pytest.mark.parametrize("path", ["/", "/v1/state", "/v1/nothing", "/v1/openapi.json"])
async def test_every_answer_keeps_a_page_safe(anna: httpx.AsyncClient, path: str) -> None:
    headers = (await anna.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "worker-src 'self' blob:" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/no", 404), ("PUT", "/v1/orders", 405)])
async def test_what_is_not_there_is_said_in_the_same_shape(
    anna: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await anna.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "problems"}


@pytest.mark.parametrize(
    ("path", "allowed"), [("/v1/orders", "GET, POST"), ("/v1/orders/O1/cancel", "POST"), ("/", "GET")]
)
async def test_a_wrong_method_is_told_the_right_ones(
    anna: httpx.AsyncClient, path: str, allowed: str
) -> None:
    answer = await anna.delete(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_a_wrong_method_is_told_so_beside_the_built_page_too(service: Service, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    built = Asker(create_app(replace(service, console_dir=tmp_path))).as_("anna")
    for method, path, allowed in (
        ("GET", "/v1/orders/O1/cancel", "POST"),
        ("GET", "/v1/vehicles/D1/ask", "POST"),
        ("DELETE", "/v1/orders", "GET, POST"),
    ):
        answer = await built.request(method, path)
        assert (answer.status_code, answer.headers.get("allow")) == (405, allowed), path
    for path in ("/v1/orders/nobody", "/v1/no", "/no.js"):
        assert (await built.get(path)).status_code == 404
    assert (await built.get("/")).status_code == 200
    await built.aclose()


async def test_a_full_disk_is_told_and_changes_nothing(
    anna: httpx.AsyncClient, depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(depot.writer._journal, "append", full)
    answer = await anna.post("/v1/orders/O1/cancel")
    assert answer.status_code == 503
    assert "disk is full" in answer.json()["error"]
    assert depot.writer.state.orders[OrderId("O1")].cancelled_by is None


async def test_with_a_full_disk_hold_and_land_go_to_the_vehicle_and_the_page_is_told(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> None:
        raise JournalError("/srv/fleet.journal: the disk is full")

    told: list[tuple[str, Ask, str]] = []

    async def urgent(vehicle_id: VehicleId, ask: Ask, by: str) -> str:
        told.append((vehicle_id, ask, by))
        return "Done."

    monkeypatch.setattr(depot.writer._journal, "append", full)
    anna = Asker(create_app(replace(a_service(depot), urgent=urgent))).as_("anna")
    for ask in ("hold", "land"):
        answer = await anna.post("/v1/vehicles/D1/ask", json={"ask": ask})
        assert (answer.status_code, answer.json()["seq"]) == (202, None)
    assert told == [("D1", Ask.HOLD, "anna"), ("D1", Ask.LAND, "anna")]
    for ask in ("return", "resume"):
        refused = await anna.post("/v1/vehicles/D1/ask", json={"ask": ask})
        assert refused.status_code in {409, 503}
    assert len(told) == 2
    (alert,) = [one for one in (await anna.get("/v1/state")).json()["alerts"] if one["key"] == "journal"]
    assert alert["severity"] == "critical"
    assert "/srv/fleet.journal: the disk is full" in alert["text"]
    monkeypatch.undo()
    await anna.post("/v1/orders/O1/cancel")
    assert all(one["key"] != "journal" for one in (await anna.get("/v1/state")).json()["alerts"])


async def test_a_fault_of_ours_has_the_same_shape(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Gallery, "look", broken)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as desk:
        answer = await desk.get("/v1/state")
    assert answer.status_code == 500
    assert answer.json() == {"error": "A fault of the gateway's own (ZeroDivisionError).", "problems": []}


async def test_without_a_built_page_it_says_how_to_build_it(anna: httpx.AsyncClient) -> None:
    answer = await anna.get("/")
    assert answer.status_code == 200
    assert "not built" in answer.text


async def test_a_mission_not_yet_started_is_said_to_be_planned(anna: httpx.AsyncClient, depot: Depot) -> None:
    await depot.writer.facts(planned(1, D1, at_s=depot.now_s + 60.0))
    view = (await anna.get("/v1/vehicles/D1")).json()
    assert view["status"] == "Planned: O1 to Aleksanterinkatu 52"
    order = (await anna.get("/v1/orders/O1")).json()
    assert (order["vehicle_ids"], order["status"]) == (["D1"], "assigned")
    assert order["eta_s"] == depot.now_s + 180.0


@dataclass
class Reached:
    """A vehicle's links, as a driver tells of them."""

    links: tuple[LinkQuality, ...]
    boots: int = 0
    notices: tuple[str, ...] = ()


async def test_a_condition_tells_all_that_the_vehicle_said(anna: httpx.AsyncClient, depot: Depot) -> None:
    at_s = depot.now_s - 2.0
    against = (Reason(Because.HEALTH, "x", "Not so."),)
    health = Health(
        ready=False, failsafe=True, warnings=("High wind",), unhealthy=("compass",), findings=against
    )
    depot.seen[D1] = replace(
        depot.seen[D1],
        health=health,
        mode_text="Return",
        parts=lambda: Parts(
            battery=Battery(at_s, 0.5, 222.0, 18.4, 23.1, (3.85, 3.85), 31.0),
            wind=WindEstimate(at_s, north_mps=0.0, east_mps=3.0),
            gps=Gps(at_s, GpsFix.THREE_D, 17, 0.7, 0.9),
            estimator=Estimator(at_s, attitude=True, velocity=True, position=False, height=True),
        ),
        home=Home(at_s, CENTRE, 12.0),
    )
    sample = (await anna.get("/v1/vehicles/D1/condition")).json()["sample"]
    assert (sample["mode_text"], sample["failsafe"], sample["ready"]) == ("Return", True, False)
    assert (sample["warnings"], sample["unhealthy"], sample["findings"]) == (
        ["High wind"],
        ["compass"],
        ["Not so."],
    )
    assert (sample["battery"]["cells_v"], sample["battery"]["age_s"]) == ([3.85, 3.85], 2.0)
    assert (sample["wind"]["speed_mps"], sample["wind"]["from_deg"]) == (3.0, 270.0)
    assert (sample["gps"]["fix"], sample["estimator"]["position"]) == ("3d", False)
    assert sample["home"]["alt_amsl_m"] == 12.0
    (shown,) = Gallery(a_service(depot)).telemetry(Look(depot.writer.state, depot.seen, depot.now_s))
    assert shown.warnings == 3


async def test_of_one_that_was_never_heard_its_links_say_why(depot: Depot) -> None:
    trouble = "the port is taken"
    reached = Reached((LinkQuality("udpin:127.0.0.1:1", None, 0.0, best=True, trouble=trouble),), 0, ("Eh?",))
    service = replace(a_service(depot), wired=lambda vehicle_id: reached if vehicle_id == D2 else None)
    asker = Asker(create_app(service))
    async with asker.as_("anna") as anna:
        view = (await anna.get("/v1/vehicles/D2/condition")).json()
        assert (view["sample"], view["notices"]) == (None, ["Eh?"])
        assert [(link["age_s"], link["trouble"]) for link in view["links"]] == [(None, trouble)]
        assert (await anna.get("/v1/vehicles/D9/condition")).status_code == 404
    async with asker.as_("shop") as shop:
        assert (await shop.get("/v1/vehicles/D2/condition")).status_code == 403


async def test_anybody_may_ask_whether_the_fleet_is_under_control(asker: Asker, depot: Depot) -> None:
    stranger = asker.as_(None)
    well = await stranger.get("/health")
    assert (well.status_code, well.json()) == (200, {"ok": True})
    await depot.writer.facts(DecidingFailed("KeyError: D9"))
    ill = await stranger.get("/health")
    assert ill.status_code == 503
    assert [problem["field"] for problem in ill.json()["problems"]] == ["deciding"]
    assert "D9" not in ill.text, "strangers learn nothing of the fleet"
    await depot.writer.facts(DecidingFailed(""))
    assert (await stranger.get("/health")).status_code == 200


async def test_a_loop_that_stands_still_and_a_full_disk_are_no_health(depot: Depot) -> None:
    since_s = [3.0]
    asker = Asker(create_app(replace(a_service(depot), undecided_s=lambda: since_s[0])))
    assert (await asker.as_(None).get("/health")).status_code == 200
    since_s[0] = 11.0
    assert (await asker.as_(None).get("/health")).status_code == 503
    since_s[0] = 0.0
    depot.writer._trouble = Trouble("no room left", NOW_S)
    ill = await asker.as_(None).get("/health")
    assert [problem["field"] for problem in ill.json()["problems"]] == ["journal"]


async def test_figures_are_for_operators_and_monitoring_systems_alone(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KEYS, "watch", (Monitor("watch"), "watch-has-a-long-key"))
    asker = Asker(create_app(a_service(depot)))
    await depot.writer.facts(DecidingFailed("KeyError: D9"))
    told = await asker.as_("watch").get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = told.text.splitlines()
    seq = depot.writer.state.seq
    for line in (
        "sanderling_deciding 0",
        "sanderling_journal_keeping 1",
        f"sanderling_journal_entries_total {seq}",
        'sanderling_alerts{severity="critical"} 1',
        'sanderling_vehicles{kind="drone",link="missing"} 0',
        'sanderling_parcels{phase="waiting"} 2',
    ):
        assert line in lines
    assert (await asker.as_("anna").get("/metrics")).status_code == 200
    assert (await asker.as_("shop").get("/metrics")).status_code == 403
    assert (await asker.as_(None).get("/metrics")).status_code == 401
    for path in ("/v1/state", "/v1/vehicles", "/v1/courier"):
        assert (await asker.as_("watch").get(path)).status_code == 403
