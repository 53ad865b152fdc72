"""What decisions seldom rest on, made of what a block gave when a sample was taken."""

from __future__ import annotations

from vehicles.mavlink.reading.decode_navigation import (
    Said,
    attitude_of,
    estimator_in,
    gps_of,
    part_in,
    wind_in,
)
from vehicles.mavlink.reading.decode_power import Pack, battery_of
from vehicles.mavlink.wire.block import PARTS
from vehicles.telemetry import Parts

_ATTITUDE, _GPS, _STATUS = (PARTS[name] for name in ("ATTITUDE", "GPS_RAW_INT", "SYS_STATUS"))


def parts_of(latest: Said, whole: Pack, capacity_wh: float | None) -> Parts:
    """`whole` is what the packs had told by then; `capacity_wh` is what they hold when full."""
    roll_deg, pitch_deg = part_in(latest, _ATTITUDE, attitude_of) or (None, None)
    return Parts(
        battery=part_in(latest, _STATUS, lambda said, at_s: battery_of(said, at_s, whole, capacity_wh)),
        wind=wind_in(latest),
        gps=part_in(latest, _GPS, gps_of),
        estimator=estimator_in(latest),
        roll_deg=roll_deg,
        pitch_deg=pitch_deg,
    )
