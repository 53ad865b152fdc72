"""A ground station made of pymavlink alone, and a simulated autopilot for it to talk to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pymavlink.dialects.v20 import all as dialect
from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault
from sitl.loop import run_virtual
from vehicles.mavlink.links.link import MemoryLink, memory_pair
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE

Message = Any
_T = TypeVar("_T")
_S = TypeVar("_S", bound="Station")
HOME = GeoPoint(60.17, 24.94)
LOITER, RTL = 0x03040000, 0x05040000
SYSTEM = 7


class Station:
    """A ground station made of pymavlink alone, that keeps all it hears."""

    def __init__(self, link: MemoryLink) -> None:
        self._link = link
        self._mav = dialect.MAVLink(None, srcSystem=255, srcComponent=190)
        self._mav.robust_parsing = True
        self.heard: list[Message] = []
        self.beats_by_itself = False

    def hear(self, datagram: bytes) -> bool:
        heard = self._mav.parse_buffer(datagram) or []
        self.heard += [message for message in heard if not message.get_type().startswith("UNKNOWN")]
        return True

    def send(self, message: Message) -> None:
        self._link.send(message.pack(self._mav))
        self._mav.seq = (self._mav.seq + 1) % 256

    def beat(self) -> None:
        self.send(common.MAVLink_heartbeat_message(common.MAV_TYPE_GCS, 8, 0, 0, 4, 3))

    async def beat_on(self) -> None:
        """A heartbeat each second, if it does so by itself."""
        while self.beats_by_itself:
            self.beat()
            await asyncio.sleep(1.0)

    def all(self, kind: str) -> list[Message]:
        return [message for message in self.heard if message.get_type() == kind]

    async def command(
        self, command: int, *params: float, wait_s: float = 2.5, system: int = SYSTEM
    ) -> list[int]:
        """Send COMMAND_LONG; the results of all its acknowledgements."""
        before = len(self.all("COMMAND_ACK"))
        padded = (*params, *[0.0] * (7 - len(params)))
        self.send(common.MAVLink_command_long_message(system, 1, command, 0, *padded))
        await asyncio.sleep(wait_s)
        return [ack.result for ack in self.all("COMMAND_ACK")[before:] if ack.command == command]

    async def latest(self, kind: str) -> Message:
        """The next message of a kind."""
        before = len(self.all(kind))
        while len(self.all(kind)) == before:  # noqa: ASYNC110  # what is heard has no event
            await asyncio.sleep(0.05)
        return self.all(kind)[-1]

    def texts(self) -> list[str]:
        return [message.text for message in self.all("STATUSTEXT")]


def on_the_wire(
    act: Callable[[Station, Autopilot], Awaitable[_T]],
    *faults: Fault,
    profile: VehicleProfile = DELIVERY_DRONE,
) -> _T:
    """Run `act` with a station and an autopilot that has booted."""
    return with_station(Station, act, faults=faults, profile=profile)


def with_station(
    kind: Callable[[MemoryLink], _S],
    act: Callable[[_S, Autopilot], Awaitable[_T]],
    *,
    faults: Sequence[Fault] = (),
    profile: VehicleProfile = DELIVERY_DRONE,
    store: Path | None = None,
) -> _T:
    """Run `act` with a station of some kind, heard from the start, and an autopilot that has booted."""

    async def main() -> _T:
        ours, theirs = memory_pair()
        station = kind(ours)
        await ours.open(station.hear)
        autopilot = Autopilot(theirs, profile, Waypoint(HOME), SYSTEM, 3, faults=faults, store=store)
        flying = asyncio.create_task(autopilot.run())
        beating = asyncio.create_task(station.beat_on())
        await asyncio.sleep(0.1)
        station.beat()
        await asyncio.sleep(5.0)
        station.beat()
        try:
            async with asyncio.timeout(900.0):
                return await act(station, autopilot)
        finally:
            flying.cancel()
            beating.cancel()

    return run_virtual(main(), 1_790_000_000.0)
