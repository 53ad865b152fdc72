"""Frames as an autopilot sends them, for tests."""

from __future__ import annotations

from typing import Any

from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire.frames import Packer

HOLD, MISSION = 0x03040000, 0x04040000
QUAD, ROVER, GCS = 2, 10, 6
PX4, INVALID = 12, 8


def heartbeat(
    *, kind: int = QUAD, autopilot: int = PX4, armed: bool = False, mode: int = HOLD, status: int = 3
) -> Any:  # noqa: ANN401 - pymavlink's messages have no types
    return common.MAVLink_heartbeat_message(kind, autopilot, 157 if armed else 29, mode, status, 3)


def position(*, boot_ms: int = 1000, lat_e7: int = 601700000, lon_e7: int = 249400000, **more: int) -> Any:  # noqa: ANN401
    fields = {"alt": 30000, "relative_alt": 20000, "vx": 0, "vy": 0, "vz": 0, "hdg": 9000} | more
    return common.MAVLink_global_position_int_message(boot_ms, lat_e7, lon_e7, *fields.values())


def status(battery: int = 80) -> Any:  # noqa: ANN401
    return common.MAVLink_sys_status_message(0, 0, 0, 0, 12000, 0, battery, 0, 0, 0, 0, 0, 0)


def landed(state: int) -> Any:  # noqa: ANN401
    return common.MAVLink_extended_sys_state_message(0, state)


def text(words: str, severity: int = 4, text_id: int = 0, chunk: int = 0) -> Any:  # noqa: ANN401
    return common.MAVLink_statustext_message(severity, words.encode(), text_id, chunk)


class Sender:
    """One MAVLink component that frames messages."""

    def __init__(self, system_id: int = 1, component_id: int = 1) -> None:
        self._packer = Packer(system_id)
        self._component_id = component_id

    def frame(self, message: Any) -> bytes:  # noqa: ANN401
        return self._packer.pack(message, self._component_id)
