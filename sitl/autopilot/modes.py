"""PX4's flight modes by number: `custom_mode` is main << 16 | sub << 24."""

from __future__ import annotations

from vehicles.telemetry import Mode

_AUTO = 4
_SUB_MODES = {Mode.TAKE_OFF: 2, Mode.HOLD: 3, Mode.MISSION: 4, Mode.RETURN: 5, Mode.LAND: 6}
_MODES = {sub: mode for mode, sub in _SUB_MODES.items()}
_MAIN_MODES = range(1, 9)


def custom_mode(mode: Mode) -> int:
    """The number that a heartbeat carries for a mode."""
    return _AUTO << 16 | _SUB_MODES[mode] << 24


def exists(main: int) -> bool:
    """Whether PX4 has such a main mode. It accepts commands into others, and ignores them."""
    return main in _MAIN_MODES


def mode_of(main: int, sub: int) -> Mode | None:
    """The mode that DO_SET_MODE names; None for one that needs sticks or a companion computer."""
    return _MODES.get(sub) if main == _AUTO else None
