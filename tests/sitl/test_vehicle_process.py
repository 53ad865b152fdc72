"""`python -m sitl vehicle`: a process of its own, real UDP, pymavlink's mavutil as the client."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pymavlink import mavutil

ROOT = Path(__file__).parents[2]
SPEED = 10.0


@contextmanager
def _vehicle(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "sitl", "vehicle", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def _to(port: int, *more: str) -> tuple[str, ...]:
    where = ("--url", f"udpout:127.0.0.1:{port}", "--system-id", "9", "--home", "60.17,24.94")
    return (*where, "--profile", "delivery-drone", "--speed", str(SPEED), *more)


@contextmanager
def _station() -> Iterator[mavutil.mavudp]:
    station = mavutil.mavlink_connection("udpin:127.0.0.1:0", source_system=255)
    try:
        yield station
    finally:
        station.close()


def _port(station: mavutil.mavudp) -> int:
    return int(station.port.getsockname()[1])


def test_it_boots_arms_and_ends_when_its_starter_is_gone() -> None:
    with _station() as station, _vehicle(*_to(_port(station))) as process:
        deadline_s = time.monotonic() + 60.0
        while time.monotonic() < deadline_s:
            beat = station.recv_match(type="HEARTBEAT", blocking=True, timeout=60.0)
            assert beat is not None
            if beat.system_status == mavutil.mavlink.MAV_STATE_STANDBY:
                break
        assert beat.get_srcSystem() == 9
        station.mav.command_long_send(9, 1, mavutil.mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, 1, *[0] * 6)
        ack = station.recv_match(type="COMMAND_ACK", blocking=True, timeout=20.0)
        assert ack is not None
        assert ack.result == mavutil.mavlink.MAV_RESULT_ACCEPTED
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=20.0) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told_to(number: signal.Signals) -> None:
    with _station() as station, _vehicle(*_to(_port(station))) as process:
        assert station.recv_match(type="HEARTBEAT", blocking=True, timeout=60.0) is not None
        process.send_signal(number)
        assert process.wait(timeout=20.0) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("--profile", "submarine"),
        ("--system-id", "0"),
        ("--system-id", "seven"),
        ("--home", "60.17"),
        ("--home", "91,0"),
        ("--battery", "1.5"),
        ("--battery", "nan"),
        ("--speed", "0"),
        ("--wind", "strong"),
        ("--fault", "gremlins@5"),
        ("--url", "tcp:127.0.0.1:5760"),
        ("--url", "udpout:127.0.0.1:port"),
    ],
)
def test_bad_arguments_are_named(field: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    from sitl.processes.one_vehicle import main  # noqa: PLC0415  # as the command line does

    with pytest.raises(SystemExit) as caught:
        main([*_to(14999), field, value])
    assert caught.value.code == 2
    assert field in capsys.readouterr().err


def test_without_a_subcommand_it_says_how_to_ask() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sitl"], cwd=ROOT, capture_output=True, check=False, timeout=60.0
    )
    assert done.returncode == 2
    assert b"vehicle --help" in done.stderr


def test_it_starts_without_the_heavy_libraries() -> None:
    heavy = "{'fastapi', 'numba', 'scipy', 'shapely'}"
    code = f"import sys, sitl.processes.one_vehicle; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60.0
    )
    assert done.stdout.strip() == b"[]"
