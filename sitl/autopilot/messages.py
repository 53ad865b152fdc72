"""The messages in which a simulated autopilot tells its state; units and oddities as PX4 sends them.

Each gives a payload in wire order (`shapes`). These are sent ten times a second by hundreds of vehicles: no
pymavlink objects, no projections, no allocation that is not needed.
"""

from __future__ import annotations

from collections.abc import Callable

from sitl.aboard.airframe import AT_HOME_M
from sitl.aboard.homing import HOME as PAD
from sitl.aboard.onboard_mission import IN_MISSION_MODE, MissionState
from sitl.autopilot import motion, shapes
from sitl.autopilot.modes import base_mode, custom_mode, standard_mode
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.shapes import Shape
from sitl.faults import Kind
from sitl.motion.steps import Lift
from vehicles.clock import now_s
from vehicles.profile import Airframe
from vehicles.telemetry import Mode

Build = Callable[[Onboard], bytes | None]
"""Makes a payload; None when there is nothing to say."""

MAV_TYPES = {Airframe.MULTICOPTER: 2, Airframe.VTOL: 22, Airframe.ROVER: 10}
"""MAV_TYPE_QUADROTOR, MAV_TYPE_VTOL_FIXEDROTOR (PX4's standard VTOL), MAV_TYPE_GROUND_ROVER."""

_PX4 = 12
_UNINIT, _STANDBY, _ACTIVE, _CRITICAL = 0, 3, 4, 5
_SENSORS_HEALTHY = 0x0321C83F  # as recorded from PX4's SIH simulation
_GPS_HEALTHY, _XY_CONTROLLED = 0x20, 0x4000
_PREARM_OK = 0x10000000
_MOST_CA = 32767
_MOST_CELLS = 10
"""More are told in an extension of BATTERY_STATUS: four at most."""
_NO_MISSION_TOTAL = 65535
_LANDED_ON_GROUND, _LANDED_IN_AIR, _LANDED_TAKE_OFF, _LANDED_LANDING = 1, 2, 3, 4
_TO_WING, _TO_ROTORS, _ON_ROTORS, _ON_WING = 1, 2, 3, 4
_NO_CELL_MV = 65535
REACHED_REPEATS = 10


def _current_ca(onboard: Onboard) -> int:
    """What flows, in hundredths of an ampere."""
    battery = onboard.flight.airframe.battery
    return min(_MOST_CA, round(100.0 * battery.draw_w / (onboard.cells * battery.cell_v)))


def _remaining_percent(onboard: Onboard) -> int:
    return int(100.0 * onboard.flight.airframe.battery.frac + 1e-6)


def heartbeat(onboard: Onboard) -> bytes:
    """HEARTBEAT: mode, armed, and whether it could be (system_status)."""
    flight = onboard.flight
    if flight.armed:
        status = _CRITICAL if flight.guard.failsafe else _ACTIVE
    else:
        status = _STANDBY if flight.may_arm() else _UNINIT
    return shapes.HEARTBEAT.layout.pack(
        custom_mode(flight.mode, onboard.named_mode),
        MAV_TYPES[flight.profile.airframe],
        _PX4,
        base_mode(flight.mode, armed=flight.armed),
        status,
        3,
    )


def health(onboard: Onboard) -> int:
    """Which sensors are well, and whether it would arm (MAV_SYS_STATUS_SENSOR)."""
    flight = onboard.flight
    healthy = _SENSORS_HEALTHY | (_PREARM_OK if not flight.arming_objections() else 0)
    if flight.guard.lost:
        healthy &= ~_XY_CONTROLLED
    if not flight.armed and flight.faults.active(Kind.NO_GPS, flight.age_s):
        healthy &= ~_GPS_HEALTHY  # in flight PX4 goes on calling it so: look at the fix
    return healthy


