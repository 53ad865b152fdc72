"""An operator closes an area while a drone is on its way through it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from geofences.position import distance_m
from geofences.zone import ZoneId
from orchestrator.operations.watching.popups import closing
from orchestrator.record.describe import describe
from orchestrator.record.events import (
    MissionChanged,
    MissionFailed,
    MissionPlanned,
    ParcelHandedOver,
    ParcelReturned,
    PlanLoaded,
    WayClosed,
    ZoneRemoved,
)
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.faults import Fault, Kind
from tests.orchestrator.operations.town import D1, D2, DOOR, at, order
from tests.scenarios.theatre import Outliving, Stage, play, stage, vehicle
from vehicles.clock import now_s
from vehicles.mission import ParcelId, Travel, VehicleId
from vehicles.vehicle import Hold, Resume, Return

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


def test_a_drone_on_its_way_goes_around_and_delivers() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(24.0)
            await it.writer.write(lambda state: closing(fire(), "olga", state, it.around, now_s()))
            with watched(it, D1) as away_m:
                await it.until(lambda state: state.parcels[P1].phase is ParcelPhase.DELIVERED, 300.0)
                await it.until_over(600.0)
            assert [event.vehicle_id for event in it.events(WayClosed)] == [D1]
            (changed,) = it.events(MissionChanged)
            assert "FIRE 'Fire'" in changed.reasons[0].text
            assert changed.distance_m > 0.0
            assert it.events(MissionFailed) == []
            assert it.events(ParcelReturned) == []
            assert len(it.events(MissionPlanned)) == 1
            told = [type(command) for command in it.vehicles[D1].told]
            assert told[-2:] == [Hold, Resume]
            assert it.state.vehicles[D1].trips == 1
            assert min(away_m) > RADIUS_M
            said = describe(
                next(e for e in it.entries() if e.event is changed or e.event == changed), it.state
            )
            assert said.text.startswith("D1 goes on by another way, hand-over at")
            assert "FIRE 'Fire'" in said.text
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def ring(hole_m: float = 90.0) -> PopUpZone:
    """All around the door, in one band of air: nobody gets there."""
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    around = tuple(at(500.0 + x * hole_m, y * hole_m) for x, y in signs)
    return PopUpZone(ZoneId("CORDON"), "Cordon", around, 0.0, 0.0, 300.0, now_s(), None)


def test_where_no_way_leads_to_the_door_it_comes_home_with_its_parcel() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            closed = ring()
            await it.writer.write(lambda state: closing(closed, "olga", state, it.around, now_s()))
            await it.until(lambda state: not state.vehicles[D1].aboard, 600.0)
            (failed,) = it.events(MissionFailed)
            assert any("the goal lies in CORDON" in reason.text for reason in failed.reasons)
            assert it.events(MissionChanged) == []
            assert len(it.events(ParcelReturned)) == 1
            assert not any(isinstance(command, Return) for command in it.vehicles[D1].told)
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_a_battery_that_cannot_pay_for_the_way_around_brings_it_home() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.BATTERY, 40.0, value=0.30))]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await it.until(lambda _: it.vehicles[D1].telemetry.battery_frac < 0.31, 120.0)  # type: ignore[union-attr]
            wide = replace(fire(), corners=(at(320.0, 0.0),), radius_m=140.0)
            await it.writer.write(lambda state: closing(wide, "olga", state, it.around, now_s()))
            await it.until(lambda state: not state.vehicles[D1].aboard, 600.0)
            assert it.events(MissionChanged) == []
            (failed,) = it.events(MissionFailed)
            assert any("battery" in reason.text for reason in failed.reasons)

    play(scene)


def test_two_areas_one_after_the_other_change_its_way_twice() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            await it.writer.write(lambda state: closing(fire(), "olga", state, it.around, now_s()))
            await it.until(lambda _: len(it.events(PlanLoaded)) == 2, 60.0)
            out = it.events(MissionChanged)[0].plan.mission.legs[0]
            assert isinstance(out, Travel)
            bend = max(out.path.waypoints, key=lambda one: distance_m(one.position, DOOR) < 160.0)
            more = replace(fire(), zone_id=ZoneId("SMOKE"), corners=(bend.position,), radius_m=40.0)
            await it.writer.write(lambda state: closing(more, "olga", state, it.around, now_s()))
            await it.until_over(900.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert len(it.events(MissionChanged)) == 2
            assert it.events(MissionFailed) == []
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_two_drones_that_go_around_at_once_hold_no_air_together() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1), vehicle(D2)]) as it:
            await it.place(order("O1"), order("O2", door=at(520.0, 25.0)))
            for drone in (D1, D2):
                await it.until_phase(drone, MissionPhase.UNDER_WAY)
            await asyncio.sleep(12.0)
            await it.writer.write(lambda state: closing(fire(), "olga", state, it.around, now_s()))
            await it.until_over(1800.0)
            assert {p.phase for p in it.state.parcels.values()} == {ParcelPhase.DELIVERED}
            assert it.events(MissionChanged)
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_an_area_closed_while_it_flies_home_leads_it_home_another_way() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until(lambda _: bool(it.events(ParcelHandedOver)), 300.0)
            await it.writer.write(lambda state: closing(fire(), "olga", state, it.around, now_s()))
            with watched(it, D1) as away_m:
                await it.until_over(600.0)
            assert it.events(MissionChanged) == []
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
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


def test_a_drone_that_the_area_catches_leaves_it_and_goes_on() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(30.0)
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            here = replace(fire(), corners=(seen.position,), radius_m=40.0)
            await it.writer.write(lambda state: closing(here, "olga", state, it.around, now_s()))
            await it.until_over(600.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert len(it.events(MissionChanged)) == 1

    play(scene)


def test_out_of_an_area_over_itself_and_the_door_it_comes_home_by_the_nearest_edge() -> None:
    """It is past the area's near edge by 20 m, and the door lies in there as well."""

    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(28.0)
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            edge_m = distance_m(seen.position, at(0.0, 0.0)) - 20.0
            middle_m = (edge_m + 540.0) / 2.0
            wide = replace(fire(), corners=(at(middle_m, 0.0),), radius_m=middle_m - edge_m)
            began_s = now_s()
            await it.writer.write(lambda state: closing(wide, "olga", state, it.around, now_s()))
            inside_s: list[float] = []
            while it.state.vehicles[D1].aboard:
                await asyncio.sleep(0.5)
                seen = it.vehicles[D1].telemetry or seen
                if distance_m(seen.position, wide.corners[0]) < wide.radius_m:
                    inside_s.append(now_s() - began_s)
            assert it.events(MissionChanged) == []
            (failed,) = it.events(MissionFailed)
            assert any("FIRE" in reason.subject for reason in failed.reasons)
            assert it.events(ParcelHandedOver) == []
            assert len(it.events(ParcelReturned)) == 1
            assert max(inside_s) < 30.0
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_an_area_over_the_hub_that_is_over_before_it_is_back_costs_no_parcel() -> None:
    """It is in there when that closes, for a minute; the way home passes a minute after its end."""

    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(22.0)
            short = replace(fire(), corners=(at(0.0, 0.0),), radius_m=80.0, until_s=now_s() + 60.0)
            await it.writer.write(lambda state: closing(short, "olga", state, it.around, now_s()))
            await it.until_over(900.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert it.events(MissionFailed) == []
            assert len(it.events(MissionChanged)) == 1
            assert list(broken_invariants(it.entries())) == []

    play(scene)
