"""The demonstration as a user runs it: its own process, one process for each vehicle, MAVLink over UDP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

SPEED = 8
_WALL_S = 480.0
"""How long anything here may take; several times what it does on an idle machine."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demonstration: where its console is, and which process is which vehicle."""

    process: subprocess.Popen[str]
    address: str
    pids: dict[str, int]
    errors: Path

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.get(f"{self.address}/v1/state", timeout=20).json()
        return answer

    def await_state(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Look at the state until it is as wanted."""
        never = Event()
        for _ in range(int(_WALL_S / 0.25)):
            state = self.state()
            if wanted(state):
                return state
            never.wait(0.25)
        pytest.fail("the state never became as wanted")

    def rest(self) -> str:
        """Let it run to its end; what it printed."""
        out, _ = self.process.communicate(timeout=_WALL_S)
        return out


@contextmanager
def demo(folder: Path, *words: str) -> Iterator[Demo]:
    """Start the demonstration with a console on any free port."""
    command = [sys.executable, "-m", "orchestrator", "demo", "--port", "0", "--speed", str(SPEED)]
    errors = folder / "errors.txt"
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [*command, "--data", str(folder / "data"), "--report", str(folder / "r.json"), *words],
            stdout=subprocess.PIPE,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            text=True,
        )
    try:
        assert process.stdout is not None
        by_process, console = process.stdout.readline(), process.stdout.readline()
        pids = {name: int(pid) for name, pid in re.findall(r"(\w\d+) (\d+)", by_process)}
        yield Demo(process, console.removeprefix("Console: ").strip(), pids, errors)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=_WALL_S)


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def verified(folder: Path) -> str:
    """What `sanderling replay --verify` says of the one journal."""
    (journal,) = (folder / "data").glob("*.journal")
    done = subprocess.run(
        [sys.executable, "-m", "orchestrator", "replay", str(journal), "--verify"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_every_parcel_is_handed_over_and_the_journal_replays(tmp_path: Path) -> None:
    with demo(tmp_path, "--drones", "2", "--robots", "1", "--parcels", "3") as one:
        assert set(one.pids) == {"D1", "D2", "R1"}
        printed = one.rest()
    assert one.process.returncode == 0, one.errors.read_text()
    report = json.loads((tmp_path / "r.json").read_bytes())
    assert [order["state"] for order in report["orders"]] == ["delivered"] * 3
    assert report["invariants"] == {"broken": []}
    assert "3 of 3 delivered" in printed
    assert one.errors.read_text() == ""
    assert "equals the one at exit" in verified(tmp_path)
    assert not any(running(pid) for pid in one.pids.values())


@pytest.mark.slow
def test_a_vehicle_that_dies_in_flight_costs_its_own_parcel_only(tmp_path: Path) -> None:
    with demo(tmp_path, "--drones", "3", "--robots", "0", "--parcels", "4") as one:
        carrying = one.await_state(in_flight_with_a_parcel)
        victim = in_flight_with_a_parcel(carrying)[0]
        os.kill(one.pids[victim["id"]], signal.SIGKILL)
        alarmed = one.await_state(lambda s: [a for a in s["alerts"] if a["vehicle_id"] == victim["id"]])
        assert any(victim["id"] in alert["text"] for alert in alarmed["alerts"])
        lost = one.await_state(lambda s: order_of(s, victim)["status"] == "failed")
        keeper = order_of(lost, victim)["parcels"][0]["keeper"]
        assert keeper["kind"] == "lost"
        assert keeper["lat_deg"] == pytest.approx(60.17, abs=0.02)
        assert keeper["last_heard_at_s"] > 0
        one.rest()
    assert one.process.returncode == 1
    report = json.loads((tmp_path / "r.json").read_bytes())
    states = {order["id"]: order["state"] for order in report["orders"]}
    assert states.pop(victim["mission"]["order_id"]) == "failed"
    assert set(states.values()) == {"delivered"}
    assert report["invariants"] == {"broken": []}
    said = one.errors.read_text()
    assert "Traceback" not in said
    assert "is lost with" in said
    assert "equals the one at exit" in verified(tmp_path)


def in_flight_with_a_parcel(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        vehicle
        for vehicle in state["vehicles"]
        if vehicle["kind"] == "drone"
        and vehicle["phase"] == "under_way"
        and order_of(state, vehicle)["parcels"][0]["phase"] == "on_the_way"
    ]


def order_of(state: dict[str, Any], vehicle: dict[str, Any]) -> dict[str, Any]:
    (order,) = (order for order in state["orders"] if order["id"] == vehicle["mission"]["order_id"])
    found: dict[str, Any] = order
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_demonstration_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with demo(tmp_path, "--drones", "1", "--robots", "1", "--parcels", "2") as one:
        one.await_state(lambda state: any(vehicle["link"] == "up" for vehicle in state["vehicles"]))
        one.process.send_signal(number)
        printed = one.rest()
    assert one.process.returncode == 1
    assert one.errors.read_text().strip() == "sanderling: stopped before the end"
    assert "delivered" in printed
    assert not any(running(pid) for pid in one.pids.values())
    assert "equals the one at exit" in verified(tmp_path)
