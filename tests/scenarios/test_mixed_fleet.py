"""Drones, chest robots and couriers in one run: wind keeps the drones down, the rest goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.position import GeoPoint
from orchestrator.record.codec import decode
from orchestrator.record.events import MissionPlanned, ZoneAdded, ZoneRemoved
from orchestrator.record.journal import MemoryJournal
from sitl.changes import ANNOUNCER, Changes, PopUp, Spell
from sitl.scenario import CITY, Demand, Scenario, read_scenario
from sitl.simulate import simulate
from vehicles.profile import Kind


def scenario() -> Scenario:
    demo = read_scenario("demo")
    assert (CITY / "places.json").is_file()
    return replace(
        demo,
        drones=2,
        robots=2,
        couriers=2,
        compartments=3,
        demand=Demand(orders=10, over_s=240.0, flexible_frac=0.5),
        changes=Changes(
            spells=(Spell(60.0, 1500.0, 14.0),),
            pop_ups=(PopUp("Street fire", 100.0, 400.0, GeoPoint(60.17, 24.946), 90.0),),
        ),
    )


def test_everything_is_delivered_in_rounds_by_those_that_the_wind_leaves_and_the_same_twice() -> None:
    journals = [MemoryJournal(), MemoryJournal()]
    ended = [simulate(scenario(), journal) for journal in journals]
    document = ended[0].report
    assert document["invariants"]["broken"] == []
    assert {row["state"] for row in document["orders"]} == {"delivered"}
    entries = [decode(line) for line in journals[0].lines()]
    missions = [entry.event for entry in entries if isinstance(entry.event, MissionPlanned)]
    assert max(len(mission.parcel_ids) for mission in missions) > 1, "somebody took several along"
    start_s = scenario().start_utc_s
    kinds = {v.vehicle_id: v.profile.kind for v in ended[0].state.vehicles.values()}
    blown = [
        kinds[entry.event.mission.vehicle_id]
        for entry in entries
        if isinstance(entry.event, MissionPlanned) and 61.0 < entry.at_s - start_s < 1500.0
    ]
    assert blown
    assert Kind.DRONE not in blown
    assert list(journals[0].lines()) == list(journals[1].lines())
    ((at_s, by),) = [(e.at_s - start_s, e.event.by) for e in entries if isinstance(e.event, ZoneAdded)]
    assert by == ANNOUNCER, "by the door that people close areas by"
    assert at_s == pytest.approx(100.0)
    assert sum(isinstance(entry.event, ZoneRemoved) for entry in entries) == 1
    grounded = [row["not_by"]["drone"] for row in document["orders"] if "drone" in row["not_by"]]
    assert any("Wind of 14 m/s" in why for why in grounded)
    assert not any("busy" in why.lower() for why in grounded)
