from __future__ import annotations

import asyncio
import socket

from pymavlink.dialects.v20 import common

from sitl.loop import run_scaled
from tests.contracts.stands import free_port, living
from tests.vehicles.mavlink import wire
from vehicles.mavlink.frames import Frame, parse, split
from vehicles.mavlink.probe import Seen, probe


def version() -> bytes:
    nothing = [0] * 8
    packed = 1 << 24 | 17 << 16
    told = common.MAVLink_autopilot_version_message(0, packed, 0, 0, 0, nothing, nothing, nothing, 0, 0, 4)
    return bytes(wire.Sender(4).frame(told))


def test_it_tells_who_speaks_there_and_what_they_are() -> None:
    port = free_port()
    url = f"udpin:127.0.0.1:{port}"

    async def speak() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as vehicle:
            vehicle.setblocking(False)  # noqa: FBT003
            while True:
                for sender, beat in (
                    (wire.Sender(4), wire.heartbeat(armed=True, mode=wire.MISSION)),
                    (wire.Sender(255, 190), wire.heartbeat(kind=wire.GCS, autopilot=wire.INVALID)),
                ):
                    vehicle.sendto(sender.frame(beat) + b"\x00junk", ("127.0.0.1", port))
                answer(vehicle)
                await asyncio.sleep(0.3)

    def answer(vehicle: socket.socket) -> None:
        try:
            datagram, back = vehicle.recvfrom(300)
        except BlockingIOError:
            return
        for frame in split(datagram):
            message = parse(frame) if isinstance(frame, Frame) else None
            if message is not None and message.get_type() == "COMMAND_LONG":
                vehicle.sendto(version(), back)

    async def main() -> tuple[Seen, ...]:
        async with living(speak()):
            return await probe(url, 4.0)

    drone, station = run_scaled(main(), 4.0)
    assert drone == Seen(url, 4, 1, "PX4", "quadrotor", "1.17.0", armed=True, mode="mission")
    assert (station.system_id, station.type, station.autopilot) == (255, "gcs", "none")


def test_nobody_there_is_an_empty_answer() -> None:
    assert run_scaled(probe(f"udpin:127.0.0.1:{free_port()}", 1.0), 20.0) == ()
