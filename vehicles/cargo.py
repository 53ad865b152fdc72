"""What parcels ask of the vehicle that carries them, in words that both sides share."""

from __future__ import annotations

from enum import Enum


class ParcelSize(Enum):
    """Which compartments take a parcel: those of its size, and larger ones."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


SIZES = (ParcelSize.SMALL, ParcelSize.MEDIUM, ParcelSize.LARGE)
"""The smallest first."""


class Temperature(Enum):
    """The temperature class a parcel is kept in from pick-up to hand-over.

    As food is carried: chilled at 0 to 5 C, frozen at -18 C or below, hot at 60 C or above (ATP agreement;
    Codex Alimentarius CXC 1-1969); ambient is whatever the weather is.
    """

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"
    HOT = "hot"


class Skill(Enum):
    """What a hand-over may need beyond bringing the parcel."""

    CHECK_AGE = "check_age"
    """Somebody looks at the recipient's proof of age before the parcel changes hands."""
