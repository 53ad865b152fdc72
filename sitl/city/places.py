"""The places of a city where parcels start and end: hubs with their pads and docks, lockers, addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from geofences.path import Waypoint
from geofences.position import GeoPoint
from geofences.zone import Medium
from orchestrator.orders.order import DropOffKind, DropOffPlace, Hub, HubId, Locker, LockerId, Pad, PadId
from sitl.fields import FieldError, Table

T = TypeVar("T")
_AT = ("lat_deg", "lon_deg")


@dataclass(frozen=True, slots=True)
class Places:
    """All places of a city. `media` says for each pad whether aircraft or sidewalk robots stand there."""

    hubs: tuple[Hub, ...]
    media: Mapping[PadId, Medium]
    lockers: tuple[Locker, ...]
    addresses: tuple[DropOffPlace, ...]

    def pads(self, hub_id: HubId, medium: Medium) -> tuple[Pad, ...]:
        """A hub's landing pads (AIR) or docks (SIDEWALK), in the file's order. Raises `KeyError`."""
        hub = {hub.hub_id: hub for hub in self.hubs}[hub_id]
        return tuple(pad for pad in hub.pads if self.media[pad.pad_id] is medium)


def read_places(file: Path) -> Places:
    """Read a file of places (JSON; see README.md). Raises `FieldError` naming the value that is wrong."""
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise FieldError(file.name, "", f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise FieldError(file.name, "", f"is not JSON: {error}") from error
    whole = Table(file.name, "", document, ("hubs", "lockers", "addresses"))
    media: dict[PadId, Medium] = {}
    hubs = tuple(_hub(table, media) for table in whole.tables("hubs", ("id", "name", *_AT, "pads")))
    lockers = tuple(_locker(table) for table in whole.tables("lockers", ("id", "name", *_AT)))
    addresses = tuple(_address(table) for table in whole.tables("addresses", ("label", "kind", *_AT)))
    _refuse_doubles(whole, "hubs", (hub.hub_id for hub in hubs))
    _refuse_doubles(whole, "hubs", (pad.pad_id for hub in hubs for pad in hub.pads))
    _refuse_doubles(whole, "lockers", (locker.locker_id for locker in lockers))
    _refuse_doubles(whole, "addresses", (address.label for address in addresses))
    if not hubs:
        raise whole.refusal("hubs", "needs at least one")
    return Places(hubs, media, lockers, addresses)


def _hub(table: Table, media: dict[PadId, Medium]) -> Hub:
    pads = []
    for entry in table.tables("pads", ("id", "for", *_AT)):
        pad_id = PadId(entry.text("id"))
        media[pad_id] = _one_of(entry, "for", Medium)
        pads.append(Pad(pad_id, Waypoint(_position(entry))))
    return Hub(HubId(table.text("id")), table.text("name"), _position(table), tuple(pads))


def _locker(table: Table) -> Locker:
    return Locker(LockerId(table.text("id")), table.text("name"), _position(table))


def _address(table: Table) -> DropOffPlace:
    kind = _one_of(table, "kind", DropOffKind)
    if kind is DropOffKind.LOCKER:
        raise table.refusal("kind", "a locker belongs in lockers")
    return DropOffPlace(_position(table), kind, table.text("label"))


def _position(table: Table) -> GeoPoint:
    return GeoPoint(table.number("lat_deg", -90.0, 90.0), table.number("lon_deg", -180.0, 180.0))


def _one_of(table: Table, key: str, kind: Callable[[str], T]) -> T:
    text = table.text(key)
    try:
        return kind(text)
    except ValueError as error:
        raise table.refusal(key, str(error)) from error


def _refuse_doubles(table: Table, key: str, ids: Iterable[Hashable]) -> None:
    seen: set[Hashable] = set()
    for one in ids:
        if one in seen:
            raise table.refusal(key, f"{one} stands there twice")
        seen.add(one)
