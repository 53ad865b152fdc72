"""What an airspace is made of, as marks that survive a restart: so that what is new in it can be told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

import orjson
import shapely

from geofences.airspace import Airspace
from geofences.verifying.blocks import ZoneBlock
from geofences.zone import Zone

_GROUND = "ground:"


@lru_cache(maxsize=2)
def marks(airspace: Airspace) -> tuple[str, ...]:
    """One mark for each zone, of what binds, and one for all that stands on the ground and the area known.

    Sorted; equal where these are equal, in whatever process. Empty for an airspace of nothing. A height model
    is not part of it: what it says of a way is held against what the vehicle says of its ground.
    """
    zones = {_mark_of(zone) for zone in airspace.zones}
    if not airspace.obstacles and airspace.extent is None:
        return tuple(sorted(zones))
    area = b"" if airspace.extent is None else shapely.to_wkb(airspace.extent)
    return tuple(sorted({*zones, _GROUND + _mark(orjson.dumps(airspace.obstacles) + area)}))


def unmarked(airspace: Airspace, known: Collection[str]) -> Airspace:
    """The airspace with only those of its blocks whose marks are not among the `known`."""
    new = set(marks(airspace)) - set(known)
    ground = any(mark.startswith(_GROUND) for mark in new)
    return airspace.only(
        [
            i
            for i, block in enumerate(airspace.blocks)
            if (_mark_of(block.zone) in new if isinstance(block, ZoneBlock) else ground)
        ]
    )


def _mark_of(zone: Zone) -> str:
    """Of what binds: words, and whom to ask, may be published anew without it being another zone."""
    bare = replace(
        zone, name="", reason="", message="", authorities=(), country="", conditions="", reason_info=""
    )
    return _mark(orjson.dumps(bare, default=_listed))


def _mark(body: bytes) -> str:
    return blake2b(body, digest_size=8).hexdigest()


def _listed(values: object) -> list[object]:
    """A set in an order that does not depend on the process."""
    if not isinstance(values, frozenset):
        raise TypeError(f"{values!r} has no mark")
    return sorted(values, key=str)
