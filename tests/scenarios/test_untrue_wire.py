"""A drone behind MAVLink whose words are not true: what does not fit is told, and nothing is built on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from geofences.position import GeoPoint, distance_m
from orchestrator.operations.watching.popups import closing
from orchestrator.orders.custody import OnVehicle
from orchestrator.record.events import (
    AirTaken,
    Ask,
    AskAnswered,
    CustodyDoubted,
    MissionChanged,
    MissionEnded,
    MissionFailed,
    OffPath,
    ParcelHandedOver,
    PlaceFound,
    PlaceLost,
    VehicleFaulted,
)
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.autopilot.server import Autopilot
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, OTHER_DOOR, PADS, at, order, profile_of
from tests.scenarios.liar import Liar, Lie, lying, with_fields
from tests.scenarios.test_closed_area import fire
from tests.scenarios.theatre import Stage, play, stage
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.links.link import memory_pair
from vehicles.mavlink.wire.frames import Message
from vehicles.mission import ParcelId
from vehicles.telemetry import Mode

P1 = ParcelId("O1-1")
DOOR = at(500.0, -5.0)
NO_FIX = {"lat": 0, "lon": 0, "alt": 0, "relative_alt": 0, "vx": 0, "vy": 0, "vz": 0, "hdg": 65535}


@dataclass
class Scene:
    """Our fleet, and what changes its drone's words."""

    it: Stage[Craft]
    liar: Liar

    def alerts(self) -> str:
        return " ".join(alert.text for alert in self.it.state.alerts.values())


@asynccontextmanager
async def flying(into_s: float, door: GeoPoint = DOOR) -> AsyncIterator[Scene]:
    liar, profile = Liar(), profile_of(D1)
    ours, theirs = memory_pair(from_vehicle=liar)
    autopilot = Autopilot(theirs, profile, PADS[D1].at, 7, 5)
    async with living(autopilot.run()), stage([over(ours, D1, profile)]) as it:
        await it.place(order("O1", door=door))
        await it.until_phase(D1, MissionPhase.UNDER_WAY)
        await asyncio.sleep(into_s)
        yield Scene(it, liar)


def frozen() -> Lie:
    """The place is told again and again, the rest as it is."""
    first: dict[str, object] = {}

    def lie(message: Message) -> Message:
        if message.get_type() != "GLOBAL_POSITION_INT":
            return message
        if not first:
            first.update(lat=message.lat, lon=message.lon)
        return with_fields(message, **first)

    return lie


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lying("GLOBAL_POSITION_INT"), "D1's position has not been heard for"),
        (lying("GLOBAL_POSITION_INT", **NO_FIX), "D1's position has not been heard for"),
        (frozen(), "D1's position stands still, yet it says that it moves at"),
    ],
    ids=["no position", "no fix", "frozen"],
)
def test_a_drone_without_a_position_is_told_of_at_once_and_delivers_once_it_is_seen_again(
    lie: Lie, words: str
) -> None:
    async def scene() -> None:
        async with flying(24.0) as drone:
            drone.liar.lie = lie
            await drone.it.until(lambda state: "place:D1" in state.alerts, 9.0)
            assert words in drone.alerts()
            assert "on its way to" in drone.alerts()
            drone_at = drone.it.state.alerts["place:D1"].position
            assert drone_at is not None
            assert distance_m(drone_at, DOOR) > 100.0
            await asyncio.sleep(70.0)
            assert drone.it.events(OffPath) == []
            assert drone.it.events(ParcelHandedOver) == []
            drone.liar.lie = None
            await drone.it.until_over(900.0)
            assert len(drone.it.events(PlaceLost)) == len(drone.it.events(PlaceFound)) == 1
            assert len(drone.it.events(ParcelHandedOver)) == 1
            assert drone.it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def at_the_last_item(message: Message) -> Message:
    return with_fields(message, seq=message.total - 1) if message.get_type() == "MISSION_CURRENT" else message


def test_a_hand_over_that_was_said_far_from_the_door_leaves_the_parcel_in_doubt() -> None:
    async def scene() -> None:
        async with flying(10.0) as drone:
            drone.liar.lie = at_the_last_item
            await drone.it.until(lambda state: state.parcels[P1].in_doubt, 9.0)
            (doubted,) = drone.it.events(CustodyDoubted)
            assert "D1 says that it has handed O1-1 over, yet it is" in doubted.reasons[0].text
            assert "custody:O1-1" in drone.it.state.alerts
            await drone.it.until(lambda state: state.vehicles[D1].mission_id is None, 900.0)
            assert drone.it.events(ParcelHandedOver) == []
            assert drone.it.state.parcels[P1].keeper == OnVehicle(D1)

    play(scene)


def test_an_item_that_its_mission_does_not_have_is_a_fault_and_no_progress() -> None:
    async def scene() -> None:
        async with flying(10.0) as drone:
            drone.liar.lie = lying("MISSION_CURRENT", seq=99)
            await drone.it.until(lambda state: bool(state.vehicles[D1].fault), 9.0)
            assert "D1 says that it is at item 99, which its mission does not have" in drone.alerts()
            await asyncio.sleep(15.0)
            assert not drone.it.events(ParcelHandedOver)
            assert not drone.it.events(CustodyDoubted)
            drone.liar.lie = None
            await drone.it.until_over(900.0)
            (handed,) = drone.it.events(ParcelHandedOver)
            assert 0.0 < distance_m(handed.position, DOOR) < 30.0

    play(scene)


