"""What the commands about a single vehicle share: its profile, meeting it, its heartbeat, and its answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar, assert_never

from orchestrator.ending import BadInput, Failed
from vehicles.clock import now_s
from vehicles.mavlink.links.endpoint import shown
from vehicles.profile import VehicleProfile
from vehicles.profiles import PROFILES
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered, Vehicle

_LOOK_EVERY_S = 0.1
_BEAT_EVERY_S = 0.25
_Seen = TypeVar("_Seen")


def profile_named(name: str) -> VehicleProfile:
    """The profile of that name. Raises `BadInput` with the names there are."""
    if name not in PROFILES:
        raise BadInput(f"--profile {name}: unknown (known: {', '.join(PROFILES)})")
    return PROFILES[name]


@contextlib.asynccontextmanager
async def attended(vehicle: Vehicle) -> AsyncIterator[None]:
    """Open the vehicle and beat as its ground station, as long as this loop turns.

    Some autopilots heed a ground station, and tell their texts, only while it beats. Raises `LinkError`
    when an endpoint cannot be had.
    """

    async def beat() -> None:
        while True:
            vehicle.attend()
            await asyncio.sleep(_BEAT_EVERY_S)

    async with vehicle:
        beating = asyncio.create_task(beat(), name="ground station heartbeat")
        try:
            yield
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating


async def met(url: str, within_s: float, look: Callable[[], _Seen | None], nobody: str) -> _Seen:
    """What `look` shows once it shows something. Raises `Failed` with `nobody` after `within_s` seconds."""
    until_s = now_s() + within_s
    while (seen := look()) is None:
        if now_s() > until_s:
            raise Failed(f"{shown(url)}: {nobody} within {within_s:g} s")
        await asyncio.sleep(_LOOK_EVERY_S)
    return seen


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
