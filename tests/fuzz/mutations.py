"""Ways to spoil a MAVLink frame. Half of them are sealed again: a right checksum over wrong content."""

from __future__ import annotations

import hashlib
import random
import struct

from fastcrc.crc16 import mcrf4xx

from vehicles.mavlink.wire.layouts import layout
from vehicles.mavlink.wire.wanted import WANTED

_WANTED = sorted(WANTED)
_EDGES = (
    b"\x00" * 4,
    b"\xff" * 4,
    b"\x00\x00\xc0\x7f",  # nan
    b"\x00\x00\x80\x7f",  # inf
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
)


class Mutator:
    """Makes spoilt datagrams of real frames, the same ones for the same seed."""

    def __init__(self, frames: list[bytes], seed: int) -> None:
        self._frames = frames
        self._stamp = 38_000_000_000_000  # ten years after 2015, about when the fuzzers' clock stands
        self._dice = random.Random(seed)  # noqa: S311
        self._ways = (
            self._flip,
            self._truncate,
            self._insert,
            self._splice,
            self._lie_about_length,
            self._rename,
            self._edge,
            self._fill,
            self._noise,
        )

    def next(self) -> bytes:
        """One datagram."""
        dice = self._dice
        frame = bytearray(dice.choice(self._frames))
        for _ in range(dice.choice((1, 1, 1, 2, 5))):
            frame = dice.choice(self._ways)(frame)
        if dice.random() < 0.6:
            sealed(frame)
            if dice.random() < 0.2:
                return self._signed(frame)
        return bytes(frame)

    def _signed(self, frame: bytearray) -> bytes:
        """Rightly signed with the key of zeros, its stamp mostly above those before."""
        if len(frame) < 12 or frame[0] != 0xFD:
            return bytes(frame)
        frame[2] = 1
        known = layout(int.from_bytes(frame[7:10], "little"))
        if known is not None:
            frame[-2:] = struct.pack("<H", mcrf4xx(bytes(frame[1:-2]) + known.seed))
        self._stamp += self._dice.choice((1, 1, 1, 0, -5, 1000))
        said = bytes(frame) + b"\x00" + self._stamp.to_bytes(6, "little")
        return said + hashlib.sha256(bytes(32) + said).digest()[:6]

    def _at(self, frame: bytearray) -> int:
        return self._dice.randrange(len(frame)) if frame else 0

    def _flip(self, frame: bytearray) -> bytearray:
        if frame:
            frame[self._at(frame)] ^= 1 << self._dice.randrange(8)
        return frame

    def _truncate(self, frame: bytearray) -> bytearray:
        return frame[: self._at(frame)]

    def _insert(self, frame: bytearray) -> bytearray:
        at = self._at(frame)
        return frame[:at] + self._dice.randbytes(self._dice.randrange(1, 9)) + frame[at:]

    def _splice(self, frame: bytearray) -> bytearray:
        other = self._dice.choice(self._frames)
        return frame[: self._at(frame)] + other[self._dice.randrange(len(other)) :]

    def _lie_about_length(self, frame: bytearray) -> bytearray:
        if len(frame) > 1:
            frame[1] = self._dice.randrange(256)
        return frame

    def _rename(self, frame: bytearray) -> bytearray:
        if len(frame) > 10:
            frame[7:10] = self._dice.choice(_WANTED).to_bytes(3, "little")
        return frame

    def _edge(self, frame: bytearray) -> bytearray:
        if len(frame) > 16:
            at = self._dice.randrange(10, len(frame) - 4)
            frame[at : at + 4] = self._dice.choice(_EDGES)
        return frame

    def _fill(self, frame: bytearray) -> bytearray:
        return frame[:10] + bytes([self._dice.choice((0, 255))]) * (len(frame) - 10)

    def _noise(self, frame: bytearray) -> bytearray:
        return frame[:10] + self._dice.randbytes(self._dice.randrange(0, 256))


def sealed(frame: bytearray) -> None:
    """Give a frame the source, the length and the checksum of a genuine one, whatever is in it."""
    if len(frame) < 12:
        return
    del frame[12 + 255 :]
    frame[0], frame[1], frame[2] = 0xFD, len(frame) - 12, 0
    frame[5:7] = b"\x01\x01"
    known = layout(int.from_bytes(frame[7:10], "little"))
    if known is not None:
        frame[-2:] = struct.pack("<H", mcrf4xx(bytes(frame[1:-2]) + known.seed))
