"""Whole flights over a hill that every level flight of the fleet would have met."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.reason import Because
from geofences.zone import Medium
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import (
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    OffPath,
    ParcelHandedOver,
    VehicleFaulted,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.autopilot.server import Autopilot
from sitl.direct.vehicle import DirectVehicle
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, D2, PADS, at, order, profile_of
from tests.scenarios.hills import FAR_DOOR, ground_m, hills, hilly, home_of, watching
from tests.scenarios.theatre import Outliving, Stage, play, stage
from vehicles.handover import By
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile

P1 = ParcelId("O1-1")
KIND = profile_of(D1)
LOWEST_M, HIGHEST_M = KIND.min_cruise_height_agl_m, KIND.max_cruise_height_agl_m
OFF_M = 2.0
"""How far from its line a vehicle may be in a gust."""


def drone(
    vehicle_id: VehicleId = D1, profile: VehicleProfile = KIND, return_height_m: float = 160.0
) -> Outliving:
    """Its RTL_RETURN_ALT is what the hills ask for."""
    pad, seed = PADS[vehicle_id].at, sum(map(ord, vehicle_id))
    inner = DirectVehicle(vehicle_id, profile, pad, seed, terrain=hills(), return_height_m=return_height_m)
    return Outliving(inner)


@asynccontextmanager
async def on_the_wire(
    profile: VehicleProfile = KIND,
    around: Surroundings | None = None,
    *,
    home_amsl_m: float | None = None,
    has_winch: bool = False,
    journal: MemoryJournal | None = None,
) -> AsyncIterator[tuple[Autopilot, Stage[Craft]]]:
    """A simulated PX4 that flies over the hills, behind MAVLink."""
    ours, theirs = memory_pair()
    told_m = ground_m(home_of()) if home_amsl_m is None else home_amsl_m
    pad = PADS[D1].at
    autopilot = Autopilot(
        theirs, profile, pad, 7, 5, home_amsl_m=told_m, terrain=hills(), has_winch=has_winch
    )
    async with (
        living(autopilot.run()),
        stage([over(ours, D1, profile)], journal, around=around or hilly()) as it,
    ):
        yield autopilot, it


def test_every_flight_at_one_height_above_home_would_have_met_the_hill() -> None:
    """What the tests below are about: as the fleet flew while it took the ground to be flat."""
    airspace = hilly().airspace
    home_m = ground_m(home_of())
    for height_m in (LOWEST_M, HIGHEST_M):
        ends = [Waypoint(place, home_m + height_m - ground_m(place)) for place in (home_of(), FAR_DOOR)]
        level = TimedPath((TimedPoint(ends[0], 0.0), TimedPoint(ends[1], 150.0)))
        margins = hilly().margins_for(KIND)
        assert any(
            found.reason.because is Because.TERRAIN for found in airspace.breaks(level, Medium.AIR, margins)
        )


def check(it: Stage[Craft] | Stage[Outliving], abroad_agl_m: list[float]) -> None:
    assert len(abroad_agl_m) > 300
    assert min(abroad_agl_m) > LOWEST_M - OFF_M
    assert max(abroad_agl_m) < HIGHEST_M + OFF_M
    assert it.events(MissionFailed) == []
    assert it.events(OffPath) == []
    assert list(broken_invariants(it.entries())) == []


def test_a_delivery_over_a_hill_into_a_valley_keeps_to_its_heights_above_the_ground() -> None:
    async def scene() -> None:
        async with stage([drone()], around=hilly()) as it:
            async with watching(it.vehicles[D1], home_of(), FAR_DOOR) as flown:
                await it.place(order("O1", door=FAR_DOOR))
                await it.until_over(1800.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            check(it, flown.abroad_agl_m)
            assert min(flown.at_the_door_agl_m) == pytest.approx(KIND.handover_height_agl_m, abs=1.0)

    play(scene)


def test_the_same_over_mavlink_with_heights_told_from_home() -> None:
    async def scene() -> None:
        async with on_the_wire() as (_, it):
            async with watching(it.vehicles[D1], home_of(), FAR_DOOR) as flown:
                await it.place(order("O1", door=FAR_DOOR))
                await it.until_over(1800.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            check(it, flown.abroad_agl_m)
            assert min(flown.at_the_door_agl_m) == pytest.approx(KIND.handover_height_agl_m, abs=1.5)

    play(scene)


@pytest.mark.parametrize("by", [By.LAND, By.WINCH])
def test_a_parcel_is_lowered_or_set_down_from_the_doors_own_ground(by: By) -> None:
    async def scene() -> None:
        profile = replace(KIND, handover=by.from_height(KIND.handover_height_agl_m))
        async with on_the_wire(profile, has_winch=by is By.WINCH) as (autopilot, it):
            async with watching(it.vehicles[D1], home_of(), FAR_DOOR) as flown:
                await it.place(order("O1", door=FAR_DOOR))
                await it.until(lambda _: bool(it.events(ParcelHandedOver)), 900.0)
                await it.until_over(900.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert not autopilot.flight.carrying
            check(it, flown.abroad_agl_m)
            lowest_m = 0.0 if by is By.LAND else KIND.handover_height_agl_m
            assert min(flown.at_the_door_agl_m) == pytest.approx(lowest_m, abs=1.5)

    play(scene)


def test_two_drones_pass_over_the_hill_apart_by_heights_above_the_sea() -> None:
    async def scene() -> None:
        async with stage([drone(D1), drone(D2)], around=hilly()) as it:
            await it.place(order("O1", door=FAR_DOOR), order("O2", door=at(1500.0, 90.0)))
            await it.until_over(2400.0)
            assert {parcel.phase for parcel in it.state.parcels.values()} == {ParcelPhase.DELIVERED}
            assert list(broken_invariants(it.entries())) == []
            assert it.events(OffPath) == []

    play(scene)


def test_a_home_that_is_told_far_from_where_the_terrain_has_it_keeps_the_vehicle_on_its_pad() -> None:
    async def scene() -> None:
        async with on_the_wire(home_amsl_m=ground_m(home_of()) + 40.0) as (_, it):
            await it.place(order("O1", door=FAR_DOOR))
            await it.until(lambda _: bool(it.events(VehicleFaulted)), 120.0)
            (reason,) = it.events(VehicleFaulted)[0].reasons
            assert reason.because is Because.TERRAIN
            assert "101 m above the sea" in reason.text
            assert "61 m there" in reason.text
            await asyncio.sleep(60.0)
            assert it.events(MissionPlanned) == []

    play(scene)


def test_a_satellite_fix_some_metres_off_is_no_reason_and_moves_no_height() -> None:
    async def scene() -> None:
        async with on_the_wire(home_amsl_m=ground_m(home_of()) + 9.0) as (_, it):
            async with watching(it.vehicles[D1], home_of(), FAR_DOOR) as flown:
                await it.place(order("O1", door=FAR_DOOR))
                await it.until_over(1800.0)
            check(it, flown.abroad_agl_m)

    play(scene)


def test_no_flight_is_sent_whose_own_return_would_end_in_the_hill() -> None:
    async def scene() -> None:
        async with stage([drone(return_height_m=60.0)], around=hilly(return_height_m=None)) as it:
            await it.place(order("O1", door=FAR_DOOR))
            await asyncio.sleep(60.0)
            assert it.events(MissionPlanned) == []
            text = " ".join(reason.text for reason in it.state.parcels[P1].reasons)
            assert "Its own return, straight home, comes within 5 m of the ground at 45 m above home" in text
            assert "area.return_height_m" in text

    play(scene)


@pytest.mark.parametrize("into_s", [30.0, 80.0])
def test_a_new_orchestrator_recognises_a_mission_over_hills(into_s: float) -> None:
    async def scene() -> None:
        ours, theirs = memory_pair()
        told_m = ground_m(home_of())
        autopilot = Autopilot(theirs, KIND, PADS[D1].at, 7, 5, home_amsl_m=told_m, terrain=hills())
        journal = MemoryJournal()
        async with living(autopilot.run()):
            async with stage([over(ours, D1, KIND)], journal, around=hilly()) as it:
                await it.place(order("O1", door=FAR_DOOR))
                await it.until_phase(D1, MissionPhase.UNDER_WAY)
                await asyncio.sleep(into_s)
            await asyncio.sleep(10.0)
            async with stage([over(ours, D1, KIND)], journal, around=hilly()) as it:
                await it.until_over(1200.0)
                assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
                assert len(it.events(MissionStarted)) == 1
                assert it.events(MissionFailed) == []

    play(scene)
