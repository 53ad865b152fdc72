"""The orchestrator dies while a vehicle flies; a new one, whose driver knows nothing, goes on by MAVLink."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.record.events import MissionFailed, MissionPlanned, MissionStarted, ParcelHandedOver
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.autopilot.server import Autopilot
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, PADS, R1, at, order, profile_of
from tests.scenarios.theatre import play, stage
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import VehicleId


@pytest.mark.parametrize(
    ("vehicle_id", "into_s"), [(D1, 3.0), (D1, 40.0), (D1, 75.0), (D1, 100.0), (R1, 60.0), (R1, 500.0)]
)
def test_a_new_driver_recognises_the_mission_that_is_flown(vehicle_id: VehicleId, into_s: float) -> None:
    async def scene() -> None:
        ours, theirs = memory_pair()
        profile = profile_of(vehicle_id)
        autopilot = Autopilot(theirs, profile, PADS[vehicle_id].at, 7, 5)
        journal = MemoryJournal()
        async with living(autopilot.run()):
            async with stage([over(ours, vehicle_id, profile)], journal) as it:
                await it.place(order("O1", door=at(500.0, -5.0)))
                await it.until_phase(vehicle_id, MissionPhase.UNDER_WAY)
                await asyncio.sleep(into_s)
            await asyncio.sleep(10.0)
            async with stage([over(ours, vehicle_id, profile)], journal) as it:
                await it.until_over(1200.0)
                assert [p.phase for p in it.state.parcels.values()] == [ParcelPhase.DELIVERED]
                for once in (MissionPlanned, MissionStarted, ParcelHandedOver):
                    assert len(it.events(once)) == 1
                assert it.events(MissionFailed) == []

    play(scene)
