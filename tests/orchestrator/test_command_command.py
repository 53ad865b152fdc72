"""`sanderling command`: words parsed, and one vehicle told, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint
from orchestrator.commands.command import Order, carry_out, in_words, parse
from orchestrator.commands.one_vehicle import Address
from orchestrator.commands.probe import listen
from orchestrator.commands.words import parse_profile
from orchestrator.ending import BadInput, Failed
from tests.contracts.stands import free_port
from tests.vehicles.mavlink import wire
from vehicles.profiles import DELIVERY_DRONE
from vehicles.vehicle import Command, Hold, Land, Return

ROOT = Path(__file__).parents[2]


def test_words_are_commands_and_places() -> None:
    assert parse(["hold"]) == Hold()
    assert parse(["return"]) == Return()
    assert parse(["goto", "60.1,24.9,40"]) == Waypoint(GeoPoint(60.1, 24.9), 40.0)


@pytest.mark.parametrize(
    "words",
    [
        ["start"],
        ["hold", "now"],
        ["goto"],
        ["goto", "60.1,24.9"],
        ["goto", "60.1,24.9,x"],
        ["goto", "99,24.9,40"],
        ["goto", "60.1,24.9,nan"],
        ["goto", "60.1,24.9,1e9"],
    ],
    ids="_".join,
)
def test_what_is_not_known_is_named(words: list[str]) -> None:
    with pytest.raises(BadInput, match=words[0]):
        parse(words)


def test_a_kind_that_is_not_known_is_named() -> None:
    with pytest.raises(BadInput, match="submarine"):
        parse_profile("submarine")


def test_where_nobody_is_it_says_so() -> None:
    port = free_port()
    with pytest.raises(Failed, match=f"{port}: no autopilot was heard"):
        carry_out(Order(Address(f"udpin:127.0.0.1:{port}", 0.3), DELIVERY_DRONE, Hold()))


@contextmanager
def flock(port: int, *system_ids: int) -> Iterator[str]:
    """Simulated vehicles that all speak to one port, until the end."""
    with ExitStack() as stack:
        for system_id in system_ids:
            where = ["--url", f"udpout:127.0.0.1:{port}", "--system-id", str(system_id)]
            simulator = [sys.executable, "-m", "sitl", "vehicle", *where, "--home", "60.17,24.94"]
            command = [*simulator, "--profile", "delivery-drone"]
            vehicle = stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE))
            stack.callback(vehicle.terminate)
        yield f"udpin:127.0.0.1:{port}"


def told(url: str, what: Command, system_id: int | None = None) -> str:
    return in_words(carry_out(Order(Address(url, 30.0, system_id), DELIVERY_DRONE, what)))


def hold(url: str, system_id: int | None = None) -> str:
    return told(url, Hold(), system_id)


def test_a_vehicle_is_told_and_what_it_looks_like_then_is_printed() -> None:
    with flock(free_port(), 9) as url:
        assert hold(url) == "system 9 (quadrotor): Hold, 0 m above home"
        landed = told(url, Land())
        assert landed.startswith("system 9 (quadrotor): ")
        assert landed.endswith("0 m above home (it stood disarmed already: nothing was to be landed)")


def test_of_several_vehicles_none_is_told_anything_unless_it_is_named() -> None:
    with flock(free_port(), 3, 9) as url:
        assert hold(url, 3).startswith("system 3 (quadrotor): ")
        assert hold(url, 9).startswith("system 9 (quadrotor): ")  # both are up by now
        with pytest.raises(BadInput, match=r"--system-id.*system 3 \(quadrotor\), system 9 \(quadrotor\)"):
            hold(url)


def test_two_machines_with_one_id_are_not_told_anything() -> None:
    def beat(*vehicles: socket.socket) -> None:
        while not over.wait(0.2):
            for vehicle in vehicles:
                vehicle.sendto(wire.Sender(4).frame(wire.heartbeat()), ("127.0.0.1", port))

    port, over = free_port(), threading.Event()
    with socket.socket(type=socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as other:
        beating = threading.Thread(target=beat, args=(one, other))
        beating.start()
        try:
            for system_id in (None, 4):
                with pytest.raises(Failed, match="system 4 speaks from several addresses") as failed:
                    hold(f"udpin:127.0.0.1:{port}", system_id)
                for vehicle in (one, other):
                    assert f"127.0.0.1:{vehicle.getsockname()[1]}" in str(failed.value)
            _, warnings, _ = listen(f"udpin:127.0.0.1:{port}", 1.0)
            assert [text.split(":")[0] for text in warnings] == [
                "system 4 speaks from several addresses (127.0.0.1"
            ]
        finally:
            over.set()
            beating.join()


def test_one_that_is_not_there_is_not_replaced_by_another() -> None:
    with flock(free_port(), 9) as url:
        hold(url)  # it is up by now
        with pytest.raises(Failed, match="system 5 was not heard there; heard: system 9"):
            carry_out(Order(Address(url, 3.0, 5), DELIVERY_DRONE, Hold()))
