"""What to plan against for a vehicle around which an area was closed: it leaves, and does not come back.

An aircraft leaves by the nearest edge that it can reach. A vehicle on footpaths leaves along its way. Home
may lie in the area itself: for a way home, where there is no other, the area is set aside as a whole.
"""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from geofences.affected import broken_by
from geofences.path import TimedPath, TimedPoint
from geofences.reason import Because, Reason
from geofences.way_out import comes_back, with_way_out
from geofences.zone import Medium, ZoneId
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups, zone_of
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.events import MissionPlanned
from orchestrator.record.facts.zones import PopUpZone
from vehicles.mission import Travel, Wait
from vehicles.schedule import schedule

Areas = Map[ZoneId, PopUpZone]

_LEAVING_S = 60.0
"""An area that begins so soon counts as closed already: one does not leave in an instant."""


def to_leave(surroundings: Surroundings, areas: Areas, look: Sight) -> Surroundings:
    """The areas that the vehicle is in are open along an aircraft's way out, and to vehicles on footpaths."""
    profile, margins = look.vehicle.profile, surroundings.margins_for(look.vehicle.profile)
    inside = _around(surroundings, areas, look)
    others = set_aside(surroundings, areas, look)
    if profile.medium is not Medium.AIR:
        return others
    height_m = max(look.here.height_agl_m, profile.min_cruise_height_agl_m)
    start, airspace = replace(look.here, height_agl_m=height_m), others.airspace
    for area in inside.values():
        zone, until_s = zone_of(area), look.now_s + _LEAVING_S
        opened = with_way_out(zone, start, others.airspace, margins, from_s=look.now_s, until_s=until_s)
        airspace = airspace.with_zone(zone if opened is None else opened)
    return replace(others, airspace=airspace) if inside else others


def set_aside(surroundings: Surroundings, areas: Areas, look: Sight) -> Surroundings:
    """The areas that the vehicle is in are no areas."""
    for zone_id in _around(surroundings, areas, look):
        areas = areas.delete(zone_id)
    return around_popups(surroundings, areas)


def not_out(
    surroundings: Surroundings, areas: Areas, look: Sight, planned: MissionPlanned
) -> tuple[Reason, ...]:
    """Why a plan that begins in closed areas does not leave them for good: it stops there, or comes back."""
    profile, legs = look.vehicle.profile, planned.mission.legs
    inside = _around(surroundings, areas, look)
    if not inside:
        return ()
    whole, margins = around_popups(surroundings, areas).airspace, surroundings.margins_for(profile)
    ends_s = schedule(profile, legs, planned.depart_at_s).leg_ends_at_s
    found: list[Reason] = []
    for leg, from_s, until_s in zip(legs, (planned.depart_at_s, *ends_s), ends_s, strict=False):
        if not isinstance(leg, Travel | Wait):
            early_s, late_s = from_s - surroundings.volumes.early_s, until_s + surroundings.volumes.late_s
            found += whole.forbids(leg.at, profile.medium, early_s, late_s, margins)
    line = [at.position for leg in legs if isinstance(leg, Travel) for at in leg.path.waypoints]
    for zone_id, area in inside.items():
        lasts = area.until_s is None or area.until_s > planned.depart_at_s + _LEAVING_S
        if lasts and comes_back(zone_of(area), line, whole.frame):
            found.append(Reason(Because.ZONE, zone_id, f"would come back into {area.name}"))
    return tuple(dict.fromkeys(found))


def _around(surroundings: Surroundings, areas: Areas, look: Sight) -> Areas:
    """Those that the vehicle is in."""
    airspace, profile = surroundings.airspace, look.vehicle.profile
    here = TimedPath((TimedPoint(look.here, look.now_s), TimedPoint(look.here, look.now_s + _LEAVING_S)))
    margins = surroundings.margins_for(profile)
    for zone_id, area in areas.items():
        flights, ground = {zone_id: here}, airspace.ground
        zone = zone_of(area)
        if not broken_by(zone, flights, airspace.frame, ground, medium=profile.medium, margins=margins):
            areas = areas.delete(zone_id)
    return areas
