"""What is known of a vehicle whose frames are sifted: one row of numbers, shared with compiled code.

`sieve` says what is kept in it and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.layouts import Layout
from vehicles.mavlink.wire.wanted import WANTED

STATES = (
    common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
    layouts.MISSION_CURRENT,
    layouts.CURRENT_MODE,
    common.MAVLINK_MSG_ID_HEARTBEAT,
)
VALUES: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: (
            *("time_boot_ms", "lat", "lon", "alt", "relative_alt"),
            *("vx", "vy", "vz", "hdg"),
        ),
        common.MAVLINK_MSG_ID_ATTITUDE: ("time_boot_ms", "roll", "pitch"),
        common.MAVLINK_MSG_ID_GPS_RAW_INT: ("eph", "fix_type", "satellites_visible", "h_acc"),
        common.MAVLINK_MSG_ID_SYS_STATUS: (
            "onboard_control_sensors_present",
            "onboard_control_sensors_enabled",
            "onboard_control_sensors_health",
            "voltage_battery",
            "current_battery",
            "battery_remaining",
        ),
        common.MAVLINK_MSG_ID_BATTERY_STATUS: (
            *("current_consumed", "energy_consumed", "temperature", "voltages"),
            *("current_battery", "id", "battery_remaining", "voltages_ext", "fault_bitmask"),
        ),
        common.MAVLINK_MSG_ID_HOME_POSITION: ("latitude", "longitude", "altitude"),
        common.MAVLINK_MSG_ID_ESTIMATOR_STATUS: ("pos_horiz_accuracy", "flags"),
        common.MAVLINK_MSG_ID_WIND_COV: ("wind_x", "wind_y"),
        layouts.EKF_STATUS_REPORT: ("flags",),
        layouts.WIND: ("direction", "speed"),
    }
)
"""With the fields of each that are read, in the payload's order. Whoever hears it takes them as a tuple, an
array's numbers one by one."""
KINDS = (*STATES, *VALUES)
"""Messages that may be kept, in the order in which those of one look are heard: states first."""
SLOT_BYTES = 64
IDS = 512
"""Message ids below this are told apart here; rarer ones go the ordinary way."""
BEYOND = frozenset(number for number in WANTED if number >= IDS)
UNWANTED, ORDINARY = -1, -2
"""In `Sieve.kind_of`, for what nobody reads and for what is read the ordinary way."""
ANY_SENDER, CLOSELY, VOUCHED, TAPED = 1, 2, 4, 8
"""Bits of a row's `how`: its sender does not matter; states are heard at once; only what is signed counts;
each frame that is kept goes to a recording too."""
NAME_BYTES = 28
NO_STAMP = -1
NEVER_S = -np.inf
NEVER_BOOTED_MS = np.iinfo(np.uint32).max
"""Above any time since boot: the first that comes is news, as one after a restart is."""

LINE_BYTES = 64
"""What memory brings at a time: rows begin there, and what a look or a sample touches lies together."""
_PARTS = [
    ("how", np.uint8),
    ("component", np.uint8),
    ("sender_bytes", np.uint8),
    ("link", np.uint8),  # the signature's link id whose stamps may be taken here
    ("known", np.uint32),  # a bit for each state whose words the slot holds
    ("fresh", np.uint32),  # a bit for each state whose words changed since they were read here
    ("boot_ms", np.uint32),  # since its start, by the last position or attitude that came
    ("parsed", np.uint32),  # frames that were kept, of all kinds
    ("passed", np.uint32),  # frames that nobody reads, of all kinds
    ("look", np.int64),  # the look that last brought something to be heard the ordinary way
    ("boot_at_s", np.float64),  # when that time since its start came
    ("loss", np.int64, (3,)),
    ("sender", np.uint8, (NAME_BYTES,)),
    ("spare", np.uint8, (12,)),
    ("stamp", np.int64),  # the newest signed one taken
    ("limit", np.int64),  # above it none is taken here
    ("heard_at_s", np.float64),  # anything of it
    ("at_s", np.float64, (len(KINDS),)),
    ("kept", np.uint32),  # a bit for each kind that was kept and not read yet
    ("booted_ms", np.uint32),  # since its start, by the last that was heard or kept
    ("booted_at_s", np.float64),
    ("slots", np.uint8, (len(KINDS), SLOT_BYTES)),
    ("unwanted", np.uint32, (IDS,)),
]
ROW = np.dtype(_PARTS, align=True)
SLOTS_AT = ROW.fields["slots"][1] if ROW.fields else 0
INSTANTS_AT = ROW.fields["at_s"][1] if ROW.fields else 0
BLOCK_AT = ROW.fields["heard_at_s"][1] if ROW.fields else 0
"""Where in a row's bytes what was kept lies, and when it came, and the block of both begins (see `block`)."""
SLOTS_IN_BLOCK = SLOTS_AT - BLOCK_AT
BLOCK_BYTES = SLOTS_IN_BLOCK + len(KINDS) * SLOT_BYTES


def make_rows(count: int) -> np.ndarray[Any, Any]:
    """So many, all zeros."""
    room = np.zeros(count * ROW.itemsize + LINE_BYTES, np.uint8)
    begin = -room.ctypes.data % LINE_BYTES
    return room[begin : begin + count * ROW.itemsize].view(ROW)


SYSTEMS = 256


def _layout(message_id: int) -> Layout:
    found = layouts.layout(message_id)
    if found is None or found.size > SLOT_BYTES:
        raise ValueError(f"message {message_id} is unknown, or longer than a slot")
    return found


LAYOUTS = tuple(_layout(message_id) for message_id in KINDS)
READERS = tuple(
    one.picker(*VALUES[one.message_id]) if one.message_id in VALUES else one.reader for one in LAYOUTS
)
"""What reads each kind from its slot: a state as a message, a value as the tuple of its fields."""


def _picks(names: tuple[str, ...]) -> Callable[[Message], tuple[Any, ...]]:
    def pick(message: Message) -> tuple[Any, ...]:
        picked: list[Any] = []
        for name in names:
            field = getattr(message, name)
            if isinstance(field, list | tuple):
                picked += field
            else:
                picked.append(field)
        return tuple(picked)

    return pick


TIMED = frozenset(_layout(one).name for one, names in VALUES.items() if names[0] == "time_boot_ms")
"""Values whose first field is the time since boot."""
PICKS: Mapping[str, Callable[[Message], tuple[Any, ...]]] = MappingProxyType(
    {_layout(message_id).name: _picks(names) for message_id, names in VALUES.items()}
)
"""By a value's name, the same tuple of a whole message."""
