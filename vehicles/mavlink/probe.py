"""Who speaks MAVLink on an endpoint, and what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.known import BY_MAV_AUTOPILOT
from vehicles.mavlink.identity import uid_of
from vehicles.mavlink.links.datagrams import Address
from vehicles.mavlink.links.endpoint import Endpoint, Role, SerialEndpoint, UdpEndpoint, parse_url, shown
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mavlink.links.udp_everyone import UdpEveryone
from vehicles.mavlink.wire.addresses import AUTOPILOT_COMPONENT, GCS_COMPONENT, GCS_SYSTEM
from vehicles.mavlink.wire.frames import Frame, Message, Packer, parse, split
from vehicles.mavlink.wire.wanted import is_autopilot
from vehicles.telemetry import Mode

_ASK_EVERY_S = 0.5
_LOOK_EVERY_S = 0.1
_OTHERS_S, _SHY_S = 2.0, 6.0
"""So long others are waited for, a heartbeat being due each second; and those whose heartbeats are lost."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One MAVLink component that was heard. `version` and `uid` are empty when it did not say.

    `mode_text` is the autopilot's own word for its mode; `signed` tells whether its heartbeat was. `address`
    is where it was heard from, at a `udpin:` address (HOST:PORT); else empty.
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
    address: str = ""

    @property
    def who(self) -> str:
        """How people are told which one is meant."""
        return f"system {self.system_id} ({self.type})"


@dataclass(frozen=True, slots=True)
class Nobody:
    """No heartbeat was heard, and `hint` says what came instead or what may be the matter."""

    hint: str


_Sender = tuple[int, int, str]
"""System id, component id, address."""


class _Listener:
    def __init__(self) -> None:
        self.heartbeats: dict[_Sender, Message] = {}
        self.versions: dict[_Sender, Message] = {}
        self.signed: set[_Sender] = set()
        self.bytes = 0
        self.senders: set[_Sender] = set()
        self._address = ""

    @property
    def autopilots(self) -> set[_Sender]:
        """Those that a vehicle's link may take for the vehicle."""
        beats = self.heartbeats.items()
        return {one for one, beat in beats if one[1] == AUTOPILOT_COMPONENT and is_autopilot(beat)}

    @property
    def shy(self) -> bool:
        """Whether somebody is there under an autopilot's component id whose heartbeat did not come yet."""
        return any(one[1] == AUTOPILOT_COMPONENT for one in self.senders - set(self.heartbeats))

    def come_from(self, address: Address) -> None:
        self._address = f"{address[0]}:{address[1]}"

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
        sender = (frame.system_id, frame.component_id, self._address)
        self.senders.add(sender)
        if message.get_type() == "HEARTBEAT":
            self.heartbeats[sender] = message
            if frame.signed:
                self.signed.add(sender)
        elif message.get_type() == "AUTOPILOT_VERSION":
            self.versions[sender] = message
        return True


async def probe(url: str, for_s: float) -> tuple[Seen, ...] | Nobody:
    """Listen at `url` for `for_s` seconds and ask autopilots who they are; by system, component, address.

    Any kind of link will do. We call ourselves a companion, so that nobody takes us for the ground station
    whose absence it watches. Raises `LinkError` when the endpoint cannot be had.
    """
    listener = _Listener()
    nobody = await _listen(url, listener, for_s, lambda _: False)
    if not listener.heartbeats:
        return nobody
    return tuple(_seen(url, sender, listener) for sender in sorted(listener.heartbeats))


async def roll_call(url: str, within_s: float, system_id: int | None = None) -> tuple[Seen, ...] | Nobody:
    """The autopilots at `url`: one is waited for, at most `within_s` seconds, then others for 2 s more.

    It waits for the one with `system_id` where that is given. Raises `LinkError` as `probe` does.
    """
    listener = _Listener()
    roll = _Roll(listener, within_s, system_id, asyncio.get_running_loop().time())
    nobody = await _listen(url, listener, within_s + _SHY_S, roll.is_complete)
    found = tuple(_seen(url, sender, listener) for sender in sorted(listener.autopilots))
    return found or nobody


@dataclass(slots=True)
class _Roll:
    """Whether everybody had the time to be heard; on the loop's own clock."""

    listener: _Listener
    within_s: float
    system_id: int | None
    begun_s: float
    first_s: float | None = None

    def is_complete(self, at_s: float) -> bool:
        if self.first_s is None:
            if not any(self.system_id in {None, one[0]} for one in self.listener.autopilots):
                return at_s - self.begun_s >= self.within_s
            self.first_s = at_s
        return at_s - self.first_s >= (_SHY_S if self.listener.shy else _OTHERS_S)


async def _listen(url: str, listener: _Listener, for_s: float, enough: Callable[[float], bool]) -> Nobody:
    """Listen for so long, or until it is enough; what may be the matter should nobody have been heard."""
    packer, endpoint = Packer(GCS_SYSTEM), parse_url(url)
    link: Link
    if isinstance(endpoint, UdpEndpoint) and endpoint.role is Role.IN:
        link = UdpEveryone(url, endpoint, listener.come_from)
    else:
        link = Switchboard().link(url)
    await link.open(listener.take)
    loop = asyncio.get_running_loop()
    until_s, ask_s = loop.time() + for_s, loop.time()
    try:
        while (at_s := loop.time()) < until_s and not enough(at_s):
            if at_s >= ask_s:
                ask_s = at_s + _ASK_EVERY_S
                _ask(link, packer, listener)
            await asyncio.sleep(min(until_s - at_s, _LOOK_EVERY_S))
        return Nobody(_hint(endpoint, listener, link.trouble))
    finally:
        link.close()


def _ask(link: Link, packer: Packer, listener: _Listener) -> None:
    link.send(packer.pack(_hello(), common.MAV_COMP_ID_ONBOARD_COMPUTER))
    unknown = set(listener.heartbeats) - set(listener.versions)
    for sender in sorted(one for one in unknown if is_autopilot(listener.heartbeats[one])):
        link.send(packer.pack(_ask_version(sender[0], sender[1]), GCS_COMPONENT))


def _hint(endpoint: Endpoint, listener: _Listener, trouble: str) -> str:
    if listener.heartbeats:
        ids = ", ".join(f"{one[0]}/{one[1]}" for one in sorted(listener.heartbeats))
        return f"heartbeats came, but of no autopilot (system/component {ids})"
    if listener.senders:
        ids = ", ".join(map(str, sorted({one[0] for one in listener.senders})))
        return f"MAVLink came from system {ids}, but no heartbeat; listen longer (--for-s)"
    if listener.bytes:
        serial = "; is the rate right?" if isinstance(endpoint, SerialEndpoint) else ""
        return f"{listener.bytes} bytes came, but no MAVLink frame that is whole{serial}"
    return trouble or _silent(endpoint)


def _silent(endpoint: Endpoint) -> str:
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


def _seen(url: str, sender: _Sender, listener: _Listener) -> Seen:
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
        address=sender[2],
    )


def _version(packed: int) -> str:
    return f"{packed >> 24 & 0xFF}.{packed >> 16 & 0xFF}.{packed >> 8 & 0xFF}"
