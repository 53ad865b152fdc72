"""What follows from facts about areas that people close and open again."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import assert_never

from orchestrator.record.events import AirspaceRead, ZoneAdded, ZoneFact, ZoneRemoved
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.illegal import IllegalEvent, check_instant
from orchestrator.record.state import FleetState


def apply_zone_fact(state: FleetState, event: ZoneFact) -> FleetState:
    """The state after a fact of this topic. Raises `IllegalEvent` when it cannot follow."""
    match event:
        case ZoneAdded(zone):
            _check(event, zone)
            if zone.zone_id in state.zones:
                raise IllegalEvent(event, "zone_id", f"{zone.zone_id} is closed already")
            return replace(state, zones=state.zones.set(zone.zone_id, zone))
        case ZoneRemoved(zone_id):
            if zone_id not in state.zones:
                raise IllegalEvent(event, "zone_id", f"no closed area is called {zone_id}")
            return replace(state, zones=state.zones.delete(zone_id))
        case AirspaceRead(marks):
            return replace(state, airspace=marks)
    assert_never(event)


def _check(event: ZoneAdded, zone: PopUpZone) -> None:
    check_instant(event, "from_s", zone.from_s)
    if zone.until_s is not None:
        check_instant(event, "until_s", zone.until_s)
        if zone.until_s <= zone.from_s:
            raise IllegalEvent(event, "until_s", "ends before it begins")
    if not (isfinite(zone.upper_agl_m) and zone.lower_agl_m < zone.upper_agl_m):
        raise IllegalEvent(event, "upper_agl_m", "must be above lower_agl_m")
    circle = len(zone.corners) == 1 and 0.0 < zone.radius_m < float("inf")
    if not circle and len(zone.corners) < 3:
        raise IllegalEvent(event, "corners", "a ring has at least three; a circle one, and a radius_m")
    if not zone.binds:
        raise IllegalEvent(event, "binds", "must name somebody")
