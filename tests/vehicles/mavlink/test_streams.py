"""Asking for streams of a vehicle that does not answer: less and less, and at once when it begins anew."""

from __future__ import annotations

import asyncio

from pymavlink.dialects.v20 import common

from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink import wire
from vehicles.clock import now_s
from vehicles.mavlink.drone import Drone
from vehicles.mavlink.links.link import memory_pair
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE


class Mute:
    """A vehicle that says where it is, and answers nothing."""

    def __init__(self) -> None:
        self.ours, self._theirs = memory_pair()
        self.asked_at_s: list[float] = []
        self.boot_at_s = 0.0
        self._sender = wire.Sender()

    async def live(self) -> None:
        await self._theirs.open(self._hear)
        while True:
            boot_ms = int((now_s() - self.boot_at_s) * 1000)
            for message in (wire.heartbeat(), wire.position(boot_ms=boot_ms), wire.status()):
                self._theirs.send(self._sender.frame(message))
            await asyncio.sleep(1.0)

    def _hear(self, datagram: bytes) -> bool:
        for frame in split(datagram):
            message = parse(frame) if isinstance(frame, Frame) else None
            if message and getattr(message, "command", 0) == common.MAV_CMD_SET_MESSAGE_INTERVAL:
                self.asked_at_s.append(now_s())
        return True


def test_a_vehicle_that_does_not_answer_is_asked_less_and_less_and_anew_after_a_restart() -> None:
    async def main() -> None:
        mute = Mute()
        mute.boot_at_s = now_s() - 100.0
        async with Drone(VehicleId("d1"), DELIVERY_DRONE, [mute.ours]), stands.living(mute.live()):
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
