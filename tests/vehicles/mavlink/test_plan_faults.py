"""A plan is there whole or not at all, whatever becomes of whichever message: swept over every step.

The truth is looked up in the simulated autopilot itself: its three lists, its mode, its current item.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from geofences.formats.plan_items import Side
from geofences.path import Waypoint
from geofences.position import destination
from sitl.autopilot.items import Part, plan_id
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink import wire
from vehicles.handover import WinchDown
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import MemoryLink, memory_pair
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mission import DropOff, FenceCircle, KeepIn, KeepOut, MissionId, VehicleId, VehiclePlan
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Mode
from vehicles.vehicle import Accepted, Hold, Outcome, Refused, Resume, Start, Unanswered

SYSTEM = 3
COUNT, ITEM, ACK, SET_CURRENT = 44, 73, 47, 41
TRANSFER = frozenset({40, 43, COUNT, 45, ACK, 51, ITEM, SET_CURRENT})


TAKES_S, LATE_S = 0.02, 0.15


def on_its_way(datagram: bytes) -> Sequence[tuple[float, bytes]]:
    return ((TAKES_S, datagram),)


class Fault(Enum):
    """What becomes of a message and of what follows it."""

    LOST_ONCE = "lost once"
    LOST_FOR_EVER = "lost however often it is said"
    DOUBLED = "doubled"
    REFUSED = "refused by the vehicle"
    REBOOT = "the vehicle restarts"
    GONE = "the link is gone from then on"


class Trouble:
    """A link on which, once armed, the transfer message number `step` of either direction meets a fault."""

    def __init__(self, fault: Fault | None, step: int) -> None:
        self.fault, self.step = fault, step
        self.count = 0
        self.armed = False
        self.gone = False
        self.reboot = asyncio.Event()
        self._lost: tuple[object, ...] | None = None

    def to_vehicle(self, datagram: bytes) -> Sequence[tuple[float, bytes]]:
        return self._carry(datagram, towards=True)

    def from_vehicle(self, datagram: bytes) -> Sequence[tuple[float, bytes]]:
        return self._carry(datagram, towards=False)

    def _carry(self, datagram: bytes, *, towards: bool) -> Sequence[tuple[float, bytes]]:
        (frame,) = split(datagram)
        assert isinstance(frame, Frame)
        if self.gone:
            return ()
        if not self.armed or frame.message_id not in TRANSFER:
            return on_its_way(datagram)
        message = parse(frame)
        if self._lost is not None and _identity(message) == self._lost:
            return ()
        self.count += 1
        if self.count - 1 != self.step:
            return on_its_way(datagram)
        return self._meet(datagram, frame, message, towards=towards)

    def _meet(
        self,
        datagram: bytes,
        frame: Frame,
        message: Any,  # noqa: ANN401 - pymavlink's
        *,
        towards: bool,
    ) -> Sequence[tuple[float, bytes]]:
        match self.fault:
            case Fault.DOUBLED:
                return (*on_its_way(datagram), (LATE_S, datagram))
            case Fault.REFUSED if towards and frame.message_id in {COUNT, ITEM}:
                if frame.message_id == COUNT:
                    message.count = 20_000
                else:
                    message.frame = 99
                return on_its_way(wire.Sender(frame.system_id, frame.component_id).frame(message))
            case Fault.REFUSED | None:
                return on_its_way(datagram)
            case Fault.LOST_FOR_EVER:
                self._lost = _identity(message)
            case Fault.REBOOT:
                self.reboot.set()
            case Fault.GONE:
                self.gone = True
        return ()


def _identity(message: Any) -> tuple[object, ...]:  # noqa: ANN401
    """One message of a transfer, however often it is said and whoever says it."""
    kind = message.get_type().removesuffix("_INT")
    return (kind, getattr(message, "mission_type", 0), getattr(message, "seq", None), message.get_srcSystem())


def ring(bearing_deg: float, away_m: float) -> tuple[Any, ...]:
    centre = destination(stands.HOME, bearing_deg, away_m)
    return tuple(destination(centre, bearing, 15.0) for bearing in (0.0, 120.0, 240.0))


def plan(mission_id: int, away_m: float, zone: str, rally_m: float) -> VehiclePlan:
    mission = stands.plan(DELIVERY_DRONE, MissionId(mission_id), away_m).mission
    rally = Waypoint(destination(stands.HOME, 180.0, rally_m), 20.0)
    return VehiclePlan(mission, (KeepOut(zone, ring(200.0 if zone == "old" else 230.0, 120.0)),), (rally,))


def by_winch(plain: VehiclePlan) -> VehiclePlan:
    """The same with a hand-over by winch, a circle to keep out of, and an area to keep in."""
    legs = tuple(
        replace(leg, handover=WinchDown(8.5)) if isinstance(leg, DropOff) else leg
        for leg in plain.mission.legs
    )
    circle = FenceCircle("round", Side.OUTSIDE, destination(stands.HOME, 270.0, 90.0), 20.0)
    area = KeepIn("area", tuple(destination(stands.HOME, bearing, 900.0) for bearing in (0.0, 120.0, 240.0)))
    return replace(plain, mission=replace(plain.mission, legs=legs), circles=(circle,), keep_ins=(area,))


OLD, NEW = plan(7, 60.0, "old", 5.0), by_winch(plan(8, 90.0, "new", 10.0))
Lists = dict[Part, int]
"""The autopilot's three lists, each by the checksum of what it holds; 0 is an empty one."""


