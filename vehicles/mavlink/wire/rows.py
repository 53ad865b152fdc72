"""What is known of a vehicle whose frames are sifted: one row of numbers, shared with compiled code.

`sieve` says what is kept in it and why.
"""

from __future__ import annotations

import numpy as np
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.layouts import Layout
from vehicles.mavlink.wire.wanted import WANTED

STATES = (
    common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
    layouts.MISSION_CURRENT,
    layouts.CURRENT_MODE,
    common.MAVLINK_MSG_ID_HEARTBEAT,
)
VALUES = (
    common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
    common.MAVLINK_MSG_ID_ATTITUDE,
    common.MAVLINK_MSG_ID_GPS_RAW_INT,
    common.MAVLINK_MSG_ID_SYS_STATUS,
    common.MAVLINK_MSG_ID_BATTERY_STATUS,
    common.MAVLINK_MSG_ID_HOME_POSITION,
    common.MAVLINK_MSG_ID_ESTIMATOR_STATUS,
    common.MAVLINK_MSG_ID_WIND_COV,
    layouts.EKF_STATUS_REPORT,
    layouts.WIND,
)
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
"""Above any time since boot: the first position is news, as one after a restart is."""

ROW = np.dtype(
    [
        ("how", np.uint8),
        ("component", np.uint8),
        ("sender_bytes", np.uint8),
        ("sender", np.uint8, (NAME_BYTES,)),
        ("link", np.uint8),  # the signature's link id whose stamps may be taken here
        ("stamp", np.int64),  # the newest of them taken
        ("limit", np.int64),  # above it none is taken here
        ("kept", np.uint32),  # a bit for each kind that was kept and not read yet
        ("known", np.uint32),  # a bit for each state whose words the slot holds
        ("fresh", np.uint32),  # a bit for each state whose words changed since they were read here
        ("look", np.int64),  # the look that last brought something to be heard the ordinary way
        ("boot_ms", np.uint32),  # since its start, by the last position that came
        ("heard_at_s", np.float64),
        ("loss", np.int64, (3,)),
        ("at_s", np.float64, (len(KINDS),)),
        ("counts", np.uint32, (len(KINDS),)),
        ("slots", np.uint8, (len(KINDS), SLOT_BYTES)),
        ("passed", np.uint32),  # frames that nobody reads, of all kinds
        ("unwanted", np.uint32, (IDS,)),
    ],
    align=True,
)
SLOTS_AT = ROW.fields["slots"][1] if ROW.fields else 0
SYSTEMS = 256


def _layout(message_id: int) -> Layout:
    found = layouts.layout(message_id)
    if found is None or found.size > SLOT_BYTES:
        raise ValueError(f"message {message_id} is unknown, or longer than a slot")
    return found


LAYOUTS = tuple(_layout(message_id) for message_id in KINDS)
