"""People change their minds: orders are taken back at every moment, vehicles are called, stopped, landed."""

from __future__ import annotations

import asyncio

import pytest

from geofences.reason import sentences
from geofences.zone import ZoneId
from orchestrator.orders.custody import AtHub, Lost, OnVehicle
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.apply import apply
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    Entry,
    MissionEnded,
    MissionFailed,
    MissionStarted,
    MissionWithdrawn,
    ParcelHandedOver,
    ParcelReturned,
    VehicleLanded,
)
from orchestrator.record.facts.zones import PopUpZone, ZoneAdded
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase
from sitl.faults import Fault, Kind
from tests.orchestrator.operations.town import D1, D2, R1, at, order
from tests.scenarios.theatre import play, stage, vehicle
from vehicles.clock import now_s
from vehicles.mission import ParcelId, VehicleId
from vehicles.telemetry import Mode
from vehicles.vehicle import Return

P1 = ParcelId("O1-1")
PHASES = (MissionPhase.PLANNED, MissionPhase.LOADED, MissionPhase.PARCEL_ABOARD, MissionPhase.UNDER_WAY)


@pytest.mark.parametrize("phase", PHASES)
def test_an_order_taken_back_at_any_moment_ends_at_the_hub(phase: MissionPhase) -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, phase)
            if phase is MissionPhase.UNDER_WAY:
                await asyncio.sleep(20.0)
            await it.cancel(order("O1"))
            await it.until_over(600.0)
            assert it.state.parcels[P1].phase is ParcelPhase.CANCELLED
            assert it.state.parcels[P1].keeper == AtHub(order().hub_id)
            assert it.events(ParcelHandedOver) == []
            assert len(it.events(MissionStarted)) == (1 if phase is MissionPhase.UNDER_WAY else 0)
            if phase is MissionPhase.UNDER_WAY:
                assert len(it.events(ParcelReturned)) == 1
                assert not any(isinstance(command, Return) for command in it.vehicles[D1].told), (
                    "home along a planned way, not by the autopilot's straight line"
                )
            else:
                (withdrawn,) = it.events(MissionWithdrawn)
                aboard = phase is MissionPhase.PARCEL_ABOARD
                assert withdrawn.aboard == ((P1,) if aboard else ())
                assert len(it.events(ParcelReturned)) == int(aboard), "on the shelf once it has let go"
            await it.place(order("O2"))
            await it.until_over(900.0)
            assert it.state.parcels[ParcelId("O2-1")].phase is ParcelPhase.DELIVERED

    play(scene)


