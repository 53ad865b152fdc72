"""Golden dialogues: what a real client said to a real PX4, said to the simulated one: the same answers."""

from __future__ import annotations

import pytest

from tests.sitl.golden.compare import Tolerance, differences, strayed
from tests.sitl.golden.dialogue import tracks
from tests.sitl.golden.replay import Recording, simulated
from tests.vehicles.mavlink.recordings import NAMES

_MOTION = Tolerance(4.0, 0.05)
"""What follows from motion: 4 s, and a twentieth of the time since the client last asked, in order."""
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
WITHIN_S = 2.0
NEAR = (3.5, 3.0)
"""How far the simulated one may be from where PX4 took itself to be, over ground and in height, at its best
within so many seconds before or after. PX4's own estimate wanders by half a metre, and by one in height."""
LESS_NEAR = {
    "d3_quad_fence_offboard_mission": (3.5, 4.0),  # OFFBOARD holds a speed: PX4's height drifts away
}

_LOW = "texts: only PX4, (2, 'Low battery"
_DISARMED = "modes: only PX4, ('0x4040000', '0x1d'"
UNSEEN = {"e_quad_low_battery": (_LOW, _DISARMED), "e2_quad_low_battery_rtl": (_LOW,)}
"""Refilled by PX4's simulation in a second, the battery passes the low level between two looks of ours. PX4
took itself to be a metre lower, and so landed 2.5 s before the next command; ours in its last second."""


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_simulated_autopilot_answers_and_moves_as_px4_did(name: str) -> None:
    recording = Recording(name)
    told = simulated(recording)
    said = tracks(told, recording.asked_parameters)
    found = differences(recording.tracks(), said, recording.asked_at_s, WITHIN)
    assert [one for one in found if not one.startswith(UNSEEN.get(name, ("?",)))] == []
    assert strayed(recording.told, told, WITHIN_S, *LESS_NEAR.get(name, NEAR)) == []
