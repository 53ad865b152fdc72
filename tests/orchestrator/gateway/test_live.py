"""The live stream over a real socket: a snapshot, then what changes; the slow and the unknown stay out."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from orchestrator.gateway import server
from orchestrator.gateway.contract.messages import ChangesMessage, SnapshotMessage, TelemetryMessage
from orchestrator.gateway.door.principals import Viewer
from orchestrator.gateway.http import create_app
from orchestrator.gateway.server import serve
from orchestrator.gateway.showing import live, outbox
from orchestrator.gateway.showing.gallery import Gallery
from orchestrator.orders.order import OrderId
from orchestrator.record.events import LinkLost, LinkUp, OrderCancelled
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.writer import Writer
from sitl.loop import run_scaled
from tests.orchestrator.gateway.conftest import KEYS, NOW_S, Depot, a_sample, a_service
from tests.orchestrator.record.story import CENTRE, D1, D2, delivery, opening
from vehicles.mission import VehicleId

Json = dict[str, Any]


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    async with serve(app, "127.0.0.1", 0) as address:
        yield address.replace("http", "ws") + "/v1/live"


@asynccontextmanager
async def console(address: str, name: str | None = None) -> AsyncIterator[ClientConnection]:
    protocols = [Subprotocol("sanderling.v1")]
    if name is not None:
        key = urlsafe_b64encode(KEYS[name][1].encode()).rstrip(b"=").decode()
        protocols.append(Subprotocol(f"sanderling.key.{key}"))
    async with asyncio.timeout(60), connect(address, subprotocols=protocols, proxy=None) as socket:
        yield socket


async def next_of(socket: ClientConnection, kind: str) -> Json:
    while True:
        message: Json = json.loads(await socket.recv())
        if message["type"] == kind:
            return message


async def test_it_begins_with_everything(address: str, depot: Depot) -> None:
    async with console(address) as socket:
        first = json.loads(await socket.recv())
        assert socket.subprotocol == "sanderling.v1"
    SnapshotMessage.model_validate_json(json.dumps(first))
    assert first["now_s"] == depot.now_s
    assert [v["id"] for v in first["vehicles"]] == ["D1", "D2", "R1"]


async def test_a_fact_reaches_every_console_with_all_it_changes(address: str, depot: Depot) -> None:
    async with console(address) as one, console(address) as two:
        for socket in (one, two):
            await next_of(socket, "snapshot")
        await depot.writer.facts(*delivery()[:4])
        for socket in (one, two):
            changes = await next_of(socket, "changes")
            ChangesMessage.model_validate_json(json.dumps(changes))
            assert [v["id"] for v in changes["vehicles"]] == ["D1"]
            assert changes["vehicles"][0]["phase"] == "under_way"
            assert [(o["id"], o["status"]) for o in changes["orders"]] == [("O1", "on_the_way")]
            assert [e["kind"] for e in changes["events"]] == [
                "MissionPlanned",
                "PlanLoaded",
                "ParcelLoaded",
                "MissionStarted",
            ]
            assert "alerts" not in changes


async def test_alerts_come_as_the_full_list(address: str, depot: Depot) -> None:
    async with console(address) as socket:
        await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s - 20.0))
        raised = await next_of(socket, "changes")
        assert [a["key"] for a in raised["alerts"]] == ["link:D2"]
        await depot.writer.facts(LinkUp(D2))
        cleared = await next_of(socket, "changes")
        assert cleared["alerts"] == []


async def test_telemetry_comes_five_times_a_second(address: str, depot: Depot) -> None:
    loop = asyncio.get_running_loop()
    async with console(address) as socket:
        first = await next_of(socket, "telemetry")
        TelemetryMessage.model_validate_json(json.dumps(first))
        assert [v["id"] for v in first["vehicles"]] == ["D1"]
        assert first["vehicles"][0]["speed_mps"] == 5.0
        assert first["vehicles"][0]["age_s"] == 1.5
        depot.seen[D2] = a_sample(CENTRE, depot.now_s)
        began_s = loop.time()
        later = [await next_of(socket, "telemetry") for _ in range(5)]
        assert 0.7 < loop.time() - began_s < 2.5
        assert [v["id"] for v in later[-1]["vehicles"]] == ["D1", "D2"]


async def test_an_integrator_hears_of_its_own_orders_only(address: str, depot: Depot) -> None:
    async with console(address, "shop") as socket:
        snapshot = await next_of(socket, "snapshot")
        assert [o["id"] for o in snapshot["orders"]] == ["O1"]
        assert {e["order_id"] for e in snapshot["events"]} <= {"O1"}
        await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s))
        await depot.writer.facts(OrderCancelled(OrderId("C1"), "cafe"))
        await depot.writer.facts(OrderCancelled(OrderId("O1"), "shop"))
        changes = await next_of(socket, "changes")
        assert [o["id"] for o in changes["orders"]] == ["O1"]
        assert "vehicles" not in changes
        assert "alerts" not in changes
        assert [e["order_id"] for e in changes["events"]] == ["O1"]


async def test_no_event_is_missed_or_doubled_around_the_snapshot(address: str, depot: Depot) -> None:
    stop = asyncio.Event()

    async def chatter() -> None:
        while not stop.is_set():
            await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s))
            await depot.writer.facts(LinkUp(D2))
            await asyncio.sleep(0.003)

    talking = asyncio.create_task(chatter())
    for _ in range(3):
        async with console(address) as socket:
            await asyncio.sleep(0.02)
            seqs = [e["seq"] for e in (await next_of(socket, "snapshot"))["events"]]
            while len(seqs) < 260:
                seqs += [e["seq"] for e in (await next_of(socket, "changes"))["events"]]
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    stop.set()
    await talking


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer of-bad-news-only"}, 401),
        ({"Origin": "http://evil.example"}, 403),
        ({"X-Forwarded-For": "198.51.100.7"}, 401),
    ],
)
async def test_the_unknown_stay_out(address: str, headers: dict[str, str], status: int) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(address, additional_headers=headers, proxy=None):
            pytest.fail("it must not open")
    assert refusal.value.response.status_code == status
    assert b"error" in (refusal.value.response.body or b"")


async def test_who_stays_out_fills_no_log(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InvalidStatus):
        async with connect(address, additional_headers={"Origin": "http://evil.example"}, proxy=None):
            pytest.fail("it must not open")
    await asyncio.sleep(0.05)  # the server's side ends a moment later
    assert [record.message for record in caplog.records if record.levelname not in {"INFO", "DEBUG"}] == []


async def test_a_parcel_on_a_silent_vehicle_is_sent_again(address: str, depot: Depot) -> None:
    async with console(address) as socket:
        await next_of(socket, "snapshot")
        await depot.writer.facts(*delivery()[:4])
        await next_of(socket, "changes")
        await depot.writer.facts(LinkLost(D1, CENTRE, depot.now_s - 1.5))
        [order] = (await next_of(socket, "changes"))["orders"]
        assert order["parcels"][0]["keeper"]["last_heard_at_s"] == depot.now_s - 1.5
        await depot.writer.facts(LinkUp(D1))
        [order] = (await next_of(socket, "changes"))["orders"]
        assert order["parcels"][0]["keeper"]["text"] == "Aboard D1"


async def test_what_a_console_says_is_dropped(address: str) -> None:
    async with console(address) as socket:
        await next_of(socket, "snapshot")
        await socket.send('{"ask": "land"}')
        await socket.send(b"\x00")
        assert await next_of(socket, "telemetry")


async def test_a_slow_console_is_dropped_and_nobody_waits_for_it(
    address: str, depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_MESSAGES", 2)
    # So much telemetry that what is not read soon fills the sockets.
    depot.seen |= {VehicleId(f"X{n}"): a_sample(CENTRE, depot.now_s) for n in range(5000)}
    async with console(address) as slow, console(address) as quick:
        slow.transport.pause_reading()
        reading = asyncio.create_task(_read_on(quick))
        for _ in range(40):
            await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s))
            await depot.writer.facts(LinkUp(D2))
            await asyncio.sleep(0.06)
        assert not reading.done()
        slow.transport.resume_reading()
        with pytest.raises(ConnectionClosed) as dropped:
            await _read_on(slow)
        assert dropped.value.rcvd is not None
        assert dropped.value.rcvd.code == 1013
        reading.cancel()
        await asyncio.wait({reading})


async def test_a_console_that_neither_reads_nor_answers_is_told_that_it_is_too_slow(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_PING_S", 0.2)
    async with serve(create_app(a_service(depot)), "127.0.0.1", 0) as address:
        url = address.replace("http", "ws") + "/v1/live"
        headers = {"Authorization": f"Bearer {KEYS['anna'][1]}"}
        async with connect(url, additional_headers=headers, proxy=None, ping_interval=None) as mute:
            mute.transport.pause_reading()
            await asyncio.sleep(1.0)
            mute.transport.resume_reading()
            with pytest.raises(ConnectionClosed) as dropped:
                await _read_on(mute)
    assert dropped.value.rcvd is not None
    assert (dropped.value.rcvd.code, dropped.value.rcvd.reason[:8]) == (1013, "too slow")


async def test_a_console_whose_socket_is_full_is_told_behind_what_it_has_not_read(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing more goes into the socket: the gateway waits for it as long as it does, and then closes it."""
    monkeypatch.setattr(live, "_SEND_TIMEOUT_S", 0.4)
    over, follow = asyncio.Event(), live.Live.follow

    async def followed(self: live.Live, websocket: WebSocket, who: Viewer) -> None:
        await follow(self, websocket, who)
        over.set()

    monkeypatch.setattr(live.Live, "follow", followed)
    depot.seen |= {VehicleId(f"X{n}"): a_sample(CENTRE, depot.now_s) for n in range(5000)}
    async with serve(create_app(a_service(depot)), "127.0.0.1", 0) as address:
        url = address.replace("http", "ws") + "/v1/live"
        headers = {"Authorization": f"Bearer {KEYS['anna'][1]}"}
        async with connect(url, additional_headers=headers, proxy=None, max_size=None) as full:
            await next_of(full, "snapshot")
            full.transport.pause_reading()
            async with asyncio.timeout(30.0):
                await over.wait()
            full.transport.resume_reading()
            with pytest.raises(ConnectionClosed) as dropped:
                await _read_on(full)
    assert dropped.value.rcvd is not None
    assert (dropped.value.rcvd.code, dropped.value.rcvd.reason[:8]) == (1013, "too slow")


