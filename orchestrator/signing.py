"""From the configuration's keys to what signs each vehicle's frames, also when a key is changed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Protocol, runtime_checkable

import structlog

from orchestrator.config.vehicles import SigningConfig
from vehicles.mavlink.links.tie import SignerFor
from vehicles.mavlink.wire.keys import KeysError, VehicleKey, read_keys
from vehicles.mavlink.wire.stamps import StampFile
from vehicles.mission import VehicleId

LOOK_EVERY_S = 2.0

_log = structlog.get_logger("signing")


@runtime_checkable
class Signing(Protocol):
    """A vehicle whose frames can be signed and checked."""

    def sign(self, signer_for: SignerFor | None) -> bool:
        """Sign and check by these from now on; false where its driver cannot."""


class Keyring:
    """The keys of a fleet by vehicle, and the time stamps that were used under them.

    Raises `KeysError` or `StampsError` for a file that cannot be used.
    """

    def __init__(self, config: SigningConfig) -> None:
        self._file = config.keys
        self._version = _version(config.keys)
        self._keys = read_keys(config.keys)
        self._stamps = StampFile(config.stamps)

    def signer_for(self, vehicle_id: VehicleId) -> SignerFor | None:
        """What signs for a vehicle; None for one without a key."""
        key = self._keys.get(vehicle_id)
        return None if key is None else key.signers(self._stamps.of(vehicle_id))

    def close(self) -> None:
        """Keep the time stamps."""
        self._stamps.close()

    def look(self, vehicles: Mapping[VehicleId, object]) -> None:
        """Where the file was changed, sign by what is in it now.

        A file that cannot be used changes nothing, and a key that is gone from it counts until the next
        start: a slip of the hand must not have vehicles believe whoever speaks.
        """
        version = _version(self._file)
        if version == self._version:
            return
        self._version = version
        try:
            keys = read_keys(self._file)
        except KeysError as error:
            _log.warning("keys not changed", why=str(error))
            return
        for name, key in keys.items():
            if key != self._keys.get(name):
                self._change(VehicleId(name), key, vehicles.get(VehicleId(name)))
        for name in sorted(self._keys.keys() - keys.keys()):
            _log.warning("key gone from the file: it counts until the next start", vehicle_id=name)

    def _change(self, vehicle_id: VehicleId, key: VehicleKey, vehicle: object) -> None:
        self._keys[vehicle_id] = key
        if vehicle is None:
            return
        if isinstance(vehicle, Signing) and vehicle.sign(self.signer_for(vehicle_id)):
            _log.info("key changed", vehicle_id=vehicle_id, fingerprint=key.fingerprint)
        else:
            _log.warning("key not used: its driver cannot sign", vehicle_id=vehicle_id)


@contextmanager
def keyring(config: SigningConfig | None) -> Iterator[Keyring | None]:
    """The keys of a fleet; None where nothing is signed. At its end the stamps are kept.

    Raises as `Keyring`.
    """
    if config is None:
        yield None
        return
    keys = Keyring(config)
    try:
        yield keys
    finally:
        keys.close()


@asynccontextmanager
async def following(keys: Keyring | None, vehicles: Mapping[VehicleId, object]) -> AsyncIterator[None]:
    """Look at the file of keys every two seconds, for as long as the context is open."""

    async def follow(keys: Keyring) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            keys.look(vehicles)

    task = None if keys is None else asyncio.create_task(follow(keys), name="keys")
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _version(file: Path) -> tuple[int, ...] | None:
    """Tells whether a file is another one, or was written to."""
    try:
        status = file.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode)
