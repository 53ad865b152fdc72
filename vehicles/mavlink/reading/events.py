"""PX4's events: what it says in numbers where it says nothing, or less, in text.

An event's id is its component (1: the autopilot) and 24 bits of the FNV-1a hash of its name, so the names
of those that matter to who runs a fleet suffice here; the words are ours. Names and arguments: PX4's event
metadata (`all_events.json`, version 1.17); docs.px4.io/main/en/concept/events_interface.html.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

from vehicles.mavlink.exchanges.messages import Text
from vehicles.mavlink.wire.frames import Message

_AUTOPILOT = 1
_LEAST = 4
"""External log levels: 0 emergency ... 4 warning, 5 notice and on."""
_ACTIONS = ("no action", "a warning", "Position", "Altitude", "Stabilized", "Hold", "Return", "Land")
_MORE_ACTIONS = ("Descend", "disarming", "termination")
_CAUSES = (
    "A failsafe",
    "Loss of manual control",
    "Loss of the ground station",
    "Low battery",
    "Critical battery",
    "Emergency battery",
    "Little flight time left",
)

_PLAIN = {
    "commander_gcs_lost": "It lost the ground station",
    "check_rc_dl_no_dllink": "It hears no ground station",
    "commander_failsafe_enter_low_bat": "Low battery: it should return",
    "commander_failsafe_enter_crit_bat_warn": "Critical battery: it should land now",
    "commander_failsafe_enter_crit_low_bat_warn": "Emergency battery: it should land at once",
    "commander_failsafe_enter_low_flight_time_warn": "Little flight time left: it should return",
    "commander_arm_denied_resolve_failures": "It will not arm: its checks fail",
    "commander_arm_denied_throttle_high": "It will not arm: the throttle is up",
    "check_battery_low": "Low battery",
    "check_battery_critical": "Critical battery",
    "check_battery_emergency": "Emergency battery",
    "check_battery_rem_flight_time_low": "Little flight time left",
    "check_battery_unhealthy": "A battery is unhealthy",
    "check_battery_missing": "A battery is missing",
    "check_battery_disconnected": "A battery is disconnected",
    "check_gf_violation_custom_gf": "At the fence or outside it",
    "check_gf_violation_max_alt": "Above its greatest height",
    "check_wind_too_high": "The wind is above its limit",
    "check_high_wind_warning": "Strong wind: it should land",
    "check_flight_time_limit": "Its greatest flight time is over",
    "check_mission_failure": "It cannot complete its mission",
    "check_system_flight_term_active": "Its flight is terminated",
    "check_failure_detector_pitch": "Its attitude got out of control",
    "check_failure_detector_motor": "A motor failed",
    "check_failure_detector_arm_esc": "A motor controller failed",
    "check_failure_detector_imbalanced_prop": "A propeller is out of balance",
    "check_escs_offline": "A motor controller is offline",
    "check_escs_telem_missing": "Motor controllers tell nothing",
    "check_parachute_missing": "Its parachute is missing",
    "check_parachute_unhealthy": "Its parachute is not ready",
    "check_open_drone_id_missing": "Its remote identification is missing",
    "check_estimator_gps_fix_too_low": "Too poor a satellite fix",
    "check_estimator_gps_num_sats_too_low": "Too few satellites",
    "check_estimator_gps_hor_pos_err_too_high": "Satellite position too uncertain",
    "check_estimator_gps_generic": "Poor satellite reception",
    "check_estimator_gps_jamming_critical": "Its satellite reception is jammed",
    "check_estimator_gnss_warning_spoofing": "Its satellite reception is spoofed",
    "check_estimator_gnss_fusion_stopped": "It stopped using satellites",
    "check_estimator_low_position_accuracy": "Its position is uncertain",
    "check_estimator_position_failure_imminent": "It is about to lose its position",
    "check_estimator_mag_interference": "Strong magnetic interference",
    "check_estimator_heading_not_stable": "Its heading is not stable",
    "check_modes_attitude": "It does not know its attitude",
    "check_modes_local_pos": "It does not know its position",
    "check_modes_global_pos": "It does not know its global position",
    "check_system_no_global_pos": "It needs a global position",
    "check_gyro_not_calibrated": "A gyro is not calibrated",
    "check_mag_not_calibrated": "A compass is not calibrated",
    "check_gyro_no_data": "A gyro gives no data",
    "check_accel_no_data": "An accelerometer gives no data",
    "check_baro_no_data": "A barometer gives no data",
    "check_mag_no_data": "A compass gives no data",
    "check_airspeed_invalid": "Its airspeed sensor is wrong",
    "check_missing_fmu_sdcard": "Its SD card is missing",
    "check_cpuload_too_high": "Its processor is overloaded",
    "navigator_mis_starts_w_landing": "Mission rejected: it starts with a landing",
    "navigator_mis_starts_w_landing2": "Mission rejected: it starts with a landing",
    "navigator_mis_takeoff_not_first": "Mission rejected: its take-off is not its first place",
    "navigator_mis_takeoff_too_low": "Mission rejected: its take-off does not lead above home",
    "navigator_mis_takeoff_missing": "Mission rejected: it has no take-off (MIS_TKO_LAND_REQ)",
    "navigator_mis_land_missing": "Mission rejected: it has no landing (MIS_TKO_LAND_REQ)",
    "navigator_mis_takeoff_or_land_missing": "Mission rejected: no take-off or no landing (MIS_TKO_LAND_REQ)",
    "navigator_mis_add_land_or_rm_to": "Mission rejected: a take-off without a landing (MIS_TKO_LAND_REQ)",
    "navigator_mis_add_to_or_rm_land": "Mission rejected: a landing without a take-off (MIS_TKO_LAND_REQ)",
    "navigator_mis_vtol_items": "Mission rejected: it has items for a VTOL",
    "navigator_mis_multiple_land": "Mission rejected: more than one land start",
    "navigator_mis_land_before_rtl": "Mission rejected: a land start before a return",
    "navigator_mis_invalid_land": "Mission rejected: a land start without a landing",
    "navigator_mis_geofence_no_home": "Mission rejected: its fence needs a home",
    "navigator_mis_geofence_no_home2": "Mission rejected: its fence needs a home",
    "navigator_mis_no_home_rel_alt": "Mission rejected: it has no home that heights could count from",
    "check_power_oc_report": "Over-current at 5 V: it should land",
}


def event_id(name: str) -> int:
    """The id of an autopilot's event."""
    digest = 0x811C9DC5
    for byte in name.encode():
        digest = (digest ^ byte) * 0x01000193 & 0xFFFFFFFF
    return _AUTOPILOT << 24 | digest & 0xFFFFFF


