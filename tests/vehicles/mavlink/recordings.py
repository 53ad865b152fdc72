"""The real recordings (`.tlog`: eight bytes of time stamp, one frame, and so on), for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[4] / "shared" / "px4"
NAMES = (
    "a_quad_delivery",
    "b_quad_hold_reupload_rtl",
    "c_rover_mission",
    "c2_rover_hold_fence_rtl",
    "d_quad_fence_breach",
    "d2_quad_fence_actions",
    "d3_quad_fence_offboard_mission",
    "e_quad_low_battery",
    "e2_quad_low_battery_rtl",
    "f_quad_datalink_loss",
    "g_quad_mavsdk41",
)
SHIPPED = tuple(sorted((Path(__file__).parent / "recordings").glob("*.tlog")))
"""Recordings of ArduPilot, which come with the tests."""
_STAMP_BYTES = 8


def frames(name: str) -> Iterator[bytes]:
    """Each frame of a recording; the test is skipped where there is none."""
    path = FOLDER / f"{name}.tlog"
    if not path.exists():
        pytest.skip(f"the recording {path} is not on this machine")
    yield from frames_in(path)


def frames_in(path: Path) -> Iterator[bytes]:
    """Each frame of a file."""
    data, at = path.read_bytes(), _STAMP_BYTES
    while at < len(data):
        size = 12 + data[at + 1] + 13 * (data[at + 2] & 1) if data[at] == 0xFD else 8 + data[at + 1]
        yield data[at : at + size]
        at += size + _STAMP_BYTES
