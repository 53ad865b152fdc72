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
    else:
        return streams.send_now(number)
    return True
