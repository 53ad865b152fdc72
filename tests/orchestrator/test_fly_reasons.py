"""Why `sanderling fly` came to no flight, or to another than was planned: in its findings and its report."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geofences.position import distance_m
from orchestrator.__main__ import cli
from orchestrator.commands import fly
from orchestrator.commands.words import parse_point
from orchestrator.flying import flight
from orchestrator.flying.flown import Flown, Unflown
from sitl.aboard.flight import Flight
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.contracts.stands import living
from tests.orchestrator.test_fly import HOME, flown, landed, north
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


def test_one_that_loses_all_power_in_flight_is_told_with_where_it_was_last_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flight, "GIVES_UP_S", 30.0)
    with pytest.raises(Unflown) as unflown:
        flown(to=north(150.0), faults=[Fault(Kind.POWER_OFF, 45.0)])
    end = unflown.value.flown
    assert (end.delivered, end.landed, end.disarmed) == (False, False, False)
    found = re.search(r"last heard \d+ s ago, at ([\d.]+,[\d.]+), (\d+) m above home", end.findings[-1])
    assert found is not None
    assert distance_m(parse_point(found[1], "there"), HOME) < 160.0
    assert float(found[2]) > 20.0


def test_one_that_is_called_back_while_it_is_not_heard_is_told_so_when_it_is() -> None:
    """Until then the promise of a Ctrl-C cannot be kept, and whoever waits must know."""
    end, told = flown(
        to=north(400.0), faults=[Fault(Kind.SILENT, 30.0, 70.0)], interrupt_when="not heard: it"
    )
    assert [text for text in end.findings if "called back" in text] == [
        "It was called back while it was not heard: it is told so when it is heard again.",
        "It was called back from the keyboard.",
    ]
    assert told.index("return") > told.index(end.findings[0])
    assert (end.landed, end.disarmed) == (True, True)


def test_a_report_that_cannot_be_written_does_not_hide_why_it_was_not_flown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "folder" / "report.json"
    report.parent.mkdir()

    def unflown(*_: object) -> Flown:
        report.parent.rmdir()  # meanwhile, as a disk may fill up
        raise Unflown("system 3: last heard 600 s ago", landed(parcels=0))

    monkeypatch.setattr(fly, "run", unflown)
    arguments = ["fly", "--vehicle", "udpin:127.0.0.1:1", "--to", "60.1,24.9", "--report", str(report)]
    ran = CliRunner().invoke(cli, arguments)
    words = " ".join(ran.output.split())
    assert ran.exit_code == 1
    assert "last heard 600 s ago" in words
    assert "--report" in words


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
