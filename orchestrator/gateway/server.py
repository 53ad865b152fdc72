"""The gateway's server, inside the application's own event loop, which may run on scaled time."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn
from fastapi import FastAPI
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from orchestrator.gateway.contract.failures import GatewayError
from orchestrator.gateway.door.crowd import Crowd
from orchestrator.gateway.showing.outbox import TOO_SLOW

_KEEP_ALIVE_S = 30.0
_PING_S = 20.0
_GRACE_S = 3.0


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: signals belong to the application."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


class _Socket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, mended where it logs what is no fault, and calls a slow reader one of ours.

    It takes a denial with a body for a handshake never completed, and logs it: any page in the operator's
    browser can have itself denied, as often as it likes.
    """

    async def send(self, message: ASGISendEvent) -> None:
        """Send; a denial completes the handshake as well as an acceptance.

        A close goes behind what was not read yet, and does not wait for that to be read.
        """
        if message["type"] == "websocket.close":
            self.writable.set()
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        """Who answers no ping does not keep up (1013); it is no error of this side's (1011)."""
        if not (self.close_sent or self.transport.is_closing()):
            self.conn.fail(TOO_SLOW, "too slow: no answer to a ping")
        super().keepalive_timeout()


@contextlib.asynccontextmanager
async def serve(
    app: FastAPI, host: str, port: int, speed: float = 1.0, leaving: Callable[[], None] = lambda: None
) -> AsyncIterator[str]:
    """Serve `app` while the context lasts; yields the address, for example http://127.0.0.1:8765.

    Binds before anything else: raises `GatewayError` naming the setting when that cannot be. Port 0
    takes any free one. `speed` is how fast the loop's time runs; uvicorn's time-outs are stretched by
    it, so that they last as long as ever on the wall. Leaving calls `leaving`, closes consoles and ends
    requests within 3 s, or cuts them off.
    """
    listener = _bound(host, port)
    server = _Server(_config(app, speed))
    server.config.app = Crowd(app, server.server_state.connections)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="gateway server")
    try:
        while not server.started:
            if task.done():
                task.result()
                raise GatewayError("gateway: the server ended before it had started")
            await asyncio.sleep(0.01)
        yield _address(host, listener)
    finally:
        leaving()
        server.should_exit = True
        await asyncio.wait({task})
        for connection in list(server.server_state.connections):
            connection.transport.abort()  # whoever did not take its last bytes in time
        listener.close()
    task.result()


def _config(app: FastAPI, speed: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http="httptools",
        ws=_Socket,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whoever asks is who connects; a forwarded address proves nothing
        ws_max_size=4096,
        ws_per_message_deflate=False,  # costs more than it saves on a local network
        ws_ping_interval=_PING_S * speed,
        ws_ping_timeout=_PING_S * speed,
        timeout_keep_alive=max(1, round(_KEEP_ALIVE_S * speed)),
        timeout_graceful_shutdown=max(1, round(_GRACE_S * speed)),
    )


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise GatewayError(f"gateway.host: {host!r} cannot be found: {error.strerror}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise GatewayError(_why(host, port, error)) from error
    listener.settimeout(0.0)
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"gateway.port (--port): {host}:{port} is in use by another program;"
                " choose another port, or 0"
            )
        case errno.EACCES:
            return f"gateway.port: {port} may not be used by this user; choose one above 1023"
        case errno.EADDRNOTAVAIL:
            return f"gateway.host: {host} is not an address of this machine"
        case _:
            return f"gateway.host: cannot listen on {host}:{port}: {error.strerror}"


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
