"""What a simulated vehicle is told to do, step by step: the airframe's own small language.

A MAVLink mission item becomes exactly one step (`sitl.autopilot`), so that a step's index is the item's
sequence number; a leg of a fleet mission becomes several (`sitl.direct.vehicle`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sitl.motion.body import Place


class Lift(Enum):
    """What a VTOL is told to be carried by."""

    ROTORS = "rotors"
    WING = "wing"


@dataclass(frozen=True, slots=True)
class TakeOff:
    """Rise straight up to a height above ground; nothing to do when already there.

    `place` is where a mission wants it: it goes there from there, and whatever flies already straight away.
    """

    height_agl_m: float
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class WingTakeOff:
    """Rise straight up to a height above ground, then fly to `place` on the wing; what flies goes there."""

    height_agl_m: float
    place: Place


@dataclass(frozen=True, slots=True)
class Change:
    """From now on be carried by the other thing; what cannot takes no notice."""

    to: Lift


@dataclass(frozen=True, slots=True)
class GoTo:
    """Go straight to a place. `speed_mps` None is the speed in force; stays `hold_s` there.

    It is there within `radius_m`; None: as its parameters say. `steered`: it is the speed that is asked for,
    at once, and not the place. `climbs_first`: straight up to its height first.
    """

    place: Place
    speed_mps: float | None = None
    hold_s: float = 0.0
    radius_m: float | None = None
    steered: bool = False
    climbs_first: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """Stay in place for so many seconds; see `Release` for `height_m`."""

    seconds: float
    height_m: float | None = None


@dataclass(frozen=True, slots=True)
class Reel(Stay):
    """Stay in place while a winch lets out `length_m` of line (takes it in, when negative)."""

    length_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Deliver(Stay):
    """Have the winch deliver: PX4 hands that on, and goes on at once."""


@dataclass(frozen=True, slots=True)
class Release:
    """Open the gripper or lid, which hands over `mass_kg`, or all that is aboard when None.

    `height_m` is the height above home that PX4 moves its line to while it waits for this, as it does
    whenever its home's altitude is corrected; None: it stays where it is.
    """

    mass_kg: float | None = None
    height_m: float | None = None


@dataclass(frozen=True, slots=True)
class Grab:
    """Close the gripper or lid."""


@dataclass(frozen=True, slots=True)
class ChangeSpeed:
    """From now on this speed is in force, m/s over ground."""

    speed_mps: float


@dataclass(frozen=True, slots=True)
class LandAt:
    """Go over a place at the height in force and land there; where it is when `place` is None.

    `blind`: it does not know where it is, so it stays level, drifts, and sinks evenly.
    """

    place: Place | None = None
    blind: bool = False


@dataclass(frozen=True, slots=True)
class GoHome:
    """Give up the rest and return as the autopilot's own return mode does."""


@dataclass(frozen=True, slots=True)
class Skip:
    """An item that was taken but does nothing on this airframe (a camera command, say)."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """An item that PX4 takes and then has no mission fly with; `wants_wing`: because it has no wing."""

    command: int
    wants_wing: bool


Step = (
    TakeOff
    | WingTakeOff
    | Change
    | GoTo
    | Stay
    | Release
    | Grab
    | ChangeSpeed
    | LandAt
    | GoHome
    | Skip
    | Unfit
)
