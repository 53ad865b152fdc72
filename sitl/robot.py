"""How a sidewalk robot moves: it turns its nose to the line ahead, then rolls; it slows for corners."""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, radians, sin, sqrt

from sitl.body import Body, Line

BRAKING_MPS2 = 0.8
"""How hard it brakes for corners and stops; it could brake harder."""

_ACCELERATION_MPS2 = 1.0
_TURN_DPS = 90.0  # four driven wheels turn on the spot in two seconds
_LOOK_AHEAD_M = 1.0  # it steers for a point this far ahead on its line (pure pursuit)
_STEER_STOPS_DEG = 60.0  # facing further away than this, it turns on the spot


def corner_mps(before: Line, after: Line) -> float:
    """Speed for a corner: full on a straight, nearly a stop at a right angle, when it turns on the spot."""
    return max(0.1, 2.5 * max(0.0, before.turn_cos(after)) ** 4)


def step_robot(body: Body, line: Line, dt_s: float) -> None:
    """Drive along `line` for `dt_s` seconds, on the ground."""
    left_m = line.left_m(body)
    speed = body.speed_mps
    aim_m = max(0.0, left_m - _LOOK_AHEAD_M)
    to_east = line.end.east_m - line.unit_east * aim_m - body.east_m
    to_north = line.end.north_m - line.unit_north * aim_m - body.north_m
    gap_m = hypot(to_east, to_north)
    off_deg = 0.0
    if gap_m > 0.02 and line.length_m > 0.0:
        course_deg = degrees(atan2(to_east, to_north))
        off_deg = (course_deg - body.heading_deg + 180.0) % 360.0 - 180.0
        most_deg = _TURN_DPS * dt_s
        body.heading_deg = (body.heading_deg + max(-most_deg, min(most_deg, off_deg))) % 360.0
    remaining_m = gap_m if aim_m == 0.0 else left_m
    wanted = min(line.speed_mps, sqrt(line.exit_mps**2 + 2.0 * BRAKING_MPS2 * remaining_m))
    wanted = min(wanted, remaining_m / dt_s + line.exit_mps)
    if line.length_m == 0.0 or abs(off_deg) > _STEER_STOPS_DEG:
        wanted = 0.0  # told to stay, or to turn on the spot
    else:
        wanted *= max(0.2, cos(radians(off_deg)))
    change = max(-2.0 * _ACCELERATION_MPS2 * dt_s, min(_ACCELERATION_MPS2 * dt_s, wanted - speed))
    speed = max(0.0, speed + change)
    heading = radians(body.heading_deg)
    body.east_mps, body.north_mps, body.up_mps = speed * sin(heading), speed * cos(heading), 0.0
    body.east_m += body.east_mps * dt_s
    body.north_m += body.north_mps * dt_s
