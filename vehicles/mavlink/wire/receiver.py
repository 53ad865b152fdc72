"""The ear on a vehicle's endpoint: which frames are the vehicle's, which are wanted, how many were lost.

A vehicle is what its endpoint is configured for. Its MAVLink system id is given, or learnt from the
first heartbeat of an autopilot there and then pinned: PX4 forwards other vehicles' frames, a ground
station's and a radio's onto the same link, and none of them must be taken for the vehicle.

One look-up by the five header bytes that name source and message decides what a frame is. What
nobody wants costs nothing more; what is wanted is checked and unpacked (docs/decisions/0012).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from fastcrc.crc16 import mcrf4xx
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.addresses import AUTOPILOT_COMPONENT
from vehicles.mavlink.wire.counts import Counts
from vehicles.mavlink.wire.frames import MAGIC_V1, MAGIC_V2, Frame, Message, frame_at, next_magic, split
from vehicles.mavlink.wire.layouts import NO_HEADER
from vehicles.mavlink.wire.loss import EXPECTED, GOT, Loss
from vehicles.mavlink.wire.row import Row
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.tally import Stream, Tally
from vehicles.mavlink.wire.wanted import WANTED, is_autopilot

HEARTBEAT = common.MAVLINK_MSG_ID_HEARTBEAT
_WINCH_STATUS = common.MAVLINK_MSG_ID_WINCH_STATUS
_HEADER_AND_CHECKSUM = 12
_MOST_STREAMS = 512
"""Message ids counted one by one; garbage under the vehicle's own name may carry any of 16 million."""


