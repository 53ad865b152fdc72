"""MAVLink 2 message signing: frames that only holders of a vehicle's key can make, each taken once.

Source: mavlink.io/en/guide/message_signing.html. A signature is 13 bytes: link id, a 48-bit time
stamp in 10 us since 2015-01-01 UTC, and the first 48 bits of SHA-256 over key, frame, link id, stamp.

The rules held here:
- A stamp must be above the last one of the same system, component and link id, also across a
  restart: the stamps are kept in a file.
- A new stream's first stamp must be less than a minute behind the newest stamp known of anyone,
  so that deleting nothing and replaying an old stream under a link id never used does not help.
- Our own stamps never go back either, whatever the machine's clock does: the next one is the
  clock's, or one above the last, and nobody's genuine stamp is ahead of us.
- The same frame may come by several ways, or be overtaken: one whose stamp is a little below the last is
  not taken either, but nobody is suspected. Who replays what is older is.
- While a key is being changed, the former key counts for frames that come in, until a fixed time; we
  sign with the new one only.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from vehicles.mavlink.wire.frames import MAGIC_V2, SIGNED, Frame
from vehicles.mavlink.wire.stamps import STAMPS_PER_S, Stamps, Stream, Taker

KEY_BYTES = 32
SIGNING_EPOCH_S = 1_420_070_400.0
"""2015-01-01 UTC, from which stamps count."""
_BEHIND = 60 * STAMPS_PER_S
_LATE = 5 * STAMPS_PER_S
"""A copy over a slow link comes so much later at most; up to ceilings so far ahead all counts as taken."""
_LARGEST_STAMP = (1 << 48) - 1
_SIGNATURE_BYTES = 6


@dataclass(frozen=True, slots=True)
class Genuine:
    """Made by a holder of the key, and new."""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """It carries no signature."""


@dataclass(frozen=True, slots=True)
class Forged:
    """Its signature is not of this key, or something in it was changed."""


@dataclass(frozen=True, slots=True)
class Late:
    """Rightly signed, and its stamp is a little below what was taken before: a copy, or it was overtaken."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Rightly signed once, long before what was taken last."""


Verdict = Genuine | Unsigned | Forged | Late | Replayed


@dataclass(frozen=True, slots=True)
class FormerKey:
    """The key before the present one: frames under it count while our clock shows less than `until_s`."""

    key: bytes
    until_s: float


class Signer:
    """Signs what we send to one vehicle and checks what comes from it.

    `link_id` tells our streams apart (0..255): several links to one vehicle need one each.
    `now_s` gives UTC seconds. Raises `ValueError` unless the key has 32 bytes.
    """

    def __init__(
        self,
        key: bytes,
        link_id: int,
        stamps: Stamps,
        now_s: Callable[[], float],
        former: FormerKey | None = None,
    ) -> None:
        for each in (key, former.key if former else key):
            if len(each) != KEY_BYTES:
                raise ValueError(f"a signing key has {KEY_BYTES} bytes, this one has {len(each)}")
        if not 0 <= link_id <= 255:
            raise ValueError(f"link_id: {link_id} is not within 0..255")
        self._key = key
        self._link_id = link_id
        self._stamps = stamps
        self._now_s = now_s
        self._former = former

    @property
    def key(self) -> bytes:
        """What it signs with."""
        return self._key

    @property
    def trouble(self) -> str:
        """Why stamps cannot be kept over a restart just now; empty when they can."""
        return self._stamps.trouble

    def sign(self, frame: bytes) -> bytes:
        """The MAVLink 2 frame whose header already says that it is signed, with its signature."""
        if frame[0] != MAGIC_V2 or not frame[2] & SIGNED:
            raise ValueError("only a MAVLink 2 frame with the signed flag can be signed")
        stamp = self._stamps.next_own(stamp_at(self._now_s()))
        body = frame + bytes([self._link_id]) + stamp.to_bytes(6, "little")
        return body + _signature(self._key, body)

    def release(self, taker: Taker) -> None:
        """It takes stamps no more."""
        self._stamps.withdraw(taker)

    def check(self, frame: Frame, taker: Taker | None = None) -> Verdict:
        """Whether a frame with a right checksum may be believed; a genuine one counts once.

        After a genuine one `taker` may take the next ones of its stream.
        """
        verdict = self.judge(frame)
        if isinstance(verdict, Genuine):
            stream, stamp = _stamped(frame)
            self._stamps.took(stream, stamp)
            if taker is not None:
                self._stamps.share(stream, taker)
        return verdict

    def judge(self, frame: Frame) -> Verdict:
        """The same of a frame that is not taken, whatever it is."""
        if not frame.signed:
            return Unsigned()
        body, signature = frame.data[:-_SIGNATURE_BYTES], frame.data[-_SIGNATURE_BYTES:]
        if not any(hmac.compare_digest(_signature(key, body), signature) for key in self._keys()):
            return Forged()
        stream, stamp = _stamped(frame)
        last = self._stamps.last(stream)
        if last is None:
            newest = max(self._stamps.newest, stamp_at(self._now_s()))
            return Replayed() if stamp + _BEHIND < newest else Genuine()
        if stamp > last:
            return Genuine()
        return Replayed() if stamp + _LATE < last else Late()

    def _keys(self) -> tuple[bytes, ...]:
        if self._former is not None and self._now_s() < self._former.until_s:
            return (self._key, self._former.key)
        return (self._key,)


def stamp_at(at_s: float) -> int:
    """The stamp of an instant: 10 us since 2015-01-01 UTC, within 48 bits."""
    return min(max(int((at_s - SIGNING_EPOCH_S) * STAMPS_PER_S), 0), _LARGEST_STAMP)


def _stamped(frame: Frame) -> tuple[Stream, int]:
    """Whose stamps those of a signed frame rise with, and its own."""
    link_id, stamp = frame.data[-13], frame.data[-12:-_SIGNATURE_BYTES]
    return Stream(frame.system_id, frame.component_id, link_id), int.from_bytes(stamp, "little")


def _signature(key: bytes, body: bytes) -> bytes:
    return hashlib.sha256(key + body).digest()[:_SIGNATURE_BYTES]
