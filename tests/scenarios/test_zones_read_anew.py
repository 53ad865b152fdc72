"""Zones of the files change while missions are under way: over a restart after a crash, or read anew."""

from __future__ import annotations

import asyncio

import pytest

from geofences.position import distance_m
from geofences.zone import Circle, Datum, Limit, Medium, Restriction, Volume, Zone, ZoneId
from orchestrator.record.events import (
    AirspaceRead,
    LinkUp,
    MissionChanged,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    ParcelReturned,
    WayClosed,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import LinkState, MissionPhase, ParcelPhase
from tests.orchestrator.operations.town import D1, D2, DOOR, R1, at, order, surroundings
from tests.scenarios.test_closed_area import RADIUS_M, watched
from tests.scenarios.theatre import play, stage, vehicle
from vehicles.mission import ParcelId
from vehicles.vehicle import Return

P1 = ParcelId("O1-1")


def published(*circles: tuple[float, float, float], binds: Medium = Medium.AIR) -> list[Zone]:
    """Zones of a file: each a circle, by metres east and north of the hub, and its radius."""
    limits = Limit(0.0, Datum.AGL), Limit(300.0, Datum.AGL)
    return [
        Zone(
            ZoneId(f"NEW{i}"),
            f"New {i}",
            Restriction.PROHIBITED,
            (Volume(Circle(at(east_m, north_m), radius_m), *limits),),
            binds=frozenset({binds}),
        )
        for i, (east_m, north_m, radius_m) in enumerate(circles)
    ]


FIRE = published((400.0, -20.0, RADIUS_M))


def test_a_zone_published_while_the_orchestrator_was_down_leads_a_flight_around_it() -> None:
    """It is held against the zone before it is heard again."""

    async def scene() -> None:
        journal, vehicles = MemoryJournal(), [vehicle(D1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(20.0)
        await asyncio.sleep(4.0)
        async with stage(vehicles, journal, surroundings(*FIRE)) as it:
            with watched(it, D1) as away_m:
                await it.until_over(900.0)
            (closed,) = it.events(WayClosed)
            assert (closed.vehicle_id, closed.zone_id) == (D1, "NEW0")
            (changed,) = it.events(MissionChanged)
            assert "NEW0 'New 0'" in changed.reasons[0].text
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert it.events(MissionFailed) == []
            assert min(away_m) > RADIUS_M
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_what_it_bars_is_told_of_a_vehicle_that_nobody_hears() -> None:
    async def scene() -> None:
        journal = MemoryJournal()
        vehicles = [vehicle(D1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(10.0)
        heard = len(it.events(LinkUp))
        silent = [vehicle(D1)]  # powers up elsewhere: the one under way is not heard
        async with stage(silent, journal, surroundings(*FIRE)) as it:
            await asyncio.sleep(0.0)
            await it.until(lambda _: bool(it.events(WayClosed)), 1.0)
            assert len(it.events(LinkUp)) == heard

    play(scene)


def test_one_caught_by_the_zone_leaves_it_by_the_nearest_edge_and_goes_on() -> None:
    async def scene() -> None:
        journal, vehicles = MemoryJournal(), [vehicle(D1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(30.0)
        seen = vehicles[0].telemetry
        assert seen is not None
        east_m = distance_m(at(0.0, 0.0), seen.position)
        async with stage(vehicles, journal, surroundings(*published((east_m + 20.0, 0.0, 70.0)))) as it:
            await it.until_over(900.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert len(it.events(MissionChanged)) == 1
            assert not any(isinstance(command, Return) for command in vehicles[0].told)

    play(scene)


def test_a_zone_over_the_door_brings_it_home() -> None:
    async def scene() -> None:
        journal, vehicles = MemoryJournal(), [vehicle(D1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
        over = distance_m(at(0.0, 0.0), DOOR)
        async with stage(vehicles, journal, surroundings(*published((over, 0.0, 60.0)))) as it:
            await it.until(lambda state: not state.vehicles[D1].aboard, 600.0)
            (failed,) = it.events(MissionFailed)
            assert any("NEW0" in reason.text for reason in failed.reasons)
            assert it.state.alerts[f"failed:{D1}"].text.startswith("D1 gave its mission up:")
            assert len(it.events(ParcelReturned)) == 1

    play(scene)


def test_zones_read_anew_at_work_bar_as_those_of_a_start_do_the_airborne_first() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1), vehicle(D2)]) as it:
            await it.place(order("O1"))
            await it.until_phase_of_any(300.0)
            await it.place(order("O2", door=at(520.0, 25.0)))
            await it.until(lambda state: len(state.missions) == 2, 300.0)
            it.fleet.work_within(surroundings(*FIRE))
            await it.until(lambda _: bool(it.events(WayClosed)), 5.0)
            kinds = [type(e.event) for e in it.entries() if isinstance(e.event, WayClosed | MissionWithdrawn)]
            assert kinds == [WayClosed, MissionWithdrawn]
            await it.until_over(1800.0)
            assert {p.phase for p in it.state.parcels.values()} == {ParcelPhase.DELIVERED}
            assert len(it.events(MissionChanged)) == 1
            assert len(it.events(MissionStarted)) == 2
            assert list(broken_invariants(it.entries())) == []

    play(scene)


@pytest.mark.parametrize("anew", [surroundings(), surroundings(*published((-900.0, 0.0, 60.0)))])
def test_what_touches_nobody_stops_nobody(anew: object) -> None:
    """The same zones after a restart are no news at all; a new one elsewhere is read, and that is all."""

    async def scene() -> None:
        journal, vehicles = MemoryJournal(), [vehicle(D1), vehicle(R1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1"), order("O2", door=at(500.0, -5.0), mass_kg=6.0))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            read = len(it.events(AirspaceRead))
        async with stage(vehicles, journal, anew) as it:  # type: ignore[arg-type]
            await it.until_over(1800.0)
            news = len(it.events(AirspaceRead)) - read
            assert news == (1 if len(it.around.airspace.zones) > 1 else 0)
            assert it.events(WayClosed) == []
            assert len(it.events(MissionPlanned)) == 2
            assert {p.phase for p in it.state.parcels.values()} == {ParcelPhase.DELIVERED}

    play(scene)


def test_a_zone_that_binds_robots_over_the_door_turns_one_round() -> None:
    async def scene() -> None:
        journal, vehicles = MemoryJournal(), [vehicle(R1)]
        async with stage(vehicles, journal) as it:
            await it.place(order("O1", door=at(500.0, -5.0)))
            await it.until_phase(R1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(60.0)
        closed = published((500.0, -5.0, 20.0), binds=Medium.SIDEWALK)
        async with stage(vehicles, journal, surroundings(*closed)) as it:
            await it.until(lambda state: not state.vehicles[R1].aboard, 900.0)
            assert [event.vehicle_id for event in it.events(WayClosed)] == [R1]
            assert len(it.events(ParcelReturned)) == 1
            assert it.state.vehicles[R1].link is LinkState.UP

    play(scene)
