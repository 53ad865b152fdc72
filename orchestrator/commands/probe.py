"""`sanderling probe`: who speaks MAVLink at an address."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from orchestrator.ending import BadInput
from orchestrator.terminal import out
from vehicles.mavlink.probe import probe
from vehicles.vehicle import LinkError


def listen(url: str, for_s: float) -> list[dict[str, Any]]:
    """Listen for `for_s` seconds. Raises `BadInput` when the address cannot be used."""
    try:
        return [asdict(seen) for seen in asyncio.run(probe(url, for_s))]
    except LinkError as error:
        raise BadInput(str(error)) from error


def print_seen(seen: Sequence[dict[str, Any]]) -> None:
    """One line for each autopilot heard."""
    for one in seen:
        out.print("  ".join(f"{name} {value}" for name, value in one.items()), markup=False, soft_wrap=True)
