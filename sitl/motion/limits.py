"""What an aircraft may do on a line, as its parameters and profile have it, and where its lines end."""

from __future__ import annotations

from math import hypot, inf, radians

from sitl.motion.body import FULL_STOP_MPS, Body, Line, Place
from sitl.motion.settings import Settings
from sitl.motion.state import Cell
from sitl.motion.stepping import ARRIVED_M, AT_REST_MPS, MOVING_STEP_S, PASSED_M
from sitl.motion.steps import GoTo, LandAt, Step, TakeOff, WingTakeOff
from vehicles.profile import VehicleProfile

LIFT_SHARE = 0.27
"""Of the ramp of its motors after which PX4 takes itself to be in the air: seen, 1.8 s after arming."""
_SETTLES_S = 1.7
"""What the controller takes, on the ground, to give up its thrust: seen, at the median of ten landings."""
_STOPS_AFTER_S = 0.6
"""Told to stop, PX4 brakes with the most of its acceleration after so long (`preproject_stop_point`)."""
_BRAKES_MPS2 = 4.0  # what rolls
_UNDER_MPS = 9.80665 / 4.0  # `generateInitialRampValue`: MPC_Z_VEL_P_ACC is 4
_LIFTS_MPS = 0.6  # by then its controller's integral, wound up by what came before, lets it off the ground
_SAFE_DEG = 89.0  # MAX_SAFE_TILT_DEG: PX4 takes no more, and no more on the ground than in the air


def limit(cell: Cell, line: Line, settings: Settings, profile: VehicleProfile, step: Step | None) -> None:
    """Write the limits for a line, flown for a step, into the vehicle's cell."""
    cell.cruises_mps, cell.exit_up_mps = line.speed_mps, line.exit_up_mps
    cell.rises_mps, cell.sinks_mps = profile.climb_mps, profile.descend_mps
    cell.level_mps2, cell.jerk_mps3 = settings.level_mps2, settings.jerk_mps3
    cell.up_mps2, cell.down_mps2 = settings.up_mps2, settings.down_mps2
    cell.drag_per_s = settings.drag_per_s
    lean_deg = min(settings.lean_deg, _SAFE_DEG)
    cell.leans_rad, cell.leans_low_rad = radians(lean_deg), radians(min(settings.lean_low_deg, lean_deg))
    cell.early_up_m = inf if line.exit_mps >= profile.stall_mps > 0.0 else settings.upright_radius_m
    cell.steered = isinstance(step, GoTo) and step.steered
    cell.takes_off = cell.grounded and isinstance(step, TakeOff | WingTakeOff)
    if cell.takes_off:
        cell.take_off_mps = min(settings.take_off_mps, profile.climb_mps)
        cell.take_off_mps2 = cell.take_off_mps / max(settings.take_off_ramp_s, MOVING_STEP_S)
    cell.slows_at_m = max(settings.land_slows_at_m, settings.land_slow_below_m)
    cell.slow_below_m = settings.land_slow_below_m
    cell.lands = isinstance(step, LandAt) and line.end.height_agl_m <= cell.ground_m
    cell.drifts = isinstance(step, LandAt) and step.blind
    cell.touch_mps = min(settings.land_mps, profile.descend_mps)


def aloft_frac(take_off_mps: float) -> float:
    """Of the ramp of its motors the part in the air: the ramp is one of speed, from -g / P upwards."""
    return max(take_off_mps - _LIFTS_MPS, 0.0) / (take_off_mps + _UNDER_MPS)


def stopping_place(body: Body, settings: Settings, *, flies: bool) -> Place:
    """Where it is told to come to rest when it is told to stop now."""
    if flies:
        return body.stopping_place(settings.level_mps2, _STOPS_AFTER_S)
    return body.place if settings.is_car else body.stopping_place(_BRAKES_MPS2, 0.0)


def is_reached(body: Body, line: Line, cell: Cell) -> bool:
    """Whether a line that was begun only now is done already; see `Flock` for the lines under way."""
    if cell.lands:
        return False
    high = abs(line.end.height_agl_m - body.height_agl_m) <= cell.early_up_m
    if high and hypot(line.end.east_m - body.east_m, line.end.north_m - body.north_m) < cell.early_m:
        return True
    if line.exit_mps > FULL_STOP_MPS:
        return high and line.left_m(body) <= max(PASSED_M, cell.early_m, line.exit_mps * MOVING_STEP_S)
    at_rest = body.speed_mps < AT_REST_MPS and abs(body.up_mps) < AT_REST_MPS
    return cell.early_m == 0.0 and at_rest and line.end.away_m(body) < ARRIVED_M


class Touchdown:
    """When PX4 believes that it has landed: after it has stood on the ground for so long. Times are ages."""

    def __init__(self) -> None:
        self._since_s: float | None = None

    def believed(self, settings: Settings, now_s: float, *, stands: bool) -> bool:
        """Whether it does, now that it stands or not: its controller settles, then it looks three times."""
        if not stands:
            self._since_s = None
            return False
        if self._since_s is None:
            self._since_s = now_s
        return now_s - self._since_s >= _SETTLES_S + 3.0 * settings.landed_after_s
