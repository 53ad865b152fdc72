"""PX4's events interface: one that was lost is asked for again, as a ground station does."""

from __future__ import annotations

import asyncio
import struct

from pymavlink.dialects.v20 import common
from pymavlink.generator.mavcrc import x25crc

from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.sitl.station import SYSTEM, Station, with_station

ARM = common.MAV_CMD_COMPONENT_ARM_DISARM
EVENT, SEQUENCE, REQUEST, REFUSED = 410, 411, 412, 413
REQUEST_CRC = 33
FIRST = 65526


class Listener(Station):
    """Keeps whole frames too, as pymavlink does not know events."""

    def hear(self, datagram: bytes) -> bool:
        self.frames = [*getattr(self, "frames", []), datagram]
        return super().hear(datagram)

    def payloads(self, number: int) -> list[bytes]:
        """Of all messages of a kind, padded with the zeros that MAVLink 2 leaves off."""
        found = [one for one in self.frames if int.from_bytes(one[7:10], "little") == number]
        return [one[10 : 10 + one[1]].ljust(64, b"\0") for one in found]

    def sequences(self) -> list[int]:
        """Of all events heard, in the order of their coming."""
        return [int.from_bytes(one[8:10], "little") for one in self.payloads(EVENT)]

    async def request(self, first: int, last: int, system: int = SYSTEM) -> None:
        payload = struct.pack("<HHBB", first, last, system, 1)
        head = bytes((0xFD, len(payload), 0, 0, 0, 255, 190)) + REQUEST.to_bytes(3, "little")
        crc = x25crc(head[1:] + payload)
        crc.accumulate(bytes((REQUEST_CRC,)))
        self._link.send(head + payload + struct.pack("<H", crc.crc))
        await asyncio.sleep(0.2)


async def some_events(station: Listener) -> None:
    """Each refusal to arm is one."""
    for _ in range(3):
        assert await station.command(ARM, 1.0, wait_s=1.0) == [1]


def test_events_are_numbered_from_where_px4_begins_and_their_latest_number_is_told() -> None:
    async def act(station: Listener, _: Autopilot) -> None:
        await some_events(station)
        heard = station.sequences()
        assert heard == [(FIRST + step) % 65536 for step in range(len(heard))]
        await asyncio.sleep(3.5)
        assert int.from_bytes(station.payloads(SEQUENCE)[-1][:2], "little") == heard[-1]

    with_station(Listener, act, faults=[Fault(Kind.NO_ARM, 0.0)])


def test_a_lost_event_comes_again_unchanged_to_who_asks_for_it() -> None:
    async def act(station: Listener, _: Autopilot) -> None:
        await some_events(station)
        before, heard = station.payloads(EVENT), station.sequences()
        lost = heard[-2:]
        await station.request(lost[0], lost[1])
        assert station.payloads(EVENT)[len(before) :] == before[-2:]
        await station.request(lost[0], lost[1], system=SYSTEM + 1)
        assert len(station.payloads(EVENT)) == len(before) + 2

    with_station(Listener, act, faults=[Fault(Kind.NO_ARM, 0.0)])


def test_an_event_that_is_not_kept_is_answered_by_an_error_with_the_oldest_there_is() -> None:
    async def act(station: Listener, _: Autopilot) -> None:
        await some_events(station)
        heard = len(station.sequences())
        await station.request(100, 101)
        asked, oldest, _system, component, reason = struct.unpack("<HHBBB", station.payloads(REFUSED)[0][:7])
        assert (asked, oldest, component, reason) == (100, FIRST, 190, 0)
        assert len(station.payloads(REFUSED)) == 2
        assert len(station.sequences()) == heard

    with_station(Listener, act, faults=[Fault(Kind.NO_ARM, 0.0)])
