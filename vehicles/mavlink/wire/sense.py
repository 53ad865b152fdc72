"""Whether a value says anything: a place with a fix, numbers that are numbers.

One that does not must never push out one that did. So `sift` leaves it to be heard the ordinary way, where it
is passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.layouts import Layout
from vehicles.mavlink.wire.rows import KINDS, LAYOUTS, VALUES

HEADING_UNKNOWN = 65535
_LAT_E7, _LON_E7 = 900_000_000, 1_800_000_000
_PLACES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: ("lat", "lon"),
        common.MAVLINK_MSG_ID_HOME_POSITION: ("latitude", "longitude"),
    }
)
_NUMBERS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        common.MAVLINK_MSG_ID_ATTITUDE: ("roll", "pitch"),
        common.MAVLINK_MSG_ID_WIND_COV: ("wind_x", "wind_y"),
        layouts.WIND: ("direction", "speed"),
    }
)


def is_place(lat_e7: int, lon_e7: int) -> bool:
    """Whether degrees * 1e7 can be a position; 0, 0 means that there is no fix yet."""
    possible = -_LAT_E7 <= lat_e7 <= _LAT_E7 and -_LON_E7 <= lon_e7 <= _LON_E7
    return possible and not lat_e7 == lon_e7 == 0


def is_off_earth(lat_e7: int, lon_e7: int) -> bool:
    """Whether it is no place because latitude or longitude is out of range: not for want of a fix."""
    return not (is_place(lat_e7, lon_e7) or lat_e7 == lon_e7 == 0)


def _sense(message_id: int) -> Callable[[tuple[Any, ...]], bool]:
    if (names := _PLACES.get(message_id) or _NUMBERS.get(message_id)) is None:
        return lambda _: True
    one, other = (VALUES[message_id].index(name) for name in names)
    if message_id in _PLACES:
        return lambda said: is_place(said[one], said[other])
    return lambda said: isfinite(said[one]) and isfinite(said[other])


def _at(one: Layout, names: tuple[str, ...]) -> list[int]:
    """Where these fields begin in a payload."""
    before = {name: one.fields[: [field.name for field in one.fields].index(name)] for name in names}
    return [struct.calcsize("<" + "".join(field.form_here for field in before[name])) for name in names]


SAYS: Mapping[str, Callable[[tuple[Any, ...]], bool]] = MappingProxyType(
    {one.name: _sense(one.message_id) for one in LAYOUTS if one.message_id in VALUES}
)
"""By a value's name, of its fields (`rows.VALUES`). A position may come without a heading all the same."""
PLACES_AT = [_at(one, _PLACES[one.message_id]) if one.message_id in _PLACES else [-1, -1] for one in LAYOUTS]
NUMBERS_AT = [
    _at(one, _NUMBERS[one.message_id]) if one.message_id in _NUMBERS else [-1, -1] for one in LAYOUTS
]
"""By kind, where in a payload latitude and longitude lie, and two floats; -1: there is nothing to prove."""
(HEADING_AT,) = _at(LAYOUTS[KINDS.index(common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT)], ("hdg",))