class Stage:
    """A vehicle, how it is spoken to, and the trouble in between."""

    def __init__(self, trouble: Trouble, store: Path) -> None:
        self.trouble = trouble
        self._store = store
        ours, self._theirs = memory_pair(to_vehicle=trouble.to_vehicle, from_vehicle=trouble.from_vehicle)
        self.drone = over([ours], VehicleId("d1"), DELIVERY_DRONE)
        self.autopilot = self._boot(self._theirs)

    def _boot(self, link: MemoryLink) -> Autopilot:
        return Autopilot(
            link, DELIVERY_DRONE, Waypoint(stands.HOME), SYSTEM, 5, store=self._store, has_winch=True
        )

    @property
    def lists(self) -> Lists:
        return {part: plan_id(items) for part, items in self.autopilot.transfers.lists.items()}

    async def live(self) -> None:
        """The vehicle, restarted when the trouble says so."""
        while True:
            life = asyncio.create_task(self.autopilot.run())
            try:
                await self.trouble.reboot.wait()
            finally:
                life.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await life
            self.trouble.reboot.clear()
            self.autopilot = self._boot(self._theirs)

    async def attend(self) -> None:
        while True:
            self.drone.attend()
            await asyncio.sleep(0.5)


def staged(
    fault: Fault | None, step: int, store: Path, body: Callable[[Stage], Awaitable[None]], *, airborne: bool
) -> Trouble:
    """Run `body` against a vehicle that holds OLD, standing, or holding in flight at its second item."""
    made: list[Trouble] = []

    async def main() -> None:
        trouble = Trouble(fault, step)
        stage = Stage(trouble, store)
        made.append(trouble)
        async with stands.living(stage.live()), stage.drone, stands.living(stage.attend()):
            await stands.ready(stage.drone)
            assert await stage.drone.load(OLD) == Accepted()
            if airborne:
                assert await stage.drone.command(Start(OLD.mission.mission_id)) == Accepted()
                await stands.until(stage.drone, lambda seen: seen.height_agl_m > 18.0)
                await asyncio.sleep(4.0)
                assert await stage.drone.command(Hold()) == Accepted()
            await body(stage)

    run_virtual(main(), stands.START_UTC_S)
    return made[0]


def steps_of_a_load(store: Path, *, airborne: bool) -> tuple[int, Lists, Lists]:
    """How many messages an untroubled load takes, and the lists before and after it."""
    seen: list[Lists] = []

    async def body(stage: Stage) -> None:
        seen.append(stage.lists)
        stage.trouble.armed = True
        assert await stage.drone.load(NEW) == Accepted()
        seen.append(stage.lists)

    trouble = staged(None, -1, store, body, airborne=airborne)
    return trouble.count, seen[0], seen[1]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.LOST_ONCE, id="lost-once"),
        pytest.param(Fault.DOUBLED, id="doubled", marks=pytest.mark.slow),
        pytest.param(Fault.LOST_FOR_EVER, id="lost-for-ever", marks=pytest.mark.slow),
        pytest.param(Fault.REFUSED, id="refused", marks=pytest.mark.slow),
        pytest.param(Fault.REBOOT, id="reboot"),
    ],
)
def test_on_the_ground_every_step_leaves_the_new_plan_whole_or_no_mission(
    fault: Fault, tmp_path: Path
) -> None:
    count, old, new = steps_of_a_load(tmp_path / "dry", airborne=False)
    assert count > 30
    outcomes = set()
    for step in range(count):

        async def body(stage: Stage, step: int = step) -> None:
            stage.trouble.armed = True
            outcome = await stage.drone.load(NEW)
            outcomes.add(type(outcome))
            stage.trouble.armed = False
            if isinstance(outcome, Accepted):
                assert stage.lists == new, (step, outcome)
                return
            assert stage.lists == old or stage.lists[Part.MISSION] == 0, (step, outcome)
            await _cannot_start(stage, step)
            await stands.ready(stage.drone)
            assert await stage.drone.load(NEW) == Accepted(), (step, "the next load")
            assert stage.lists == new

        staged(fault, step, tmp_path / f"{step}", body, airborne=False)
    assert Accepted in outcomes
    if fault in {Fault.LOST_ONCE, Fault.DOUBLED}:
        assert outcomes == {Accepted}


