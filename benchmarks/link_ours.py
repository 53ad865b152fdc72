"""Our own side of the link's benchmarks: vehicles at UDP ports, in touch as a `Craft` is, and sampled."""

from __future__ import annotations

from itertools import cycle, islice

from vehicles.mavlink.contact import Contact
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.bond import Bond
from vehicles.mavlink.links.udp_port import SharedUdpLink, UdpPort
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE


class Fleet:
    """Vehicles at UDP ports, so many to a port, there with system ids from 1 on."""

    def __init__(self, count: int, per_port: int) -> None:
        self._count, self._per_port = count, per_port
        self._contacts: list[Contact] = []
        self._next = cycle(self._contacts)

    async def listen(self, port: int) -> None:
        """Open the ports from that one on."""
        for number in range(self._count):
            at_port = number % self._per_port
            if at_port == 0:
                shared = UdpPort(f"udpin:127.0.0.1:{port + number // self._per_port}")
            self._contacts.append(_in_touch(shared.link(at_port + 1)))
        for contact in self._contacts:
            await contact.tie.open()

    def close(self) -> None:
        """Close the ports."""
        for contact in self._contacts:
            contact.tie.close()

    def sample(self, count: int) -> int:
        """A `Telemetry` of each of the next so many vehicles, in turn; how many could be made."""
        return sum(contact.telemetry is not None for contact in islice(self._next, count))


def _in_touch(link: SharedUdpLink) -> Contact:
    identity = Identity(link.system_id)
    return Contact(
        VehicleId(f"V{link.system_id}"),
        DELIVERY_DRONE,
        identity,
        lambda hear, keeps: Bond([link], identity, hear, GCS_SYSTEM, keeps=keeps),
    )
