"""What PX4 says in flight, word by word, with the names of its events (recorded from PX4 1.17)."""

from __future__ import annotations

import struct
from enum import IntEnum
from math import ceil

from sitl.aboard.said import Said, Severity
from sitl.aboard.way_home import Return
from vehicles.telemetry import Mode

_ARMED_OR_DISARMED_BY = {
    "external command": 4,
    "mission start": 5,
    "landing": 6,
    "auto preflight disarming": 7,
}
"""PX4's arm_disarm_reason_t, those that are used."""


_ACTIVATED = "Failsafe activated"
_ACTIONS = {Mode.HOLD: 5, Mode.RETURN: 6, Mode.LAND: 7}
_DESCEND = 8
"""PX4's failsafe_action_t, those that are used."""
_NUMBERS = {
    Mode.MISSION: 0x0404_0000,
    Mode.HOLD: 0x0304_0000,
    Mode.RETURN: 0x0504_0000,
    Mode.LAND: 0x0604_0000,
    Mode.TAKE_OFF: 0x0204_0000,
    Mode.OTHER: 0x0006_0000,
    Mode.MANUAL: 0x0003_0000,
}
"""Modes by the numbers that a failsafe's event has them by."""


class Cause(IntEnum):
    """Why a failsafe acts: PX4's failsafe_cause_t, those that are used."""

    GENERIC = 0
    STATION = 2
    CRITICAL_BATTERY = 4
    EMERGENCY_BATTERY = 5


def _info(text: str, event: str, args: bytes = b"") -> Said:
    return Said(Severity.INFO, text, event, args)


TAKE_OFF_SEEN = _info("Takeoff detected", "commander_takeoff_detected")
LANDING_SEEN = _info("Landing detected", "commander_landing_detected")
EXECUTING = _info("Executing Mission", "mission_execute")
FINISHED_LANDED = _info("Mission finished, landed", "mission_finished")
FINISHED_IN_AIR = _info("Mission finished, loitering", "mission_finished_loiter")
LAND_AT_DESTINATION = _info("RTL: land at destination", "rtl_land_at_destination")
RETURNING = _info("Returning to launch", "commander_rtl")
RETURNED_TO_WAIT = _info("RTL: completed, loitering", "rtl_completed_loiter")
LANDING_HERE = _info("Landing at current position", "commander_landing_current_pos")
NO_MISSION = Said(Severity.CRITICAL, "No valid mission available, loitering", "mission_not_valid_loiter")
ARMING_DENIED = Said(
    Severity.CRITICAL,
    "Arming denied: Resolve system health failures first",
    "commander_arm_denied_resolve_failures",
)
DISARMING_DENIED = Said(
    Severity.CRITICAL, "Disarming denied: not landed", "commander_disarm_denied_not_landed"
)
_MODES = {
    Mode.MANUAL: "Position",
    Mode.MISSION: "Mission",
    Mode.HOLD: "Hold",
    Mode.RETURN: "Return",
    Mode.OTHER: "Offboard",
    Mode.TAKE_OFF: "Takeoff",
    Mode.LAND: "Land",
}
START_DENIED = Said(
    Severity.CRITICAL, "Mission start denied! No valid mission", "commander_mission_start_denied_no_mission"
)
LANDING_PRECISELY = _info("Precision landing", "commander_landing_prec_land")
ALREADY_HIGHER = Said(
    Severity.CRITICAL, "Already higher than takeoff altitude", "navigator_takeoff_already_higher"
)
NO_SUCH_AUTO_MODE = Said(Severity.CRITICAL, "Unsupported auto mode", "commander_unsupported_auto_mode")
NO_HIGH_LATENCY = Said(
    Severity.CRITICAL,
    "Control high latency failed! Telemetry unavailable",
    "commander_ctrl_high_latency_failed",
)
ITEM_UNEXPECTED = Said(
    Severity.CRITICAL, "WPM: REJ. CMD: Req. WP was unexpected", "mavlink_mission_wp_unexpected"
)
PARTNER_UNKNOWN = Said(
    Severity.CRITICAL, "WPM: REJ. CMD: partner id mismatch", "mavlink_mission_partner_id_mismatch2"
)
NOT_IN_LIST = Said(Severity.CRITICAL, "WPM: WP CURR CMD: Not in list", "mavlink_mission_seq_out_of_bounds")
REPOSITION_OUTSIDE = Said(
    Severity.CRITICAL, "Reposition is outside geofence", "navigator_reposition_outside_geofence"
)
ALTITUDE_OUTSIDE = Said(
    Severity.CRITICAL, "Altitude change is outside geofence", "navigator_change_altitude_outside_geofence"
)
ITEM_INVALID = Said(Severity.CRITICAL, "IGN MISSION_ITEM: Invalid item", "mavlink_mission_mis_item_invalid")
ITEM_OF_NO_TRANSFER = Said(Severity.CRITICAL, "IGN MISSION_ITEM: No transfer", "mavlink_mission_no_transfer")
ITEM_WHILE_READ = Said(Severity.CRITICAL, "IGN MISSION_ITEM: Busy", "mavlink_mission_mis_item_busy")
ITEM_OF_STRANGER = Said(
    Severity.CRITICAL, "REJ. MIS ITEM: partner id mismatch", "mavlink_mission_item_partner_id_mismatch"
)
ACK_OF_STRANGER = Said(
    Severity.CRITICAL, "REJ. WP CMD: partner id mismatch", "mavlink_mission_partner_id_mismatch"
)
UPLOAD_BUSY = Said(Severity.CRITICAL, "WPM: REJ. CMD: Busy", "mavlink_mission_getlist_busy")
COUNT_WHILE_READ = Said(Severity.CRITICAL, "WPM: IGN MISSION_COUNT: Busy", "mavlink_mission_ignore_mis_count")
READ_WHILE_SENT = _info("Mission download request ignored, already active", "mavlink_mission_req_ignored")
CLEARED_WHILE_BUSY = Said(Severity.CRITICAL, "WPM: IGN CLEAR CMD: Busy", "mavlink_mission_ignore_clear")
JUMP_WHILE_BUSY = Said(Severity.CRITICAL, "WPM: IGN WP CURR CMD: Busy", "mavlink_mission_state_busy")
TRANSFER_TIMED_OUT = Said(Severity.CRITICAL, "Operation timeout", "mavlink_mission_op_timeout")
RALLY_UNUSABLE = Said(Severity.CRITICAL, "RTL: unsupported MAV_FRAME", "rtl_unsupported_mav_frame")
MOTOR_FAILED = Said(Severity.EMERGENCY, "Critical failure detected: lockdown", "commander_fd_lockdown")
BATTERY_EMPTY = Said(Severity.CRITICAL, "Battery is empty")
GRIPPER_STUCK = Said(Severity.CRITICAL, "Gripper is stuck: payload not released")
"""PX4 has no words for it: its gripper has no feedback, and a jam is ACCEPTED (`docs/simulated-px4.md`)."""


