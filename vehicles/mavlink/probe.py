"""Who speaks MAVLink on an endpoint, and what they are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots import BY_MAV_AUTOPILOT, GCS_COMPONENT, GCS_SYSTEM
from vehicles.mavlink.frames import Frame, Message, Packer, parse, split
from vehicles.mavlink.udp import UdpLink
from vehicles.mavlink.wanted import is_autopilot
from vehicles.telemetry import Mode

_ASK_EVERY_S = 0.5
_AUTOPILOTS = {common.MAV_AUTOPILOT_PX4: "PX4", common.MAV_AUTOPILOT_ARDUPILOTMEGA: "ArduPilot"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One MAVLink component that was heard. `version` is empty when it did not say."""

    url: str
    system_id: int
    component_id: int
    autopilot: str
    type: str
    version: str
    armed: bool
    mode: str


class _Listener:
    def __init__(self) -> None:
        self.heartbeats: dict[tuple[int, int], Message] = {}
        self.versions: dict[tuple[int, int], str] = {}

    def take(self, datagram: bytes) -> bool:
        valid = False
        for frame in split(datagram):
            if isinstance(frame, Frame):
                valid = self._take_frame(frame) or valid
        return valid

    def _take_frame(self, frame: Frame) -> bool:
        message = parse(frame)
        if message is None:
            return False
        sender = (frame.system_id, frame.component_id)
        if message.get_type() == "HEARTBEAT":
            self.heartbeats[sender] = message
        elif message.get_type() == "AUTOPILOT_VERSION":
            self.versions[sender] = _version(message.flight_sw_version)
        return True


async def probe(url: str, for_s: float) -> tuple[Seen, ...]:
    """Listen at `url` for `for_s` seconds and ask autopilots for their version; by system, component.

    Raises `LinkError` when the endpoint cannot be had.
    """
    listener = _Listener()
    link = UdpLink(url)
    packer = Packer(GCS_SYSTEM)
    await link.open(listener.take)
    loop = asyncio.get_running_loop()
    until = loop.time() + for_s
    try:
        while (left_s := until - loop.time()) > 0.0:
            for system_id, component_id in sorted(set(listener.heartbeats) - set(listener.versions)):
                if is_autopilot(listener.heartbeats[system_id, component_id]):
                    link.send(packer.pack(_ask_version(system_id, component_id), GCS_COMPONENT))
            await asyncio.sleep(min(left_s, _ASK_EVERY_S))
    finally:
        link.close()
    return tuple(
        _seen(url, sender, heartbeat, listener.versions.get(sender, ""))
        for sender, heartbeat in sorted(listener.heartbeats.items())
    )


def _ask_version(system_id: int, component_id: int) -> Message:
    params = (float(common.MAVLINK_MSG_ID_AUTOPILOT_VERSION), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return common.MAVLink_command_long_message(
        system_id, component_id, common.MAV_CMD_REQUEST_MESSAGE, 0, *params
    )


def _seen(url: str, sender: tuple[int, int], heartbeat: Message, version: str) -> Seen:
    kind = common.enums["MAV_TYPE"].get(heartbeat.type)
    autopilot = BY_MAV_AUTOPILOT.get(heartbeat.autopilot)
    mode = autopilot.mode(heartbeat.custom_mode, heartbeat.type) if autopilot is not None else Mode.OTHER
    return Seen(
        url=url,
        system_id=sender[0],
        component_id=sender[1],
        autopilot=_AUTOPILOTS.get(heartbeat.autopilot, "none" if not is_autopilot(heartbeat) else "other"),
        type=kind.name.removeprefix("MAV_TYPE_").lower() if kind else f"type {heartbeat.type}",
        version=version,
        armed=bool(heartbeat.base_mode & common.MAV_MODE_FLAG_SAFETY_ARMED),
        mode=mode.value if mode is not Mode.OTHER else f"0x{heartbeat.custom_mode:08x}",
    )


def _version(packed: int) -> str:
    return f"{packed >> 24 & 0xFF}.{packed >> 16 & 0xFF}.{packed >> 8 & 0xFF}"
