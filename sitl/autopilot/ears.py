"""What a simulated autopilot hears: frames cut out of datagrams, checked, given to who deals with them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial

from pymavlink.dialects.v20 import common

from sitl.aboard import words
from sitl.aboard.errands import Velocity
from sitl.autopilot import shapes
from sitl.autopilot.channel import Channel, Peer
from sitl.autopilot.commands import Commands
from sitl.autopilot.events import Events
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import Message
from sitl.autopilot.parameters import Parameters
from sitl.autopilot.signing import Seal
from sitl.autopilot.transfers import Transfers
from vehicles.clock import now_s
from vehicles.mavlink.wire.frames import MAGIC_V2, Frame, parse, split

_VELOCITY_IGNORED = 0b111 << 3
_BEAT_BYTES, _TYPE_AT = 21, 14


def _is_stations_beat(datagram: bytes) -> bool:
    """Whether it is one plain HEARTBEAT of a ground station: what comes most of all, and changes nothing."""
    plain = len(datagram) == _BEAT_BYTES and datagram[0] == MAGIC_V2 and not any(datagram[7:10])
    if not plain or datagram[2] or datagram[_TYPE_AT] != common.MAV_TYPE_GCS:
        return False
    return shapes.checked(shapes.HEARTBEAT, datagram) is not None


class Ears:
    """All ways into one vehicle."""

    def __init__(
        self,
        onboard: Onboard,
        *,
        commands: Commands,
        transfers: Transfers,
        parameters: Parameters,
        events: Events,
        channels: Sequence[Channel],
    ) -> None:
        self._onboard = onboard
        self._flight = onboard.flight
        self._commands = commands
        self._transfers = transfers
        self._parameters = parameters
        self._events = events
        self._channels = channels
        self._seal: Seal | None = None
        self.heeded_age_s = 0.0
        """When it last heard anything but that its ground station lives."""
        self.heeded: Callable[[], None] = lambda: None

    def seal_with(self, seal: Seal | None) -> None:
        """Heed and send only what is signed, from now on; None: signatures mean nothing."""
        self._seal = seal
        for channel in self._channels:
            channel.out.seal = seal

    def hear(self, channel: Channel, datagram: bytes) -> bool:
        """Take a datagram from a link; whether it held a frame that could be read."""
        read = False
        for after_s, delivered in channel.wire.up(datagram, self._onboard.age_s):
            if after_s > 0.0:
                asyncio.get_running_loop().call_later(after_s, partial(self._take, channel, delivered))
                read = True
            else:
                read = self._take(channel, delivered) or read
        return read

    def _take(self, channel: Channel, datagram: bytes) -> bool:
        if self._seal is None and channel.out.voice is not None and _is_stations_beat(datagram):
            channel.hear_station()
            self._flight.guard.station.hear(self._flight)
            return True
        self._flight.touch(now_s())
        self.heeded_age_s = self._flight.age_s
        self.heeded()
        read = False
        for frame in split(datagram):
            if not isinstance(frame, Frame):
                continue
            if self._seal is not None and not self._seal.accepts(frame.data, now_s()):
                continue
            if frame.message_id == shapes.REQUEST_EVENT.number:
                read = self._request_event(frame, channel) or read
                continue
            message = parse(frame)
            if message is not None:
                read = True
                # What holds a number that no field of the flight can is a message not heard.
                with contextlib.suppress(ValueError, OverflowError):
                    self._hear(message, channel)
        return read

    def _hear(self, message: Message, channel: Channel) -> None:
        """Sort a message; what is meant for others, or for everybody, gets no answer."""
        kind = message.get_type()
        if kind == "HEARTBEAT":
            if message.type == common.MAV_TYPE_GCS:
                channel.hear_station()
                self._flight.guard.station.hear(self._flight)
            return
        peer = Peer(message.get_srcSystem(), message.get_srcComponent(), channel)
        if kind in {"PING", "TIMESYNC"}:
            self._answer_time(message, kind, peer)
        elif self._is_meant_for_us(message):
            self._heed(message, kind, peer)

    def _is_meant_for_us(self, message: Message) -> bool:
        meant = getattr(message, "target_system", None) == self._onboard.system_id
        return meant and self._commands.hears(getattr(message, "target_component", 0))

    def _heed(self, message: Message, kind: str, peer: Peer) -> None:
        match kind:
            case "COMMAND_LONG" | "COMMAND_INT":
                self._commands.hear(message, peer, now_s())
            case "MISSION_SET_CURRENT":
                self._set_current(message.seq, peer)
            case "SETUP_SIGNING":
                self._setup_signing(message)
            case "SET_POSITION_TARGET_LOCAL_NED":
                self._steer(message)
            case "SET_MODE":
                self._commands.set_mode(message, peer)
            case _ if kind.startswith("MISSION_"):
                self._transfers.hear(message, peer, now_s())
            case _:
                self._parameters.hear(message, peer.out)

    def _set_current(self, seq: int, peer: Peer) -> None:
        if self._transfers.busy:
            self._flight.say(words.JUMP_WHILE_BUSY)
        elif seq < len(self._flight.mission.steps):
            self._flight.jump(seq)
            peer.channel.streams.send_now(shapes.MISSION_CURRENT.number)
        else:
            self._flight.say(words.NOT_IN_LIST)

    def _steer(self, message: Message) -> None:
        """Setpoints for OFFBOARD: velocities, north, east and down."""
        if not message.type_mask & _VELOCITY_IGNORED:
            self._flight.steer(Velocity(message.vy, message.vx, -message.vz))

    def _setup_signing(self, message: Message) -> None:
        """A new key, or none at all (all zeros): heard at once, as the guide has it; unanswered."""
        key = bytes(message.secret_key)
        self.seal_with(Seal(key) if any(key) else None)

    def _answer_time(self, message: Message, kind: str, peer: Peer) -> None:
        """A TIMESYNC that asks gets our clock, a PING to everybody its own number."""
        clock_ns = int(self._onboard.clock_s * 1e9)
        if kind == "TIMESYNC":
            if message.tc1 == 0:
                peer.out.send(shapes.TIMESYNC, clock_ns, message.ts1)
        elif message.target_system == 0 and message.target_component == 0:
            values = (message.time_usec, message.seq, peer.system_id, peer.component_id)
            peer.out.send(shapes.PING, *values)

    def _request_event(self, frame: Frame, channel: Channel) -> bool:
        """REQUEST_EVENT, which pymavlink does not know: its checksum is proved here."""
        payload = shapes.checked(shapes.REQUEST_EVENT, frame.data)
        if payload is None:
            return False
        first, last, system_id, _ = shapes.REQUEST_EVENT.layout.unpack(payload)
        if system_id == self._onboard.system_id:
            self._events.repeat(first, last, channel.out, frame.system_id, frame.component_id)
        return True
