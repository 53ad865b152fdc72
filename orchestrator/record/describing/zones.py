"""Facts about areas that people close and open again, in words."""

from __future__ import annotations

from typing import assert_never

from orchestrator.record.describing.described import Described, clock
from orchestrator.record.events import AirspaceRead, ZoneAdded, ZoneFact, ZoneRemoved
from orchestrator.record.state import Severity


def of_zone(event: ZoneFact) -> Described:
    """A fact about an area, in words."""
    match event:
        case ZoneAdded(zone, by):
            until = "until it is opened again" if zone.until_s is None else f"until {clock(zone.until_s)}"
            span = f"{zone.lower_agl_m:g} to {zone.upper_agl_m:g} m, from {clock(zone.from_s)} {until}"
            return Described(Severity.WARNING, f"{by} closed {zone.zone_id} ({zone.name}): {span}.")
        case ZoneRemoved(zone_id, by):
            return Described(Severity.WARNING, f"{by} opened {zone_id} again.")
        case AirspaceRead():
            text = "Zones and buildings are not as before: all that is under way was held against them."
            return Described(Severity.INFO, text)
    assert_never(event)
