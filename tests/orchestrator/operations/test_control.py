"""That nothing is decided is told at once, once, and once more when it is over."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.operations import fleet as fleet_module
from orchestrator.operations.decide import decide
from orchestrator.operations.watching.control import CALM_S
from orchestrator.record.alert_keys import DECIDING
from orchestrator.record.events import DecidingFailed
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import Severity
from tests.orchestrator.operations.town import D1, START_S, order
from tests.scenarios.theatre import play, stage, vehicle
from vehicles.mission import ParcelId


class Broken:
    """Decisions that fail while they are to, each with words of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fails = False
        self.count = 0
        monkeypatch.setattr(fleet_module, "decide", self.decide)

    def decide(self, *args: object) -> object:
        self.count += 1
        if self.fails:
            raise LookupError(f"no such thing as {self.count}")
        return decide(*args)  # type: ignore[arg-type]


def test_it_is_an_alert_at_once_and_goes_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(monkeypatch)

    async def scene() -> None:
        one = vehicle(D1)
        async with stage([one]) as it:
            await it.until(lambda state: state.vehicles[D1].ready, 60.0)
            broken.fails = True
            await asyncio.sleep(2.5)
            attended = len(one.attended_at_s)
            alert = it.state.alerts[DECIDING]
            assert alert.severity is Severity.CRITICAL
            assert "LookupError: no such thing" in alert.text
            await it.place(order("O1"))
            await asyncio.sleep(60.0)
            assert len(one.attended_at_s) == attended, "who does not decide is not in control"
            assert len(it.events(DecidingFailed)) == 1, "said once, whatever its words"
            assert it.fleet.undecided_s() > 60.0
            broken.fails = False
            await asyncio.sleep(CALM_S + 2.0)
            assert it.events(DecidingFailed)[1:] == [DecidingFailed("")]
            assert DECIDING not in it.state.alerts
            assert it.fleet.undecided_s() < 2.0
            await it.until(lambda state: state.parcels[ParcelId("O1-1")].delivered_at_s is not None, 900.0)

    play(scene)


def test_what_fails_now_and_then_is_one_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(monkeypatch)

    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            for second in range(60):
                broken.fails = second % 3 == 0
                await asyncio.sleep(1.0)
            assert len(it.events(DecidingFailed)) == 1

    play(scene)


def test_a_restart_that_mends_it_says_so_and_one_that_does_not_says_what_fails_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, journal = Broken(monkeypatch), MemoryJournal()
    broken.fails = True

    async def scene() -> None:
        async with stage([vehicle(D1)], journal) as it:
            await asyncio.sleep(3.0)
            assert DECIDING in it.state.alerts

    play(scene)
    before = broken.count
    play(scene, START_S + 60.0)

    async def mended() -> None:
        broken.fails = False
        async with stage([vehicle(D1)], journal) as it:
            assert f"no such thing as {before + 1}" in it.state.undecided
            await asyncio.sleep(3.0)
            assert (it.state.undecided, DECIDING in it.state.alerts) == ("", False)

    play(mended, START_S + 120.0)


@pytest.mark.parametrize("ended", ["_contained", "_deciding", "_listening"])
def test_what_gets_out_of_a_loop_of_the_fleets_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    """As a log line did that could not be written, in the very branch that tells of failures."""
    begun = 0
    works = getattr(fleet_module.Fleet, ended)

    async def fails_at_first(*args: object) -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise OSError("No space left on device")
        await works(*args)

    monkeypatch.setattr(fleet_module.Fleet, ended, fails_at_first)

    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until(lambda state: state.parcels[ParcelId("O1-1")].delivered_at_s is not None, 900.0)
            assert begun >= 2

    play(scene)
