"""Asking for streams: of who does not answer, less and less; and what nobody reads is switched off."""

from __future__ import annotations

import asyncio

import pytest
from pymavlink.dialects.v20 import common

from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink import wire
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.exchanges.streams import LEAST_OFTEN_S, Streams
from vehicles.mavlink.links.link import memory_pair
from vehicles.mavlink.wire.frames import Frame, Message, parse, split
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE


class Mute:
    """A vehicle that says where it is, and answers nothing unless it `says_yes` and does as it is asked."""

    def __init__(self) -> None:
        self.ours, self._theirs = memory_pair()
        self.says_yes = False
        self.noise: Message | None = None
        self.asked_at_s: list[float] = []
        self.boot_at_s = 0.0
        self._sender = wire.Sender()

    async def live(self) -> None:
        await self._theirs.open(self._hear)
        while True:
            boot_ms = int((now_s() - self.boot_at_s) * 1000)
            for message in (wire.heartbeat(), wire.position(boot_ms=boot_ms), wire.status()):
                self._theirs.send(self._sender.frame(message))
            for _ in range(5 if self.noise else 0):
                self._theirs.send(self._sender.frame(self.noise))
            await asyncio.sleep(1.0)

    def _hear(self, datagram: bytes) -> bool:
        for frame in split(datagram):
            message = parse(frame) if isinstance(frame, Frame) else None
            if message and getattr(message, "command", 0) == common.MAV_CMD_SET_MESSAGE_INTERVAL:
                self.asked_at_s.append(now_s())
                if self.says_yes:
                    self._do(message)
        return True

    def _do(self, asked: Message) -> None:
        if self.noise and asked.param1 == self.noise.get_msgId():
            self.noise = None
        answer = common.MAVLink_command_ack_message(
            asked.command, 0, 0, 0, asked.get_srcSystem(), asked.get_srcComponent()
        )
        self._theirs.send(self._sender.frame(answer))


def test_a_vehicle_that_does_not_answer_is_asked_less_and_less_and_anew_after_a_restart() -> None:
    async def main() -> None:
        mute = Mute()
        mute.boot_at_s = now_s() - 100.0
        async with over([mute.ours], VehicleId("d1"), DELIVERY_DRONE), stands.living(mute.live()):
            await asyncio.sleep(120.0)
            gaps_s = [b - a for a, b in zip(mute.asked_at_s, mute.asked_at_s[1:], strict=False)]
            assert 6 <= len(mute.asked_at_s) <= 14
            assert gaps_s == sorted(gaps_s)
            assert 15.0 < gaps_s[-1] < 20.0
            await asyncio.sleep(0.5)
            before, mute.boot_at_s = len(mute.asked_at_s), now_s()
            await asyncio.sleep(5.0)
            assert len(mute.asked_at_s) >= before + 2

    run_virtual(main(), 1_790_000_000.0)


def test_noise_is_switched_off_at_once_at_first_and_later_when_it_is_counted_again() -> None:
    async def main() -> None:
        vessel = Mute()
        vessel.boot_at_s = now_s() - 100.0
        vessel.says_yes, vessel.noise = True, common.MAVLink_vfr_hud_message(0, 0, 0, 0, 0, 0)
        async with over([vessel.ours], VehicleId("d1"), DELIVERY_DRONE), stands.living(vessel.live()):
            await asyncio.sleep(8.0)
            assert vessel.noise is None
            asked = len(vessel.asked_at_s)
            await asyncio.sleep(100.0)
            assert len(vessel.asked_at_s) == asked
            vessel.noise = common.MAVLink_system_time_message(0, 0)
            await asyncio.sleep(LEAST_OFTEN_S + 2.0)
            assert vessel.noise is None

    run_virtual(main(), 1_790_000_000.0)


def test_a_vehicle_that_sends_what_is_wanted_is_counted_less_and_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted_at_s: list[float] = []
    count = Streams._noise

    def noted(streams: Streams) -> tuple[int, ...]:
        counted_at_s.append(now_s())
        return count(streams)

    monkeypatch.setattr(Streams, "_noise", noted)

    async def main() -> None:
        vessel = Mute()
        vessel.boot_at_s = now_s() - 100.0
        vessel.says_yes = True
        async with over([vessel.ours], VehicleId("d1"), DELIVERY_DRONE), stands.living(vessel.live()):
            await asyncio.sleep(120.0)
        assert 6 <= len(counted_at_s) <= 14

    run_virtual(main(), 1_790_000_000.0)
