"""The orchestrator dies at every moment of a mission; the next one goes on, and nothing happens twice."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.record.events import MissionPlanned, MissionStarted, ParcelHandedOver, ParcelLoaded
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import MissionPhase, ParcelPhase
from tests.orchestrator.operations.town import D1, D2, R1, at, order
from tests.scenarios.theatre import play, stage, vehicle
from vehicles.mission import ParcelId

PHASES = (MissionPhase.PLANNED, MissionPhase.LOADED, MissionPhase.PARCEL_ABOARD, MissionPhase.UNDER_WAY)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("down_s", [0.5, 20.0, 200.0])
def test_a_mission_goes_on_where_it_was(phase: MissionPhase, down_s: float) -> None:
    async def scene() -> None:
        journal = MemoryJournal()
        vehicles = [vehicle(D1), vehicle(D2), vehicle(R1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1"), order("O2", door=at(500.0, -5.0), mass_kg=6.0))
            await it.until_phase(D1, phase)
            await asyncio.sleep(0.0)
        # nothing is asked of anybody while the orchestrator is down
        told = {v.vehicle_id: len(v.told) for v in vehicles}
        await asyncio.sleep(down_s)
        assert told == {v.vehicle_id: len(v.told) for v in vehicles}
        async with stage(vehicles, journal) as it:
            await it.until_over(3600.0)
            assert {p.phase for p in it.state.parcels.values()} == {ParcelPhase.DELIVERED}
            handed = [event.parcel_id for event in it.events(ParcelHandedOver)]
            assert sorted(handed) == [ParcelId("O1-1"), ParcelId("O2-1")]
            started = [event.mission_id for event in it.events(MissionStarted)]
            assert len(started) == len(set(started))
            if phase is MissionPhase.UNDER_WAY:
                mine = [e for e in it.events(MissionPlanned) if e.parcel_id == ParcelId("O1-1")]
                assert len(mine) == 1, "nothing was dispatched again"
                assert it.vehicles[D1].starts == 1
            loaded = [event.mission_id for event in it.events(ParcelLoaded)]
            assert len(loaded) == len(set(loaded))

    play(scene)


def test_a_start_whose_answer_nobody_heard_is_seen_in_the_vehicle_not_sent_again() -> None:
    async def scene() -> None:
        journal = MemoryJournal()
        vehicles = [vehicle(D1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.PARCEL_ABOARD)
            await it.vehicles[D1].starting.wait()
            await asyncio.sleep(0.05)  # the command is out, its answer is not in
            assert it.events(MissionStarted) == []
        async with stage(vehicles, journal) as it:
            await it.until_over(900.0)
            assert it.vehicles[D1].starts == 1
            assert len(it.events(MissionStarted)) == 1
            assert it.state.parcels[ParcelId("O1-1")].phase is ParcelPhase.DELIVERED

    play(scene)
