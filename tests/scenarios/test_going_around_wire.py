"""A mission that goes on by another way, over MAVLink: held, given anew, resumed; and what a crash leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint, distance_m
from geofences.reason import Because, Reason
from geofences.zone import ZoneId
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.watching.popups import closing
from orchestrator.record.events import (
    MissionChanged,
    MissionFailed,
    ParcelHandedOver,
    ParcelReturned,
    PlanLoaded,
)
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.autopilot.server import Autopilot
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, PADS, at, order, profile_of, surroundings
from tests.scenarios.hills import FAR_DOOR, HILLTOP_EAST_M, ground_m, hills, hilly, home_of, watching
from tests.scenarios.theatre import Stage, play, stage
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import LandingPlace, ParcelId
from vehicles.telemetry import Mode
from vehicles.vehicle import Refused

P1 = ParcelId("O1-1")
KIND = profile_of(D1)
DOOR = at(500.0, -5.0)
MIDDLE, RADIUS_M = at(400.0, -20.0), 60.0


def area(centre: GeoPoint = MIDDLE, radius_m: float = RADIUS_M) -> PopUpZone:
    return PopUpZone(ZoneId("FIRE"), "Fire", (centre,), radius_m, 0.0, 300.0, now_s(), None)


def cordon(east_m: float, north_m: float, half_m: float) -> PopUpZone:
    corners = tuple(
        at(east_m + x * half_m, north_m + y * half_m) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    )
    return PopUpZone(ZoneId("CORDON"), "Cordon", corners, 0.0, 0.0, 300.0, now_s(), None)


@asynccontextmanager
async def flying(
    door: GeoPoint = DOOR, around: Surroundings | None = None, *, uneven: bool = False, into_s: float = 30.0
) -> AsyncIterator[tuple[Autopilot, Stage[Craft]]]:
    """A drone half way to the door."""
    ours, theirs = memory_pair()
    more = {"home_amsl_m": ground_m(home_of()), "terrain": hills()} if uneven else {}
    autopilot = Autopilot(theirs, KIND, PADS[D1].at, 7, 5, **more)  # type: ignore[arg-type]
    async with living(autopilot.run()), stage([over(ours, D1, KIND)], around=around) as it:
        await it.place(order("O1", door=door))
        await it.until_phase(D1, MissionPhase.UNDER_WAY)
        await asyncio.sleep(into_s)
        yield autopilot, it


async def close(it: Stage[Craft], closed: PopUpZone) -> None:
    await it.writer.write(lambda state: closing(closed, "olga", state, it.around, now_s()))


def test_the_changed_plan_is_loaded_while_it_holds_and_flown_to_the_door() -> None:
    async def scene() -> None:
        async with flying() as (autopilot, it):
            before = autopilot.transfers.plan_ids()
            await close(it, area())
            nearest_m = 1e9
            while not it.events(ParcelHandedOver):
                seen = it.vehicles[D1].telemetry
                assert seen is not None
                nearest_m = min(nearest_m, distance_m(seen.position, MIDDLE))
                await asyncio.sleep(0.2)
            await it.until_over(600.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert len(it.events(MissionChanged)) == 1
            assert len(it.events(PlanLoaded)) == 2
            assert it.events(MissionFailed) == []
            assert autopilot.transfers.plan_ids() != before
            assert not autopilot.flight.carrying
            assert nearest_m > RADIUS_M
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_walled_off_it_is_led_home() -> None:
    async def scene() -> None:
        async with flying() as (_, it):
            await close(it, cordon(500.0, 0.0, 90.0))
            await it.until(lambda state: not state.vehicles[D1].aboard, 600.0)
            assert it.events(MissionChanged) == []
            assert len(it.events(ParcelReturned)) == 1
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_walled_off_from_home_too_it_lands_at_the_best_place_besides() -> None:
    async def scene() -> None:
        places = [
            LandingPlace("far", Waypoint(at(330.0, 300.0))),
            LandingPlace("near", Waypoint(at(330.0, 150.0))),
        ]
        around = replace(surroundings(), rally=tuple(places))
        async with flying(around=around, into_s=45.0) as (autopilot, it):
            async with asyncio.timeout(600.0):
                await it.writer.write(
                    lambda state: (
                        *closing(cordon(500.0, 0.0, 90.0), "olga", state, it.around, now_s()),
                        *closing(
                            replace(cordon(0.0, 0.0, 60.0), zone_id=ZoneId("HUB")),
                            "olga",
                            state,
                            it.around,
                            now_s(),
                        )[:1],
                    )
                )
                await asyncio.sleep(120.0)
            assert not autopilot.flight.armed
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            assert distance_m(seen.position, places[1].at.position) < 3.0
            assert it.state.vehicles[D1].aboard == (P1,)
            assert len(it.events(MissionFailed)) == 1

    play(scene)


@pytest.mark.parametrize("after", [MissionChanged, PlanLoaded])
def test_a_crash_in_the_midst_of_it_is_gone_on_from(after: type) -> None:
    async def scene() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, KIND, PADS[D1].at, 7, 5)
        journal = MemoryJournal()
        async with living(autopilot.run()):
            async with stage([over(ours, D1, KIND)], journal) as it:
                await it.place(order("O1", door=DOOR))
                await it.until_phase(D1, MissionPhase.UNDER_WAY)
                await asyncio.sleep(30.0)
                await close(it, area())
                await it.until(lambda _: bool(it.events(MissionChanged)), 60.0)
                if after is PlanLoaded:
                    await it.until(lambda _: len(it.events(PlanLoaded)) == 2, 60.0)
                    await asyncio.sleep(3.0)
            await asyncio.sleep(8.0)
            async with stage([over(ours, D1, KIND)], journal) as it:
                await it.until_over(1200.0)
                assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
                assert len(it.events(MissionChanged)) == 1
                assert it.events(MissionFailed) == []
                assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_over_hills_the_way_around_keeps_to_its_heights_too() -> None:
    async def scene() -> None:
        around = replace(hilly(), own_return=OwnReturnRule.ANY)
        async with flying(FAR_DOOR, around, uneven=True, into_s=40.0) as (_, it):
            async with watching(it.vehicles[D1], home_of(), FAR_DOOR) as flown:
                await close(it, area(at(HILLTOP_EAST_M, 30.0), 80.0))
                await it.until_over(1800.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert len(it.events(MissionChanged)) == 1
            assert min(flown.abroad_agl_m) > KIND.min_cruise_height_agl_m - 2.0
            assert max(flown.abroad_agl_m) < KIND.max_cruise_height_agl_m + 2.0
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_a_plan_that_is_not_taken_in_the_air_is_given_up() -> None:
    async def scene() -> None:
        async with flying() as (autopilot, it):
            craft = it.vehicles[D1]
            loads = 0
            given = craft.load

            async def refusing(plan: object) -> object:
                nonlocal loads
                loads += 1
                if loads == 1:
                    return Refused((Reason(Because.AUTOPILOT, "plan", "No room for it."),))
                return await given(plan)  # type: ignore[arg-type]

            craft.load = refusing  # type: ignore[method-assign, assignment]
            await close(it, area())
            await it.until(lambda _: bool(it.events(ParcelReturned)), 600.0)
            (failed,) = it.events(MissionFailed)
            assert "did not take the way around" in failed.reasons[0].text
            assert autopilot.flight.mode in {Mode.MISSION, Mode.HOLD, Mode.LAND}

    play(scene)
