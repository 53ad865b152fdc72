"""A delivery drone behind a MAVLink endpoint."""

from __future__ import annotations

from vehicles.mavlink.craft import Craft


class Drone(Craft):
    """A multicopter: its autopilot takes off, hands over from a hover, lands and disarms by itself."""
