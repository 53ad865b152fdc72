"""`sanderling probe`: who speaks MAVLink at an address."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from orchestrator.commands.one_vehicle import doubled, has_port
from orchestrator.ending import BadInput
from orchestrator.terminal import out
from vehicles.mavlink.links.endpoint import shown
from vehicles.mavlink.probe import Nobody, probe
from vehicles.vehicle import LinkError


def listen(url: str, for_s: float) -> tuple[list[dict[str, Any]], list[str], str]:
    """Who was heard in `for_s` seconds, what to beware of, or why nobody may have been.

    Raises `BadInput` for no address.
    """
    try:
        has_port(url)
        found = asyncio.run(probe(url, for_s))
    except LinkError as error:
        raise BadInput(str(error)) from error
    if isinstance(found, Nobody):
        return [], [], f"{shown(url)}: nobody was heard in {for_s:g} s: {found.hint}"
    return [asdict(seen) for seen in found], list(doubled(found).values()), ""


def print_seen(seen: Sequence[dict[str, Any]]) -> None:
    """One line for each autopilot heard."""
    for one in seen:
        out.print("  ".join(f"{name} {value}" for name, value in one.items()), markup=False, soft_wrap=True)
