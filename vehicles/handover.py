"""How a parcel leaves the vehicle at its drop-off: what the vehicle has decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never


@dataclass(frozen=True, slots=True)
class HoverRelease:
    """Let go at the drop-off's own height: a gripper over a basket, the lid of a compartment."""


@dataclass(frozen=True, slots=True)
class WinchDown:
    """Lower the parcel on `length_m` of line at `rate_mps`, let go, reel in: the vehicle stays up."""

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


def reel_s(handover: Handover) -> float:
    """Seconds that letting out and reeling in a line takes; 0 without one."""
    match handover:
        case WinchDown(length_m=length_m, rate_mps=rate_mps):
            return 2.0 * length_m / rate_mps
        case HoverRelease() | LandAndRelease() | PlaceOnGround():
            return 0.0
    assert_never(handover)


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
