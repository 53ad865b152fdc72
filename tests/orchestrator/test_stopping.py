"""`sanderling fly` told to stop by signals: processes of their own, real UDP, a terminal that is one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.stands import free_port

ROOT = Path(__file__).parents[2]
FAR = "60.1790,24.9400"  # a kilometre: it is under way for long


@contextmanager
def simulated(port: int) -> Iterator[None]:
    vehicle = [sys.executable, "-m", "sitl", "vehicle", "--url", f"udpout:127.0.0.1:{port}"]
    vehicle += ["--profile", "delivery-drone", "--system-id", "3", "--speed", "4", "--home", "60.17,24.94"]
    with subprocess.Popen(vehicle, cwd=ROOT, stdin=subprocess.PIPE) as running:
        try:
            yield
        finally:
            running.terminate()


@dataclass
class Flying:
    """The command, with a terminal for what it tells."""

    process: subprocess.Popen[str]
    terminal: int
    told: str = field(default="")

    def until(self, words: str) -> None:
        while words not in self.told:
            try:
                self.told += os.read(self.terminal, 4096).decode()
            except OSError as error:  # the other side is closed
                raise AssertionError(f"ended without {words!r}: {self.told}") from error

    def ended(self) -> tuple[int, dict[str, Any] | None]:
        """Its exit code, and its document where it printed one."""
        printed, _ = self.process.communicate(timeout=120)
        return self.process.returncode, json.loads(printed) if printed else None


@contextmanager
def flying(port: int, *more: str) -> Iterator[Flying]:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "orchestrator", "fly", "--vehicle", f"udpin:127.0.0.1:{port}", "--json"]
    command += ["--to", FAR, "--any-parameters", *more]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        try:
            yield Flying(process, ours)
        finally:
            process.kill()
            os.close(ours)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_before_the_start_it_just_ends_and_says_that_nothing_was_started(number: signal.Signals) -> None:
    with flying(free_port()) as command:
        command.until("listening at")
        command.process.send_signal(number)
        command.until("nothing was started")
        error = {"error": "nothing was started", "exit_code": 128 + number}
        assert command.ended() == (128 + number, error)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGINT twice"])
def test_left_to_itself_the_report_is_written_and_the_vehicle_flies_on(how: str, tmp_path: Path) -> None:
    port, report = free_port(), tmp_path / "report.json"
    name = how.split(maxsplit=1)[0]
    number = signal.Signals[name]
    with simulated(port):
        with flying(port, "--report", str(report)) as command:
            command.until("go there")
            command.process.send_signal(number)
            if how != name:
                command.until("Ctrl-C again")
                command.process.send_signal(number)
            code, document = command.ended()
        assert code == 128 + number
        assert document == json.loads(report.read_bytes())
        assert document is not None
        assert not document["delivered"]
        assert f"It was left to itself ({name})" in document["findings"][-1]
        again = [sys.executable, "-m", "orchestrator", "command", f"udpin:127.0.0.1:{port}", "hold"]
        held = subprocess.run(again, cwd=ROOT, capture_output=True, text=True, check=True)
        assert not held.stdout.startswith("Hold, 0 m"), "it stood on the ground: nobody was left to fly on"


@pytest.mark.slow
def test_called_back_it_is_followed_home(tmp_path: Path) -> None:
    port, report = free_port(), tmp_path / "report.json"
    with simulated(port), flying(port, "--report", str(report)) as command:
        command.until("go there")
        command.process.send_signal(signal.SIGINT)
        code, document = command.ended()
    assert code == 1
    assert document is not None
    assert document == json.loads(report.read_bytes())
    assert (document["delivered"], document["landed"], document["disarmed"]) == (False, True, True)
    assert "It was called back from the keyboard." in document["findings"]
