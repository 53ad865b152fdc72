"""The vehicle's end of each kind of link, made of nothing but sockets, a pseudo-terminal and a broker."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import shutil
import socket
import tty
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol

import aiomqtt

from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.link import Link, memory_pair
from vehicles.mavlink.links.switchboard import Switchboard

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
WITHIN_S = 10.0


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Far(Protocol):
    """The vehicle's end. `tells` is whether a link of this kind can know that it has gone."""

    tells: bool

    def make(self) -> Link:
        """Our end."""

    async def plug(self) -> None:
        """The vehicle's end appears, or appears again."""

    async def pull(self) -> None:
        """It goes away."""

    async def say(self, datagram: bytes) -> None:
        """The vehicle sends."""

    async def heard(self) -> bytes:
        """What we sent, as much as has come; waits for the first of it."""


class Memory:
    tells = False

    def __init__(self) -> None:
        self._gone = False
        self._ours, self._theirs = memory_pair(
            to_vehicle=lambda datagram: () if self._gone else ((0.0, datagram),)
        )
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()

    def make(self) -> Link:
        return self._ours

    async def plug(self) -> None:
        self._gone = False
        await self._theirs.open(self._take)

    def _take(self, datagram: bytes) -> bool:
        self._inbox.put_nowait(datagram)
        return True

    async def pull(self) -> None:
        self._gone = True
        self._inbox = asyncio.Queue()

    async def say(self, datagram: bytes) -> None:
        self._theirs.send(datagram)

    async def heard(self) -> bytes:
        return await self._inbox.get()


