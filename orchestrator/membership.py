"""Who takes part: what the configuration says now, held against what the journal has."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.orders.order import Hub
from orchestrator.record.events import Event, HubOpened, VehicleJoined, VehicleLeft
from orchestrator.record.journal import JournalError
from orchestrator.record.state import FleetState, at_work


def changes(state: FleetState, hubs: Iterable[Hub], members: Iterable[VehicleJoined]) -> tuple[Event, ...]:
    """The facts after which the state has these hubs and vehicles as they are now, and no other vehicles.

    A vehicle at work keeps the abilities that its mission was planned with, until the next start. Raises
    `JournalError` where one that is at work would leave, or belong elsewhere.
    """
    joining = {member.vehicle_id: member for member in members}
    left = []
    for name, known in sorted(state.vehicles.items()):
        wanted = joining.get(name)
        here = wanted is not None and (wanted.hub_id, wanted.pad) == (known.hub_id, known.pad)
        if here and (at_work(known) or wanted == VehicleJoined(name, known.profile, known.hub_id, known.pad)):
            del joining[name]
        elif at_work(known):
            text = "is at work by the journal; keep it, its hub and its pad until it is home"
            raise JournalError(f"vehicles: {name} {text}")
        else:
            left.append(VehicleLeft(name))
    opened = (HubOpened(hub) for hub in hubs if state.hubs.get(hub.hub_id) != hub)
    return (*left, *opened, *joining.values())
