"""The shipped demonstration on virtual time: all delivered, the same twice, and a hundred times as fast."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestrator.record.replay import verify

LEAST_PACE = 100.0
"""Fleet seconds for each second of processor time (wall time tells of the neighbours), start-up taken off."""


def ran(*words: str, hash_seed: str = "0") -> float:
    """Run a Python process to its good end; the processor seconds that it took."""
    process = subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    return used.ru_utime + used.ru_stime


def simulated(folder: Path, name: str) -> tuple[dict[str, Any], Path, float]:
    """One run in a process of its own, with its own hash seed: report, journal, processor seconds."""
    report, journal = folder / f"{name}.json", folder / f"{name}.journal"
    words = ("simulate", "demo", "--seed", "7", "--report", str(report), "--journal", str(journal))
    used_s = ran("-m", "orchestrator", *words, hash_seed=name)
    return json.loads(report.read_bytes()), journal, used_s


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], Path, float]]:
    folder = tmp_path_factory.mktemp("demo")
    return [simulated(folder, name) for name in ("1", "2")]


def test_every_parcel_is_delivered_in_time_and_nothing_forbidden_happened(
    twice: list[tuple[dict[str, Any], Path, float]],
) -> None:
    report, _, _ = twice[0]
    assert [order["state"] for order in report["orders"]] == ["delivered"] * 20
    assert all(order["on_time"] for order in report["orders"])
    assert {vehicle["state"] for vehicle in report["vehicles"]} <= {"ready", "resting"}
    assert report["invariants"] == {"broken": []}


def test_two_runs_write_the_same_bytes_and_replay_equals_live(
    twice: list[tuple[dict[str, Any], Path, float]],
) -> None:
    (_, first, _), (_, second, _) = twice
    assert first.read_bytes() == second.read_bytes()
    assert verify(first).equal


def test_a_hundred_simulated_seconds_pass_in_a_second(
    twice: list[tuple[dict[str, Any], Path, float]],
) -> None:
    start_up_s = ran("-c", "import sitl.simulate")
    paces = [report["fleet_s"] / (used_s - start_up_s) for report, _, used_s in twice]
    assert max(paces) >= LEAST_PACE, paces