class UdpIn:
    """We listen; the vehicle sends from a port of its own."""

    tells = False

    def __init__(self, identity: Identity) -> None:
        self._port = free_port(socket.SOCK_DGRAM)
        self._identity = identity
        self._socket: socket.socket | None = None

    def make(self) -> Link:
        return Switchboard().link(f"udpin:127.0.0.1:{self._port}", self._identity)

    async def plug(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003
        self._socket.connect(("127.0.0.1", self._port))

    async def pull(self) -> None:
        if self._socket is not None:
            self._socket.close()

    async def say(self, datagram: bytes) -> None:
        assert self._socket is not None
        self._socket.send(datagram)

    async def heard(self) -> bytes:
        assert self._socket is not None
        return await asyncio.get_running_loop().sock_recv(self._socket, 4096)


class UdpOut:
    """The vehicle listens and answers whoever spoke last."""

    tells = False

    def __init__(self) -> None:
        self._port = free_port(socket.SOCK_DGRAM)
        self._socket: socket.socket | None = None
        self._back: tuple[str, int] | None = None

    def make(self) -> Link:
        return Switchboard().link(f"udpout:127.0.0.1:{self._port}")

    async def plug(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)  # noqa: FBT003
        self._socket.bind(("127.0.0.1", self._port))
        self._back = None

    async def pull(self) -> None:
        if self._socket is not None:
            self._socket.close()

    async def say(self, datagram: bytes) -> None:
        assert self._socket is not None
        if self._back is None:
            with contextlib.suppress(BlockingIOError):
                _, self._back = self._socket.recvfrom(4096)
        if self._back is not None:
            self._socket.sendto(datagram, self._back)

    async def heard(self) -> bytes:
        assert self._socket is not None
        got, self._back = await asyncio.get_running_loop().sock_recvfrom(self._socket, 4096)
        return got


class _Streamed:
    """What the TCP ends have in common: a connection as a pair of streams."""

    tells = True

    def __init__(self) -> None:
        self._port = free_port(socket.SOCK_STREAM)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def pull(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def say(self, datagram: bytes) -> None:
        assert self._writer is not None
        self._writer.write(datagram)
        await self._writer.drain()

    async def heard(self) -> bytes:
        assert self._reader is not None
        return await self._reader.read(4096)


class TcpIn(_Streamed):
    """We listen; the vehicle calls."""

    def make(self) -> Link:
        return Switchboard().link(f"tcpin:127.0.0.1:{self._port}")

    async def plug(self) -> None:
        async with asyncio.timeout(WITHIN_S):
            while True:
                with contextlib.suppress(OSError):
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                    return
                await asyncio.sleep(0.02)


class TcpOut(_Streamed):
    """The vehicle listens; we call."""

    def __init__(self) -> None:
        super().__init__()
        self._server: asyncio.Server | None = None
        self._called = asyncio.Event()

    def make(self) -> Link:
        return Switchboard().link(f"tcpout:127.0.0.1:{self._port}")

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._called.set()

    async def plug(self) -> None:
        self._called.clear()
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._port, reuse_address=True)

    async def pull(self) -> None:
        if self._server is not None:
            self._server.close()
        await super().pull()

    async def say(self, datagram: bytes) -> None:
        await self._called.wait()
        await super().say(datagram)

    async def heard(self) -> bytes:
        await self._called.wait()
        return await super().heard()


class Serial:
    """A pseudo-terminal under a name that stays when another one takes its place."""

    tells = True

    def __init__(self, folder: Path) -> None:
        self._device = folder / "ttyV0"
        self._master: int | None = None

    def make(self) -> Link:
        return Switchboard().link(f"serial:{self._device}:57600")

    async def plug(self) -> None:
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(self._master, False)
        self._device.unlink(missing_ok=True)
        self._device.symlink_to(os.ttyname(slave))
        self._slave = slave

    async def pull(self) -> None:
        if self._master is not None:
            os.close(self._slave)
            os.close(self._master)
            self._device.unlink()
            self._master = None

    async def say(self, datagram: bytes) -> None:
        assert self._master is not None
        while datagram:
            with contextlib.suppress(BlockingIOError):
                datagram = datagram[os.write(self._master, datagram) :]
            await asyncio.sleep(0.001)

    async def heard(self) -> bytes:
        assert self._master is not None
        while True:
            await asyncio.sleep(0.001)
            with contextlib.suppress(BlockingIOError):
                return os.read(self._master, 4096)


class Mqtt:
    """A real Mosquitto, and a client of it for the vehicle."""

    tells = True

    def __init__(self, folder: Path) -> None:
        self._port = free_port(socket.SOCK_STREAM)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self._port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self._broker: asyncio.subprocess.Process | None = None
        self._client: aiomqtt.Client | None = None
        self._stack = contextlib.AsyncExitStack()

    def make(self) -> Link:
        return Switchboard().link(f"mqtt://127.0.0.1:{self._port}/fleet/d1")

    async def plug(self) -> None:
        self._broker = await asyncio.create_subprocess_exec(
            MOSQUITTO, "-c", str(self._config), stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(WITHIN_S):
            while self._client is None:
                with contextlib.suppress(aiomqtt.MqttError):
                    client = aiomqtt.Client("127.0.0.1", self._port)
                    self._client = await self._stack.enter_async_context(client)
                await asyncio.sleep(0.02)
        await self._client.subscribe("fleet/d1/down")

    async def pull(self) -> None:
        if self._broker is not None and self._broker.returncode is None:
            self._broker.terminate()
            await self._broker.wait()
        with contextlib.suppress(aiomqtt.MqttError):
            await self._stack.aclose()
        if self._client is not None and self._client._disconnected.done():
            self._client._disconnected.exception()  # of a client that was not listening
        self._client = None

    async def say(self, datagram: bytes) -> None:
        assert self._client is not None
        await self._client.publish("fleet/d1/up", datagram)

    async def heard(self) -> bytes:
        assert self._client is not None
        message = await anext(self._client.messages)
        assert isinstance(message.payload, bytes)
        return message.payload


_FAR_ENDS: dict[str, Callable[[Path], Far]] = {
    "memory": lambda _: Memory(),
    "udpin": lambda _: UdpIn(Identity()),
    "udpin shared": lambda _: UdpIn(Identity(system_id=1)),
    "udpout": lambda _: UdpOut(),
    "tcpin": lambda _: TcpIn(),
    "tcpout": lambda _: TcpOut(),
    "serial": Serial,
    "mqtt": Mqtt,
}
KINDS = tuple(_FAR_ENDS)


@contextlib.asynccontextmanager
async def far_end(kind: str, folder: Path) -> AsyncIterator[Far]:
    """The vehicle's end of that kind, not plugged in yet; gone when the context is left."""
    far = _FAR_ENDS[kind](folder)
    try:
        yield far
    finally:
        await far.pull()
