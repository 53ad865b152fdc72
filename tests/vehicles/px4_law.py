"""PX4's law of motion along one line from rest to rest, written out once more for tests to compare with."""

from __future__ import annotations

from math import log, sqrt


def line_s(length_m: float, top_mps: float, mps2: float, near_m: float) -> float:
    """Seconds for a line long enough for `top_mps`, to `near_m` before its end; the jerk is 4 m/s3."""
    b = mps2 * mps2
    end_mps = (sqrt(b * b + 8.0 * mps2 * near_m) - b) / 2.0
    gain_s = top_mps / mps2 + mps2 / 4.0
    gain_m = top_mps / 2.0 * gain_s
    brake_s = (top_mps - end_mps) / mps2 + b / (2.0 * mps2) * log(top_mps / end_mps)
    brake_m = (top_mps**2 - end_mps**2 + b * (top_mps - end_mps)) / (2.0 * mps2)
    return gain_s + brake_s + (length_m - near_m - gain_m - brake_m) / top_mps


def level_s(length_m: float, top_mps: float) -> float:
    """MPC_ACC_HOR 3, NAV_ACC_RAD 2."""
    return line_s(length_m, top_mps, 3.0, 2.0)


def up_s(length_m: float, top_mps: float) -> float:
    """MPC_ACC_UP_MAX 4, NAV_MC_ALT_RAD 0.8."""
    return line_s(length_m, top_mps, 4.0, 0.8)


def down_s(length_m: float, top_mps: float) -> float:
    """MPC_ACC_DOWN_MAX 3."""
    return line_s(length_m, top_mps, 3.0, 0.8)


TAKE_OFF_S = 3.0
"""COM_SPOOLUP_TIME, and what the ramp of MPC_TKO_RAMP_T costs."""