async def _cannot_start(stage: Stage, step: int) -> None:
    for mission in (OLD, NEW):
        outcome = await stage.drone.command(Start(mission.mission.mission_id))
        assert isinstance(outcome, Refused), (step, outcome)


AIRBORNE = [Fault.LOST_ONCE, Fault.LOST_FOR_EVER, Fault.DOUBLED, Fault.REFUSED]


@pytest.mark.slow
@pytest.mark.parametrize("fault", AIRBORNE, ids=lambda f: f.name)
def test_in_the_air_every_step_leaves_one_plan_whole_and_it_holds(fault: Fault, tmp_path: Path) -> None:
    count, old, new = steps_of_a_load(tmp_path / "dry", airborne=True)
    outcomes = set()
    for step in range(count):

        async def body(stage: Stage, step: int = step) -> None:
            index = stage.autopilot.flight.mission.index
            assert index > 0
            stage.trouble.armed = True
            outcome = await stage.drone.load(NEW)
            outcomes.add(type(outcome))
            assert stage.autopilot.flight.mode is Mode.HOLD
            stage.trouble.armed = False
            await _goes_on(stage, outcome, (old, new), index, step)

        staged(fault, step, tmp_path / f"{step}", body, airborne=True)
    assert Accepted in outcomes
    if fault in {Fault.LOST_ONCE, Fault.DOUBLED}:
        assert outcomes == {Accepted}


async def _goes_on(
    stage: Stage, outcome: Outcome, either: tuple[Lists, Lists], index: int, step: int
) -> None:
    old, new = either
    if isinstance(outcome, Accepted):
        assert stage.lists == new, step
        assert await stage.drone.command(Resume(NEW.mission.mission_id)) == Accepted()
        return
    held = stage.drone.holds
    if held is None:  # undoing met the fault too: nobody knows, so nothing is resumed
        assert isinstance(outcome, Unanswered)
        for mission in (OLD, NEW):
            assert isinstance(await stage.drone.command(Resume(mission.mission.mission_id)), Refused)
        return
    assert held == OLD.mission.mission_id, step
    assert stage.lists == old, (step, outcome)
    assert stage.autopilot.flight.mission.index == index, step
    assert await stage.drone.command(Resume(held)) == Accepted()


@pytest.mark.slow
@pytest.mark.parametrize("where", ["ground", "air"])
def test_a_link_gone_at_any_step_leaves_nothing_that_can_be_started(where: str, tmp_path: Path) -> None:
    airborne = where == "air"
    count, old, new = steps_of_a_load(tmp_path / "dry", airborne=airborne)
    for step in range(count):

        async def body(stage: Stage, step: int = step) -> None:
            stage.trouble.armed = True
            outcome = await stage.drone.load(NEW)
            assert isinstance(outcome, Unanswered), step
            for part in Part:
                assert stage.lists[part] in (old[part], new[part], 0), step
            if not airborne:
                whole = stage.lists in (old, new)
                assert whole or stage.lists[Part.MISSION] == 0, step
            else:
                assert stage.autopilot.flight.mode is Mode.HOLD, step
                assert stage.lists[Part.MISSION] != 0, step
            stage.trouble.gone = stage.trouble.armed = False
            await stands.until(stage.drone, lambda seen: seen.mode is Mode.HOLD, 10.0)
            assert await stage.drone.load(NEW) == Accepted(), (step, "once it is heard again")
            assert stage.lists == new

        staged(Fault.GONE, step, tmp_path / f"{step}", body, airborne=airborne)


def test_a_change_in_the_air_sends_only_what_differs(tmp_path: Path) -> None:
    async def body(stage: Stage) -> None:
        other = plan(9, 90.0, "old", 5.0).mission
        stage.trouble.armed = True
        before = stage.lists
        assert await stage.drone.load(VehiclePlan(other, OLD.keep_outs, OLD.rally_points)) == Accepted()
        assert stage.lists[Part.FENCE] == before[Part.FENCE] != 0
        assert stage.lists[Part.RALLY] == before[Part.RALLY] != 0
        assert stage.lists[Part.MISSION] != before[Part.MISSION]

    trouble = staged(None, -1, tmp_path / "store", body, airborne=True)
    assert trouble.count < 30
