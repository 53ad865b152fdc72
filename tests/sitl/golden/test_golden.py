"""Golden dialogues: what a real client said to a real PX4, said to the simulated one: the same answers."""

from __future__ import annotations

import pytest

from tests.sitl.golden.compare import Tolerance, differences
from tests.sitl.golden.replay import Pace, Recording, simulated

_MOTION = Tolerance(2.0, 0.3)
"""What follows from motion: 2 s, and 30 % of the time since the client last asked; its order is strict."""
WITHIN = {
    "acks": Tolerance(0.5),
    "protocol": Tolerance(1.0),  # PX4's storage takes up to 0.9 s
    "parameters": Tolerance(0.5),
    "modes": _MOTION,
    "landed": _MOTION,
    "mission": _MOTION,
    "reached": _MOTION,
    "texts": _MOTION,
    "events": _MOTION,
}
PACES = {
    "a_quad_delivery": Pace(),
    "b_quad_hold_reupload_rtl": Pace(3.8, 1.7, 1.17),
    "c_rover_mission": Pace(3.0),
    "c2_rover_hold_fence_rtl": Pace(3.0, overspeed=1.7),
    "d_quad_fence_breach": Pace(),
    "d2_quad_fence_actions": Pace(),
    "d3_quad_fence_offboard_mission": Pace(),
    "e_quad_low_battery": Pace(3.0, descend_mps=0.85),
    "e2_quad_low_battery_rtl": Pace(3.4, 0.95, 3.4),
    "f_quad_datalink_loss": Pace(3.4, 1.5, 1.3),
    "g_quad_mavsdk41": Pace(),
}

_LOW = "texts: only PX4, (2, 'Low battery"
UNSEEN = {"e_quad_low_battery": _LOW, "e2_quad_low_battery_rtl": _LOW}
"""Refilled by PX4's simulation in a second, the battery passes the low level between two looks of ours."""


@pytest.mark.parametrize("name", sorted(PACES))
def test_the_simulated_autopilot_answers_as_px4_did(name: str) -> None:
    recording = Recording(name)
    told = simulated(recording, PACES[name])
    found = differences(recording.tracks(), told, recording.asked_at_s, WITHIN)
    assert [one for one in found if not (name in UNSEEN and one.startswith(UNSEEN[name]))] == []
