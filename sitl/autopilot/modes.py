"""PX4's flight modes by number: `custom_mode` is main << 16 | sub << 24."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.telemetry import Mode

AUTO, _OFFBOARD = 4, 6
_SUB_MODES = {Mode.TAKE_OFF: 2, Mode.HOLD: 3, Mode.MISSION: 4, Mode.RETURN: 5, Mode.LAND: 6}
_MODES = {sub: mode for mode, sub in _SUB_MODES.items()}
_BY_STICKS = frozenset({1, 2, 3, 5, 7})
_POSITION, _SLOW = 3, 2
_STANDARD = {Mode.MISSION: 6, Mode.RETURN: 5, Mode.LAND: 7, Mode.TAKE_OFF: 8}

_ARMED = 0x80
_BASE_AUTO, _BASE_OFFBOARD, _BASE_STICKS = 0x1D, 0x11, 0x51


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of AVAILABLE_MODES: what PX4 1.17 lists for a multicopter."""

    custom_mode: int
    standard_mode: int
    properties: int
    name: str


def _external(sub: int) -> Listed:
    return Listed(AUTO << 16 | sub << 24, 0, 2, "(Mode not available)")


LISTED = (
    Listed(0x0001_0000, 0, 1, "Manual"),
    Listed(0x0002_0000, 4, 0, ""),
    Listed(0x0003_0000, 1, 0, ""),
    Listed(0x0404_0000, 6, 1, ""),
    Listed(0x0304_0000, 0, 1, "Hold"),
    Listed(0x0504_0000, 5, 1, ""),
    Listed(0x0203_0000, 0, 1, "Position Slow"),
    Listed(0x0005_0000, 0, 1, "Acro"),
    Listed(0x000A_0000, 0, 3, "Termination"),
    Listed(0x0006_0000, 0, 1, "Offboard"),
    Listed(0x0007_0000, 0, 1, "Stabilized"),
    Listed(0x0204_0000, 8, 1, ""),
    Listed(0x0604_0000, 7, 1, ""),
    Listed(0x0804_0000, 0, 1, "Follow Target"),
    Listed(0x0904_0000, 0, 1, "Precision Landing"),
    Listed(0x0103_0000, 2, 1, ""),
    Listed(0x0A04_0000, 0, 1, "VTOL Takeoff"),
    *(_external(sub) for sub in range(11, 19)),
)


def custom_mode(mode: Mode, named: int | None = None) -> int:
    """The number that a heartbeat carries for a mode; `named` is that of a mode flown by stick."""
    if mode is Mode.OTHER:
        return _OFFBOARD << 16
    if mode is Mode.MANUAL:
        return 0x0003_0000 if named is None else named
    return AUTO << 16 | _SUB_MODES[mode] << 24


def base_mode(mode: Mode, *, armed: bool) -> int:
    """MAV_MODE_FLAG as PX4 sets them."""
    base = _BASE_AUTO
    if mode is Mode.OTHER:
        base = _BASE_OFFBOARD
    elif mode is Mode.MANUAL:
        base = _BASE_STICKS
    return base | _ARMED if armed else base


def standard_mode(mode: Mode) -> int:
    """MAV_STANDARD_MODE of a mode, 0 for what is none (Hold, for PX4)."""
    return _STANDARD.get(mode, 0)


def mode_of(main: int, sub: int) -> Mode | None:
    """The mode that DO_SET_MODE names: OTHER is OFFBOARD, MANUAL all that need sticks; None: none of ours."""
    if main == AUTO:
        return _MODES.get(sub) if sub else Mode.MISSION
    if main == _OFFBOARD:
        return Mode.OTHER
    return Mode.MANUAL if main in _BY_STICKS else None


def named_mode(main: int, sub: int) -> int:
    """The number of a mode that is flown by stick, in a heartbeat: only Position has another kind."""
    slow = main == _POSITION and sub == _SLOW
    return main << 16 | (_SLOW << 24 if slow else 0)
