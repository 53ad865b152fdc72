"""The server inside somebody else's loop: binds first, leaves signals alone, ends even when held on to."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from orchestrator.gateway.contract.failures import GatewayError
from orchestrator.gateway.door import crowd
from orchestrator.gateway.server import _config, serve

HOST = "127.0.0.1"


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


async def test_it_serves_at_the_address_it_yields(app: FastAPI) -> None:
    async with serve(app, HOST, 0) as address, httpx.AsyncClient() as client:
        assert (await client.get(f"{address}/v1/state")).status_code == 200
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{address}/v1/state")


async def test_a_port_in_use_is_said(app: FastAPI, taken_port: int) -> None:
    with pytest.raises(GatewayError, match=rf"gateway\.port \(--port\): 127\.0\.0\.1:{taken_port} is in use"):
        async with serve(app, HOST, taken_port):
            pytest.fail("it must not start")


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
async def test_a_host_that_is_not_ours_is_said(app: FastAPI, host: str) -> None:
    with pytest.raises(GatewayError, match=r"gateway\.host"):
        async with serve(app, host, 0):
            pytest.fail("it must not start")


async def test_the_same_port_can_be_used_again_at_once(app: FastAPI) -> None:
    async with serve(app, HOST, 0) as address, httpx.AsyncClient() as client:
        await client.get(f"{address}/v1/state")
        port = int(address.rpartition(":")[2])
    async with serve(app, HOST, port) as again:
        assert again == address


async def test_signals_stay_with_the_application(app: FastAPI) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with serve(app, HOST, 0):
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


async def test_it_ends_with_a_console_connected(app: FastAPI) -> None:
    async with serve(app, HOST, 0) as address:
        console = await connect(f"{address.replace('http', 'ws')}/v1/live", proxy=None)
        await console.recv()
        loop = asyncio.get_running_loop()
        began_s = loop.time()
    assert loop.time() - began_s < 2.0
    with pytest.raises(ConnectionClosed) as closed:
        await _read_on(console)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code in {1001, 1012}


async def _read_on(socket: ClientConnection) -> None:
    while True:
        await socket.recv()


async def test_it_ends_with_a_client_that_reads_nothing(app: FastAPI) -> None:
    async with serve(app, HOST, 0) as address:
        port = int(address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n")
        writer.write(b"Content-Type: application/json\r\n\r\n{")
        await writer.drain()
        await asyncio.sleep(0.05)
        loop = asyncio.get_running_loop()
        began_s = loop.time()
    assert loop.time() - began_s < 6.0
    assert await reader.read() is not None
    writer.close()


async def test_what_fails_inside_comes_out(app: FastAPI) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        async with serve(app, HOST, 0):
            raise RuntimeError("inside")


def test_time_outs_last_as_long_on_a_faster_loop(app: FastAPI) -> None:
    slow, fast = _config(app, 1.0), _config(app, 10.0)
    assert fast.ws_ping_timeout == 10 * (slow.ws_ping_timeout or 0.0) > 0.0
    assert fast.timeout_keep_alive == 10 * slow.timeout_keep_alive > 0
    assert fast.timeout_graceful_shutdown == 10 * (slow.timeout_graceful_shutdown or 0) > 0


async def test_one_connection_too_many_is_told_so_in_the_one_shape_and_an_operators_word_never_is(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd.Crowd.__init__, "__defaults__", (3,))
    async with serve(app, HOST, 0) as address:
        port = int(address.rpartition(":")[2])
        idle = [await asyncio.open_connection(HOST, port) for _ in range(2)]
        async with httpx.AsyncClient() as third:
            assert (await third.get(f"{address}/v1/state")).status_code == 200
            async with httpx.AsyncClient() as fourth:
                refused = await fourth.get(f"{address}/v1/state")
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
                assert refused.headers["connection"] == "close"
                assert refused.json()["error"].startswith("Too many connections at once")
                word = await fourth.post(f"{address}/v1/vehicles/D9/ask", json={"ask": "land"})
                assert word.status_code == 404, "it is let in, and asks of nobody"
            for _, writer in idle:
                writer.close()
                await writer.wait_closed()
            assert (await third.get(f"{address}/v1/state")).status_code == 200