class Receiver:
    """Takes datagrams of one endpoint; gives the vehicle's wanted messages to `on_message`.

    `system_id` may be set beforehand, and `component_id`; else the first autopilot heard is the vehicle.
    With a `signer` only genuine frames count. A `row` may have kept frames before they come here: then
    they are counted with the others.
    """

    def __init__(
        self,
        on_message: Callable[[Message], None],
        signer: Signer | None = None,
        *,
        wanted: frozenset[int] = WANTED,
    ) -> None:
        self.loss = Loss()
        self._row: Row | None = None
        self._counts, self._tally = Counts(), Tally()
        self._on_message = on_message
        self._signer = signer
        self._wanted = wanted
        self._component_id: int = AUTOPILOT_COMPONENT
        self._system_id: int | None = None
        self._streams = self._tally.streams
        self._at_once: dict[bytes, Stream] = {}
        self._signed_only()

    @property
    def system_id(self) -> int | None:
        """The vehicle's MAVLink system id: given, or learnt by now."""
        return self._system_id

    @system_id.setter
    def system_id(self, system_id: int | None) -> None:
        if system_id != self._system_id:
            self._system_id = system_id
            self._streams.clear()

    @property
    def component_id(self) -> int:
        """The component that is its autopilot."""
        return self._component_id

    @component_id.setter
    def component_id(self, component_id: int) -> None:
        self._component_id = component_id
        self._streams.clear()

    @property
    def signer(self) -> Signer | None:
        """What vouches for its frames; None takes any."""
        return self._signer

    @signer.setter
    def signer(self, signer: Signer | None) -> None:
        self._release()
        self._signer = signer
        self._signed_only()

    @property
    def row(self) -> Row | None:
        """What keeps frames of the vehicle before they come here; None where nothing does."""
        return self._row

    @row.setter
    def row(self, row: Row | None) -> None:
        self._release()
        self._tally.take_over(self._row)
        self._row = row
        if row is not None:
            row.count_in(self.loss)
            self._vouch()

    def _signed_only(self) -> None:
        # The loop below knows no signatures: without its table every frame takes the careful way.
        self._at_once = self._streams if self._signer is None else {}
        self._vouch()

    def _vouch(self) -> None:
        if self._row is not None:
            self._row.vouch(self._signer.key if self._signer is not None else None)

    def _release(self) -> None:
        if self._row is not None and self._signer is not None:
            self._signer.release(self._row)

    @property
    def refused(self) -> int:
        """Frames that the signature ruled out; at hand, where `counts` adds up what each stream brought."""
        return self._counts.refused

    @property
    def counts(self) -> Counts:
        """What became of everything until now."""
        made = self._counts
        made.parsed, made.unwanted = self._tally.parsed(self._row), Counter(self.unwanted)
        return made

    @property
    def unwanted(self) -> dict[int, int]:
        """By message id, how many came that nobody here reads."""
        return self._tally.unwanted(self._row)

    def feed(self, datagram: bytes) -> bool:
        """Take one datagram, whatever is in it. Tells whether it held a valid frame of the vehicle."""
        stream = self._at_once.get(datagram[5:10])
        if (
            stream is None
            or datagram[0] != MAGIC_V2
            or datagram[2]  # flags: signed, or nothing we know
            or datagram[1] + _HEADER_AND_CHECKSUM != len(datagram)
        ):
            return self._several(datagram)
        read = stream.read
        if read is not None:
            checked = datagram[1:-2]
            if mcrf4xx(checked + stream.seed) != datagram[-2] | datagram[-1] << 8:
                return self._several(datagram)
            message = read(checked)
            if message is None:
                return False
            self._on_message(message)
        stream.count += 1
        cells = self.loss.cells
        if self._row is not None and self._row.counted(datagram):
            return read is not None
        if datagram[4] == cells[EXPECTED]:
            cells[GOT] += 1
            cells[EXPECTED] = (datagram[4] + 1) & 0xFF
        else:
            self.loss.count(datagram[4])
        return read is not None

    def judge(self, datagram: bytes) -> None:
        """Count what in a datagram, sent from elsewhere, is not the vehicle's by its key. No more is done."""
        if self._signer is None:
            return
        for frame in split(datagram):
            if not isinstance(frame, Frame) or not self._is_ours(frame):
                continue
            if frame.message_id in self._wanted and _is_whole(frame, self._stream(frame)):
                self._counts.believes(self._signer.judge(frame))

    def _several(self, datagram: bytes) -> bool:
        """Take a datagram that is anything but one plain frame of the vehicle."""
        valid, at = False, 0
        while at < len(datagram):
            frame = frame_at(datagram, at)
            if frame is None:
                at = self._skip(datagram, at)
                continue
            end = at + len(frame.data)
            stream = self._stream(frame) if self._is_ours(frame) or self._may_meet(frame) else None
            if stream is not None and stream.read is not None:
                if not _is_whole(frame, stream):
                    self._counts.broken += 1
                    at = next_magic(datagram, at + 1)
                    continue
                sifted = self._sifted(frame, datagram)
                valid = self._take(frame, stream, stream.read, sifted=sifted) or valid
            elif end < len(datagram) and datagram[end] not in (MAGIC_V1, MAGIC_V2):
                at = self._skip(datagram, at)  # nothing follows where its length says: no frame at all
                continue
            elif stream is not None and (frame.signed or self._signer is None):
                self._count(frame, stream, sifted=self._sifted(frame, datagram))
            else:
                self._counts.foreign += 1
            at = end
        return valid

    def _is_ours(self, frame: Frame) -> bool:
        """The autopilot's own, or what a winch beside it says of itself: a device of its own, as on PX4."""
        if frame.system_id != self._system_id:
            return False
        return frame.component_id == self._component_id or frame.message_id == _WINCH_STATUS

    def _count(self, frame: Frame, stream: Stream, *, sifted: bool) -> None:
        stream.count += 1
        if sifted and not frame.signed:
            return
        if frame.component_id == self._component_id:  # each component counts its own frames
            self.loss.count(frame.sequence)

    def _sifted(self, frame: Frame, datagram: bytes) -> bool:
        """Whether the row knows of this frame: left, but a state's words kept, and its number if unsigned."""
        whole = len(frame.data) == len(datagram) and frame.data[0] == MAGIC_V2
        return whole and self._row is not None and self._row.counted(frame.data)

    def _may_meet(self, frame: Frame) -> bool:
        return frame.message_id == HEARTBEAT and frame.component_id == self._component_id

    def _stream(self, frame: Frame) -> Stream:
        key = bytes((frame.system_id, frame.component_id)) + frame.message_id.to_bytes(3, "little")
        stream = self._streams.get(key)
        if stream is None:
            layout = layouts.layout(frame.message_id) if frame.message_id in self._wanted else None
            read = None if layout is None else layout.read_checked
            if layout is not None and frame.message_id == HEARTBEAT:
                read = self._beats(layout.read_checked)
            stream = Stream(frame.message_id, b"" if layout is None else layout.seed, read)
            ours = frame.system_id == self._system_id and frame.component_id == self._component_id
            if ours and (layout or len(self._streams) < _MOST_STREAMS):
                self._streams[key] = stream
        return stream

    def _beats(self, read: Callable[[bytes], Message]) -> Callable[[bytes], Message | None]:
        """Reads a heartbeat, unless it is of something that is no vehicle, under the vehicle's own ids."""

        def read_beat(checked: bytes) -> Message | None:
            self.loss.forget()
            heartbeat = read(checked)
            if is_autopilot(heartbeat):
                return heartbeat
            self._counts.foreign += 1
            return None

        return read_beat

    def _take(
        self, frame: Frame, stream: Stream, read: Callable[[bytes], Message | None], *, sifted: bool
    ) -> bool:
        message = read(NO_HEADER + frame.payload)
        if message is None or not self._is_the_vehicle(frame) or not self._vouched(frame):
            return False
        if self._system_id is None:
            self._system_id = frame.system_id
            stream = self._stream(frame)
        self._count(frame, stream, sifted=sifted)
        if not sifted and self._row is not None:
            self._row.forget()
        self._on_message(message)
        return True

    def _is_the_vehicle(self, frame: Frame) -> bool:
        if self._system_id is None or frame.system_id == self._system_id:
            return True
        self._counts.foreign += 1
        self._counts.foreign_autopilots.add(frame.system_id)
        return False

    def _vouched(self, frame: Frame) -> bool:
        return self._signer is None or self._counts.believes(self._signer.check(frame, self._row))

    def _skip(self, datagram: bytes, at: int) -> int:
        restart = next_magic(datagram, at + 1)
        self._counts.garbage_bytes += restart - at
        return restart


def _is_whole(frame: Frame, stream: Stream) -> bool:
    """Whether its checksum is right."""
    return mcrf4xx(frame.checked + stream.seed) == frame.checksum
