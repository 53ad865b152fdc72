"""Our own side of the link's benchmarks: vehicles at one port, read as a `Craft` reads them, and sampled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle, islice

from vehicles.mavlink.autopilots.known import AIRCRAFT, PX4
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.bond import Bond
from vehicles.mavlink.links.udp_port import UdpPort
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.mavlink.wire.frames import Message


class Fleet:
    """Vehicles at UDP ports, so many to a port, there with system ids from 1 on."""

    def __init__(self, count: int, per_port: int) -> None:
        self._per_port = per_port
        self.decoders = [Decoder(PX4, AIRCRAFT, 200.0) for _ in range(count)]
        self._next = cycle(self.decoders)
        self._bonds: list[Bond] = []

    async def listen(self, port: int) -> None:
        """Open the ports from that one on."""
        for number, decoder in enumerate(self.decoders):
            if number % self._per_port == 0:
                shared = UdpPort(f"udpin:127.0.0.1:{port + number // self._per_port}")
            system_id = number % self._per_port + 1
            link, hear = shared.link(system_id), _heard_by(decoder)
            kept = decoder.hear_kept
            self._bonds.append(Bond([link], Identity(system_id), hear, GCS_SYSTEM, hear_kept=kept))
        for bond, decoder in zip(self._bonds, self.decoders, strict=True):
            decoder.tie(bond, partial(getattr, bond, "refusals"))
            await bond.open()

    def close(self) -> None:
        """Close the ports."""
        for bond in self._bonds:
            bond.close()

    def sample(self, count: int) -> int:
        """A `Telemetry` of each of the next so many vehicles, in turn; how many could be made."""
        return sum(decoder.telemetry is not None for decoder in islice(self._next, count))


def _heard_by(decoder: Decoder) -> Callable[[Message, float], None]:
    def hear(message: Message, at_s: float) -> None:
        decoder.hear(message, at_s)

    return hear
