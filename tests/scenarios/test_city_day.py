"""A part of the shipped city day, flown: its changes in an hour and a half, by a quarter of its fleet.

The whole day takes minutes of a core; `sanderling simulate city-day` runs it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.record.replay import verify
from orchestrator.record.sqlite import SqliteJournal
from sitl.changes import Changes, Spell
from sitl.scenario import Scenario, read_scenario
from sitl.simulate import simulate

OVER_S = 5400.0


def morning() -> Scenario:
    day = read_scenario("city-day")
    (fire,) = day.changes.pop_ups
    changes = Changes((Spell(1800.0, 3600.0, 14.0),), (replace(fire, from_s=2400.0, until_s=4200.0),), 0.1)
    demand = replace(day.demand, orders=120, over_s=OVER_S)
    return replace(day, drones=12, robots=8, couriers=6, demand=demand, changes=changes)


@pytest.mark.slow
def test_a_part_of_the_city_s_day_is_delivered_or_explained_and_its_journal_replays(tmp_path: Path) -> None:
    journal = tmp_path / "day.journal"
    ended = simulate(morning(), SqliteJournal(journal))
    report = ended.report
    assert report["invariants"]["broken"] == []
    assert not ended.refusals
    assert len(report["orders"]) == 120
    assert [one["id"] for one in report["orders"] if one["state"] != "delivered" and not one["reason"]] == []
    on_time = sum(one["on_time"] is True for one in report["orders"])
    assert on_time >= 0.9 * 120
    kept_down = [one for one in report["orders"] if "Wind" in str(one["not_by"])]
    assert kept_down  # the wind did come, and others carried
    assert verify(journal).equal
