"""Who speaks MAVLink on an endpoint, and what they are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.known import BY_MAV_AUTOPILOT
from vehicles.mavlink.identity import uid_of
from vehicles.mavlink.links.endpoint import Endpoint, Role, SerialEndpoint, UdpEndpoint, parse_url, shown
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mavlink.links.udp_everyone import UdpEveryone
from vehicles.mavlink.wire.addresses import GCS_COMPONENT, GCS_SYSTEM
from vehicles.mavlink.wire.frames import Frame, Message, Packer, parse, split
from vehicles.mavlink.wire.wanted import is_autopilot
from vehicles.telemetry import Mode

_ASK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """One MAVLink component that was heard. `version` and `uid` are empty when it did not say.

    `mode_text` is the autopilot's own word for its mode; `signed` tells whether its heartbeat was.
    """

    url: str
    system_id: int
    component_id: int
    autopilot: str
    type: str
    version: str
    armed: bool
    mode: str
    mode_text: str = ""
    uid: str = ""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Nobody:
    """No heartbeat was heard, and `hint` says what came instead or what may be the matter."""

    hint: str


class _Listener:
    def __init__(self) -> None:
        self.heartbeats: dict[tuple[int, int], Message] = {}
        self.versions: dict[tuple[int, int], Message] = {}
        self.signed: set[tuple[int, int]] = set()
        self.bytes = 0
        self.systems: set[int] = set()

    def take(self, datagram: bytes) -> bool:
        self.bytes += len(datagram)
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
        self.systems.add(frame.system_id)
        if message.get_type() == "HEARTBEAT":
            self.heartbeats[sender] = message
            if frame.signed:
                self.signed.add(sender)
        elif message.get_type() == "AUTOPILOT_VERSION":
            self.versions[sender] = message
        return True


async def probe(url: str, for_s: float) -> tuple[Seen, ...] | Nobody:
    """Listen at `url` for `for_s` seconds and ask autopilots who they are; by system, component.

    Any kind of link will do. We call ourselves a companion, so that nobody takes us for the ground station
    whose absence it watches. Raises `LinkError` when the endpoint cannot be had.
    """
    listener, packer = _Listener(), Packer(GCS_SYSTEM)
    endpoint = parse_url(url)
    link: Link
    if isinstance(endpoint, UdpEndpoint) and endpoint.role is Role.IN:
        link = UdpEveryone(url, endpoint)
    else:
        link = Switchboard().link(url)
    await link.open(listener.take)
    loop = asyncio.get_running_loop()
    until = loop.time() + for_s
    try:
        while (left_s := until - loop.time()) > 0.0:
            link.send(packer.pack(_hello(), common.MAV_COMP_ID_ONBOARD_COMPUTER))
            for system_id, component_id in sorted(set(listener.heartbeats) - set(listener.versions)):
                if is_autopilot(listener.heartbeats[system_id, component_id]):
                    link.send(packer.pack(_ask_version(system_id, component_id), GCS_COMPONENT))
            await asyncio.sleep(min(left_s, _ASK_EVERY_S))
        trouble = link.trouble
    finally:
        link.close()
    if not listener.heartbeats:
        return Nobody(_hint(endpoint, listener, trouble))
    return tuple(_seen(url, sender, listener) for sender in sorted(listener.heartbeats))


def _hint(endpoint: Endpoint, listener: _Listener, trouble: str) -> str:
    if listener.systems:
        ids = ", ".join(map(str, sorted(listener.systems)))
        return f"MAVLink came from system {ids}, but no heartbeat; listen longer (--for-s)"
    if listener.bytes:
        serial = "; is the rate right?" if isinstance(endpoint, SerialEndpoint) else ""
        return f"{listener.bytes} bytes came, but no MAVLink frame that is whole{serial}"
    if trouble:
        return trouble
    match endpoint:
        case UdpEndpoint(Role.IN, _, port):
            return f"nothing arrived at port {port}; does the vehicle send there, and nobody else listen?"
        case UdpEndpoint():
            return "no answer; does the vehicle listen there?"
        case _:
            return "connected, but nothing was said"


def _hello() -> Message:
    kind, none = common.MAV_TYPE_ONBOARD_CONTROLLER, common.MAV_AUTOPILOT_INVALID
    return common.MAVLink_heartbeat_message(kind, none, 0, 0, common.MAV_STATE_ACTIVE, 3)


def _ask_version(system_id: int, component_id: int) -> Message:
    params = (float(common.MAVLINK_MSG_ID_AUTOPILOT_VERSION), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return common.MAVLink_command_long_message(
        system_id, component_id, common.MAV_CMD_REQUEST_MESSAGE, 0, *params
    )


def _seen(url: str, sender: tuple[int, int], listener: _Listener) -> Seen:
    heartbeat, version = listener.heartbeats[sender], listener.versions.get(sender)
    kind = common.enums["MAV_TYPE"].get(heartbeat.type)
    autopilot = BY_MAV_AUTOPILOT.get(heartbeat.autopilot)
    mode = autopilot.mode(heartbeat.custom_mode, heartbeat.type) if autopilot is not None else Mode.OTHER
    number = f"0x{heartbeat.custom_mode:08x}" if is_autopilot(heartbeat) else ""
    unknown = "other" if is_autopilot(heartbeat) else "none"
    return Seen(
        url=shown(url),
        system_id=sender[0],
        component_id=sender[1],
        autopilot=autopilot.name if autopilot is not None else unknown,
        type=kind.name.removeprefix("MAV_TYPE_").lower() if kind else f"type {heartbeat.type}",
        version=_version(version.flight_sw_version) if version else "",
        armed=bool(heartbeat.base_mode & common.MAV_MODE_FLAG_SAFETY_ARMED),
        mode=mode.value if mode is not Mode.OTHER else number,
        mode_text=autopilot.mode_text(heartbeat.custom_mode, heartbeat.type) if autopilot else number,
        uid=(uid_of(version) or "") if version else "",
        signed=sender in listener.signed,
    )


def _version(packed: int) -> str:
    return f"{packed >> 24 & 0xFF}.{packed >> 16 & 0xFF}.{packed >> 8 & 0xFF}"
