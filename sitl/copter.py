"""How multicopters move: they follow lines with limited acceleration and lean against the wind.

It shares no code with `vehicles.pace`, by which plans are timed, so that a run tries those times.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from sitl.body import Line
from sitl.maths import Flags, Floats, Maths
from sitl.state import State
from vehicles.profile import VehicleProfile

ACCELERATION_MPS2 = 4.0
"""PX4's default for smooth flight is 3 (MPC_ACC_HOR) and up to 5 (MPC_ACC_HOR_MAX). Of an empty vehicle: the
force is the same with a parcel, so that moves less quickly."""

BRAKING_MPS2 = 1.2
"""Even its gentlest braking: near the end, where the limit on jerk has it slow down for long."""

_LEVEL_MPS2 = 3.0  # PX4's MPC_ACC_HOR, MPC_ACC_DOWN_MAX
_UP_MPS2 = 4.0  # MPC_ACC_UP_MAX
_JERK_MPS3 = 4.0  # MPC_JERK_AUTO
_GAIN_LEVEL_MPS2, _GAIN_UPRIGHT_MPS2 = 2.0, 1.0  # chosen, not measured: it keeps to plans so
_TURN_MPS2 = 0.5 * _LEVEL_MPS2  # MPC_XY_TRAJ_P: in a corner
_CREEPING_MPS = 1.2  # where it stops, the last metres: PX4 goes on from a way-point's radius
_ACROSS_LIMIT_MPS = 3.0  # an offset from the line is flown back with 1 m/s for each metre, up to this
_ACCEPTANCE_M = 2.0  # so far before a corner it goes over to the next line
_TURN_DPS = 90.0  # yaw rate towards the direction of flight
_YAW_ABOVE_MPS = 1.0
_LIFTED_M = 0.3
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Air:
    """Wind over ground now, m/s towards east and north."""

    east_mps: float = 0.0
    north_mps: float = 0.0


def corner_mps(before: Line, after: Line, _: VehicleProfile) -> float:
    """The speed for a corner, as PX4 reckons it: that of a circle within the acceptance radius.

    `computeMaxSpeedInWaypoint`; and no more than can be braked from until the end of the line after it.
    """
    if before.length_m == 0.0 or not _is_rounded(before, after):
        return 0.0
    cos = before.turn_cos(after)
    half_tan = sqrt((1.0 - cos) / (1.0 + cos)) if cos < 1.0 else 0.0
    circle_mps = sqrt(_TURN_MPS2 * _ACCEPTANCE_M / max(half_tan, 1e-3))
    jerky = _LEVEL_MPS2 * _LEVEL_MPS2 * 4.0 / _JERK_MPS3
    ends_mps = 0.5 * (sqrt(jerky * jerky + 8.0 * _LEVEL_MPS2 * after.length_m) - jerky)
    return min(circle_mps, ends_mps)


def early_m(before: Line, after: Line, _: VehicleProfile) -> float:
    """A corner is cut by its acceptance radius; where it stops, it goes to the end."""
    return _ACCEPTANCE_M if _is_rounded(before, after) else 0.0


def _is_rounded(before: Line, after: Line) -> bool:
    """Both level, more or less, long enough and not there and back."""
    level = max(abs(before.unit_up), abs(after.unit_up)) < 0.7
    return level and after.length_m > 2.0 * _ACCEPTANCE_M and before.turn_cos(after) > -0.999


def limit_mps(line: Line, profile: VehicleProfile) -> float:
    """The fastest that horizontal and vertical limits allow together along the line."""
    flat = sqrt(line.unit_east**2 + line.unit_north**2)
    limit = line.speed_mps / flat if flat > 1e-3 else 1e3
    if line.unit_up > 1e-3:
        limit = min(limit, profile.climb_mps / line.unit_up)
    elif line.unit_up < -1e-3:
        limit = min(limit, profile.descend_mps / -line.unit_up)
    return limit


def lifted(_: Maths, state: State) -> Flags:
    """Which are in the air by now."""
    return state.height_m > _LIFTED_M


def move(maths: Maths, state: State, dt_s: Floats) -> None:
    """Fly along the lines for `dt_s` seconds; gusts displace the bodies until they are corrected.

    Steady wind is leaned against and costs energy, not distance; what is left of it are gusts. Heights never
    go below the ground.
    """
    unit_e, unit_n, unit_u = state.unit_east, state.unit_north, state.unit_up
    back_e, back_n = state.end_east_m - state.east_m, state.end_north_m - state.north_m
    back_u = state.end_height_m - state.height_m
    left_m = back_e * unit_e + back_n * unit_n + back_u * unit_u
    back_e, back_n, back_u = back_e - unit_e * left_m, back_n - unit_n * left_m, back_u - unit_u * left_m
    off_m = maths.sqrt(back_e * back_e + back_n * back_n + back_u * back_u)
    gain = _ACROSS_LIMIT_MPS / maths.most(off_m, _ACROSS_LIMIT_MPS)
    along_mps = state.east_mps * unit_e + state.north_mps * unit_n + state.up_mps * unit_u
    more_e = back_e * gain - (state.east_mps - unit_e * along_mps)
    more_n = back_n * gain - (state.north_mps - unit_n * along_mps)
    more_u = back_u * gain - (state.up_mps - unit_u * along_mps)
    # keeping to the line comes first; what acceleration is left goes into speed along it
    most_mps = ACCELERATION_MPS2 * state.mass_kg / (state.mass_kg + state.payload_kg) * dt_s
    across_mps = maths.sqrt(more_e * more_e + more_n * more_n + more_u * more_u)
    share = most_mps / maths.most(maths.most(across_mps, most_mps), _TINY)
    across_mps = across_mps * share
    spare_mps = maths.sqrt(maths.most(most_mps * most_mps - across_mps * across_mps, 0.0))
    faster = wanted_mps(maths, state, left_m, dt_s) - along_mps
    gain_mps2 = maths.where(unit_u * unit_u > 0.5, _GAIN_UPRIGHT_MPS2, _GAIN_LEVEL_MPS2)
    faster = maths.least(maths.most(faster, -spare_mps), maths.least(spare_mps, gain_mps2 * dt_s))
    more_e, more_n = more_e * share + unit_e * faster, more_n * share + unit_n * faster
    more_u = more_u * share + unit_u * faster
    state.east_m = state.east_m + (state.east_mps + 0.5 * more_e + state.gust_east_mps) * dt_s
    state.north_m = state.north_m + (state.north_mps + 0.5 * more_n + state.gust_north_mps) * dt_s
    state.height_m = maths.most(state.height_m + (state.up_mps + 0.5 * more_u) * dt_s, 0.0)
    state.east_mps = state.east_mps + more_e
    state.north_mps = state.north_mps + more_n
    state.up_mps = state.up_mps + more_u
    _face_ahead(maths, state, dt_s)


def wanted_mps(maths: Maths, state: State, left_m: Floats, dt_s: Floats) -> Floats:
    """Speed along the lines that their limits and the braking distances to their ends allow now.

    PX4's law of braking with limited acceleration and jerk (`computeMaxSpeedFromDistance`).
    """
    ahead_m = maths.most(left_m, 0.0)
    exit_mps = state.exit_mps
    mps2 = maths.where(state.unit_up > 0.7, _UP_MPS2, _LEVEL_MPS2)
    jerky = 4.0 / _JERK_MPS3 * mps2 * mps2
    root = maths.sqrt(jerky * jerky + 8.0 * mps2 * ahead_m + 4.0 * exit_mps * exit_mps)
    creeping_mps = maths.least(maths.sqrt(4.0 * ahead_m), _CREEPING_MPS)
    stopping_mps = maths.most(0.5 * (root - jerky), creeping_mps)
    wanted_mps = maths.least(
        maths.least(state.limit_mps, stopping_mps), ahead_m / maths.most(dt_s, _TINY) + exit_mps
    )
    beyond = (left_m < 0.0) & (exit_mps == 0.0)  # come back
    return maths.where(beyond, maths.most(left_m, -_ACROSS_LIMIT_MPS), wanted_mps)


def _face_ahead(maths: Maths, state: State, dt_s: Floats) -> None:
    """Turn the noses towards the direction of flight, at a limited rate."""
    east, north = state.east_mps, state.north_mps
    turn_deg = maths.bearing_deg(east, north) - state.heading_deg
    turn_deg = turn_deg - 360.0 * maths.floor(turn_deg / 360.0 + 0.5)
    most_deg = _TURN_DPS * dt_s * (east * east + north * north > _YAW_ABOVE_MPS * _YAW_ABOVE_MPS)
    turned_deg = state.heading_deg + maths.least(maths.most(turn_deg, -most_deg), most_deg)
    state.heading_deg = turned_deg - 360.0 * maths.floor(turned_deg / 360.0)