def sys_status(onboard: Onboard) -> bytes:
    """SYS_STATUS: sensors as PX4's simulation tells them, battery in percent."""
    flight = onboard.flight
    return shapes.SYS_STATUS.layout.pack(
        0,
        0,
        health(onboard),
        137,
        round(1000.0 * onboard.cells * flight.airframe.battery.cell_v),
        _current_ca(onboard),
        *(0, 0, 0, 0, 0, 0),
        _remaining_percent(onboard),
        *(0, 0, 1),
    )


def system_time(onboard: Onboard) -> bytes:
    """SYSTEM_TIME: UTC as its receiver has it, and its own clock."""
    ahead_s = onboard.flight.faults.value(Kind.TIME_JUMP, onboard.age_s)
    return shapes.SYSTEM_TIME.layout.pack(int((now_s() + ahead_s) * 1e6), onboard.clock_ms)


def battery_status(onboard: Onboard) -> bytes:
    """BATTERY_STATUS: each cell under the load of now, as a battery with a monitor tells it.

    PX4's simulation knows only a voltage that falls with the charge.
    """
    battery = onboard.flight.airframe.battery
    used_mah = 1000.0 * battery.used_ah / onboard.cells
    first = min(onboard.cells, _MOST_CELLS)
    cell_mv = round(1000.0 * battery.cell_v)
    return shapes.BATTERY_STATUS.layout.pack(
        round(used_mah),
        -1,
        round(100.0 * battery.temperature_deg_c),
        *(cell_mv,) * first,
        *(_NO_CELL_MV,) * (_MOST_CELLS - first),
        _current_ca(onboard),
        *(0, 1, 1),
        _remaining_percent(onboard),
        0,
        1,
        *(cell_mv if number < onboard.cells else 0 for number in range(_MOST_CELLS, 14)),
        0,
        0,
    )


def home_position(onboard: Onboard) -> bytes:
    """HOME_POSITION: the pad, until home is set elsewhere."""
    home = onboard.flight.homing.place
    return shapes.HOME_POSITION.layout.pack(
        *onboard.place_e7(home.east_m, home.north_m),
        round(1000.0 * (onboard.pad_amsl_m + home.height_agl_m)),
        *(home.north_m, home.east_m, -home.height_agl_m),
        *(1.0, 0.0, 0.0, 0.0),
        *(0.0, 0.0, 0.0),
        onboard.clock_us,
    )


def extended_sys_state(onboard: Onboard) -> bytes:
    """EXTENDED_SYS_STATE. A rover counts as in the air from its first motion until it is disarmed."""
    flight = onboard.flight
    state = _LANDED_IN_AIR
    returning = flight.mode is Mode.RETURN and not flight.airframe.flies
    if returning and PAD.away_m(flight.airframe.body) > AT_HOME_M and not flight.armed:
        pass  # a rover that is to return counts as under way even disarmed
    elif flight.airframe.on_ground:
        state = _LANDED_ON_GROUND
    elif flight.airframe.pilot.is_landing:
        state = _LANDED_LANDING
    elif flight.rising:
        state = _LANDED_TAKE_OFF
    return shapes.EXTENDED_SYS_STATE.layout.pack(_vtol_state(onboard), state)


def _vtol_state(onboard: Onboard) -> int:
    """MAV_VTOL_STATE: what carries it, and what it changes to. 0 for what has no wing."""
    flight = onboard.flight
    if flight.profile.airframe is not Airframe.VTOL:
        return 0
    flies_fast = flight.airframe.body.speed_mps >= flight.profile.stall_mps
    if flight.airframe.pilot.helm.lift is Lift.WING and flight.airframe.on_ground:
        return _ON_WING  # nothing to wait for
    if flight.airframe.pilot.helm.lift is Lift.WING:
        return _ON_WING if flies_fast else _TO_WING
    return _TO_ROTORS if flies_fast else _ON_ROTORS


