"""What is particular to the driver that goes through MAVSDK; the rest is in `tests/contracts`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pymavlink.dialects.v20 import common

from sitl.loop import run_scaled
from tests.contracts.stands import VEHICLE, free_port, living, until
from vehicles import mavsdk
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.udp import UdpLink
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.profiles import DELIVERY_DRONE
from vehicles.vehicle import LinkError, Vehicle

HOLD = 0x03040000


class Wire:
    """Autopilots that only beat and tell where they are, on one link, and hear everything."""

    def __init__(self, port: int, *system_ids: int) -> None:
        self.heard: list[common.MAVLink_message] = []
        self._link = UdpLink(f"udpout:127.0.0.1:{port}")
        self._ids = system_ids
        self._ear = common.MAVLink(None)
        self._ear.robust_parsing = True

    async def run(self) -> None:
        await self._link.open(self._hear)
        try:
            while True:
                for system_id in self._ids:
                    self._tell(common.MAVLink(None, srcSystem=system_id, srcComponent=1), system_id)
                await asyncio.sleep(0.5)
        finally:
            self._link.close()

    def beats(self, kind: int) -> int:
        return sum(1 for one in self.heard if one.get_type() == "HEARTBEAT" and one.type == kind)

    def _tell(self, mav: common.MAVLink, system_id: int) -> None:
        lat_e7 = 601_699_000 + 1_000 * system_id
        for message in (
            common.MAVLink_heartbeat_message(common.MAV_TYPE_QUADROTOR, 12, 0x1D, HOLD, 3, 3),
            common.MAVLink_sys_status_message(0, 0, 0, 0, 16000, -1, 80, 0, 0, 0, 0, 0, 0),
            common.MAVLink_global_position_int_message(1000, lat_e7, 249_384_000, 10_000, 0, 0, 0, 0, 0),
        ):
            self._link.send(message.pack(mav))

    def _hear(self, datagram: bytes) -> bool:
        self.heard += self._ear.parse_buffer(datagram) or []
        return True


def with_wire(
    act: Callable[[Vehicle, Wire], Awaitable[None]], *system_ids: int, which: int | None = None
) -> None:
    async def main() -> None:
        port = free_port()
        wire = Wire(port, *system_ids)
        identity = Identity(system_id=which)
        vehicle = mavsdk.connect(f"udpin:127.0.0.1:{port}", VEHICLE, DELIVERY_DRONE, identity)
        async with vehicle, living(wire.run()):
            await act(vehicle, wire)

    run_scaled(main(), 1.0)


def test_only_attend_says_that_a_ground_station_is_there() -> None:
    async def act(vehicle: Vehicle, wire: Wire) -> None:
        await until(vehicle, lambda _: True, 10.0)
        await asyncio.sleep(1.5)
        assert wire.beats(common.MAV_TYPE_ONBOARD_CONTROLLER) > 0  # MAVSDK's own thread
        assert wire.beats(common.MAV_TYPE_GCS) == 0
        for sent in (1, 2):
            vehicle.attend()
            await asyncio.sleep(0.1)
            assert wire.beats(common.MAV_TYPE_GCS) == sent
        assert {one.get_srcSystem() for one in wire.heard} == {GCS_SYSTEM}

    with_wire(act, 7)


def test_the_vehicle_is_the_one_of_its_system_id() -> None:
    async def act(vehicle: Vehicle, _: Wire) -> None:
        seen = await until(vehicle, lambda _: True, 10.0)
        assert seen.position.lat_deg == pytest.approx(60.1699 + 9e-4)
        await asyncio.sleep(1.0)
        again = await until(vehicle, lambda _: True)
        assert again.position == seen.position

    with_wire(act, 7, 9, 8, which=9)


@pytest.mark.parametrize("url", ["mqtt://127.0.0.1:1883/v1", "udpin", "tlog:flight.tlog"])
def test_a_link_that_mavsdk_does_not_serve_is_refused(url: str) -> None:
    with pytest.raises(LinkError, match="udpin, udpout, tcpin, tcpout, serial"):
        mavsdk.connect(url, VEHICLE, DELIVERY_DRONE)


def test_a_link_that_cannot_be_opened_is_an_error_of_the_link() -> None:
    async def main() -> None:
        vehicle = mavsdk.connect("serial:/dev/no-such-line:57600", VEHICLE, DELIVERY_DRONE)
        with pytest.raises(LinkError, match="no-such-line"):
            await vehicle.__aenter__()

    asyncio.run(main())
