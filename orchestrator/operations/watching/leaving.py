"""What to plan against for a vehicle around which a zone closed: it leaves, and does not come back.

An aircraft leaves by the nearest edge that it can reach. A vehicle on footpaths leaves along its way. Home
may lie in the area itself: for a way home, where there is no other, the area is set aside as a whole.
"""

from __future__ import annotations

from dataclasses import replace

from geofences import when
from geofences.airspace import Airspace, Margins
from geofences.airways.way_out import comes_back, with_way_out
from geofences.reason import Because, Reason
from geofences.verifying.blocks import zone_label
from geofences.zone import Medium, Zone
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.events import MissionPlanned
from vehicles.mission import Travel, Wait
from vehicles.schedule import schedule

_LEAVING_S = 60.0
"""An area that begins so soon counts as closed already: one does not leave in an instant."""


def to_leave(surroundings: Surroundings, look: Sight) -> Surroundings:
    """The zones that the vehicle is in are open along an aircraft's way out, and to vehicles on footpaths."""
    profile, margins = look.vehicle.profile, surroundings.margins_for(look.vehicle.profile)
    others = set_aside(surroundings, look)
    if profile.medium is not Medium.AIR:
        return others
    height_m = max(look.here.height_agl_m, profile.min_cruise_height_agl_m)
    start, airspace = replace(look.here, height_agl_m=height_m), others.airspace
    for zone in zones_about(surroundings, look):
        until_s = look.now_s + _LEAVING_S
        opened = with_way_out(zone, start, others.airspace, margins, from_s=look.now_s, until_s=until_s)
        airspace = airspace.with_zone(opened)
    return others if airspace is others.airspace else replace(others, airspace=airspace)


def set_aside(surroundings: Surroundings, look: Sight) -> Surroundings:
    """The zones that the vehicle is in are no zones."""
    gone = {zone.zone_id for zone in zones_about(surroundings, look)}
    closed = gone & set(look.state.zones)
    areas, published = look.state.zones, sorted(gone - closed)
    for zone_id in closed:
        areas = areas.delete(zone_id)
    others = around_popups(surroundings, areas)
    if not published:
        return others
    airspace = others.airspace
    for zone_id in published:
        airspace = airspace.without_zone(zone_id)
    return replace(others, airspace=airspace)


def not_out(surroundings: Surroundings, look: Sight, planned: MissionPlanned) -> tuple[Reason, ...]:
    """Why a plan that begins in closed zones does not leave them for good: it stops there, or comes back."""
    profile, legs = look.vehicle.profile, planned.mission.legs
    about = zones_about(surroundings, look)
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
    for zone in about:
        out_s = planned.depart_at_s + _LEAVING_S
        lasts = when.applies(zone.applicability, out_s, max(out_s, planned.end_at_s))
        if lasts and comes_back(zone, line, whole.frame):
            found.append(Reason(Because.ZONE, zone.zone_id, f"would come back into {zone.name}"))
    return tuple(dict.fromkeys(found))


def enclosing(surroundings: Surroundings, look: Sight) -> tuple[Reason, ...]:
    """Which zones closed around a vehicle after people had it hold."""
    halt, mission = look.vehicle.halt, look.mission
    if halt is None or mission is None or mission.closed is None or mission.closed.seq <= halt.seq:
        return ()
    name = look.vehicle.vehicle_id
    return tuple(
        Reason(Because.ZONE, zone.zone_id, f"{zone_label(zone)} closed around {name}.")
        for zone in zones_about(surroundings, look)
    )


def zones_about(surroundings: Surroundings, look: Sight) -> tuple[Zone, ...]:
    """The zones that bind the vehicle where it is, now or in a moment.

    What closed since its way was planned counts with the margins that plans keep. Of the other zones of the
    files only those that it is truly inside: beside them it is as on any way.
    """
    whole = around_popups(surroundings, look.state.zones).airspace
    closed = () if look.mission is None or look.mission.closed is None else look.mission.closed.reasons
    new = {*look.state.zones, *(reason.subject for reason in closed)}
    wide = _ids_about(whole, look, surroundings.margins_for(look.vehicle.profile))
    if not wide:
        return ()
    ids = wide & new | _ids_about(whole, look, Margins(0.0, 0.0))
    return tuple(zone for zone in whole.zones if zone.zone_id in ids)


def _ids_about(airspace: Airspace, look: Sight, margins: Margins) -> set[str]:
    until_s = look.now_s + _LEAVING_S
    against = airspace.forbids(look.here, look.vehicle.profile.medium, look.now_s, until_s, margins)
    return {reason.subject for reason in against if reason.because is Because.ZONE}
