"""What to plan against for a vehicle around which an area was closed: it leaves, and does not come back.

An aircraft leaves by the nearest edge that it can reach. A vehicle on footpaths leaves along its way. Home
may lie in the area itself: for a way home, where there is no other, the area is set aside as a whole.
"""

from __future__ import annotations

from dataclasses import replace

from geofences.affected import broken_by
from geofences.airways.way_out import comes_back, with_way_out
from geofences.path import TimedPath, TimedPoint
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups, zone_of
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.events import MissionPlanned
from orchestrator.record.facts.zones import PopUpZone
from vehicles.mission import Travel, Wait
from vehicles.schedule import schedule

_LEAVING_S = 60.0
"""An area that begins so soon counts as closed already: one does not leave in an instant."""


def to_leave(surroundings: Surroundings, look: Sight) -> Surroundings:
    """The areas that the vehicle is in are open along an aircraft's way out, and to vehicles on footpaths."""
    profile, margins = look.vehicle.profile, surroundings.margins_for(look.vehicle.profile)
    others = set_aside(surroundings, look)
    if profile.medium is not Medium.AIR:
        return others
    height_m = max(look.here.height_agl_m, profile.min_cruise_height_agl_m)
    start, airspace = replace(look.here, height_agl_m=height_m), others.airspace
    for area in _about(surroundings, look):
        zone, until_s = zone_of(area), look.now_s + _LEAVING_S
        opened = with_way_out(zone, start, others.airspace, margins, from_s=look.now_s, until_s=until_s)
        airspace = airspace.with_zone(opened)
    return others if airspace is others.airspace else replace(others, airspace=airspace)


def set_aside(surroundings: Surroundings, look: Sight) -> Surroundings:
    """The areas that the vehicle is in are no areas."""
    areas = look.state.zones
    for area in _about(surroundings, look):
        areas = areas.delete(area.zone_id)
    return around_popups(surroundings, areas)


def not_out(surroundings: Surroundings, look: Sight, planned: MissionPlanned) -> tuple[Reason, ...]:
    """Why a plan that begins in closed areas does not leave them for good: it stops there, or comes back."""
    profile, legs = look.vehicle.profile, planned.mission.legs
    about = _about(surroundings, look)
    if not about:
        return ()
    whole = around_popups(surroundings, look.state.zones).airspace
    ends_s = schedule(profile, legs, planned.depart_at_s).leg_ends_at_s
    found: list[Reason] = []
    for leg, from_s, until_s in zip(legs, (planned.depart_at_s, *ends_s), ends_s, strict=False):
        if not isinstance(leg, Travel | Wait):
            early_s, late_s = from_s - surroundings.volumes.early_s, until_s + surroundings.volumes.late_s
            margins = surroundings.margins_for(profile)
            found += whole.forbids(leg.at, profile.medium, early_s, late_s, margins)
    line = [at.position for leg in legs if isinstance(leg, Travel) for at in leg.path.waypoints]
    for area in about:
        lasts = area.until_s is None or area.until_s > planned.depart_at_s + _LEAVING_S
        if lasts and comes_back(zone_of(area), line, whole.frame):
            found.append(Reason(Because.ZONE, area.zone_id, f"would come back into {area.name}"))
    return tuple(dict.fromkeys(found))


def _about(surroundings: Surroundings, look: Sight) -> list[PopUpZone]:
    """The closed areas that the vehicle is in, by their ids."""
    airspace, profile = surroundings.airspace, look.vehicle.profile
    here = {
        "here": TimedPath((TimedPoint(look.here, look.now_s), TimedPoint(look.here, look.now_s + _LEAVING_S)))
    }
    margins = surroundings.margins_for(profile)
    return [
        area
        for _, area in sorted(look.state.zones.items())
        if broken_by(
            zone_of(area), here, airspace.frame, airspace.ground, medium=profile.medium, margins=margins
        )
    ]
