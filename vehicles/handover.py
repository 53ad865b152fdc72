"""How a parcel leaves the vehicle at its drop-off: what the vehicle has decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

WINCH_SETTLES_S = 5.0
"""A winch's last metre is slower than the rest (ArduPilot's WINCH_POS_P 1), and a load comes to stand."""


_BELIEVES_S = 4.7
"""What PX4 takes to believe that it stands: 4 to 6.4 s after it touched the ground, seen of ten landings."""
LETS_GO_S = 1.5
"""So long a mission waits for its gripper, which takes 1.1 s: MIS_COMMAND_TOUT, as the fleet sets it."""


@dataclass(frozen=True, slots=True)
class HoverRelease:
    """Let go at the drop-off's own height: a gripper over a basket, the lid of a compartment."""


@dataclass(frozen=True, slots=True)
class WinchDown:
    """Lower the parcel on `length_m` of line at `rate_mps`; its hook lets go once it stands; reel in.

    The vehicle stays up. A parcel that never came to stand comes up again, and home.
    """

    length_m: float
    rate_mps: float = 1.0


@dataclass(frozen=True, slots=True)
class LandAndRelease:
    """Land under the drop-off's height, let go, and take off again: never left armed on the ground."""


@dataclass(frozen=True, slots=True)
class PlaceOnGround:
    """Sink until the parcel stands, at most `most_m` metres, and let go (NAV_PAYLOAD_PLACE)."""

    most_m: float


Handover = HoverRelease | WinchDown | LandAndRelease | PlaceOnGround
HOVER_RELEASE = HoverRelease()
"""What a vehicle does of which nothing else is said."""

_SLACK_M = 0.5
"""Line or way beyond the drop-off's height: the ground there is not exactly as high as at home."""


class By(Enum):
    """A way to hand over, as configuration and the command line name it."""

    HOVER = "hover"
    LAND = "land"
    WINCH = "winch"
    PLACE = "place"

    def from_height(self, height_agl_m: float) -> Handover:
        """That hand-over for a vehicle that comes to its drop-offs at this height above the ground."""
        match self:
            case By.HOVER:
                return HOVER_RELEASE
            case By.LAND:
                return LandAndRelease()
            case By.WINCH:
                return WinchDown(height_agl_m + _SLACK_M)
            case By.PLACE:
                return PlaceOnGround(height_agl_m + _SLACK_M)
        assert_never(self)


def stay_s(handover: Handover, service_s: float) -> float:
    """Seconds spent at the place of hand-over, without the way down and up again."""
    match handover:
        case WinchDown():
            return service_s + 2.0 * one_way_s(handover)
        case LandAndRelease():
            return _BELIEVES_S + LETS_GO_S  # a mission on the ground does not wait
        case HoverRelease() | PlaceOnGround():
            return service_s
    assert_never(handover)


def one_way_s(winch: WinchDown) -> float:
    """Seconds until its line is out, and at rest; as many until it is in again."""
    return winch.length_m / winch.rate_mps + WINCH_SETTLES_S


def descent_m(handover: Handover, height_agl_m: float) -> float:
    """How far below the drop-off's own height the vehicle goes for it."""
    match handover:
        case HoverRelease() | WinchDown():
            return 0.0
        case LandAndRelease():
            return height_agl_m
        case PlaceOnGround(most_m=most_m):
            return min(most_m, height_agl_m)
    assert_never(handover)
