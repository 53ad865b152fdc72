"""What is told of the machine's clock, and what is not."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.operations.watching.clock_watch import clock_news
from orchestrator.record.events import ClockDiffers
from orchestrator.record.facts.clock import STEP_S
from orchestrator.record.state import FleetState

NOW_S = 1_790_000_000.0
STATE = FleetState(at_s=NOW_S - 60.0)


def having_told(machine_ahead_s: float = 0.0, journal_ahead_s: float = 0.0) -> FleetState:
    return replace(STATE, clock=ClockDiffers(machine_ahead_s, journal_ahead_s))


def test_a_clock_that_time_servers_mend_bit_by_bit_is_not_told() -> None:
    assert clock_news(STATE, NOW_S, STEP_S - 0.1) == ()
    assert clock_news(STATE, NOW_S, -STEP_S + 0.1) == ()


def test_a_step_is_told_once_and_another_one_and_when_it_is_taken_back() -> None:
    assert clock_news(STATE, NOW_S, 37.0) == (ClockDiffers(37.0),)
    assert clock_news(STATE, NOW_S, -3600.0) == (ClockDiffers(-3600.0),)
    assert clock_news(having_told(37.0), NOW_S, 38.2) == ()
    assert clock_news(having_told(37.0), NOW_S, 60.0) == (ClockDiffers(60.0),)
    assert clock_news(having_told(37.0), NOW_S, 1.0) == (ClockDiffers(),)


def test_a_journal_from_the_future_stays_told_until_that_is_reached() -> None:
    told = replace(having_told(0.0, 600.0), ahead_until_s=NOW_S + 600.0)
    assert clock_news(told, NOW_S + 300.0, 0.0) == ()
    assert clock_news(told, NOW_S + 300.0, 37.0) == (ClockDiffers(37.0, 600.0),)
    assert clock_news(told, NOW_S + 600.0, 0.0) == (ClockDiffers(),)
