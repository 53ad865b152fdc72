"""All that reads what a vehicle sends, put together without a link: what the fuzzers shake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fuzz.sifted import Sifted
from vehicles.mavlink.autopilots.known import AIRCRAFT, PX4
from vehicles.mavlink.exchanges.command import Ask, Request
from vehicles.mavlink.exchanges.exchange import Machine
from vehicles.mavlink.exchanges.incoming import to_heard
from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.exchanges.messages import Sample
from vehicles.mavlink.exchanges.parameters import ReadParameters
from vehicles.mavlink.plans.transfer import Download, Upload
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import Stamps

_ITEMS = (Item(16, 6), Item(21, 6), Item(211, 2))
_PARTS = tuple(PlanPart)


class Vessel:
    """Ears with and without a key, some behind the compiled walk, and each kind of exchange under way."""

    def __init__(self, beat: bytes) -> None:
        self.decoder = Decoder(PX4, AIRCRAFT, battery_wh=100.0)
        self.plain = Receiver(self._hear)
        self.signed = Receiver(self._hear, Signer(bytes(32), 0, Stamps(), lambda: 1.8e9))
        self._machines: list[Machine[Any]] = [make() for make in _MAKERS]
        self._at_s = 0.0
        self.sifted = Sifted()
        self.sifted_signed = Sifted(Signer(bytes(32), 0, Stamps(), lambda: 1.8e9))
        self.plain.feed(beat)

    def feed(self, datagram: bytes) -> None:
        """Let everything have it."""
        self._at_s += 0.01
        self.plain.feed(datagram)
        self.sifted.bring(datagram, self._at_s)
        self.sifted_signed.bring(datagram, self._at_s)

    def feed_rarely(self, datagram: bytes) -> None:
        """Let those have it too that see a datagram once in a while."""
        self.signed.feed(datagram)
        for piece in split(datagram):
            if isinstance(piece, Frame):
                parse(piece)
        repr(self.sifted.telemetry)
        repr(self.sifted_signed.telemetry)
        telemetry = self.decoder.telemetry
        if telemetry is not None:
            repr((telemetry, telemetry.parts()))
            for at in range(len(self._machines)):
                self._tell(at, Sample(telemetry, self._at_s))

    def _hear(self, message: Any) -> None:  # noqa: ANN401
        texts = self.decoder.hear(message, self._at_s)
        heard = to_heard(message)
        for at in range(len(self._machines)):
            for text in texts:
                self._tell(at, text)
            if heard is not None:
                self._tell(at, heard)

    def _tell(self, at: int, heard: Any) -> None:  # noqa: ANN401
        machine = self._machines[at]
        machine.receive(heard, self._at_s)
        if machine.outcome is None and self._at_s >= machine.wake_at_s:
            machine.tick(self._at_s)
        if machine.outcome is not None:
            self._machines[at] = _MAKERS[at]()
            self._machines[at].start(self._at_s)


def _asked() -> Machine[Any]:
    return Ask(Request("be asked", 211, (1.0, 0.0)), None)


_MAKERS: tuple[Callable[[], Machine[Any]], ...] = (
    *(lambda part=part: Upload(part, _ITEMS) for part in _PARTS),
    *(lambda part=part: Download(part) for part in _PARTS),
    lambda: ReadParameters(("RTL_RETURN_ALT", "GF_ACTION"), PX4.values),
    _asked,
)