def mission_current(onboard: Onboard) -> bytes:
    """MISSION_CURRENT, with the ids of the three lists; `total` is 65535 without a mission."""
    flight = onboard.flight
    total = len(flight.mission.steps) or _NO_MISSION_TOTAL
    state = flight.mission_state if flight.mission.steps else MissionState.NONE
    mode = 1 if flight.mode in IN_MISSION_MODE else 2
    return shapes.MISSION_CURRENT.layout.pack(
        flight.mission.index_told(flight.age_s) & 0xFFFF, total, state, mode, *onboard.plan_ids()
    )


def current_mode(onboard: Onboard) -> bytes:
    """CURRENT_MODE: the mode in force, and the one last chosen."""
    flight = onboard.flight
    intended = custom_mode(flight.wanted_mode, onboard.named_mode)
    return shapes.CURRENT_MODE.layout.pack(
        custom_mode(flight.mode, onboard.named_mode), intended, standard_mode(flight.mode)
    )


def mission_item_reached(onboard: Onboard) -> bytes | None:
    """MISSION_ITEM_REACHED: PX4 repeats the last one ten times, so each one made counts down."""
    if onboard.reached_repeats == 0:
        return None
    onboard.reached_repeats -= 1
    return shapes.MISSION_ITEM_REACHED.layout.pack(onboard.reached_index)


def ping(onboard: Onboard) -> bytes:
    """PING to everybody, once a second by default."""
    return shapes.PING.layout.pack(onboard.clock_us, int(onboard.clock_s) & 0xFFFFFFFF, 0, 0)


def timesync(onboard: Onboard) -> bytes:
    """TIMESYNC: a question to whoever shares this vehicle's time."""
    return shapes.TIMESYNC.layout.pack(0, int(onboard.clock_s * 1e9))


def vibration(onboard: Onboard) -> bytes:
    """VIBRATION: none."""
    return shapes.VIBRATION.layout.pack(onboard.clock_us, 0.0, 0.01, 0.1, 0, 0, 0)


def time_estimate(onboard: Onboard) -> bytes:
    """TIME_ESTIMATE_TO_TARGET: seconds to be home at cruise speed, unknown otherwise."""
    body, profile = onboard.flight.airframe.body, onboard.flight.profile
    away_m = (body.east_m**2 + body.north_m**2) ** 0.5
    down_s = body.height_agl_m / profile.descend_mps if profile.descend_mps else 0.0
    return shapes.TIME_ESTIMATE_TO_TARGET.layout.pack(
        round(away_m / profile.cruise_mps + down_s), -1, -1, -1, -1
    )


SENT: dict[int, tuple[Shape, Build]] = {
    shape.number: (shape, build)
    for shape, build in (
        (shapes.HEARTBEAT, heartbeat),
        (shapes.SYS_STATUS, sys_status),
        (shapes.SYSTEM_TIME, system_time),
        (shapes.PING, ping),
        (shapes.GPS_RAW_INT, motion.gps_raw_int),
        (shapes.ATTITUDE, motion.attitude),
        (shapes.ATTITUDE_QUATERNION, motion.attitude_quaternion),
        (shapes.LOCAL_POSITION_NED, motion.local_position_ned),
        (shapes.GLOBAL_POSITION_INT, motion.global_position_int),
        (shapes.MISSION_CURRENT, mission_current),
        (shapes.MISSION_ITEM_REACHED, mission_item_reached),
        (shapes.VFR_HUD, motion.vfr_hud),
        (shapes.TIMESYNC, timesync),
        (shapes.ALTITUDE, motion.altitude),
        (shapes.BATTERY_STATUS, battery_status),
        (shapes.ESTIMATOR_STATUS, motion.estimator_status),
        (shapes.VIBRATION, vibration),
        (shapes.HOME_POSITION, home_position),
        (shapes.EXTENDED_SYS_STATE, extended_sys_state),
        (shapes.TIME_ESTIMATE_TO_TARGET, time_estimate),
        (shapes.CURRENT_MODE, current_mode),
    )
}
"""What it sends by itself, when asked to at a rate, or once on request: by message id."""