def switched_off(message: Message) -> Message:
    if message.get_type() == "EXTENDED_SYS_STATE":
        return with_fields(message, landed_state=1)
    if message.get_type() == "HEARTBEAT":
        return with_fields(message, base_mode=message.base_mode & ~128, system_status=3)
    return message


def test_one_that_flies_and_says_that_it_is_switched_off_is_taken_to_fly_and_can_be_called_back() -> None:
    async def scene() -> None:
        async with flying(20.0) as drone:
            drone.liar.lie = switched_off
            await drone.it.until(lambda state: bool(state.vehicles[D1].fault), 9.0)
            assert "D1 says that it is switched off, yet it is" in drone.alerts()
            assert "it is taken to be flying" in drone.alerts()
            assert not drone.it.events(MissionFailed)
            assert not drone.it.events(MissionEnded)
            assert len(drone.it.events(VehicleFaulted)) == 1
            drone.liar.lie = None
            await drone.it.ask(D1, Ask.RETURN)
            await drone.it.until_over(900.0)
            assert [answer.done for answer in drone.it.events(AskAnswered)] == [True]

    play(scene)


def test_one_without_a_position_is_sent_home_from_nowhere_its_own_return_may_begin_or_not_at_all() -> None:
    async def scene() -> None:
        async with flying(24.0, OTHER_DOOR) as drone:  # the helipad lies between that door and home
            drone.liar.lie = lying("GLOBAL_POSITION_INT")
            await drone.it.until(lambda state: "place:D1" in state.alerts, 9.0)
            await drone.it.ask(D1, Ask.RETURN)
            await drone.it.until(lambda state: state.vehicles[D1].asked is None, 30.0)
            (answer,) = drone.it.events(AskAnswered)
            assert not answer.done
            assert "D1's position has not been heard for" in answer.text
            assert "Its own return, straight home," in answer.text
            assert drone.it.events(MissionFailed) == []
            drone.liar.lie = None
            await drone.it.until_over(900.0)
            assert drone.it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def test_where_its_own_return_is_free_from_wherever_it_may_be_it_is_asked_for() -> None:
    async def scene() -> None:
        async with flying(20.0, at(300.0, -400.0)) as drone:
            drone.liar.lie = lying("GLOBAL_POSITION_INT")
            await drone.it.until(lambda state: "place:D1" in state.alerts, 9.0)
            await drone.it.ask(D1, Ask.RETURN)
            await drone.it.until(lambda state: state.vehicles[D1].asked is None, 60.0)
            assert [answer.done for answer in drone.it.events(AskAnswered)] == [True]
            await asyncio.sleep(5.0)
            seen = drone.it.vehicles[D1].telemetry
            assert seen is not None
            assert seen.mode is Mode.RETURN
            drone.liar.lie = None
            await drone.it.until(lambda state: state.vehicles[D1].mission_id is None, 600.0)
            assert drone.it.events(ParcelHandedOver) == []

    play(scene)


def alive(message: Message) -> Message | None:
    """It says that it is there, and nothing else."""
    return message if message.get_type() == "HEARTBEAT" else None


@pytest.mark.parametrize("unheard", ["GLOBAL_POSITION_INT", ""], ids=["its place", "all"])
def test_one_whose_place_was_not_heard_just_now_waits_for_it_and_goes_around(unheard: str) -> None:
    """Its way is closed in a gap of its position, too short to be told as lost; or in one of all it says."""

    async def scene() -> None:
        async with flying(20.0) as drone:
            drone.liar.lie = lying(unheard) if unheard else lambda _: None
            await asyncio.sleep(4.0 if unheard else 30.0)
            await drone.it.writer.write(
                lambda state: closing(fire(), "olga", state, drone.it.around, now_s())
            )
            await asyncio.sleep(1.0)
            drone.liar.lie = drone.liar.lie if unheard else alive
            await asyncio.sleep(1.0)
            drone.liar.lie = None
            await drone.it.until_over(900.0)
            assert len(drone.it.events(MissionChanged)) == 1
            assert not drone.it.events(MissionFailed)
            assert not drone.it.events(PlaceLost)
            assert drone.it.state.parcels[P1].phase is ParcelPhase.DELIVERED

    play(scene)


def test_one_that_is_not_wanted_any_more_comes_home_along_a_way_of_ours_once_it_is_seen_again() -> None:
    async def scene() -> None:
        async with flying(20.0) as drone:
            drone.liar.lie = lying("GLOBAL_POSITION_INT")
            await asyncio.sleep(4.0)
            await drone.it.cancel(order("O1", door=DOOR))
            around, writer = drone.it.around, drone.it.writer
            await writer.write(lambda state: closing(fire(), "olga", state, around, now_s()))
            await asyncio.sleep(2.0)
            drone.liar.lie = None
            await drone.it.until_over(900.0)
            assert len(drone.it.events(MissionFailed)) == len(drone.it.events(AirTaken)) == 1
            assert drone.it.events(VehicleFaulted) == []

    play(scene)


def test_one_whose_place_stays_unheard_is_told_as_lost_before_it_gives_up() -> None:
    async def scene() -> None:
        async with flying(20.0) as drone:
            drone.liar.lie = lying("GLOBAL_POSITION_INT")
            await asyncio.sleep(4.0)
            around, writer = drone.it.around, drone.it.writer
            await writer.write(lambda state: closing(fire(), "olga", state, around, now_s()))
            await drone.it.until(lambda _: bool(drone.it.events(MissionFailed)), 60.0)
            assert len(drone.it.events(PlaceLost)) == 1

    play(scene)
