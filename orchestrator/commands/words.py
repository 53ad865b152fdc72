"""Words that several commands take, as values: each refused by the option that it stands for."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import TypeVar

from geofences.position import GeoPoint
from orchestrator.ending import BadInput
from vehicles.profile import VehicleProfile
from vehicles.profiles import PROFILES

_Choice = TypeVar("_Choice", bound=Enum)


def parse_point(text: str, option: str) -> GeoPoint:
    """A point as people write it, LAT,LON in degrees. Raises `BadInput` naming the option."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 2:
        raise BadInput(f"{option} {text!r}: must be LAT,LON in degrees, as 60.1699,24.9384")
    try:
        return GeoPoint(*numbers)
    except ValueError as error:
        swapped = " (latitude comes first)" if abs(numbers[0]) > 90.0 else ""
        raise BadInput(f"{option} {text!r}: {error}{swapped}") from error


def parse_instant_s(text: str, option: str) -> float:
    """UTC seconds of an instant in ISO 8601, UTC without an offset. Raises `BadInput` naming the option."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} {text!r}: must be ISO 8601, as 2026-06-01T09:00:00Z") from error
    if not 1970 < instant.year < 9000:
        raise BadInput(f"{option} {text!r}: the year is not within 1971..8999")
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()


def parse_profile(name: str) -> VehicleProfile:
    """What `--profile` says. Raises `BadInput` with the names there are."""
    if name not in PROFILES:
        raise BadInput(f"--profile {name!r}: unknown (known: {', '.join(PROFILES)})")
    return PROFILES[name]


def parse_choice(kind: type[_Choice], text: str, option: str) -> _Choice:
    """One of a few words. Raises `BadInput` naming the option and the words there are."""
    known = {one.value: one for one in kind}
    if text not in known:
        raise BadInput(f"{option} {text!r}: must be one of {', '.join(known)}")
    return known[text]
