from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from pymavlink.dialects.v20 import common

from sitl.loop import run_scaled
from tests.contracts.stands import free_port, living
from tests.vehicles.mavlink import wire
from vehicles.mavlink.probe import Nobody, Seen, probe
from vehicles.mavlink.wire.frames import Frame, parse, split


def version(system_id: int = 4) -> bytes:
    nothing = [0] * 8
    packed = 1 << 24 | 17 << 16
    told = common.MAVLink_autopilot_version_message(0, packed, 0, 0, 0, nothing, nothing, nothing, 0, 0, 4)
    return bytes(wire.Sender(system_id).frame(told))


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

    async def main() -> tuple[Seen, ...] | Nobody:
        async with living(speak()):
            return await probe(url, 4.0)

    seen = run_scaled(main(), 4.0)
    assert isinstance(seen, tuple)
    drone, station = seen
    assert drone.address == station.address != f"127.0.0.1:{port}"
    assert drone == Seen(
        url,
        4,
        1,
        "PX4",
        "quadrotor",
        "1.17.0",
        armed=True,
        mode="mission",
        mode_text="Mission",
        uid="0000000000000004",
        address=drone.address,
    )
    assert (station.system_id, station.type, station.autopilot) == (255, "gcs", "none")
    assert (station.mode, station.mode_text) == ("", "")


def test_when_nobody_is_heard_it_says_what_may_be_the_matter() -> None:
    port = free_port()
    found = run_scaled(probe(f"udpin:127.0.0.1:{port}", 1.0), 20.0)
    assert isinstance(found, Nobody)
    assert f"nothing arrived at port {port}" in found.hint
    found = run_scaled(probe(f"tcpout:127.0.0.1:{port}", 2.0), 4.0)
    assert found == Nobody("connection refused")
    found = run_scaled(probe("serial:/dev/ttyNONE:57600", 1.0), 4.0)
    assert isinstance(found, Nobody)
    assert "no such file" in found.hint


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        (b"no MAVLink" * 4, "40 bytes came, but no MAVLink frame that is whole"),
        (wire.Sender(4).frame(wire.position()), "MAVLink came from system 4, but no heartbeat"),
    ],
    ids=["dirt", "no heartbeat"],
)
def test_what_came_instead_of_a_heartbeat_is_told(said: bytes, hint: str) -> None:
    port = free_port()

    async def main() -> tuple[Seen, ...] | Nobody:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as vehicle:
            asyncio.get_running_loop().call_later(0.5, vehicle.sendto, said, ("127.0.0.1", port))
            return await probe(f"udpin:127.0.0.1:{port}", 1.5)

    found = run_scaled(main(), 2.0)
    assert isinstance(found, Nobody)
    assert hint in found.hint


def test_several_vehicles_on_one_port_are_all_asked_and_a_listening_one_is_greeted() -> None:
    port = free_port()

    async def beat(system_id: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as vehicle:
            vehicle.setblocking(False)  # noqa: FBT003
            while True:
                vehicle.sendto(wire.Sender(system_id).frame(wire.heartbeat()), ("127.0.0.1", port))
                await asyncio.sleep(0.2)
                with contextlib.suppress(BlockingIOError):
                    while asked := vehicle.recv(300):
                        frame = next(iter(split(asked)))
                        message = parse(frame) if isinstance(frame, Frame) else None
                        if (
                            message
                            and message.get_type() == "COMMAND_LONG"
                            and message.target_system == system_id
                        ):
                            vehicle.sendto(version(system_id), ("127.0.0.1", port))

    async def main() -> tuple[Seen, ...] | Nobody:
        async with living(beat(1)), living(beat(2)), living(beat(3)):
            return await probe(f"udpin:127.0.0.1:{port}", 4.0)

    seen = run_scaled(main(), 4.0)
    assert isinstance(seen, tuple)
    assert [(one.system_id, one.version) for one in seen] == [(1, "1.17.0"), (2, "1.17.0"), (3, "1.17.0")]