def _failsafe(arguments: bytes) -> str:
    _, action, cause = struct.unpack_from("<IBB", arguments)
    return f"{_cause(cause)}: it changes to {_action(action)}"


def _failsafe_later(arguments: bytes) -> str:
    _, action, delay_s, cause = struct.unpack_from("<IBHB", arguments)
    return f"{_cause(cause)}: it changes to {_action(action)} in {delay_s} s"


def _nameless(arguments: bytes) -> str:
    _, action = struct.unpack_from("<IB", arguments)
    return f"A failsafe: it changes to {_action(action)}"


def _nameless_later(arguments: bytes) -> str:
    _, action, delay_s = struct.unpack_from("<IBH", arguments)
    return f"A failsafe: it changes to {_action(action)} in {delay_s} s"


def _unsupported(arguments: bytes) -> str:
    number, command = struct.unpack_from("<HH", arguments)
    return f"Mission rejected: item {number} (command {command}) is none that it flies"


def _outside(arguments: bytes) -> str:
    (number,) = struct.unpack_from("<h", arguments)
    return f"Mission rejected: item {number} is outside its fence"


def _action(number: int) -> str:
    names = (*_ACTIONS, *_MORE_ACTIONS)
    return names[number] if number < len(names) else f"action {number}"


def _cause(number: int) -> str:
    return _CAUSES[number] if number < len(_CAUSES) else f"Cause {number}"


_TOLD = {
    "commander_failsafe_enter": _failsafe,
    "commander_failsafe_enter_autopilot_disengaged": _nameless,
    "commander_failsafe_enter_hold": _failsafe_later,
    "commander_failsafe_enter_generic": _nameless,
    "commander_failsafe_enter_generic_hold": _nameless_later,
    "navigator_mis_unsup_cmd": _unsupported,
    "navigator_mis_geofence_violation": _outside,
}
_WORDS: Mapping[int, str | Callable[[bytes], str]] = MappingProxyType(
    {event_id(name): words for name, words in _PLAIN.items()}
    | {event_id(name): words for name, words in _TOLD.items()}
)


def text_of(event: Message) -> Text | None:
    """What an EVENT says, as a warning or worse; None for what is less, or what nobody here knows."""
    level = event.log_levels & 0x0F
    words = _WORDS.get(event.id)
    if words is None or level > _LEAST:
        return None
    return Text(level, words if isinstance(words, str) else words(bytes(event.arguments)))
