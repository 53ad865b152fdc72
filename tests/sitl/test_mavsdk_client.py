"""The simulated autopilot as an independent client sees it: MAVSDK uploads, starts and follows a mission."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from geofences.position import GeoPoint, distance_m
from tests.contracts.stands import HOME, free_port

pytest.importorskip("mavsdk", reason="the mavsdk package is not installed")

SPEED = 5.0


@pytest.fixture
def port() -> Iterator[int]:
    """A simulated drone in a process of its own, speaking to that port at five times real time."""
    port = free_port()
    command = [sys.executable, "-m", "sitl", "vehicle", "--url", f"udpout:127.0.0.1:{port}"]
    command += ["--profile", "delivery-drone", "--system-id", "7", "--seed", "3", "--speed", str(SPEED)]
    command += ["--home", f"{HOME.lat_deg},{HOME.lon_deg}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as vehicle:
        yield port
        assert vehicle.poll() is None, "the vehicle ended before it was asked to"
        assert vehicle.stdin is not None
        vehicle.stdin.close()
        assert vehicle.wait(10.0) == 0


def test_mavsdk_flies_a_mission_on_the_simulated_autopilot(port: int) -> None:
    client = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.sitl.mavsdk_client",
            str(port),
            str(HOME.lat_deg),
            str(HOME.lon_deg),
        ],
        capture_output=True,
        text=True,
        timeout=100.0,
        check=False,
    )
    assert client.returncode == 0, client.stderr[-2000:]
    seen = json.loads(client.stdout.strip().splitlines()[-1])
    assert seen["system_id"] == 7
    assert seen["held"] == [22, 16, 21]
    assert seen["progress"] == sorted(seen["progress"])
    assert seen["progress"][-1] == 3
    lat_deg, lon_deg, height_m = seen["end"]
    assert distance_m(GeoPoint(lat_deg, lon_deg), GeoPoint(HOME.lat_deg + 0.0003, HOME.lon_deg)) < 3.0
    assert abs(height_m) < 1.0
