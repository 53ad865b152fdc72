"""How long a vehicle takes along a line with bends: it speeds up, slows for corners, and stops at the end.

Of aircraft: `flight_pace`. A robot's speed over a segment is a trapezoid (or triangle) between the speeds at
its ends; those are what the corners allow, lowered until every change of speed fits into its segment: the
forward and backward pass of time-optimal path following (e.g. Kunz and Stilman, "Time-Optimal Trajectory
Generation for Path Following with Bounded Acceleration and Velocity", RSS 2012). How simulated vehicles
move (`sitl.motion.copter`, `sitl.motion.robot`) shares no code with this, so that a simulated run can show
this wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import acos, cos, degrees, hypot, log, radians, sin, sqrt
from typing import NamedTuple

from geofences.path import Waypoint
from geofences.position import towards
from geofences.zone import Medium
from vehicles.flight_pace import Segment, flight_s
from vehicles.profile import VehicleProfile
from vehicles.wing import on_wing

_SIDEWALK_MPS2 = 0.8  # what a six-wheeled robot with a cup of coffee aboard may do
_SIDEWALK_TURN_DPS = 90.0
_SIDEWALK_TURNS_ON_SPOT_DEG = 60.0  # a sharper corner it stops for, and turns
_LANDING_MPS = 0.7  # PX4's MPC_LAND_SPEED, reached by MPC_LAND_ALT2
_SLOWS_AT_M, _SLOW_BELOW_M = 10.0, 5.0  # PX4's MPC_LAND_ALT1 and MPC_LAND_ALT2
_SAME_M = 1e-6

_Direction = tuple[float, float, float]


class _Line(NamedTuple):
    """From a waypoint to the next: metres over ground, up and in all; a unit vector east, north, up."""

    over_ground_m: float
    up_m: float
    length_m: float
    direction: _Direction


def _uniform_s(profile: VehicleProfile, over_ground_m: float, up_m: float, speed_mps: float) -> float:
    """Seconds in uniform motion, limited by the slower of its parts. Raises as `travel_s`."""
    seconds = 0.0
    if over_ground_m > 0.0:
        if not speed_mps > 0.0:
            raise ValueError(f"speed_mps: {speed_mps} is not more than 0")
        seconds = over_ground_m / speed_mps
    if up_m != 0.0:
        name, rate_mps = (
            ("climb_mps", profile.climb_mps) if up_m > 0.0 else ("descend_mps", profile.descend_mps)
        )
        if rate_mps == 0.0:
            raise ValueError(f"height_agl_m: {profile.name} cannot change its height ({name} is 0)")
        seconds = max(seconds, abs(up_m) / rate_mps)
    return seconds


def travel_s(
    profile: VehicleProfile,
    way: Sequence[Waypoint],
    speed_mps: float,
    *,
    wing: bool | None = None,
    rising: bool = False,
) -> list[float]:
    """Seconds for each segment of `way`, from rest to rest, at `speed_mps` over ground where there is room.

    An aircraft whose way ends on the ground slows for its touch-down as PX4 does. `wing`: see `on_wing`;
    `rising`: see `flight_s`.
    Raises `ValueError` when the way moves as the profile cannot.
    """
    moving = [way[0]]
    moves, lines = [], []
    for waypoint in way[1:]:
        line = _line(moving[-1], waypoint)
        moves.append(line.length_m > _SAME_M)
        if moves[-1]:
            moving.append(waypoint)
            lines.append(line)
    seconds = iter(_moving_s(profile, moving, lines, speed_mps, wing=wing, rising=rising))
    return [next(seconds) if moved else 0.0 for moved in moves]


def _moving_s(
    profile: VehicleProfile,
    way: Sequence[Waypoint],
    lines: Sequence[_Line],
    speed_mps: float,
    *,
    wing: bool | None,
    rising: bool,
) -> list[float]:
    lengths_m = [line.length_m for line in lines]
    on_rotors_mps = min(speed_mps, profile.rotor_mps) if profile.stall_mps else speed_mps
    speeds = [speed_mps if one else on_rotors_mps for one in on_wing(profile, way, wing=wing)]
    uniform_s = [
        _uniform_s(profile, line.over_ground_m, line.up_m, mps)
        for line, mps in zip(lines, speeds, strict=True)
    ]
    tops = [m / s for m, s in zip(lengths_m, uniform_s, strict=True)]
    turns = [_turn_cos(before.direction, after.direction) for before, after in pairwise(lines)]
    if profile.medium is Medium.AIR:
        ups = [line.up_m for line in lines]
        segments = [Segment(*row) for row in zip(lengths_m, ups, tops, [*turns, 1.0], strict=True)]
        seconds = flight_s(profile, way, segments, wing=wing, rising=rising)
        seconds[-1:] = [seconds[-1] + _touch_down_s(profile, way[-2], way[-1])] if seconds else []
        return seconds
    mps2 = _SIDEWALK_MPS2
    at_mps = [0.0, *(_corner_mps(profile, turn) for turn in turns), 0.0]
    for i, (top, length_m) in enumerate(zip(tops, lengths_m, strict=True)):
        at_mps[i] = min(at_mps[i], top)
        at_mps[i + 1] = min(at_mps[i + 1], top, sqrt(at_mps[i] ** 2 + 2.0 * mps2 * length_m))
    for i in range(len(tops) - 1, -1, -1):
        at_mps[i] = min(at_mps[i], sqrt(at_mps[i + 1] ** 2 + 2.0 * mps2 * lengths_m[i]))
    seconds = [
        _run_s(length_m, top, at_mps[i], at_mps[i + 1], mps2)
        for i, (length_m, top) in enumerate(zip(lengths_m, tops, strict=True))
    ]
    for i, turn in enumerate(turns):
        seconds[i + 1] += _turning_s(turn)
    return seconds


def _touch_down_s(profile: VehicleProfile, above: Waypoint, end: Waypoint) -> float:
    """What slowing before the ground adds to a descent: the rate falls evenly with height, then stays."""
    lands = profile.medium is Medium.AIR and end.height_agl_m <= _SAME_M < above.height_agl_m
    if not lands or profile.descend_mps <= _LANDING_MPS:
        return 0.0
    slower_mps = profile.descend_mps - _LANDING_MPS
    low_m = min(above.height_agl_m, _SLOW_BELOW_M)
    seconds = low_m / _LANDING_MPS
    top_m = min(above.height_agl_m, _SLOWS_AT_M)
    if top_m > low_m:
        band_m = _SLOWS_AT_M - _SLOW_BELOW_M
        top_mps = _LANDING_MPS + slower_mps * (top_m - low_m) / band_m
        seconds += band_m / slower_mps * log(top_mps / _LANDING_MPS)
    return seconds - top_m / profile.descend_mps


def _run_s(length_m: float, top_mps: float, from_mps: float, to_mps: float, mps2: float) -> float:
    """Seconds for a straight run with bounded acceleration and speed."""
    peak_mps = min(top_mps, sqrt(mps2 * length_m + (from_mps**2 + to_mps**2) / 2.0))
    steady_m = length_m - (2.0 * peak_mps**2 - from_mps**2 - to_mps**2) / (2.0 * mps2)
    return (2.0 * peak_mps - from_mps - to_mps) / mps2 + max(0.0, steady_m) / peak_mps


def _corner_mps(profile: VehicleProfile, turn_cos: float) -> float:
    """The speed at which a robot takes a corner with this cosine; it stops for a sharp one, and turns."""
    if turn_cos < cos(radians(_SIDEWALK_TURNS_ON_SPOT_DEG)):
        return 0.0
    return profile.cruise_mps * turn_cos * turn_cos


def _turning_s(turn_cos: float) -> float:
    """Seconds to turn on the spot, where a robot does so."""
    if turn_cos >= cos(radians(_SIDEWALK_TURNS_ON_SPOT_DEG)):
        return 0.0
    return degrees(acos(max(-1.0, turn_cos))) / _SIDEWALK_TURN_DPS


def _line(a: Waypoint, b: Waypoint) -> _Line:
    over_ground_m, bearing = towards(a.position, b.position)
    up_m, bearing_rad = b.level_m - a.level_m, radians(bearing)
    length_m = hypot(over_ground_m, up_m)
    flat = over_ground_m / length_m if length_m > 0.0 else 0.0
    up = up_m / length_m if length_m > 0.0 else 0.0
    return _Line(over_ground_m, up_m, length_m, (flat * sin(bearing_rad), flat * cos(bearing_rad), up))


def _turn_cos(before: _Direction, after: _Direction) -> float:
    """Of the bend over ground; a right angle where one of them goes straight up or down."""
    sizes = hypot(before[0], before[1]) * hypot(after[0], after[1])
    return (before[0] * after[0] + before[1] * after[1]) / sizes if sizes > 0.0 else 0.0
