"""MAVLink traffic as PX4 sends it, made up: the rates of its offboard link, and of ours once it was asked."""

from __future__ import annotations

import random
import struct
from collections.abc import Mapping

from fastcrc.crc16 import mcrf4xx
from pymavlink.dialects.v20 import all as dialect

from vehicles.mavlink.autopilots.known import PX4
from vehicles.mavlink.wire.layouts import layout

HEARTBEAT, POSITION, ATTITUDE = 0, 33, 30
NORMAL_HZ: Mapping[int, float] = {
    ATTITUDE: 100,
    105: 50,  # HIGHRES_IMU
    31: 50,  # ATTITUDE_QUATERNION
    POSITION: 50,
    32: 30,  # LOCAL_POSITION_NED
    331: 30,  # ODOMETRY
    111: 10,  # TIMESYNC
    141: 10,  # ALTITUDE
    132: 10,  # DISTANCE_SENSOR
    83: 10,  # ATTITUDE_TARGET
    85: 10,  # POSITION_TARGET_LOCAL_NED
    36: 10,  # SERVO_OUTPUT_RAW
    74: 10,  # VFR_HUD
    87: 10,  # POSITION_TARGET_GLOBAL_INT
    24: 8,  # GPS_RAW_INT
    245: 5,  # EXTENDED_SYS_STATE
    1: 5,  # SYS_STATUS
    42: 1,  # MISSION_CURRENT
    HEARTBEAT: 1,
    230: 1,  # ESTIMATOR_STATUS
    12901: 1,  # OPEN_DRONE_ID_LOCATION
    12904: 1,  # OPEN_DRONE_ID_SYSTEM
    4: 1,  # PING
    29: 1,  # SCALED_PRESSURE
    2: 1,  # SYSTEM_TIME
    147: 0.5,  # BATTERY_STATUS
    436: 0.5,  # CURRENT_MODE
    242: 0.5,  # HOME_POSITION
    241: 0.5,  # VIBRATION
}
"""As PX4 1.17 was heard to send on its offboard link."""

OWN_HZ: Mapping[int, float] = {HEARTBEAT: 1.0, **PX4.streams_hz}
"""What it sends once the orchestrator has asked for its streams."""


def beat(system_id: int = 1, sequence: int = 0) -> bytes:
    """The heartbeat of an autopilot."""
    return framed(HEARTBEAT, struct.pack("<IBBBBB", 0x03040000, 2, 12, 29, 3, 3), system_id, sequence)


def traffic(rates_hz: Mapping[int, float], count: int, seed: int = 1, system_id: int = 1) -> list[bytes]:
    """`count` frames of one vehicle at these rates, in the order of their times, a heartbeat first."""
    dice = random.Random(seed)  # noqa: S311
    whole_s = count / sum(rates_hz.values()) + 2.0
    due = sorted(
        (n / hz + dice.random() / hz, message_id)
        for message_id, hz in rates_hz.items()
        for n in range(int(whole_s * hz) + 1)
    )
    ids = [HEARTBEAT, *(message_id for _, message_id in due[: count - 1])]
    return [
        beat(system_id, n % 256)
        if message_id == HEARTBEAT
        else framed(message_id, payload(message_id, dice), system_id, n % 256)
        for n, message_id in enumerate(ids)
    ]


def fleet_traffic(vehicles: int, each: int) -> list[bytes]:
    """What so many vehicles send on an orchestrator's own streams, one frame of each in turn."""
    of = [traffic(OWN_HZ, each, system_id, system_id) for system_id in range(1, vehicles + 1)]
    return [frame for turn in zip(*of, strict=True) for frame in turn]


def payload(message_id: int, dice: random.Random) -> bytes:
    """Content that could be; where nothing of it is looked at, any."""
    match message_id:
        case 33:
            place = (dice.randrange(600_000_000, 602_000_000), dice.randrange(248_000_000, 250_000_000))
            made = struct.pack(
                "<IiiiihhhH", 60_000, *place, 90_000, 60_000, 1200, -300, 5, dice.randrange(36_000)
            )
        case 1:
            sensors = (0x1229003F, 0x1221003F, 0x1229003F)
            left = dice.randrange(20, 100)
            said = (*sensors, 310, dice.randrange(14_000, 16_800), 1540, 0, 0, 0, 0, 0, 0, left)
            made = struct.pack("<IIIHHhHHHHHHb", *said)
        case 147:
            cells = [dice.randrange(3500, 4200) for _ in range(4)] + [65535] * 6
            made = struct.pack("<iih10HhBBBb", 900, -1, 2450, *cells, 1540, 0, 1, 0, dice.randrange(20, 100))
        case 30:
            made = struct.pack("<I6f", 60_000, *[dice.uniform(-0.5, 0.5) for _ in range(6)])
        case 231:
            made = struct.pack("<Q8f", 60_000_000, *[dice.uniform(-5.0, 5.0) for _ in range(8)])
        case 242:
            place = (dice.randrange(600_000_000, 602_000_000), dice.randrange(248_000_000, 250_000_000))
            made = struct.pack("<3i10fQ", *place, 31_000, *[0.0] * 10, 60_000_000)
        case 245:
            made = b"\0\2"  # EXTENDED_SYS_STATE: in the air
        case 42:
            seq = 3 if dice.random() < 0.02 else 4  # MISSION_CURRENT: it says the same for half a minute
            made = struct.pack("<HHBBIII", seq, 12, 3, 1, 77, 78, 79)
        case _:
            made = dice.randbytes(dialect.mavlink_map[message_id].unpacker.size)
    return made


def framed(message_id: int, content: bytes, system_id: int, sequence: int) -> bytes:
    """A MAVLink 2 frame, its trailing zeros cut off as senders do."""
    known = layout(message_id)
    content = content.rstrip(b"\0") or b"\0"
    header = struct.pack("<BBBBBB", len(content), 0, 0, sequence, system_id, 1)
    body = header + message_id.to_bytes(3, "little") + content
    return b"\xfd" + body + struct.pack("<H", mcrf4xx(body + (known.seed if known else b"\0")))
