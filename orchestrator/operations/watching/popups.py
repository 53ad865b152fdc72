"""Areas that people close while the fleet works: what is planned around them, and whose way they bar.

An area counts as any zone does, from the moment it is closed: what is under way is held against it at once
(`barring`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from immutables import Map

from geofences.airspace import Airspace
from geofences.zone import (
    Circle,
    Datum,
    Interval,
    Limit,
    Polygon,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.barring import barred
from orchestrator.record.events import Event, ZoneAdded, ZoneRemoved
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import FleetState

_KEPT_S = 60.0
"""How long an area that is over stays listed."""
THE_CLOCK = "the clock"
"""Who opens an area whose time is over."""


def zone_of(popup: PopUpZone) -> Zone:
    """The area as a zone like any published one."""
    footprint = (
        Circle(popup.corners[0], popup.radius_m) if len(popup.corners) == 1 else Polygon(popup.corners)
    )
    limits = Limit(popup.lower_agl_m, Datum.AGL), Limit(popup.upper_agl_m, Datum.AGL)
    return Zone(
        zone_id=popup.zone_id,
        name=popup.name,
        restriction=Restriction.PROHIBITED,
        volumes=(Volume(footprint, *limits),),
        applicability=(Interval(popup.from_s, popup.until_s),),
        binds=frozenset(popup.binds),
        message=popup.reason,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Surroundings, compared by identity: they are replaced as a whole."""

    surroundings: Surroundings

    def __hash__(self) -> int:
        return id(self.surroundings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.surroundings is self.surroundings


def around_popups(surroundings: Surroundings, zones: Map[ZoneId, PopUpZone]) -> Surroundings:
    """The surroundings with what is closed now; the same object for the same areas, while remembered."""
    return _around(_Same(surroundings), zones) if zones else surroundings


@lru_cache(maxsize=16)
def _around(same: _Same, zones: Map[ZoneId, PopUpZone]) -> Surroundings:
    airspace: Airspace = same.surroundings.airspace
    for _, popup in sorted(zones.items()):
        airspace = airspace.with_zone(zone_of(popup))
    return replace(same.surroundings, airspace=airspace)


def closing(
    popup: PopUpZone, by: str, state: FleetState, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """The facts that closing an area means: the area, and whose way it bars, the airborne first.

    Raises `IllegalEvent` for the id of a published zone, which could not be told from it afterwards.
    """
    if any(one.zone_id == popup.zone_id for one in surroundings.airspace.zones):
        raise IllegalEvent(ZoneAdded(popup, by), "zone.zone_id", f"{popup.zone_id} is a published zone")
    airspace = surroundings.airspace
    alone = Airspace(airspace.frame, (zone_of(popup),), (), airspace.ground)
    return (ZoneAdded(popup, by), *barred(alone, state, surroundings, now_s))


def open_what_is_over(state: FleetState, now_s: float) -> tuple[Event, ...]:
    """Areas whose time was over a while ago."""
    return tuple(
        ZoneRemoved(zone_id, THE_CLOCK)
        for zone_id, popup in sorted(state.zones.items())
        if popup.until_s is not None and now_s > popup.until_s + _KEPT_S
    )
