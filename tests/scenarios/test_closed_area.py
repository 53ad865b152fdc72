"""An operator closes an area while a drone is on its way through it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from geofences.position import distance_m
from geofences.zone import ZoneId
from orchestrator.operations.popups import closing
from orchestrator.record.events import MissionFailed, MissionPlanned, ParcelReturned, WayClosed, ZoneRemoved
from orchestrator.record.state import MissionPhase, ParcelPhase
from orchestrator.record.zone_facts import PopUpZone
from tests.orchestrator.operations.town import D1, D2, DOOR, at, order
from tests.scenarios.theatre import Outliving, Stage, play, stage, vehicle
from vehicles.clock import now_s
from vehicles.mission import ParcelId, VehicleId
from vehicles.vehicle import Return

P1 = ParcelId("O1-1")
MIDDLE, RADIUS_M = at(400.0, -20.0), 60.0


def fire() -> PopUpZone:
    return PopUpZone(ZoneId("FIRE"), "Fire", (MIDDLE,), RADIUS_M, 0.0, 300.0, now_s(), None)


@contextmanager
def watched(it: Stage[Outliving], vehicle_id: VehicleId) -> Iterator[list[float]]:
    """How far from the middle of the area a vehicle is, ten times a second."""
    away_m: list[float] = []

    async def watching() -> None:
        while True:
            seen = it.vehicles[vehicle_id].telemetry
            if seen is not None:
                away_m.append(distance_m(seen.position, MIDDLE))
            await asyncio.sleep(0.1)

    task = asyncio.create_task(watching(), name="watching")
    try:
        yield away_m
    finally:
        task.cancel()


def test_a_drone_on_its_way_keeps_out_comes_home_and_its_parcel_goes_another_way() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            await it.writer.write(lambda state: closing(fire(), "olga", state, it.around, now_s()))
            with watched(it, D1) as away_m:
                await it.until(lambda state: state.parcels[P1].phase is ParcelPhase.DELIVERED, 900.0)
                await it.until_over(600.0)
            assert [event.vehicle_id for event in it.events(WayClosed)] == [D1]
            (failed,) = it.events(MissionFailed)
            assert "FIRE 'Fire'" in failed.reasons[0].text
            assert len(it.events(ParcelReturned)) == 1
            assert not any(isinstance(command, Return) for command in it.vehicles[D1].told)
            assert len(it.events(MissionPlanned)) == 2
            assert min(away_m) > RADIUS_M

    play(scene)


def test_an_area_over_the_door_keeps_the_parcel_until_it_is_opened() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1), vehicle(D2)]) as it:
            closed = replace(fire(), corners=(DOOR,))
            await it.writer.write(lambda state: closing(closed, "olga", state, it.around, now_s()))
            await it.place(order("O1"))
            await asyncio.sleep(120.0)
            assert it.state.parcels[P1].phase is ParcelPhase.WAITING
            assert "Fire" in " ".join(reason.text for reason in it.state.parcels[P1].reasons)
            await it.writer.facts(ZoneRemoved(closed.zone_id, "olga"))
            await it.until(lambda state: state.parcels[P1].phase is ParcelPhase.DELIVERED, 600.0)

    play(scene)


def test_a_drone_that_the_area_catches_leaves_it() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            here = replace(fire(), corners=(seen.position,))
            await it.writer.write(lambda state: closing(here, "olga", state, it.around, now_s()))
            await it.until(lambda state: bool(state.missions) and _all_over(state), 600.0)
            assert len(it.events(ParcelReturned)) == 1

    def _all_over(state: object) -> bool:
        return all(m.ended_at_s is not None for m in state.missions.values())  # type: ignore[attr-defined]

    play(scene)
