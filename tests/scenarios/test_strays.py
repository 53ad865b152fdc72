"""One of two drones in the air is called back and takes other air than it had: the other makes room."""

from __future__ import annotations

import asyncio

from orchestrator.record.events import (
    AirTaken,
    Ask,
    MayMeet,
    MissionChanged,
    MissionEnded,
    MissionFailed,
    ParcelHandedOver,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.state import MissionPhase
from orchestrator.traffic.reservations import first_clash, reservation
from tests.orchestrator.operations.town import D1, D2, order
from tests.scenarios.theatre import play, stage, vehicle


def test_who_would_meet_one_that_was_called_back_goes_around_it_and_delivers() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1), vehicle(D2)]) as it:
            for name in ("O1", "O2"):
                await it.place(order(name))
            for vehicle_id in (D1, D2):
                await it.until_phase(vehicle_id, MissionPhase.UNDER_WAY)
            await asyncio.sleep(8.0)
            second = it.state.vehicles[D2].mission_id
            assert second is not None
            before = it.state.missions[second].plan.intent
            await it.ask(D1, Ask.RETURN)
            await it.until_over(900.0)
            (taken,) = it.events(AirTaken)
            (met,) = it.events(MayMeet)
            (changed,) = it.events(MissionChanged)
            assert (taken.vehicle_id, met.vehicle_id, met.other_id) == (D1, D2, D1)
            assert changed.mission_id == second
            after = changed.plan.intent
            assert before is not None
            assert after is not None
            home = [reservation(D1, taken.intent)]
            assert first_clash(before, home) is not None
            assert first_clash(after, home) is None
            assert [event.vehicle_id for event in it.events(MissionFailed)] == [D1]
            assert len(it.events(ParcelHandedOver)) == 2
            assert len(it.events(MissionEnded)) == 2
            assert list(broken_invariants(it.entries())) == []

    play(scene)
