"""`python -m sitl swarm`: many vehicles in a process of its own, each heard at its own port or all at one."""

from __future__ import annotations

import argparse
import gc
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymavlink.dialects.v20 import common

from sitl.processes import swarm as swarm_process
from sitl.processes.swarm import main
from sitl.processes.vehicle_arguments import FieldError, add_circumstances, add_vehicle, vehicle_of

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


@contextmanager
def _swarm(*arguments: str, stdin: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "sitl", "swarm", "--speed", "10", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=stdin, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def _sockets(count: int) -> list[socket.socket]:
    """At ports that follow one another."""
    for first in range(21000, 60000, 97):
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
        try:
            for number, one in enumerate(sockets):
                one.bind(("127.0.0.1", first + number))
        except OSError:
            for one in sockets:
                one.close()
            continue
        return sockets
    pytest.fail("no free ports")


def _heard(stations: list[socket.socket], enough: int) -> set[tuple[int, int, int]]:
    """Port number, system id and MAV_TYPE of the heartbeats that came, once there are `enough`."""
    parser = common.MAVLink(None)
    parser.robust_parsing = True
    found: set[tuple[int, int, int]] = set()
    deadline_s = time.monotonic() + PATIENCE_S
    while len(found) < enough and time.monotonic() < deadline_s:
        for number, station in enumerate(stations):
            station.settimeout(0.05)
            try:
                datagram = station.recv(4096)
            except TimeoutError:
                continue
            for message in parser.parse_buffer(datagram) or ():
                if message.get_type() == "HEARTBEAT":
                    found.add((number, message.get_srcSystem(), message.type))
    return found


def test_each_vehicle_sends_to_its_own_port_in_the_mix_asked_for() -> None:
    stations = _sockets(8)
    try:
        url = f"udpout:127.0.0.1:{stations[0].getsockname()[1]}"
        with _swarm("--count", "8", "--url", url, "--profile", "delivery-drone:3,sidewalk-robot:1"):
            heard = _heard(stations, 8)
    finally:
        for station in stations:
            station.close()
    kinds = [common.MAV_TYPE_QUADROTOR] * 3 + [common.MAV_TYPE_GROUND_ROVER]
    assert heard == {(number, number + 1, kinds[number % 4]) for number in range(8)}


def test_all_may_send_to_one_port_and_end_when_their_starter_is_gone() -> None:
    (station,) = _sockets(1)
    with station:
        url = f"udpout:127.0.0.1:{station.getsockname()[1]}"
        with _swarm("--count", "30", "--per-port", "30", "--url", url, "--fault", "7:silent@0") as process:
            heard = _heard([station], 29)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(timeout=PATIENCE_S) == 0
            assert process.stderr is not None
            assert process.stderr.read() == b""
    assert {system_id for _, system_id, _ in heard} == {*range(1, 31)} - {7}


def test_an_empty_input_is_nobody_letting_go() -> None:
    """As of services, `nohup`, and whatever a script starts in the background."""
    (station,) = _sockets(1)
    with station:
        url = f"udpout:127.0.0.1:{station.getsockname()[1]}"
        with _swarm("--count", "1", "--url", url, stdin=subprocess.DEVNULL) as process:
            assert _heard([station], 1)
            assert process.poll() is None
            process.terminate()
            assert process.wait(timeout=PATIENCE_S) == 0


def test_a_roster_says_each_vehicle_in_words_of_its_own(tmp_path: Path) -> None:
    (station,) = _sockets(1)
    roster = tmp_path / "roster.txt"
    with station:
        url = f"udpout:127.0.0.1:{station.getsockname()[1]}"
        roster.write_text(
            "# two of them\n"
            f"--url {url} --profile delivery-drone --system-id 5 --home 60.17,24.94\n\n"
            f"--url {url} --profile sidewalk-robot --system-id 9 --home 60.18,24.95 --fault no-arm@0\n"
        )
        with _swarm("--roster", str(roster)):
            heard = _heard([station], 2)
    assert {(system_id, kind) for _, system_id, kind in heard} == {
        (5, common.MAV_TYPE_QUADROTOR),
        (9, common.MAV_TYPE_GROUND_ROVER),
    }


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--count", "3"), "--roster, or else --count and --url"),
        (("--count", "0", "--url", "udpout:127.0.0.1:21000"), "--count"),
        (("--count", "3", "--url", "udpin:127.0.0.1:21000"), "--url"),
        (("--count", "3", "--url", "udpout:127.0.0.1:65534"), "--url"),
        (("--count", "300", "--per-port", "300", "--url", "udpout:127.0.0.1:21000"), "--per-port"),
        (("--count", "3", "--url", "udpout:127.0.0.1:21000", "--profile", "kite"), "--profile"),
        (("--count", "3", "--url", "udpout:127.0.0.1:21000", "--profile", "kite:x"), "--profile"),
        (("--count", "3", "--url", "udpout:127.0.0.1:21000", "--fault", "4:silent@1"), "--fault"),
        (("--count", "3", "--url", "udpout:127.0.0.1:21000", "--home", "91,0"), "--home"),
        (("--roster", "nowhere.txt"), "--roster"),
    ],
)
def test_bad_arguments_are_named(
    words: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert f"error: {named}" in capsys.readouterr().err


def test_a_line_of_a_roster_that_cannot_be_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "roster.txt"
    roster.write_text("--url udpout:127.0.0.1:21000 --profile kite --system-id 5 --home 60.17,24.94\n")
    with pytest.raises(SystemExit):
        main(["--roster", str(roster)])
    assert "line 1: --profile" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        (("--key", "zz"), "--key: must be 32 bytes in hexadecimal digits"),
        (("--key", "00" * 31), "--key: must be 32 bytes in hexadecimal digits"),
        (("--param", "NOSUCH=1"), "--param: parameters: 'NOSUCH' is none of PX4's"),
        (("--fault", "silent@9-5"), "--fault: until_s: 5 is not after from_s, 9"),
    ],
)
def test_what_is_wrong_with_a_vehicles_words_is_said_by_name(argument: tuple[str, str], why: str) -> None:
    parser = argparse.ArgumentParser()
    add_vehicle(parser)
    add_circumstances(parser)
    words = ["--url", "udpout:127.0.0.1:9", "--profile", "delivery-drone", "--system-id", "1"]
    words += ["--home", "60,24"]
    with pytest.raises(FieldError) as refused:
        vehicle_of(parser.parse_args([*words, *argument]))
    assert str(refused.value) == why


def test_what_vehicles_are_made_of_is_not_looked_through_while_they_live(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen: list[int] = []

    def lived(life: Coroutine[Any, Any, None], _speed: float) -> None:
        life.close()
        frozen.append(gc.get_freeze_count())

    monkeypatch.setattr(swarm_process, "live", lived)
    try:
        assert main(["--url", "udpout:127.0.0.1:9", "--profile", "delivery-drone", "--count", "3"]) == 0
    finally:
        gc.unfreeze()
    assert frozen[0] > 1000