def failsafe(wanted: Mode, mode: Mode, cause: Cause) -> Said:
    """A failsafe has it go into a mode at once; `wanted` is what it was told last."""
    args = struct.pack("<IB", _NUMBERS[wanted], _ACTIONS[mode])
    if cause is Cause.GENERIC:
        return Said(Severity.CRITICAL, _ACTIVATED, "commander_failsafe_enter_generic", args)
    return Said(Severity.CRITICAL, _ACTIVATED, "commander_failsafe_enter", args + bytes((cause,)))


def failsafe_later(wanted: Mode, mode: Mode, cause: Cause, wait_s: float) -> Said:
    """A failsafe has it hold for so long, and then go into a mode."""
    text = f"{_ACTIVATED}: entering Hold for {wait_s:.0f} seconds"
    args = struct.pack("<IBH", _NUMBERS[wanted], _ACTIONS[mode], round(wait_s))
    if cause is Cause.GENERIC:
        return Said(Severity.CRITICAL, text, "commander_failsafe_enter_generic_hold", args)
    return Said(Severity.CRITICAL, text, "commander_failsafe_enter_hold", args + bytes((cause,)))


def disengaged(wanted: Mode) -> Said:
    """It does not know where it is: it comes down, and steers no more."""
    args = struct.pack("<IB", _NUMBERS[wanted], _DESCEND)
    return Said(Severity.CRITICAL, _ACTIVATED, "commander_failsafe_enter_autopilot_disengaged", args)


def neither_armed_nor_disarmed(number: float) -> Said:
    """A COMPONENT_ARM_DISARM that asks for something else."""
    text = f"Unsupported ARM_DISARM param: {number:.3f}"
    return Said(Severity.CRITICAL, text, "commander_unsupported_arm_disarm_param", struct.pack("<f", number))


def mode_denied(mode: Mode) -> Said:
    """A mode that was asked for is not to be had now."""
    text = f"Switching to {_MODES[mode]} is currently not available"
    return Said(Severity.CRITICAL, text, "commander_modeswitch_not_avail")


def armed_by(by: str) -> Said:
    """Armed, and by what."""
    return _info(f"Armed by {by}", "commander_armed_by", bytes((_ARMED_OR_DISARMED_BY.get(by, 0),)))


def disarmed_by(by: str) -> Said:
    """Disarmed, and by what."""
    return _info(f"Disarmed by {by}", "commander_disarmed_by", bytes((_ARMED_OR_DISARMED_BY.get(by, 0),)))


def climbing_first(height_m: float) -> Said:
    """A mission begins with a climb, to so many metres above home."""
    text = f"Climb to {height_m:.1f} meters above home"
    return _info(text, "mission_climb_before_start", struct.pack("<f", height_m))


def default_take_off(height_m: float) -> Said:
    """A take-off to no height in particular."""
    text = f"Using default takeoff altitude: {height_m:.1f} m"
    return _info(text, "navigator_takeoff_default_alt", struct.pack("<f", height_m))


def returning(way: Return, pad_amsl_m: float) -> Said:
    """A return begins. PX4 rounds up to whole metres."""
    above_m = ceil(way.above_goal_m - 1e-3)
    amsl_m = ceil(pad_amsl_m + way.height_m - 1e-3)
    text = f"RTL: start return at {amsl_m} m ({above_m} m above destination)"
    return _info(text, "vrtl_return_at", struct.pack("<ib", amsl_m, min(127, above_m)) + b"\0\0\0")


def climbing_to_land(amsl_m: float) -> Said:
    """A return to the mission's landing begins with a climb, to so many metres above the sea."""
    whole_m = ceil(amsl_m - 1e-3)
    text = f"RTL Mission land: climb to {whole_m} m"
    return _info(text, "rtl_mission_land_climb", struct.pack("<i", whole_m))