async def _read_on(socket: ClientConnection) -> None:
    while True:
        await socket.recv()


async def test_a_failure_in_the_stream_ends_neither_it_nor_the_gateway(
    address: str, depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async with console(address) as socket:
        await next_of(socket, "snapshot")
        with monkeypatch.context() as patch:
            patch.setattr(Gallery, "remember", broken)
            await depot.writer.facts(LinkLost(D2, CENTRE, depot.now_s))
            with pytest.raises(ConnectionClosed):
                await _read_on(socket)
    await asyncio.sleep(1.1)
    async with console(address) as socket:
        await next_of(socket, "snapshot")
        await depot.writer.facts(LinkUp(D2))
        assert (await next_of(socket, "changes"))["events"][-1]["kind"] == "LinkUp"


def test_on_a_loop_ten_times_as_fast_the_wall_sets_the_pace() -> None:
    async def main() -> float:
        async with Writer(MemoryJournal()) as writer:
            await writer.facts(*opening())
            depot = Depot(writer, seen={D1: a_sample(CENTRE, NOW_S)})
            async with serve(create_app(a_service(depot, 10.0)), "127.0.0.1", 0, 10.0) as address:
                url = address.replace("http", "ws") + "/v1/live"
                async with connect(url, proxy=None, ping_interval=None) as socket:
                    await next_of(socket, "telemetry")
                    loop = asyncio.get_running_loop()
                    began_s = loop.time()
                    for _ in range(5):
                        await next_of(socket, "telemetry")
                    return loop.time() - began_s

    fleet_s = run_scaled(main(), 10.0)
    assert 8.0 < fleet_s < 30.0  # five messages a second of the wall: ten fleet seconds for five
