"""What an operator holds stays held: nothing but their word moves it, or that it cannot stay where it is."""

from __future__ import annotations

import asyncio

import pytest

from geofences.position import GeoPoint, distance_m
from geofences.zone import Medium, ZoneId
from orchestrator.operations.watching.popups import closing
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    MissionChanged,
    MissionFailed,
    ParcelHandedOver,
    ParcelReturned,
    VehicleWentOn,
    WayClosed,
)
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import MissionPhase, ParcelPhase, Pause, Severity
from sitl.faults import Fault, Kind
from tests.orchestrator.operations.town import D1, R1, at, order, surroundings
from tests.scenarios.test_zones_read_anew import published
from tests.scenarios.theatre import Outliving, Stage, play, stage, vehicle
from vehicles.clock import now_s
from vehicles.mission import ParcelId, VehicleId
from vehicles.telemetry import Mode

P1 = ParcelId("O1-1")


async def held(it: Stage[Outliving], vehicle_id: VehicleId, into_s: float = 20.0) -> GeoPoint:
    """On its way, and held by olga; where."""
    await it.place(order("O1", door=at(500.0, -5.0)))
    await it.until_phase(vehicle_id, MissionPhase.UNDER_WAY)
    await asyncio.sleep(into_s)
    await it.ask(vehicle_id, Ask.HOLD)
    await it.until(lambda _: bool(it.events(AskAnswered)), 10.0)
    await asyncio.sleep(12.0)
    return where(it, vehicle_id)


def where(it: Stage[Outliving], vehicle_id: VehicleId) -> GeoPoint:
    seen = it.vehicles[vehicle_id].telemetry
    assert seen is not None
    return seen.position


async def stays(it: Stage[Outliving], vehicle_id: VehicleId, place: GeoPoint, for_s: float = 60.0) -> None:
    told = len(it.vehicles[vehicle_id].told)
    await asyncio.sleep(for_s)
    halt = it.state.vehicles[vehicle_id].halt
    assert halt is not None
    assert (halt.pause, halt.by) == (Pause.HELD, "olga")
    assert it.vehicles[vehicle_id].told[told:] == []
    assert distance_m(where(it, vehicle_id), place) < 5.0
    assert it.events(VehicleWentOn) == []


def area(place: GeoPoint, radius_m: float, *binds: Medium) -> PopUpZone:
    limits = 0.0, 300.0, now_s(), None
    return PopUpZone(ZoneId("FIRE"), "Fire", (place,), radius_m, *limits, binds or (Medium.AIR,))


@pytest.mark.parametrize("vehicle_id", [D1, R1])
def test_a_cancelled_order_waits_for_the_operator_s_word(vehicle_id: VehicleId) -> None:
    async def scene() -> None:
        async with stage([vehicle(vehicle_id)]) as it:
            place = await held(it, vehicle_id)
            await it.cancel(order("O1"))
            alert = it.state.alerts[f"held:{vehicle_id}"]
            assert alert.severity is Severity.WARNING
            assert alert.text == (
                "Order O1 was cancelled by shop."
                f" {vehicle_id} is held by olga, and gives its mission up when it is resumed."
            )
            await stays(it, vehicle_id, place)
            assert it.events(MissionFailed) == []
            told = len(it.vehicles[vehicle_id].told)
            await it.ask(vehicle_id, Ask.RESUME)
            await it.until(lambda state: not state.vehicles[vehicle_id].aboard, 900.0)
            (failed,) = it.events(MissionFailed)
            assert "cancelled" in failed.reasons[0].text
            assert f"held:{vehicle_id}" not in it.state.alerts
            names = [type(command).__name__ for command in it.vehicles[vehicle_id].told[told:]]
            assert names[:2] == ["Hold", "Resume"], "home from where it stands: not on, and then back"
            assert it.events(ParcelHandedOver) == []
            assert len(it.events(ParcelReturned)) == 1
            assert list(broken_invariants(it.entries())) == []

    play(scene)


