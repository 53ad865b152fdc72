"""Vehicles that say by themselves when their state is another one are looked at seldom; nothing is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from geofences.reason import Because, Reason
from orchestrator.record.events import LegDone, LinkLost, LinkUp, ParcelHandedOver, VehicleFaulted
from sitl.direct.telling import TellingVehicle
from sitl.direct.vehicle import STEADY_STEP_S, DirectVehicle
from sitl.faults import Fault, Kind
from sitl.motion.swarm import Swarm
from tests.orchestrator.operations.town import D1, PADS, START_S, order, profile_of
from tests.scenarios.theatre import Stage, play, stage
from vehicles.clock import now_s
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Telling

SILENT_S, BACK_S = 60.3, 90.0


class Counted(TellingVehicle):
    """One that counts who looks at it."""

    looks = 0

    @property
    def telemetry(self) -> Telemetry | None:
        self.looks += 1
        return super().telemetry


class CountedMute(DirectVehicle):
    """The same of one that says nothing by itself."""

    looks = 0

    @property
    def telemetry(self) -> Telemetry | None:
        self.looks += 1
        return super().telemetry


@contextmanager
def stepped(swarm: Swarm) -> Iterator[None]:
    async def step() -> None:
        while True:
            await asyncio.sleep(STEADY_STEP_S)
            swarm.look(now_s())

    task = asyncio.create_task(step())
    try:
        yield
    finally:
        task.cancel()


def made(kind: type[Counted | CountedMute], swarm: Swarm, *faults: Fault) -> Counted | CountedMute:
    return kind(D1, profile_of(D1), PADS[D1].at, 7, swarm=swarm, faults=faults)


def test_a_delivery_takes_fewer_looks_and_its_facts_come_no_later() -> None:
    async def deliver(kind: type[Counted | CountedMute]) -> tuple[int, list[float], float]:
        swarm = Swarm()
        drone = made(kind, swarm)
        with stepped(swarm):
            async with stage([drone]) as it:
                await it.place(order())
                await it.until_over()
                legs = [entry.at_s for entry in it.entries() if isinstance(entry.event, LegDone)]
                (handed,) = [e.at_s for e in it.entries() if isinstance(e.event, ParcelHandedOver)]
                return drone.looks, legs, handed

    assert isinstance(Counted(D1, profile_of(D1), PADS[D1].at, 7), Telling)
    told, told_legs, told_at_s = play(lambda: deliver(Counted))
    mute, mute_legs, mute_at_s = play(lambda: deliver(CountedMute))
    assert 2 * told < mute  # 101 and 252: a share of the looks is per second of flight, whoever tells
    assert len(told_legs) == len(mute_legs)
    assert told_at_s <= mute_at_s + STEADY_STEP_S
    assert all(a <= b + STEADY_STEP_S for a, b in zip(told_legs, mute_legs, strict=True))


def test_one_that_stands_idle_is_hardly_looked_at_and_a_finding_is_news_at_once() -> None:
    broken = Reason(Because.HEALTH, "GF_ACTION", "GF_ACTION is wrong.")

    class Judged(Counted):
        findings: tuple[Reason, ...] = ()

        @property
        def telemetry(self) -> Telemetry | None:
            seen = super().telemetry
            if seen is None or not self.findings:
                return seen
            return replace(seen, health=replace(seen.health, ready=False, findings=self.findings))

        def judge(self) -> None:
            self.findings = (broken,)
            self._news()

    async def scene() -> tuple[int, float]:
        swarm = Swarm()
        drone = made(Judged, swarm)
        assert isinstance(drone, Judged)
        with stepped(swarm):
            async with stage([drone]) as it:
                await asyncio.sleep(30.0)
                before = drone.looks
                await asyncio.sleep(60.0)
                looks, judged_at_s = drone.looks - before, now_s()
                drone.judge()
                await it.until(lambda state: bool(state.vehicles[D1].fault), 60.0)
                (entry,) = [e for e in it.entries() if isinstance(e.event, VehicleFaulted)]
                assert entry.event == VehicleFaulted(D1, (broken,))
                return looks, entry.at_s - judged_at_s

    looks, told_after_s = play(scene)
    assert looks <= 3
    assert told_after_s < 1.0


def test_one_that_cannot_even_say_when_it_was_heard_is_looked_at_all_the_same() -> None:
    class Broken(Counted):
        broken = False

        @property
        def heard_at_s(self) -> float | None:
            if self.broken:
                raise RuntimeError("no clock")
            return super().heard_at_s

    async def scene() -> int:
        swarm = Swarm()
        drone = made(Broken, swarm)
        assert isinstance(drone, Broken)
        with stepped(swarm):
            async with stage([drone]):
                await asyncio.sleep(30.0)
                drone.broken, before = True, drone.looks
                await asyncio.sleep(60.0)
                return drone.looks - before

    assert play(scene) >= 8


def test_silence_is_told_when_it_has_lasted_five_seconds_idle_or_under_way() -> None:
    async def lost(*, ordered: bool) -> tuple[float, float]:
        swarm = Swarm()
        drone = made(Counted, swarm, Fault(Kind.SILENT, SILENT_S, BACK_S))
        with stepped(swarm):
            async with stage([drone]) as it:
                if ordered:
                    await it.place(order())
                await it.until(lambda state: state.at_s > START_S + SILENT_S + 5.0 and heard(it) > 1, 600.0)
                (at_s,) = [e.at_s for e in it.entries() if isinstance(e.event, LinkLost)]
                back_s = [e.at_s for e in it.entries() if isinstance(e.event, LinkUp)][-1]
                return at_s - START_S - SILENT_S, back_s - START_S - BACK_S

    def heard(it: Stage[Counted | CountedMute]) -> int:
        return len(it.events(LinkUp))

    for ordered in (False, True):
        lost_after_s, back_after_s = play(partial(lost, ordered=ordered))
        assert lost_after_s + STEADY_STEP_S >= 5.0
        assert lost_after_s < 5.5
        assert back_after_s < 5.5
