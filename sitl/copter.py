"""How a multicopter moves: it follows a line with limited acceleration and leans against the wind.

It shares no code with `vehicles.pace`, by which plans are timed, so that a run tries those times.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, sqrt

from sitl.body import Body, Line
from vehicles.profile import VehicleProfile

ACCELERATION_MPS2 = 4.0
"""PX4's default for smooth flight is 3 (MPC_ACC_HOR) and up to 5 (MPC_ACC_HOR_MAX)."""

BRAKING_MPS2 = 0.8 * ACCELERATION_MPS2
"""Brake with a margin, as a controller must that sees the end late by one step."""

_ACROSS_PER_S = 1.0  # how fast an offset from the line is flown back: m/s for each metre
_ACROSS_LIMIT_MPS = 3.0
_CORNER_OVERSHOOT_M = 1.0  # how far a fly-through corner may be overshot sideways
_TURN_DPS = 90.0  # yaw rate towards the direction of flight
_YAW_ABOVE_MPS = 1.0


@dataclass(frozen=True, slots=True)
class Air:
    """Wind over ground now, m/s towards east and north."""

    east_mps: float = 0.0
    north_mps: float = 0.0


def corner_mps(before: Line, after: Line) -> float:
    """Speed at which a corner can be flown through, overshooting it by a metre at most."""
    cos = before.turn_cos(after)
    if before.length_m == 0.0 or after.length_m == 0.0:
        return 0.0
    if cos < 0.0:
        return 0.5  # turning back: all but a stop
    sin = sqrt(max(0.0, 1.0 - cos * cos))
    return sqrt(2.0 * ACCELERATION_MPS2 * _CORNER_OVERSHOOT_M) / max(sin, 0.02)


def _along_limit_mps(line: Line, profile: VehicleProfile) -> float:
    """The fastest that horizontal and vertical limits allow together along the line."""
    flat = sqrt(line.unit_east**2 + line.unit_north**2)
    limit = line.speed_mps / flat if flat > 1e-3 else float("inf")
    if line.unit_up > 1e-3:
        limit = min(limit, profile.climb_mps / line.unit_up)
    elif line.unit_up < -1e-3:
        limit = min(limit, profile.descend_mps / -line.unit_up)
    return limit


def _wanted_along_mps(line: Line, profile: VehicleProfile, left_m: float, dt_s: float) -> float:
    """Speed along the line that its limits and the braking distance to its end allow now."""
    if left_m < 0.0 and line.exit_mps == 0.0:
        return max(left_m, -_ACROSS_LIMIT_MPS)  # beyond the end: come back
    ahead_m = max(0.0, left_m)
    stopping_mps = sqrt(line.exit_mps**2 + 2.0 * BRAKING_MPS2 * ahead_m)
    return min(_along_limit_mps(line, profile), stopping_mps, ahead_m / dt_s + line.exit_mps)


def step_copter(body: Body, line: Line, profile: VehicleProfile, gust: Air, dt_s: float) -> None:
    """Fly along `line` for `dt_s` seconds; `gust` displaces the body until it is corrected.

    Steady wind is leaned against and costs energy (see `battery`), not distance; what is left of it are
    gusts. Heights never go below the ground.
    """
    left_m = line.left_m(body)
    along = _wanted_along_mps(line, profile, left_m, dt_s)
    # where the body would be on the line now, and the way back to it
    back_east = line.end.east_m - line.unit_east * left_m - body.east_m
    back_north = line.end.north_m - line.unit_north * left_m - body.north_m
    back_up = line.end.height_agl_m - line.unit_up * left_m - body.height_agl_m
    across_m = sqrt(back_east**2 + back_north**2 + back_up**2)
    gain = _ACROSS_PER_S if across_m < _ACROSS_LIMIT_MPS else _ACROSS_LIMIT_MPS / across_m
    now_along = body.east_mps * line.unit_east + body.north_mps * line.unit_north + body.up_mps * line.unit_up
    change_east = back_east * gain - (body.east_mps - now_along * line.unit_east)
    change_north = back_north * gain - (body.north_mps - now_along * line.unit_north)
    change_up = back_up * gain - (body.up_mps - now_along * line.unit_up)
    # keeping to the line comes first; what acceleration is left goes into speed along it
    most = ACCELERATION_MPS2 * dt_s
    across = sqrt(change_east**2 + change_north**2 + change_up**2)
    share = min(1.0, most / across) if across > 0.0 else 0.0
    rest = sqrt(max(0.0, most * most - (across * share) ** 2))
    faster = max(-rest, min(rest, along - now_along))
    change = (
        change_east * share + line.unit_east * faster,
        change_north * share + line.unit_north * faster,
        change_up * share + line.unit_up * faster,
    )
    _move(body, change, gust, dt_s)
    _face_ahead(body, dt_s)


def _move(body: Body, change: tuple[float, float, float], gust: Air, dt_s: float) -> None:
    east, north, up = change
    body.east_m += (body.east_mps + 0.5 * east + gust.east_mps) * dt_s
    body.north_m += (body.north_mps + 0.5 * north + gust.north_mps) * dt_s
    body.height_agl_m = max(0.0, body.height_agl_m + (body.up_mps + 0.5 * up) * dt_s)
    body.east_mps += east
    body.north_mps += north
    body.up_mps += up


def _face_ahead(body: Body, dt_s: float) -> None:
    """Turn the nose towards the direction of flight, at a limited rate."""
    if body.east_mps**2 + body.north_mps**2 < _YAW_ABOVE_MPS**2:
        return
    course_deg = degrees(atan2(body.east_mps, body.north_mps))
    turn_deg = (course_deg - body.heading_deg + 180.0) % 360.0 - 180.0
    most_deg = _TURN_DPS * dt_s
    body.heading_deg = (body.heading_deg + max(-most_deg, min(most_deg, turn_deg))) % 360.0
