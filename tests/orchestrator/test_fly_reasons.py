"""Why `sanderling fly` came to no flight, or to another than was planned: in its findings and its report."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.__main__ import cli
from orchestrator.commands import fly
from orchestrator.flying.flown import Flown, Unflown
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from sitl.flight import Flight
from tests.contracts.stands import living
from tests.orchestrator.test_fly import flown, landed, north
from vehicles.telemetry import Mode


def test_one_that_cannot_be_armed_is_asked_why_and_the_reason_is_reported() -> None:
    with pytest.raises(Unflown, match="Preflight Fail: Accel 0 uncalibrated") as unflown:
        flown(to=north(60.0), faults=[Fault(Kind.NO_ARM, 0.0)])
    end = unflown.value.flown
    assert (end.delivered, end.landed, end.disarmed, end.phases) == (False, True, True, ())
    assert "Preflight Fail: Accel 0 uncalibrated" in end.findings[-1]


def test_one_that_refuses_to_start_says_why_in_its_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that fails between the look and the start."""
    monkeypatch.setattr(Flight, "start", lambda *_: ("Accel 0 uncalibrated",))
    with pytest.raises(Unflown) as unflown:
        flown(to=north(60.0))
    end = unflown.value.flown
    assert [phase.name for phase in end.phases] == ["upload", "load", "start"]
    assert end.disarmed
    assert "Preflight Fail: Accel 0 uncalibrated" in end.findings[-1]
    assert "Arming denied" in end.findings[-1]


@pytest.mark.parametrize(("mode", "verb"), [(Mode.RETURN, "return"), (Mode.LAND, "land")])
def test_what_somebody_else_orders_is_not_its_own_doing(
    mode: Mode, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    boot = Autopilot.run

    async def another(self: Autopilot) -> None:
        async def order() -> None:
            while self.flight.airframe.body.height_agl_m < 10.0:  # noqa: ASYNC110 - motion has no event
                await asyncio.sleep(0.5)
            self.flight.choose(mode)
            await asyncio.sleep(1e6)

        async with living(order()):
            await boot(self)

    monkeypatch.setattr(Autopilot, "run", another)
    end, _ = flown(to=north(300.0))
    assert end.disarmed
    (found,) = [finding for finding in end.findings if finding.startswith(f"It {verb}s")]
    assert "a pilot or another station may have ordered it" in found


def test_the_report_of_what_was_not_flown_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "report.json"

    def unflown(*_: object) -> Flown:
        raise Unflown(
            "system 3: it would not arm", replace(landed(parcels=0), findings=("it would not arm",))
        )

    monkeypatch.setattr(fly, "run", unflown)
    arguments = ["fly", "--vehicle", "udpin:127.0.0.1:1", "--to", "60.1,24.9", "--report", str(report)]
    ran = CliRunner().invoke(cli, arguments)
    assert (ran.exit_code, "it would not arm" in ran.output) == (1, True)
    assert json.loads(report.read_bytes())["findings"] == ["it would not arm"]
