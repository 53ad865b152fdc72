"""The file of signing keys: which vehicle has which key, readable by its owner alone.

TOML, one table for each vehicle: `key`, and while a key is being changed `former` and `former_until`, the
UTC second from which the former one counts no more. The rule of a change: from the moment it is in the file
we sign with the new key only; frames under the former key are taken for as long as said, so that a vehicle
that could not be given the new one yet is still heard. A lost key is removed, not rotated.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vehicles.clock import now_s
from vehicles.mavlink.wire.signing import KEY_BYTES, FormerKey, Signer
from vehicles.mavlink.wire.stamps import Stamps

_OTHERS = 0o077
_END_OF_TIME_S = 253_402_300_800  # the year 10000


class KeysError(Exception):
    """The file of keys cannot be used: the text says what is wrong, never a key."""


@dataclass(frozen=True, slots=True, repr=False)
class VehicleKey:
    """A vehicle's key, and the one before while that still counts."""

    key: bytes
    former: FormerKey | None = None

    @property
    def fingerprint(self) -> str:
        """Tells keys apart without giving them away."""
        return fingerprint(self.key)

    def rotated(self, at_s: float, grace_s: float) -> VehicleKey:
        """A new key; the present one counts for `grace_s` seconds more."""
        return VehicleKey(new_key(), FormerKey(self.key, at_s + grace_s) if grace_s > 0.0 else None)

    def signers(self, stamps: Stamps) -> Callable[[int], Signer]:
        """What signs and checks on each of the vehicle's links, by the link's number."""
        return lambda link_id: Signer(self.key, link_id, stamps, now_s, self.former)


def new_key() -> bytes:
    """32 random bytes of the system's."""
    return secrets.token_bytes(KEY_BYTES)


def fingerprint(key: bytes) -> str:
    """The first eight hexadecimal digits of the key's SHA-256."""
    return hashlib.sha256(key).hexdigest()[:8]


def read_keys(path: Path) -> dict[str, VehicleKey]:
    """The keys by vehicle. Raises `KeysError`, also when others than the owner may read or write the file."""
    try:
        mode = path.stat().st_mode
        if mode & _OTHERS and not path.is_dir():  # of a folder, reading tells what it is
            raise KeysError(f"{path}: others may read it (mode {mode & 0o777:o}); run: chmod 600 {path}")
        document = tomllib.loads(path.read_text())
    except OSError as error:
        raise KeysError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, RecursionError) as error:
        raise KeysError(f"{path}: this is not TOML: {error}") from error
    return {vehicle_id: _read_key(f"{path}: {vehicle_id}", table) for vehicle_id, table in document.items()}


def _read_key(where: str, table: object) -> VehicleKey:
    if not isinstance(table, dict) or "key" not in table:
        raise KeysError(f"{where}: a table with a key is wanted")
    if unknown := set(table) - {"key", "former", "former_until"}:
        raise KeysError(f"{where}: {min(unknown)}: there is no such field")
    if ("former" in table) != ("former_until" in table):
        raise KeysError(f"{where}: former and former_until belong together")
    key = _bytes(f"{where}: key", table["key"])
    if "former" not in table:
        return VehicleKey(key)
    until_s = table["former_until"]
    if isinstance(until_s, bool) or not isinstance(until_s, int | float) or not 0 <= until_s < _END_OF_TIME_S:
        raise KeysError(f"{where}: former_until: seconds since 1970 are wanted")
    return VehicleKey(key, FormerKey(_bytes(f"{where}: former", table["former"]), float(until_s)))


def _bytes(where: str, digits: object) -> bytes:
    try:
        key = bytes.fromhex(digits) if isinstance(digits, str) else b""
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysError(f"{where}: {2 * KEY_BYTES} hexadecimal digits are wanted")
    return key


def write_keys(path: Path, keys: Mapping[str, VehicleKey]) -> None:
    """Replace the file whole; nobody but its owner can read it, at no instant. Raises `KeysError`."""
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("\n".join(_written(vehicle_id, key) for vehicle_id, key in sorted(keys.items())))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise KeysError(f"{path}: {(error.strerror or str(error)).lower()}") from error


def _written(vehicle_id: str, key: VehicleKey) -> str:
    name = '"' + vehicle_id.replace("\\", "\\\\").replace('"', '\\"') + '"'
    lines = [f"[{name}]", f'key = "{key.key.hex()}"']
    if key.former is not None:
        lines += [f'former = "{key.former.key.hex()}"', f"former_until = {key.former.until_s:.0f}"]
    return "\n".join(lines) + "\n"
