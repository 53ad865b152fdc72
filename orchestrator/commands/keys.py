"""`sanderling keys`: make, show, change and give the keys with which vehicles sign."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestrator.commands.one_vehicle import carried_out, has_port, must
from orchestrator.config.table import NAME_PATTERN
from orchestrator.ending import BadInput
from orchestrator.terminal import out
from vehicles.clock import iso, machine_now_s
from vehicles.mavlink.exchanges.give_key import give_key
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mavlink.wire.keys import KeysError, VehicleKey, new_key, read_keys, write_keys
from vehicles.mavlink.wire.stamps import Stamps
from vehicles.vehicle import LinkError


def new(path: Path, vehicle_ids: Sequence[str]) -> None:
    """Add a key for each vehicle. Raises `BadInput` when one has a key: that is what `rotate` is for."""
    if odd := [vehicle_id for vehicle_id in vehicle_ids if not re.fullmatch(NAME_PATTERN, vehicle_id)]:
        raise BadInput(f"{odd[0]!r}: no vehicle can be called that: letters, digits and _.- are allowed")
    with _refusing():
        keys = read_keys(path) if path.exists() else {}
        if had := [vehicle_id for vehicle_id in vehicle_ids if vehicle_id in keys]:
            raise BadInput(f"{had[0]} has a key already; change it with: sanderling keys rotate")
        write_keys(path, keys | {vehicle_id: VehicleKey(new_key()) for vehicle_id in vehicle_ids})


def rotate(path: Path, vehicle_ids: Sequence[str], grace_s: float) -> None:
    """Give each vehicle a new key in the file; the present one counts for `grace_s` seconds more.

    Raises `BadInput` for one that has no key.
    """
    with _refusing():
        keys = read_keys(path)
        for vehicle_id in vehicle_ids:
            keys[vehicle_id] = _key_of(keys, vehicle_id).rotated(machine_now_s(), grace_s)
        write_keys(path, keys)


def show(path: Path, secret_of: str | None) -> list[dict[str, object]]:
    """Every vehicle with its key's fingerprint; the key itself of `secret_of` alone. Raises `BadInput`."""
    with _refusing():
        keys = read_keys(path)
    if secret_of is not None:
        return [{"vehicle": secret_of, "key": _key_of(keys, secret_of).key.hex()}]
    return [
        {
            "vehicle": vehicle_id,
            "fingerprint": key.fingerprint,
            "former_until": None if key.former is None else iso(key.former.until_s),
        }
        for vehicle_id, key in sorted(keys.items())
    ]


def give(path: Path, vehicle_id: str, url: str, for_s: float, system_id: int | None) -> None:
    """Tell the vehicle at `url` its key and see that it signs with it.

    Raises `BadInput` for no key or no such link, `Failed` when it does not sign with it.
    """
    with _refusing():
        has_port(url)
        key = _key_of(read_keys(path), vehicle_id)
        link = Switchboard().link(url, Identity(system_id))
    must(carried_out(give_key(link, key, Stamps(), for_s, system_id)))
    out.print(f"{vehicle_id} signs with key {key.fingerprint}", markup=False, highlight=False)


@contextmanager
def _refusing() -> Iterator[None]:
    """What is wrong with the file of keys, or with a link's URL, is bad input."""
    try:
        yield
    except (KeysError, LinkError) as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(f"{error.filename}: {error.strerror}") from error


def print_rows(rows: Sequence[dict[str, object]]) -> None:
    """One line for each."""
    for row in rows:
        words = "  ".join(f"{name} {value}" for name, value in row.items() if value is not None)
        out.print(words, markup=False, highlight=False, soft_wrap=True)


def _key_of(keys: dict[str, VehicleKey], vehicle_id: str) -> VehicleKey:
    if vehicle_id not in keys:
        raise BadInput(f"{vehicle_id} has no key in the file")
    return keys[vehicle_id]
