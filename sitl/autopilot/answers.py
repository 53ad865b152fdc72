"""What a simulated autopilot tells on request only: who it is, which modes it has, how it speaks."""

from __future__ import annotations

from sitl.autopilot import motion, shapes
from sitl.autopilot.modes import LISTED
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import Outgoing
from sitl.autopilot.streams import Streams

CAPABILITIES = 0xE8FF
VERSION = 1 << 24 | 17 << 16 | 64  # 1.17.0, alpha
_OS_VERSION = 0x0612_2CFF
_BOARD = 1
_SOURCE = bytes((0, 0, 0, 147, 131, 85, 10, 167))  # the start of upstream's commit a70a558393
_UID = 0x4954_414C_4449_4E4F
"""PX4 in simulation makes its machine's number of a constant and its instance; so do we."""
_CARD_MIB, _STORAGE_READY = 32_768.0, 2
_SPOKEN = (200, 100, 203)


def autopilot_version(onboard: Onboard, out: Outgoing) -> None:
    """AUTOPILOT_VERSION: `uid` and `uid2` tell vehicles apart that share a system id."""
    out.send(
        shapes.AUTOPILOT_VERSION,
        CAPABILITIES,
        _UID + onboard.serial,
        VERSION,
        VERSION,
        _OS_VERSION,
        _BOARD,
        *(0, 0),
        *_SOURCE,
        *_SOURCE,
        *bytes(8),
        *onboard.serial.to_bytes(18, "little"),
    )


def protocol_version(out: Outgoing) -> None:
    """PROTOCOL_VERSION: MAVLink 2, and from 1 on."""
    out.send(shapes.PROTOCOL_VERSION, *_SPOKEN, bytes(8), bytes(8))


def available_modes(index: int, out: Outgoing) -> None:
    """AVAILABLE_MODES: number `index` counted from 1, or all of them for 0."""
    for number, listed in enumerate(LISTED, start=1):
        if index in {0, number}:
            out.send(
                shapes.AVAILABLE_MODES,
                listed.custom_mode,
                listed.properties,
                len(LISTED),
                number,
                listed.standard_mode,
                listed.name.encode(),
            )


def _storage(onboard: Onboard) -> tuple[object, ...]:
    """STORAGE_INFORMATION: one card, mounted, half full; PX4's simulation tells of its machine's disk."""
    sizes_mib = (_CARD_MIB, 0.5 * _CARD_MIB, 0.5 * _CARD_MIB)
    return onboard.clock_ms, *sizes_mib, 0.0, 0.0, 1, 1, _STORAGE_READY, 0, b"", 0


def _flight(onboard: Onboard) -> tuple[object, ...]:
    """FLIGHT_INFORMATION: PX4 gives its own clock's microseconds for times of day; 0: not yet."""
    up_us = int(1e6 * max(0.0, onboard.flight.armed_since_age_s - onboard.flight.up_since_age_s))
    return (up_us if onboard.flight.armed else 0), 0, 0, onboard.clock_ms, 0


def answer(number: int, index: int, onboard: Onboard, streams: Streams, out: Outgoing) -> bool:
    """REQUEST_MESSAGE: send it once; False when there is no such message."""
    if number == shapes.AUTOPILOT_VERSION.number:
        autopilot_version(onboard, out)
    elif number == shapes.PROTOCOL_VERSION.number:
        protocol_version(out)
    elif number == shapes.AVAILABLE_MODES.number:
        available_modes(index, out)
    elif number == shapes.GPS_GLOBAL_ORIGIN.number:
        out.send_packed(shapes.GPS_GLOBAL_ORIGIN, motion.gps_global_origin(onboard))
    elif number == shapes.STORAGE_INFORMATION.number:
        out.send(shapes.STORAGE_INFORMATION, *_storage(onboard))
    elif number == shapes.FLIGHT_INFORMATION.number:
        out.send(shapes.FLIGHT_INFORMATION, *_flight(onboard))
    else:
        return streams.send_now(number)
    return True
