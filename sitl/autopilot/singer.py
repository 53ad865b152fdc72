"""What a chorus of simulated autopilots sends, and the numbers that it knows of each: see `singing`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pymavlink.dialects.v20 import all as dialect

from sitl.autopilot import shapes

STRIDE = 300
"""Bytes from one frame to the next: more than any has."""
HEADER_BYTES = 10
VALUES = (
    shapes.GLOBAL_POSITION_INT,
    shapes.LOCAL_POSITION_NED,
    shapes.ATTITUDE,
    shapes.GPS_RAW_INT,
    shapes.SYS_STATUS,
    shapes.BATTERY_STATUS,
    shapes.VFR_HUD,
    shapes.ALTITUDE,
    shapes.SYSTEM_TIME,
)
"""Messages made of a vehicle's numbers, each time anew."""
WORDS = (
    shapes.HEARTBEAT,
    shapes.EXTENDED_SYS_STATE,
    shapes.MISSION_CURRENT,
    shapes.CURRENT_MODE,
    shapes.HOME_POSITION,
    shapes.ESTIMATOR_STATUS,
    shapes.CURRENT_EVENT_SEQUENCE,
)
"""Messages that stay as they are until the vehicle's state is another one."""
SUNG = (*VALUES, *WORDS)
CLOCK_AT = {shapes.HOME_POSITION: 52, shapes.ESTIMATOR_STATUS: 0}
"""Where in such words the vehicle's clock is, in microseconds."""
_WORD_BYTES = 64
_TYPES = {"b": "i1", "B": "u1", "h": "<i2", "H": "<u2", "i": "<i4", "I": "<u4", "Q": "<u8", "f": "<f4"}

SINGER = np.dtype(
    [
        ("cell", np.int64),
        ("sings", np.bool_),
        ("system", np.uint8),
        ("sequence", np.int64),
        ("port", np.int32),
        ("lat_e7", np.float64),
        ("lon_e7", np.float64),
        ("lat_e7_per_m", np.float64),
        ("lon_e7_per_m", np.float64),
        ("tan_per_m", np.float64),
        ("pad_amsl_m", np.float64),
        ("home_above_m", np.float64),
        ("up_since_age_s", np.float64),
        ("battery_cells", np.int64),
        ("health", np.uint32),
        ("seed", np.uint64),
        ("drawn", np.float64),
        ("noise_frac", np.float64),
        ("walk_age_s", np.float64),
        ("walk", np.float64, (6,)),
        ("next_age_s", np.float64),
        ("due_age_s", np.float64, (len(SUNG),)),
        ("interval_s", np.float64, (len(SUNG),)),
        ("words", np.uint8, (len(WORDS), _WORD_BYTES)),
        ("word_bytes", np.int64, (len(WORDS),)),
    ],
    align=True,
)
"""One vehicle: its number among those stepped with it, where its home is, what it sends and how often, how
far its estimate has wandered (`noise_frac` 1: as far as `estimate` has it), its words."""

SOURCES = tuple(Path(__file__).with_name(f"{name}.py") for name in ("shapes", "singer", "sung", "singing"))
"""All that is compiled into the kernel."""


def _record(shape: shapes.Shape) -> np.dtype[Any]:
    """A message's payload as a record of its fields."""
    known = dialect.mavlink_map[shape.number]
    letters = known.native_format.decode()[1:]
    fields = zip(known.ordered_fieldnames, letters, known.array_lengths, strict=True)
    return np.dtype([(name, _TYPES[letter], (length,) if length else ()) for name, letter, length in fields])


def drafts() -> tuple[Any, ...]:
    """A payload of each of `VALUES` to write on."""
    return tuple(np.zeros(1, _record(shape)) for shape in VALUES)
