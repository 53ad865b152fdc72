"""How sidewalk robots move: they turn their noses to the line ahead, then roll; they slow for corners."""

from __future__ import annotations

from math import floor, sqrt

from sitl.motion.body import Line
from sitl.motion.compiled import compiled
from sitl.motion.maths import bearing_deg, cos_deg, sin_deg
from sitl.motion.settings import Settings
from sitl.motion.state import Cell
from vehicles.profile import VehicleProfile

BRAKING_MPS2 = 0.8
"""How hard it brakes for corners and stops; it could brake harder."""

ROLLING_MPS = 0.1
"""Faster than this it counts as in motion."""

_TURN_DPS = 90.0  # four driven wheels turn on the spot in two seconds
_LOOK_AHEAD_M = 1.0  # it steers for a point this far ahead on its line (pure pursuit)
_STEER_STOPS_DEG = 60.0  # facing further away than this, it turns on the spot
_TINY = 1e-9


def corner_mps(before: Line, after: Line, _: VehicleProfile, __: Settings) -> tuple[float, float]:
    """Speed for a corner: full on a straight, nearly a stop at a right angle, when it turns on the spot."""
    return max(0.1, 2.5 * max(0.0, before.turn_cos(after)) ** 4), 0.0


def early_m(_: Line, __: Line | None, ___: VehicleProfile) -> float:
    """A corner is driven through where it is."""
    return 0.0


def limit_mps(line: Line, _: VehicleProfile) -> float:
    """The line's own speed; none for a line without length: there it stays."""
    return line.speed_mps if line.length_m > 0.0 else 0.0


@compiled
def lifted(state: Cell) -> bool:
    """Whether it rolls."""
    return state.east_mps * state.east_mps + state.north_mps * state.north_mps > ROLLING_MPS * ROLLING_MPS


@compiled
def move(state: Cell, dt_s: float) -> None:
    """Drive along the line for `dt_s` seconds, on the ground."""
    rest_e, rest_n = state.end_east_m - state.east_m, state.end_north_m - state.north_m
    rest_u = state.end_height_m - state.height_m
    left_m = rest_e * state.unit_east + rest_n * state.unit_north + rest_u * state.unit_up
    aim_m = max(left_m - _LOOK_AHEAD_M, 0.0)
    to_e, to_n = rest_e - state.unit_east * aim_m, rest_n - state.unit_north * aim_m
    gap_m = sqrt(to_e * to_e + to_n * to_n)
    off_deg = bearing_deg(to_e, to_n) - state.heading_deg
    off_deg = off_deg - 360.0 * floor(off_deg / 360.0 + 0.5)
    if gap_m <= 0.02 or state.length_m <= 0.0:
        off_deg = 0.0
    most_deg = _TURN_DPS * dt_s
    turned_deg = state.heading_deg + min(max(off_deg, -most_deg), most_deg)
    state.heading_deg = turned_deg - 360.0 * floor(turned_deg / 360.0)
    remaining_m = gap_m if aim_m == 0.0 else left_m
    speed_mps = sqrt(state.east_mps * state.east_mps + state.north_mps * state.north_mps)
    change_mps = _wanted_mps(state, (remaining_m, off_deg), dt_s) - speed_mps
    most_mps = state.speeds_up_mps2 * dt_s
    change_mps = min(max(change_mps, -2.0 * most_mps), most_mps)
    speed_mps = max(speed_mps + change_mps, 0.0)
    state.east_mps = speed_mps * sin_deg(state.heading_deg)
    state.north_mps = speed_mps * cos_deg(state.heading_deg)
    state.east_m = state.east_m + state.east_mps * dt_s
    state.north_m = state.north_m + state.north_mps * dt_s


@compiled
def _wanted_mps(state: Cell, ahead: tuple[float, float], dt_s: float) -> float:
    """Speed that the way left, metres, and the turn to be made, degrees, allow."""
    remaining_m, off_deg = ahead
    exit_mps = state.exit_mps
    wanted_mps = sqrt(exit_mps * exit_mps + 2.0 * state.brakes_mps2 * max(remaining_m, 0.0))
    wanted_mps = min(wanted_mps, remaining_m / max(dt_s, _TINY) + exit_mps)
    wanted_mps = min(wanted_mps, state.limit_mps)
    straight = max(cos_deg(off_deg), 0.2)
    turning = off_deg > _STEER_STOPS_DEG or off_deg < -_STEER_STOPS_DEG
    return 0.0 if turning else wanted_mps * straight
