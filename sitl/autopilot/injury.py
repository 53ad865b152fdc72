"""Faults by hand: MAVLink's DO_INJECT_FAILURE, as PX4 has it (allowed by SYS_FAILURE_EN).

https://mavlink.io/en/messages/common.html#FAILURE_UNIT. Type 0 (OK) ends what was broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from types import MappingProxyType

from sitl.faults import Fault, Faults, Kind

_OK = 0
_DEAF_S = 60.0
_OFF, _STUCK, _GARBAGE, _WRONG, _SLOW, _DELAYED, _INTERMITTENT = 1, 2, 3, 4, 5, 6, 7
_GPS, _BATTERY, _MOTOR, _SERVO, _SIGNAL = 4, 100, 101, 102, 105

_INJURIES: Mapping[tuple[int, int], tuple[Kind, float | None]] = MappingProxyType(
    {
        (_GPS, _OFF): (Kind.NO_GPS, None),
        (_BATTERY, _OFF): (Kind.BATTERY, 0.0),
        (_BATTERY, _SLOW): (Kind.BATTERY, 0.1),
        (_MOTOR, _OFF): (Kind.MOTOR_LOSS, None),
        (_SERVO, _STUCK): (Kind.STUCK_GRIPPER, None),
        (_SIGNAL, _OFF): (Kind.SILENT, None),
        (_SIGNAL, _STUCK): (Kind.DEAF, None),
        (_SIGNAL, _GARBAGE): (Kind.CORRUPT, 0.3),
        (_SIGNAL, _WRONG): (Kind.DOUBLED, 0.5),
        (_SIGNAL, _SLOW): (Kind.REORDERED, 0.5),
        (_SIGNAL, _DELAYED): (Kind.LATE, 1.0),
        (_SIGNAL, _INTERMITTENT): (Kind.LOSSY, 0.5),
    }
)
"""FAILURE_UNIT and FAILURE_TYPE: what breaks, and how badly."""


def inject(unit: int, kind: int, faults: Faults, age_s: float) -> bool:
    """Break a part, or mend it. False when there is no such failure here."""
    if kind == _OK:
        mended = {fault for (of, _), (fault, _) in _INJURIES.items() if of == unit}
        for fault in mended:
            faults.end(fault, age_s)
        return bool(mended)
    injury = _INJURIES.get((unit, kind))
    if injury is None:
        return False
    begin_s = age_s + 1e-3
    deafening = injury[0] in {Kind.SILENT, Kind.DEAF}  # after which nobody could mend it by hand
    until_s = begin_s + _DEAF_S if deafening else inf
    faults.begin(Fault(injury[0], begin_s, until_s, injury[1]))
    return True