def test_a_robot_called_back_turns_round_on_the_footpath() -> None:
    async def scene() -> None:
        async with stage([vehicle(R1)]) as it:
            await it.place(order("O1", door=at(500.0, -5.0)))
            await it.until_phase(R1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(100.0)
            await it.cancel(order("O1"))
            await it.until_over(900.0)
            (ended,) = it.events(MissionEnded)
            assert 200.0 < ended.distance_m < 450.0
            assert it.state.parcels[P1].keeper == AtHub(order().hub_id)
            assert not any(isinstance(command, Return) for command in it.vehicles[R1].told)

    play(scene)


def test_after_the_hand_over_there_is_nothing_left_to_take_back() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until(lambda state: state.parcels[P1].phase is ParcelPhase.DELIVERED, 600.0)
            await it.until_over(600.0)
            assert it.events(MissionFailed) == []

    play(scene)


def test_an_operator_calls_a_drone_back_and_its_parcel_is_delivered_later() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1), vehicle(D2, battery_frac=0.3)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            await it.ask(D1, Ask.RETURN)
            await it.until(lambda state: state.vehicles[D1].asked is None, 60.0)
            await it.ask(D1, Ask.RESUME)
            await it.until(lambda state: state.parcels[P1].keeper == AtHub(order().hub_id), 300.0)
            answer, no = it.events(AskAnswered)
            assert answer.done
            assert no.text.startswith("It is on its way home from a mission that was given up")
            (failed,) = it.events(MissionFailed)
            assert "olga" in failed.reasons[0].text
            await it.until_over(3600.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def test_a_drone_held_by_an_operator_stays_held_until_it_is_told_to_go_on() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            await it.ask(D1, Ask.HOLD)
            await it.until(lambda state: state.vehicles[D1].asked is None, 30.0)
            await asyncio.sleep(60.0)
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            assert seen.mode is Mode.HOLD
            await it.ask(D1, Ask.RESUME)
            await it.until_over(900.0)
            assert [answer.done for answer in it.events(AskAnswered)] == [True, True]
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def test_a_drone_that_stands_still_unasked_is_told_and_goes_on_when_an_operator_says_so() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            running = it.vehicles[D1].inner._running
            assert running is not None
            running.flight.choose(Mode.HOLD)
            await it.until(lambda state: alert_key("taken_over", D1) in state.alerts, 60.0)
            await it.ask(D1, Ask.RESUME)
            await it.until_over(900.0)
            assert it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def test_what_is_asked_of_a_parked_vehicle_is_answered_with_why_not() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.until(lambda state: state.vehicles[D1].ready, 30.0)
            await it.ask(D1, Ask.RETURN)
            await it.until(lambda state: state.vehicles[D1].asked is None, 30.0)
            (answer,) = it.events(AskAnswered)
            assert not answer.done
            assert "stands on its pad" in answer.text

    play(scene)


STOPS = [(Ask.LAND, Mode.LAND), (Ask.HOLD, Mode.HOLD), (Ask.RETURN, Mode.RETURN)]


@pytest.mark.parametrize(("ask", "mode"), STOPS)
def test_a_drone_that_flies_on_no_mission_does_what_it_is_told(ask: Ask, mode: Mode) -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(15.0)
            mission_id = it.state.vehicles[D1].mission_id
            assert mission_id is not None
            over = MissionFailed(D1, mission_id, ()), ParcelReturned(P1, order().hub_id)
            await it.writer.facts(*over, MissionEnded(D1, mission_id, 0.0, 0.0))
            await it.ask(D1, ask)
            await it.until(lambda state: state.vehicles[D1].asked is None, 30.0)
            (answer,) = it.events(AskAnswered)
            assert answer.done, answer.text
            await asyncio.sleep(2.0)
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            assert seen.mode is mode

    play(scene)


def test_a_return_that_cannot_be_is_refused_with_the_reason() -> None:
    """Its pad lies in an area that was closed a moment ago: no way leads there, its own least of all."""

    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.until(lambda state: state.vehicles[D1].ready, 30.0)
            assert "stands on its pad" in sentences(it.fleet.may_return(it.state, D1))
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(30.0)
            assert it.fleet.may_return(it.state, D1) == ()
            fire = PopUpZone(ZoneId("FIRE"), "Fire", (at(0.0, 0.0),), 60.0, 0.0, 300.0, now_s(), None)
            closed = apply(it.state, Entry(it.state.seq + 1, now_s(), ZoneAdded(fire, "olga")))
            assert "FIRE" in sentences(it.fleet.may_return(closed, D1))

    play(scene)


@pytest.mark.parametrize("name", [D1, R1])
def test_one_that_was_told_to_land_comes_home_when_it_is_asked_to_return(name: VehicleId) -> None:
    async def scene() -> None:
        async with stage([vehicle(name)]) as it:
            await it.place(order("O1", door=at(500.0, -5.0)) if name == R1 else order("O1"))
            await it.until_phase(name, MissionPhase.UNDER_WAY)
            await asyncio.sleep(30.0)
            await it.ask(name, Ask.LAND)
            await it.until(lambda state: state.vehicles[name].asked is None, 30.0)
            assert not it.events(VehicleLanded), "it took the order, and is not down"
            await it.until(lambda _: bool(it.events(VehicleLanded)), 180.0)
            assert "ask it to return" in it.state.alerts[alert_key("landed", name)].text
            await it.ask(name, Ask.RESUME)
            await it.until(lambda state: state.vehicles[name].asked is None, 30.0)
            assert "ask it to return" in it.events(AskAnswered)[-1].text
            await it.ask(name, Ask.RETURN)
            await it.until(lambda state: state.parcels[P1].keeper == AtHub(order().hub_id), 900.0)
            assert it.events(AskAnswered)[-1].done
            assert alert_key("landed", name) not in it.state.alerts
            assert not any(isinstance(command, Return) for command in it.vehicles[name].told)

    play(scene)


def test_one_that_has_not_the_battery_for_it_stays_where_it_landed_and_says_so() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(30.0)
            await it.ask(D1, Ask.LAND)
            await it.until(lambda _: bool(it.events(VehicleLanded)), 180.0)
            running = it.vehicles[D1].inner._running
            assert running is not None
            running.flight.airframe._cell.left_wh *= 0.15
            await asyncio.sleep(5.0)
            starts = it.vehicles[D1].starts
            await it.ask(D1, Ask.RETURN)
            await it.until(lambda state: state.vehicles[D1].asked is None, 30.0)
            answer = it.events(AskAnswered)[-1]
            assert not answer.done
            assert "of its battery: have it fetched" in answer.text
            assert it.vehicles[D1].starts == starts

    play(scene)


def test_a_landed_drone_waits_for_people_and_keeps_its_parcel_in_the_books() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.UNDER_WAY)
            await asyncio.sleep(30.0)
            await it.ask(D1, Ask.LAND)
            await asyncio.sleep(120.0)

            def stranded(state: FleetState) -> bool:
                mission_id = state.vehicles[D1].mission_id
                return mission_id is not None and state.missions[mission_id].phase is MissionPhase.GIVEN_UP

            assert stranded(it.state)
            assert it.state.vehicles[D1].aboard == (P1,)
            assert it.state.parcels[P1].phase is ParcelPhase.ON_THE_WAY
            seen = it.vehicles[D1].telemetry
            assert seen is not None
            assert not seen.armed

    play(scene)


def test_a_drone_that_falls_silent_with_what_it_was_to_give_back_loses_it_and_a_person_is_told() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1, Fault(Kind.STUCK_GRIPPER, 16.0), Fault(Kind.SILENT, 60.0))]) as it:
            await it.place(order("O1"))
            await it.until_phase(D1, MissionPhase.PARCEL_ABOARD)
            await asyncio.sleep(0.0)
            await it.cancel(order("O1"))
            await it.until(lambda state: bool(state.vehicles[D1].fault), 60.0)
            assert it.state.parcels[P1].keeper == OnVehicle(D1), "its gripper is stuck: it holds it still"
            await it.until(lambda state: isinstance(state.parcels[P1].keeper, Lost), 300.0)
            assert it.state.alerts[alert_key("missing", D1)].severity.value == "critical"

    play(scene)
