"""The ear on a vehicle's endpoint: which frames are the vehicle's, which are wanted, how many were lost.

A vehicle is what its endpoint is configured for. Its MAVLink system id is learnt from the first
heartbeat of an autopilot there and then pinned: PX4 forwards other vehicles' frames, a ground
station's and a radio's onto the same link, and none of them must be taken for the vehicle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots import AUTOPILOT_COMPONENT
from vehicles.mavlink.frames import Frame, Garbage, Message, parse, split

HEARTBEAT = common.MAVLINK_MSG_ID_HEARTBEAT
WANTED = frozenset(
    {
        HEARTBEAT,
        common.MAVLINK_MSG_ID_SYS_STATUS,
        common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
        common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
        common.MAVLINK_MSG_ID_MISSION_CURRENT,
        common.MAVLINK_MSG_ID_STATUSTEXT,
        common.MAVLINK_MSG_ID_COMMAND_ACK,
        common.MAVLINK_MSG_ID_MISSION_REQUEST,
        common.MAVLINK_MSG_ID_MISSION_REQUEST_INT,
        common.MAVLINK_MSG_ID_MISSION_COUNT,
        common.MAVLINK_MSG_ID_MISSION_ITEM_INT,
        common.MAVLINK_MSG_ID_MISSION_ACK,
    }
)
_WINDOW = 512


@dataclass(slots=True)
class Loss:
    """Share of frames lost, from gaps in the sequence numbers, over about the last 500 frames."""

    _last: int | None = None
    _got: int = 0
    _lost: int = 0

    def count(self, sequence: int) -> None:
        """A frame with that sequence number (0..255) arrived."""
        if self._last is not None:
            gap = (sequence - self._last - 1) % 256
            if gap < 128:  # more is a frame overtaken by later ones, or a fresh start
                self._lost += gap
        self._last = sequence
        self._got += 1
        if self._got + self._lost > _WINDOW:
            self._got, self._lost = self._got // 2, self._lost // 2

    def restart(self) -> None:
        """The sender counts anew."""
        self._last = None

    @property
    def frac(self) -> float:
        """In [0, 1]."""
        heard = self._got + self._lost
        return self._lost / heard if heard else 0.0


@dataclass(slots=True)
class Counts:
    """What became of everything that arrived. `unwanted` is by message id."""

    parsed: int = 0
    garbage_bytes: int = 0
    broken: int = 0
    foreign: int = 0
    foreign_autopilots: set[int] = field(default_factory=set)
    unwanted: Counter[int] = field(default_factory=Counter)


class Receiver:
    """Takes datagrams of one endpoint; gives the vehicle's wanted messages to `on_message`.

    `system_id` may be set beforehand, and `component_id`; else the first autopilot heard is the vehicle.
    """

    def __init__(self, on_message: Callable[[Message], None]) -> None:
        self.counts = Counts()
        self.loss = Loss()
        self.system_id: int | None = None
        self.component_id: int = AUTOPILOT_COMPONENT
        self._on_message = on_message

    def feed(self, datagram: bytes) -> bool:
        """Take one datagram, whatever is in it. Tells whether it held a valid frame of the vehicle."""
        valid = False
        for piece in split(datagram):
            match piece:
                case Garbage(size):
                    self.counts.garbage_bytes += size
                case Frame():
                    valid = self._take(piece) or valid
        return valid

    def _take(self, frame: Frame) -> bool:
        if frame.component_id != self.component_id:
            self.counts.foreign += 1
            return False
        if frame.system_id != self.system_id:
            return frame.message_id == HEARTBEAT and self._meet(frame)
        if frame.message_id not in WANTED:
            self.counts.unwanted[frame.message_id] += 1
            self.loss.count(frame.sequence)
            return False  # unchecked, so not good enough to learn an address from
        message = parse(frame)
        if message is None:
            self.counts.broken += 1
            return False
        if frame.message_id == HEARTBEAT and not is_autopilot(message):
            self.counts.foreign += 1
            return False
        self._give(frame, message)
        return True

    def _meet(self, frame: Frame) -> bool:
        message = parse(frame)
        if message is None:
            self.counts.broken += 1
        elif not is_autopilot(message):
            self.counts.foreign += 1
        elif self.system_id is None:
            self.system_id = frame.system_id
            self._give(frame, message)
            return True
        else:
            self.counts.foreign += 1
            self.counts.foreign_autopilots.add(frame.system_id)
        return False

    def _give(self, frame: Frame, message: Message) -> None:
        self.loss.count(frame.sequence)
        self.counts.parsed += 1
        self._on_message(message)


_NOT_VEHICLES = frozenset(
    {
        common.MAV_TYPE_GCS,
        common.MAV_TYPE_ANTENNA_TRACKER,
        common.MAV_TYPE_ONBOARD_CONTROLLER,
        common.MAV_TYPE_GIMBAL,
        common.MAV_TYPE_ADSB,
        common.MAV_TYPE_CAMERA,
    }
)


def is_autopilot(heartbeat: Message) -> bool:
    """Whether a heartbeat is an autopilot's: ground stations, radios and cameras also send them."""
    return heartbeat.autopilot != common.MAV_AUTOPILOT_INVALID and heartbeat.type not in _NOT_VEHICLES
