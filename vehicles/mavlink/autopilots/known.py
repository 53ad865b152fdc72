"""The autopilots that are known, who we are to them, and which vehicles fit which profile."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vehicles.mavlink.autopilots.ardupilot import ARDUPILOT
from vehicles.mavlink.autopilots.autopilot import AIRFRAMES, Autopilot
from vehicles.mavlink.autopilots.px4 import PX4
from vehicles.profile import Airframe

__all__ = ["ARDUPILOT", "BY_MAV_AUTOPILOT", "PX4", "Autopilot"]

BY_MAV_AUTOPILOT: Mapping[int, Autopilot] = MappingProxyType(
    {autopilot.mav_autopilot: autopilot for autopilot in (PX4, ARDUPILOT)}
)
"""By MAV_AUTOPILOT of the heartbeat."""


def called(name: str) -> Autopilot | None:
    """The autopilot of that name, as `vehicles.mavlink.probe` tells it; None where it is none of these."""
    return next((one for one in BY_MAV_AUTOPILOT.values() if one.name == name), None)


def types_of(airframe: Airframe) -> frozenset[int]:
    """The MAV_TYPEs that fit a vehicle kind."""
    return frozenset(mav_type for mav_type, one in AIRFRAMES.items() if one is airframe)


AIRCRAFT = types_of(Airframe.MULTICOPTER) | types_of(Airframe.VTOL)
"""MAV_TYPEs that can hover to hand over."""

GROUND_VEHICLES = types_of(Airframe.ROVER)
