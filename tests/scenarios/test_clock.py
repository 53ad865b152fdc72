"""The machine's clock is set while the fleet works, or was wrong when the journal was written."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from orchestrator.operations import fleet
from orchestrator.record.alert_keys import CLOCK
from orchestrator.record.events import ClockDiffers, HubOpened, LinkLost, VehicleJoined
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import ParcelPhase, Severity
from orchestrator.record.writer import Writer
from tests.orchestrator.operations.town import D1, HUB, PADS, order
from tests.scenarios.theatre import play, stage, vehicle
from vehicles.clock import now_s


def test_a_step_is_an_alert_and_a_log_line_and_the_fleet_works_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        with capture_logs() as logs:
            async with stage([vehicle(D1)]) as it:
                await it.place(order("O1"))
                await it.until_phase_of_any(60.0)
                monkeypatch.setattr(fleet, "machine_ahead_s", lambda: 7200.0)
                await it.until(lambda state: CLOCK in state.alerts, 5.0)
                alert = it.state.alerts[CLOCK]
                assert alert.severity is Severity.CRITICAL
                assert "2.0 h ahead of fleet time" in alert.text
                await it.until_over(600.0)
                assert {p.phase for p in it.state.parcels.values()} == {ParcelPhase.DELIVERED}
                assert it.events(LinkLost) == []
                monkeypatch.setattr(fleet, "machine_ahead_s", lambda: 0.0)
                await it.until(lambda state: CLOCK not in state.alerts, 5.0)
                assert it.events(ClockDiffers) == [ClockDiffers(7200.0), ClockDiffers()]
        told = [log for log in logs if log["event"] == "clock"]
        assert [log["log_level"] for log in told] == ["warning", "warning"]
        assert "2.0 h ahead of fleet time" in told[0]["told"]

    play(scene)


def test_a_journal_from_the_future_is_told_and_all_that_follows_is_dated_by_the_clock() -> None:
    async def scene() -> None:
        journal, began_s, drone = MemoryJournal(), now_s(), vehicle(D1)
        joined = VehicleJoined(D1, drone.profile, HUB.hub_id, PADS[D1])
        async with Writer(journal, lambda: began_s + 3600.0) as writer:
            await writer.facts(HubOpened(HUB), joined)
        async with stage([drone], journal) as it:
            assert it.events(ClockDiffers) == [ClockDiffers(0.0, 3600.0)]
            assert "60 min ahead of the clock" in it.state.alerts[CLOCK].text
            assert it.state.at_s == now_s()
            await it.place(order("O1"))
            await it.until_over(900.0)
            assert {p.phase for p in it.state.parcels.values()} == {ParcelPhase.DELIVERED}
            assert it.state.at_s < began_s + 900.0
            assert CLOCK in it.state.alerts
            await asyncio.sleep(3700.0)
            assert CLOCK not in it.state.alerts
        async with Writer(journal) as writer:
            assert writer.state == it.state

    play(scene)
