"""What the commands about a single vehicle share: its profile by name, and what it answered."""

from __future__ import annotations

from typing import assert_never

from orchestrator.ending import BadInput, Failed
from vehicles.profile import VehicleProfile
from vehicles.profiles import PROFILES
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered


def profile_named(name: str) -> VehicleProfile:
    """The profile of that name. Raises `BadInput` with the names there are."""
    if name not in PROFILES:
        raise BadInput(f"--profile {name}: unknown (known: {', '.join(PROFILES)})")
    return PROFILES[name]


def must(outcome: Outcome) -> None:
    """Return when it was done. Raises `Failed` with what stood against it, or with what is seen instead."""
    match outcome:
        case Accepted():
            return
        case Refused(reasons):
            raise Failed("; ".join(reason.text for reason in reasons))
        case Unanswered(seen):
            raise Failed(seen)
    assert_never(outcome)
