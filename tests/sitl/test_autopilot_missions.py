"""The mission protocol, the vehicle's side: what PX4 takes, refuses, repeats and gives up on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from math import nan
from pathlib import Path
from typing import TypeVar

import pytest
from pymavlink.dialects.v20 import common

from sitl.aboard.onboard_mission import MissionState
from sitl.aboard.said import Said
from sitl.autopilot.server import Autopilot
from tests.sitl.station import SYSTEM, Message, Station, with_station
from vehicles.mavlink.links.link import MemoryLink

Row = tuple[int, int, int, int, float, float]
"""An item: command, frame, latitude and longitude * 1e7, height, first parameter."""

_T = TypeVar("_T")
LAT, LON = 601700000, 249400000
MISSION: tuple[Row, ...] = (
    (22, 6, LAT, LON, 30.0, 0.0),
    (178, 2, 0, 0, 0.0, 1.0),
    (16, 6, LAT + 10000, LON, 30.0, 0.0),
    (93, 2, 0, 0, 0.0, 2.0),
    (16, 6, LAT, LON, 30.0, 0.0),
    (21, 6, LAT, LON, 0.0, 0.0),
)
ACCEPTED, ERROR, UNSUPPORTED_FRAME, UNSUPPORTED, NO_SPACE, INVALID_PARAM1 = 0, 1, 2, 3, 4, 6


class Planner(Station):
    """A ground station that answers item requests from a table, or leaves them unanswered."""

    def __init__(self, link: MemoryLink) -> None:
        super().__init__(link)
        self.beats_by_itself = True
        self._rows: tuple[Row, ...] = ()
        self.current = 1
        self.answers_until = 10_000
        self.in_floats = False

    def hear(self, datagram: bytes) -> bool:
        known = len(self.heard)
        super().hear(datagram)
        for message in self.heard[known:]:
            if message.get_type() in {"MISSION_REQUEST_INT", "MISSION_REQUEST"}:
                self._answer(message)
        return True

    def _answer(self, request: Message) -> None:
        if request.seq >= min(self.answers_until, len(self._rows)):
            return
        command, frame, lat, lon, height_m, first = self._rows[request.seq]
        first_is_current = int(request.seq == 0) * self.current
        head = (SYSTEM, 1, request.seq, frame, command, first_is_current, 1, first, 20.0, 0.0, 0.0)
        if self.in_floats:
            item = common.MAVLink_mission_item_message(
                *head, lat / 1e7, lon / 1e7, height_m, request.mission_type
            )
        else:
            item = common.MAVLink_mission_item_int_message(*head, lat, lon, height_m, request.mission_type)
        self.send(item)

    async def upload(self, rows: tuple[Row, ...], part: int = 0, wait_s: float = 1.5) -> list[int]:
        """Upload; the results of all MISSION_ACKs heard meanwhile."""
        self._rows = rows
        before = len(self.all("MISSION_ACK"))
        self.send(common.MAVLink_mission_count_message(SYSTEM, 1, len(rows), part))
        await asyncio.sleep(wait_s)
        return [ack.type for ack in self.all("MISSION_ACK")[before:]]

    async def download(self, part: int = 0) -> list[Message]:
        """Read a list back."""
        self.send(common.MAVLink_mission_request_list_message(SYSTEM, 1, part))
        await asyncio.sleep(0.1)
        for seq in range(self.all("MISSION_COUNT")[-1].count):
            self.send(common.MAVLink_mission_request_int_message(SYSTEM, 1, seq, part))
            await asyncio.sleep(0.02)
        self.send(common.MAVLink_mission_ack_message(SYSTEM, 1, 0, part))
        await asyncio.sleep(0.1)
        return [item for item in self.all("MISSION_ITEM_INT") if item.mission_type == part]

    async def state(self) -> int:
        """The next mission state told."""
        await asyncio.sleep(1.5)
        return int(self.all("MISSION_CURRENT")[-1].mission_state)


def _with(act: Callable[[Planner, Autopilot], Awaitable[_T]], store: Path | None = None) -> _T:
    """Run `act` with a planner and an autopilot that has booted."""
    return with_station(Planner, act, store=store)


def test_a_mission_is_taken_read_back_flown_and_told_step_by_step() -> None:
    async def act(station: Planner, _: Autopilot) -> None:
        assert await station.upload(MISSION) == [ACCEPTED]
        back = await station.download()
        assert [(item.command, item.frame, item.x, item.y, item.z) for item in back] == [
            row[:5] for row in MISSION
        ]
        assert await station.state() == common.MISSION_STATE_NOT_STARTED
        station.send(common.MAVLink_command_long_message(SYSTEM, 1, 300, 0, 0, 0, 0, 0, 0, 0, 0))
        assert await station.state() == common.MISSION_STATE_ACTIVE
        while station.all("HEARTBEAT")[-1].base_mode == 0x9D:  # noqa: ASYNC110  # heard, not signalled
            await asyncio.sleep(1.0)
        assert await station.state() == common.MISSION_STATE_COMPLETE
        reached = [message.seq for message in station.all("MISSION_ITEM_REACHED")]
        assert sorted(set(reached)) == list(range(len(MISSION)))
        assert max(reached.count(seq) for seq in reached) <= 10
        assert "Armed by mission start\t" in station.texts()

    _with(act)


def test_floats_are_taken_and_asked_for_as_such() -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        station.in_floats = True
        floats = tuple(row if row[1] == 2 else (row[0], 3, *row[2:]) for row in MISSION)
        assert await station.upload(floats) == [ACCEPTED]
        assert len(station.all("MISSION_REQUEST_INT")) == 1
        assert [request.seq for request in station.all("MISSION_REQUEST")] == [1, 2, 3, 4, 5]
        assert autopilot.flight.mission.may_fly(autopilot.flight.age_s)

    _with(act)


def test_an_item_that_does_not_come_is_asked_for_again_and_then_given_up_without_an_ack() -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        assert await station.upload(MISSION) == [ACCEPTED]
        station.answers_until = 3
        before = len(station.all("MISSION_REQUEST_INT"))
        assert await station.upload(MISSION[:5], wait_s=7.0) == []
        asked = [request.seq for request in station.all("MISSION_REQUEST_INT")[before:]]
        assert asked[:4] == [0, 1, 2, 3]
        assert 15 <= asked.count(3) <= 22
        assert "Operation timeout\t" in station.texts()
        assert len(autopilot.flight.mission.steps) == len(MISSION), "the old one is kept"
        station.answers_until = 10_000
        assert await station.upload(MISSION[:5]) == [ACCEPTED]

    _with(act)


def test_a_second_upload_in_the_middle_is_an_error_and_cancelling_frees_it() -> None:
    async def act(station: Planner, _: Autopilot) -> None:
        station.answers_until = 2
        assert await station.upload(MISSION, wait_s=0.5) == []
        assert await station.upload(MISSION[:2], wait_s=0.5) == [ERROR]
        station.send(common.MAVLink_mission_ack_message(SYSTEM, 1, 15, 0))
        await asyncio.sleep(0.1)
        station.answers_until = 10_000
        assert await station.upload(MISSION) == [ACCEPTED]

    _with(act)


@pytest.mark.parametrize(
    ("rows", "part", "result"),
    [
        (((22, 2, LAT, LON, 30.0, 0.0),), 0, UNSUPPORTED),
        (((211, 6, 0, 0, 0.0, 1.0),), 0, UNSUPPORTED),
        (((9999, 2, 0, 0, 0.0, 1.0),), 0, UNSUPPORTED),
        (((5002, 0, LAT, LON, 0.0, 2.0),), 1, ERROR),
        (((16, 3, LAT, LON, 0.0, 0.0),), 2, ACCEPTED),
        (((5100, 2, LAT, LON, 0.0, 0.0),), 2, UNSUPPORTED),
        (((5001, 0, LAT, LON, 0.0, 3.0),), 0, ERROR),
        (((183, 2, 0, 0, 0.0, 1.0),), 0, UNSUPPORTED),
        (((181, 2, 0, 0, 0.0, 1.0),), 0, UNSUPPORTED),
        (((82, 3, LAT, LON, 20.0, 0.0),), 0, UNSUPPORTED),
        (((203, 1, 0, 0, 0.0, 1.0),), 0, UNSUPPORTED_FRAME),
        (((177, 2, 0, 0, 0.0, 1.0),), 0, ACCEPTED),
        (((201, 2, 0, 0, 0.0, nan),), 0, INVALID_PARAM1),
        (((22, 6, LAT, LON, 30.0, 0.0),), 3, NO_SPACE),
        ((), 0, ACCEPTED),
    ],
    ids=[
        "frame 2 for a place",
        "frame 6 for an action",
        "unknown",
        "two corners",
        "any command for a rally point",
        "rally point in frame 2",
        "a fence's corner",
        "servo",
        "relay",
        "spline",
        "frame 1",
        "jump",
        "a region of no number",
        "type 3",
        "clear",
    ],
)
def test_what_is_refused_and_how(rows: tuple[Row, ...], part: int, result: int) -> None:
    async def act(station: Planner, _: Autopilot) -> list[int]:
        return await station.upload(rows, part)

    assert _with(act) == [result]


def test_too_many_items_have_no_space() -> None:
    async def act(station: Planner, _: Autopilot) -> int:
        station.send(common.MAVLink_mission_count_message(SYSTEM, 1, 10_001, 0))
        await asyncio.sleep(0.5)
        return int(station.all("MISSION_ACK")[-1].type)

    assert _with(act) == NO_SPACE


def test_accepted_is_not_flyable() -> None:
    async def act(station: Planner, _: Autopilot) -> None:
        assert await station.upload((*MISSION[2:], MISSION[0])) == [ACCEPTED]  # takes off last
        assert await station.state() == common.MISSION_STATE_NO_MISSION
        station.send(common.MAVLink_command_long_message(SYSTEM, 1, 300, 0, 0, 0, 0, 0, 0, 0, 0))
        await asyncio.sleep(0.5)
        assert station.all("COMMAND_ACK")[-1].result == common.MAV_RESULT_DENIED

    _with(act)


@pytest.mark.parametrize("command", [178, 211, 93])
def test_a_mission_without_a_place_is_flyable_and_over_on_the_ground(command: int) -> None:
    """Seen on PX4 a70a558393: it arms, executes it where it stands, and says that it has landed."""

    async def act(station: Planner, autopilot: Autopilot) -> None:
        assert await station.upload(((command, 2, 0, 0, 0.0, 2.0),)) == [ACCEPTED]
        assert await station.state() != common.MISSION_STATE_NO_MISSION
        station.send(common.MAVLink_command_long_message(SYSTEM, 1, 300, 0, 0, 0, 0, 0, 0, 0, 0))
        await asyncio.sleep(12.0)
        assert station.all("COMMAND_ACK")[-1].result == common.MAV_RESULT_ACCEPTED
        assert autopilot.flight.mission_state is MissionState.COMPLETE
        assert any("Mission finished, landed" in text.text for text in station.all("STATUSTEXT"))
        assert autopilot.flight.airframe.body.height_agl_m == 0.0

    _with(act)


def test_without_current_the_old_index_is_kept() -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        await station.upload(MISSION)
        station.send(common.MAVLink_mission_set_current_message(SYSTEM, 1, 4))
        station.current = 0
        await station.upload((*MISSION[:5], MISSION[4], MISSION[5]))
        assert autopilot.flight.mission.index == 4
        station.current = 1
        await station.upload(MISSION)
        assert autopilot.flight.mission.index == 0

    _with(act)


def test_fences_and_rally_points_are_kept_read_back_and_obeyed() -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        ring = tuple(
            (5002, 0, LAT + 30000 + north, LON + east, 0.0, 3.0)
            for north, east in ((0, 0), (5000, 0), (0, 5000))
        )
        assert await station.upload(ring, 1) == [ACCEPTED]
        assert [(item.frame, item.autocontinue) for item in await station.download(1)] == [(5, 0)] * 3
        inside = autopilot.reader.place(LAT + 31000, LON + 1000, 0.0, 3)
        assert inside is not None
        assert not autopilot.flight.fence.allows(inside)
        assert await station.upload(((5100, 3, LAT, LON + 20000, 5.0, 0.0),), 2) == [ACCEPTED]
        assert len(autopilot.flight.rally) == 1
        assert [item.frame for item in await station.download(2)] == [6]
        await station.upload(((5100, 6, LAT, LON + 20000, 5.0, 0.0),), 2)
        await asyncio.sleep(3.0)
        assert "RTL: unsupported MAV_FRAME\t" in station.texts()
        station.send(common.MAVLink_mission_clear_all_message(SYSTEM, 1, 255))
        await asyncio.sleep(0.2)
        assert not autopilot.flight.fence.bounds
        assert len(station.all("MISSION_ACK")) == 4

    _with(act)


def test_plan_ids_travel_in_the_extension_fields() -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        await station.upload(MISSION)
        mission_id, fence_id, _ = autopilot.transfers.plan_ids()
        assert mission_id != 0
        assert fence_id == 0
        ack = station.all("MISSION_ACK")[-1]
        assert ack.get_msgbuf()[14:18] == mission_id.to_bytes(4, "little")
        await asyncio.sleep(1.5)
        current = station.all("MISSION_CURRENT")[-1]
        assert current.get_msgbuf()[16:20] == mission_id.to_bytes(4, "little")

    _with(act)


def test_lists_survive_a_restart_and_a_spoilt_store_is_an_empty_one(tmp_path: Path) -> None:
    store = tmp_path / "vehicle.json"

    async def give(station: Planner, autopilot: Autopilot) -> tuple[int, int, int]:
        ring = tuple((5002, 0, LAT + 30000 + step, LON + step * step, 0.0, 3.0) for step in (0, 50, 90))
        assert await station.upload(ring, 1) == [ACCEPTED]
        assert await station.upload(MISSION) == [ACCEPTED]
        return autopilot.transfers.plan_ids()

    async def find(station: Planner, autopilot: Autopilot) -> tuple[int, int, int]:
        assert await station.state() == common.MISSION_STATE_NOT_STARTED
        assert len(autopilot.flight.fence.bounds) == 1
        return autopilot.transfers.plan_ids()

    async def find_nothing(_: Planner, autopilot: Autopilot) -> tuple[int, int, int]:
        return autopilot.transfers.plan_ids()

    assert _with(give, store) == _with(find, store)
    for spoilt in ("", "[]", "{}", '{"MISSION": [[1]], "FENCE": [], "RALLY": []}'):
        store.write_text(spoilt)
        assert _with(find_nothing, store) == (0, 0, 0)


@pytest.mark.parametrize(
    ("rows", "event"),
    [
        (((21, 6, LAT, LON, 0.0, 0.0), MISSION[1]), "starts_w_landing"),
        ((MISSION[2], MISSION[0]), "takeoff_not_first"),
        (((22, 6, LAT, LON, -5.0, 0.0), MISSION[1]), "takeoff_too_low"),
        ((MISSION[0], (84, 6, LAT, LON, 20.0, 0.0)), "vtol_items"),
        ((MISSION[0], (3000, 2, 0, 0, 0.0, 4.0)), "vtol_items"),
        ((MISSION[0], (114, 2, 0, 0, 0.0, 5.0)), "unsup_cmd"),
        ((MISSION[0], (5000, 6, LAT, LON, 10.0, 0.0)), "unsup_cmd"),
    ],
    ids=["land first", "take-off later", "take-off below", "vtol", "transition", "distance", "return point"],
)
def test_a_mission_that_may_not_fly_is_taken_and_the_reason_told_to_programs_only(
    rows: tuple[Row, ...], event: str
) -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        said: list[Said] = []
        before = autopilot.flight.say

        def say(one: Said) -> None:
            said.append(one)
            before(one)

        autopilot.flight.say = say
        assert await station.upload(rows) == [ACCEPTED]
        assert await station.state() == common.MISSION_STATE_NO_MISSION
        assert [one.event for one in said] == [f"navigator_mis_{event}"]
        assert station.texts() == []

    _with(act)
