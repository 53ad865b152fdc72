"""MAVLink 2 message signing, the vehicle's side (https://mavlink.io/en/guide/message_signing.html).

Written apart from `vehicles.mavlink` on purpose: two ends that share code agree even where both are wrong.
Recordings of PX4 come from a version without signing; PX4 documents it since 2026.
"""

from __future__ import annotations

import hashlib

SIGNATURE_BYTES = 13
SIGNED_FLAG = 0x01
EPOCH_S = 1_420_070_400.0
"""2015-01-01 UTC: time stamps count 10 us from there."""

_TAG = 6
_FORWARD_LIMIT = 60 * 100_000
"""A stream that is new to us may be at most a minute behind our own clock."""


def stamp_of(at_s: float) -> int:
    """The time stamp of an instant, UTC seconds."""
    return int((at_s - EPOCH_S) * 1e5)


class Seal:
    """Signs what one vehicle sends and checks what it hears, with one secret key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError(f"key: {len(key)} bytes are not 32")
        self._key = key
        self._latest = 0
        self._streams: dict[tuple[int, int, int], int] = {}

    def sign(self, frame: bytes, link_id: int, at_s: float) -> bytes:
        """A frame whose header says that it is signed, with its signature."""
        self._latest = max(self._latest + 1, stamp_of(at_s))
        tail = bytes((link_id,)) + self._latest.to_bytes(6, "little")
        return frame + tail + self._tag(frame, tail)

    def accepts(self, frame: bytes, at_s: float) -> bool:
        """Whether a whole frame is signed with this key and newer than all before it on its stream."""
        if len(frame) < 12 + SIGNATURE_BYTES or frame[0] != 0xFD or not frame[2] & SIGNED_FLAG:
            return False
        body, tail, tag = frame[:-SIGNATURE_BYTES], frame[-SIGNATURE_BYTES:-_TAG], frame[-_TAG:]
        if self._tag(body, tail) != tag:
            return False
        stream, stamp = (frame[5], frame[6], tail[0]), int.from_bytes(tail[1:], "little")
        known = self._streams.get(stream)
        if stamp <= (known if known is not None else max(self._latest, stamp_of(at_s)) - _FORWARD_LIMIT):
            return False
        self._streams[stream] = stamp
        self._latest = max(self._latest, stamp)
        return True

    def _tag(self, body: bytes, tail: bytes) -> bytes:
        return hashlib.sha256(self._key + body + tail).digest()[:_TAG]
