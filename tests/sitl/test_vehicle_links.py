"""`python -m sitl vehicle` on every kind of link and on two at once: sockets, pseudo-terminal, broker."""

from __future__ import annotations

import contextlib
import os
import pty
import queue
import select
import shutil
import socket
import subprocess
import sys
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from pymavlink.dialects.v20 import common

ROOT = Path(__file__).parents[2]
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
PATIENCE_S = 60.0
SYSTEM = 9


@dataclass
class Ground:
    """The ground's end of a link: `take` waits a moment for bytes, `give` sends some."""

    url: str
    take: Callable[[], bytes]
    give: Callable[[bytes], object]

    def __post_init__(self) -> None:
        self.mav = common.MAVLink(None, srcSystem=255, srcComponent=190)
        self.mav.robust_parsing = True
        self.heard: list[Any] = []

    def listen(self) -> None:
        self.heard += self.mav.parse_buffer(self.take()) or []

    def all(self, kind: str) -> list[Any]:
        return [one for one in self.heard if one.get_type() == kind]

    def ask_version(self) -> None:
        message = common.MAVLink_command_long_message(SYSTEM, 1, 512, 0, 148, 0, 0, 0, 0, 0, 0)
        self.give(message.pack(self.mav))


def _port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _received(one: socket.socket) -> bytes:
    return one.recv(4096) if select.select([one], [], [], 0.1)[0] else b""


@contextmanager
def _udp() -> Iterator[Ground]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        sender: list[Any] = []

        def take() -> bytes:
            if not select.select([one], [], [], 0.1)[0]:
                return b""
            datagram, address = one.recvfrom(4096)
            sender[:] = [address]
            return datagram

        yield Ground(
            f"udpout:127.0.0.1:{one.getsockname()[1]}", take, lambda frame: one.sendto(frame, sender[0])
        )


@contextmanager
def _tcp_server() -> Iterator[Ground]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines: list[socket.socket] = []

        def take() -> bytes:
            if not lines and select.select([server], [], [], 0.1)[0]:
                lines.append(server.accept()[0])
            return _received(lines[0]) if lines else b""

        def give(frame: bytes) -> None:
            lines[0].sendall(frame)

        try:
            yield Ground(f"tcpout:127.0.0.1:{server.getsockname()[1]}", take, give)
        finally:
            for line in lines:
                line.close()


@contextmanager
def _tcp_client() -> Iterator[Ground]:
    port = _port(socket.SOCK_STREAM)
    lines: list[socket.socket] = []

    def take() -> bytes:
        if not lines:
            with contextlib.suppress(OSError):
                line = socket.create_connection(("127.0.0.1", port), timeout=0.1)
                if line.getsockname() == line.getpeername():  # nobody is there yet: TCP met itself
                    line.close()
                else:
                    beat = common.MAVLink_heartbeat_message(common.MAV_TYPE_GCS, 8, 0, 0, 4, 3)
                    line.sendall(
                        beat.pack(common.MAVLink(None, srcSystem=255))
                    )  # a vehicle that listens waits for it
                    lines.append(line)
        return _received(lines[0]) if lines else b""

    def give(frame: bytes) -> None:
        lines[0].sendall(frame)

    try:
        yield Ground(f"tcpin:127.0.0.1:{port}", take, give)
    finally:
        for line in lines:
            line.close()


@contextmanager
def _serial() -> Iterator[Ground]:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)

    def take() -> bytes:
        return os.read(ours, 4096) if select.select([ours], [], [], 0.1)[0] else b""

    try:
        yield Ground(f"serial:{os.ttyname(theirs)}:57600", take, lambda frame: os.write(ours, frame))
    finally:
        os.close(ours)
        os.close(theirs)


@contextmanager
def _mqtt() -> Iterator[Ground]:
    port = _port(socket.SOCK_STREAM)
    client, come = mqtt.Client(CallbackAPIVersion.VERSION2), queue.Queue[bytes]()
    client.on_message = lambda _, __, message: come.put(bytes(message.payload))

    def subscribe(*_: object) -> None:
        client.subscribe("fleet/d9/up")

    client.on_connect = subscribe
    client.reconnect_delay_set(1, 1)

    def take() -> bytes:
        try:
            return come.get(timeout=0.1)
        except queue.Empty:
            return b""

    words = [MOSQUITTO, "-p", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as broker:

        def publish(frame: bytes) -> None:
            client.publish("fleet/d9/down", frame)

        try:
            client.connect_async("127.0.0.1", port)
            client.loop_start()
            yield Ground(
                f"mqtt://127.0.0.1:{port}/fleet/d9",
                take,
                publish,
            )
        finally:
            client.disconnect()
            client.loop_stop()
            broker.kill()


@contextmanager
def _vehicle(*urls: str) -> Iterator[None]:
    where = [word for url in urls for word in ("--url", url)]
    kind = ["--profile", "delivery-drone", "--system-id", str(SYSTEM), "--home", "60.17,24.94"]
    command = [sys.executable, "-m", "sitl", "vehicle", *where, *kind]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.kill()


def _until(done: Callable[[], object], *grounds: Ground) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline_s, "nothing was heard"
        for ground in grounds:
            ground.listen()


@pytest.mark.parametrize("kind", [_udp, _tcp_server, _tcp_client, _serial, _mqtt])
def test_it_is_heard_and_hears_on_every_kind_of_link(
    kind: Callable[[], contextlib.AbstractContextManager[Ground]],
) -> None:
    with kind() as ground, _vehicle(ground.url):
        _until(lambda: ground.all("HEARTBEAT"), ground)
        assert ground.all("HEARTBEAT")[0].get_srcSystem() == SYSTEM
        ground.ask_version()
        _until(lambda: ground.all("AUTOPILOT_VERSION") and ground.all("COMMAND_ACK"), ground)
        assert ground.all("COMMAND_ACK")[0].result == 0


def test_two_links_are_each_told_and_each_answered_apart() -> None:
    with _udp() as first, _tcp_server() as second, _vehicle(first.url, second.url):
        _until(lambda: first.all("HEARTBEAT") and second.all("HEARTBEAT"), first, second)
        second.ask_version()
        _until(lambda: second.all("AUTOPILOT_VERSION"), first, second)
        beats = len(first.all("HEARTBEAT"))
        _until(lambda: len(first.all("HEARTBEAT")) > beats, first, second)
        assert not first.all("COMMAND_ACK")
        assert not first.all("AUTOPILOT_VERSION")
        first.ask_version()
        _until(lambda: first.all("COMMAND_ACK"), first, second)
        assert len(second.all("COMMAND_ACK")) == 1