def test_an_area_across_its_way_waits_and_it_goes_around_when_it_is_resumed() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            place = await held(it, D1, 15.0)
            fire = area(at(400.0, -20.0), 60.0)
            await it.writer.write(lambda state: closing(fire, "olga", state, it.around, now_s()))
            assert it.state.alerts["held:D1"].text.endswith(
                "D1 is held by olga, and is planned anew when it is resumed."
            )
            await stays(it, D1, place, 30.0)
            assert it.events(MissionChanged) == []
            await it.ask(D1, Ask.RESUME)
            await it.until_over(900.0)
            assert len(it.events(MissionChanged)) == 1
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def test_a_hold_outlives_a_crash_and_what_changed_meanwhile() -> None:
    async def scene() -> None:
        journal, vehicles = MemoryJournal(), [vehicle(D1)]
        async with stage(vehicles, journal) as it:
            place = await held(it, D1, 15.0)
        async with stage(vehicles, journal, surroundings(*published((400.0, -20.0, 60.0)))) as it:
            await it.until(lambda _: bool(it.events(WayClosed)), 2.0)
            await it.cancel(order("O1"))
            await stays(it, D1, place, 30.0)
            assert "gives its mission up when it is resumed" in it.state.alerts["held:D1"].text

    play(scene)


def test_a_change_that_was_not_loaded_yet_waits_as_well() -> None:
    """Held between the change of its way, journaled, and its loading."""

    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            fire = area(at(400.0, -20.0), 60.0)
            await it.writer.write(lambda state: closing(fire, "olga", state, it.around, now_s()))
            await it.until(lambda _: bool(it.events(MissionChanged)), 30.0)
            await it.ask(D1, Ask.HOLD)
            await it.until(lambda _: bool(it.events(AskAnswered)), 10.0)
            place = where(it, D1)
            await stays(it, D1, place, 30.0)
            await it.ask(D1, Ask.RESUME)
            await it.until_over(900.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert len(it.events(MissionChanged)) == 1

    play(scene)


@pytest.mark.parametrize(("vehicle_id", "binds"), [(D1, Medium.AIR), (R1, Medium.SIDEWALK)])
def test_an_area_that_closes_around_it_is_left_and_told_at_once(vehicle_id: VehicleId, binds: Medium) -> None:
    async def scene() -> None:
        async with stage([vehicle(vehicle_id)]) as it:
            place = await held(it, vehicle_id)
            fire = area(place, 30.0, binds)
            await it.writer.write(lambda state: closing(fire, "olga", state, it.around, now_s()))
            await it.until(lambda _: bool(it.events(VehicleWentOn)), 5.0)
            alert = it.state.alerts[f"held:{vehicle_id}"]
            assert alert.severity is Severity.CRITICAL
            assert alert.text.startswith(f"{vehicle_id} was held by olga and moves again: FIRE 'Fire' closed")
            await it.until(lambda state: not state.vehicles[vehicle_id].aboard, 900.0)
            assert len(it.events(ParcelReturned)) == 1

    play(scene)


def test_a_hold_within_an_area_that_was_closed_before_it_is_the_operator_s() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(20.0)
            fire = area(where(it, D1), 150.0)
            await it.writer.write(lambda state: closing(fire, "olga", state, it.around, now_s()))
            await it.until(lambda _: bool(it.events(MissionChanged) or it.events(MissionFailed)), 30.0)
            await it.ask(D1, Ask.HOLD)
            await it.until(lambda _: bool(it.events(AskAnswered)), 30.0)
            await asyncio.sleep(5.0)
            assert distance_m(where(it, D1), fire.corners[0]) < fire.radius_m
            await stays(it, D1, where(it, D1), 30.0)

    play(scene)


def test_its_own_low_battery_brings_it_home_and_is_told() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.BATTERY, 60.0, value=0.22))]) as it:
            await held(it, D1)
            await it.until(lambda _: bool(it.events(VehicleWentOn)), 300.0)
            alert = it.state.alerts["held:D1"]
            assert alert.severity is Severity.CRITICAL
            assert "of its battery left" in alert.text
            await it.until(lambda state: not state.vehicles[D1].aboard, 600.0)
            assert len(it.events(MissionFailed)) == 1

    play(scene)


def test_one_that_moves_on_nobody_s_word_is_an_alert() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await held(it, D1)
            running = it.vehicles[D1].inner._running
            assert running is not None
            running.flight.choose(Mode.MISSION)
            await it.until(lambda _: bool(it.events(VehicleWentOn)), 10.0)
            alert = it.state.alerts["held:D1"]
            assert alert.severity is Severity.CRITICAL
            assert alert.text == "D1 was held by olga and moves again, without an operator's word for it."
            await it.until_over(900.0)
            assert "held:D1" not in it.state.alerts

    play(scene)


def test_its_own_return_is_told_with_its_reason() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await held(it, D1)
            running = it.vehicles[D1].inner._running
            assert running is not None
            running.flight.choose(Mode.RETURN)
            await it.until(lambda _: bool(it.events(VehicleWentOn)), 10.0)
            assert it.state.alerts["held:D1"].text.startswith(
                "D1 was held by olga and moves again: D1 returns"
            )

    play(scene)
