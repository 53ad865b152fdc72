"""PX4's law of motion along one axis, and the lag behind it, against what they mean."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitl.motion.smoothing import advance, lasting, most_mps, ramp
from sitl.motion.state import Cell
from sitl.motion.tracking import Asked, follow

LIMITS = (3.0, 4.0)
speeds = st.floats(-12.0, 12.0)


@given(mps=speeds, mps2=st.floats(-3.0, 3.0), goal_mps=speeds)
def test_a_ramp_ends_at_its_goal_and_keeps_its_limits(mps: float, mps2: float, goal_mps: float) -> None:
    one = ramp((mps, mps2), goal_mps, LIMITS)
    _, end_mps, end_mps2 = advance(one, one.total_s + 0.1)
    assert end_mps == pytest.approx(goal_mps, abs=1e-6)
    assert end_mps2 == 0.0
    track = [advance(one, 0.05 * n) for n in range(int(one.total_s / 0.05) + 2)]
    for (_, a_mps, a_mps2), (_, b_mps, b_mps2) in pairwise(track):
        assert abs(b_mps2 - a_mps2) <= LIMITS[1] * 0.05 + 1e-6
        assert abs(b_mps - a_mps) <= LIMITS[0] * 0.05 + 1e-6


@given(mps=speeds, goal_mps=speeds, longer_s=st.floats(0.1, 5.0))
def test_a_ramp_that_lasts_longer_ends_then_and_there(mps: float, goal_mps: float, longer_s: float) -> None:
    one = ramp((mps, 0.0), goal_mps, LIMITS)
    slow = lasting(one, one.total_s + longer_s)
    assert slow.total_s == pytest.approx(one.total_s + longer_s, abs=1e-6)
    _, end_mps, _ = advance(slow, slow.total_s)
    assert end_mps == pytest.approx(goal_mps, abs=1e-5)


def test_however_it_is_cut_a_ramp_leads_to_the_same_place() -> None:
    one = ramp((0.0, 0.0), 10.0, LIMITS)
    whole_m, *_ = advance(one, 5.0)
    mps, mps2, gone_m = 0.0, 0.0, 0.0
    for _ in range(50):
        step_m, mps, mps2 = advance(ramp((mps, mps2), 10.0, LIMITS), 0.1)
        gone_m += step_m
    assert gone_m == pytest.approx(whole_m, abs=1e-6)


def test_what_can_be_braked_from_is_braked_from_in_time() -> None:
    """Followed step by step, the law brings it to rest at the end, and not beyond."""
    left_m, mps, mps2 = 60.0, 10.0, 0.0
    for _ in range(400):
        goal_mps = min(10.0, most_mps(4.0, 3.0, max(left_m, 0.0), 0.0))
        gone_m, mps, mps2 = advance(ramp((mps, mps2), goal_mps, LIMITS), 0.1)
        left_m -= gone_m
        assert left_m > -0.05
    assert left_m < 0.1
    assert mps < 0.1


@pytest.mark.parametrize(("drag_per_s", "lag_m"), [(0.0, 0.0), (1.0, 0.0)])
def test_the_controller_learns_the_drag_and_catches_up(drag_per_s: float, lag_m: float) -> None:
    cell = Cell(np.uint64(1), drag_per_s=drag_per_s, leans_low_rad=0.78)  # as far as in the air
    worst_m = 0.0
    for n in range(600):
        asked = Asked(0.5, 5.0 if n == 0 else 0.0, 5.0, 0.0)
        follow(cell, asked, Asked(0.0, 0.0, 0.0, 0.0), 0.1)
        worst_m = max(worst_m, cell.lag_east_m)
    assert worst_m > 1.0
    assert cell.lag_east_m == pytest.approx(lag_m, abs=0.05)
    assert cell.east_mps == pytest.approx(5.0, abs=0.05)
    assert cell.north_m == 0.0
