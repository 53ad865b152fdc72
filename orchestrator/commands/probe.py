"""`sanderling probe`: who speaks MAVLink at an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from orchestrator.commands.one_vehicle import carried_out, doubled, has_port
from orchestrator.terminal import out
from vehicles.mavlink.links.endpoint import shown
from vehicles.mavlink.probe import Nobody, Seen, probe


def listen(url: str, for_s: float) -> tuple[list[dict[str, Any]], list[str], str]:
    """Who was heard in `for_s` seconds, what to beware of, or why nobody may have been.

    Raises `BadInput` for no address.
    """
    found = carried_out(_probe(url, for_s))
    if isinstance(found, Nobody):
        return [], [], f"{shown(url)}: nobody was heard in {for_s:g} s: {found.hint}"
    return [asdict(seen) for seen in found], list(doubled(found).values()), ""


async def _probe(url: str, for_s: float) -> tuple[Seen, ...] | Nobody:
    has_port(url)
    return await probe(url, for_s)


def print_seen(seen: Sequence[dict[str, Any]]) -> None:
    """One line for each autopilot heard."""
    for one in seen:
        out.print("  ".join(f"{name} {value}" for name, value in one.items()), markup=False, soft_wrap=True)
