"""From the configuration's keys to what signs each vehicle's frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from orchestrator.config_vehicles import SigningConfig
from vehicles.mavlink.wire.keys import read_keys
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import StampFile
from vehicles.mission import VehicleId

SignerFor = Callable[[int], Signer]
"""What signs and checks on a vehicle's links, by the link's number."""


@contextmanager
def signers(config: SigningConfig | None) -> Iterator[Callable[[VehicleId], SignerFor | None]]:
    """What signs for each vehicle; None for one without a key. Stamps are kept when it ends.

    Raises `KeysError` or `StampsError` for a file that cannot be used.
    """
    if config is None:
        yield lambda _: None
        return
    keys, stamps = read_keys(config.keys), StampFile(config.stamps)

    def signer_for(vehicle_id: VehicleId) -> SignerFor | None:
        key = keys.get(vehicle_id)
        return None if key is None else key.signers(stamps.of(vehicle_id))

    try:
        yield signer_for
    finally:
        stamps.close()
