"""What a HEARTBEAT says: mode, armed, its own state, and whether it is whom we expect."""

from __future__ import annotations

from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick
from vehicles.telemetry import Mode

_FAILSAFE = frozenset({common.MAV_STATE_CRITICAL, common.MAV_STATE_EMERGENCY})
_CAN_START = frozenset({common.MAV_STATE_STANDBY, common.MAV_STATE_ACTIVE})


@dataclass(frozen=True, slots=True)
class Beat:
    """`warnings` say why it is not the configured vehicle; `mav_type` is its MAV_TYPE."""

    mode: Mode
    mode_text: str
    armed: bool
    can_start: bool
    failsafe: bool
    mav_type: int
    warnings: tuple[str, ...]


_beat = quick(Beat)


def beat_of(
    message: Message,
    autopilot: Autopilot,
    types: frozenset[int],
    standard: tuple[int, Mode] | None,
) -> Beat:
    """Of a vehicle that should run `autopilot` and be one of `types`.

    `standard` is a custom mode with the standard mode that the vehicle says it is (CURRENT_MODE): it
    tells what a mode unknown here is.
    """
    mode = autopilot.mode(message.custom_mode, message.type)
    if mode is Mode.OTHER and standard is not None and standard[0] == message.custom_mode:
        mode = standard[1]
    warnings = []
    if message.autopilot != autopilot.mav_autopilot:
        warnings.append(f"Its autopilot is not {autopilot.name} (MAV_AUTOPILOT {message.autopilot})")
        mode = Mode.OTHER
    if message.type not in types:
        warnings.append(f"It is another kind of vehicle than configured (MAV_TYPE {message.type})")
    return _beat(
        mode=mode,
        mode_text=autopilot.mode_text(message.custom_mode, message.type),
        armed=bool(message.base_mode & common.MAV_MODE_FLAG_SAFETY_ARMED),
        can_start=message.system_status in _CAN_START,
        failsafe=message.system_status in _FAILSAFE,
        mav_type=message.type,
        warnings=tuple(warnings),
    )
