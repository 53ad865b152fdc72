"""Areas that people close while the fleet works: what is planned around them, and whose way they bar.

Closing an area looks once at all that is flown, driven or planned: `geofences.affected` tells which ways the
area breaks, where and when. Those vehicles are told one by one, the airborne ones first (invariant 6): their
sessions bring them home along ways planned and verified anew. What has not left its pad yet is taken back,
and its parcels are planned again around the area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from immutables import Map

from geofences.affected import broken_by
from geofences.airspace import Airspace, Break, Margins
from geofences.path import TimedPath
from geofences.zone import (
    Circle,
    Datum,
    Interval,
    Limit,
    Medium,
    Polygon,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import Event, MissionWithdrawn, WayClosed, ZoneAdded, ZoneRemoved
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import ON_PAPER, FleetState, MissionPhase, MissionState
from vehicles.mission import MissionId
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_KEPT_S = 60.0
"""How long an area that is over stays listed."""
THE_CLOCK = "the clock"
"""Who opens an area whose time is over."""

_URGENCY = (MissionPhase.GIVEN_UP, MissionPhase.UNDER_WAY, MissionPhase.PARCEL_ABOARD, *ON_PAPER)
"""Of missions in these phases the ways are looked at, in this order."""


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

    A vehicle that was given up is on a way home that is nobody's plan: it is planned again in any case.
    Raises `IllegalEvent` for the id of a published zone, which could not be told from it afterwards.
    """
    if any(one.zone_id == popup.zone_id for one in surroundings.airspace.zones):
        raise IllegalEvent(ZoneAdded(popup, by), "zone.zone_id", f"{popup.zone_id} is a published zone")
    zone = zone_of(popup)
    bound = [m for phase in _URGENCY for m in _missions(state) if m.phase is phase]
    broken = _broken(zone, bound, state, surroundings, now_s)
    events: list[Event] = [ZoneAdded(popup, by)]
    for mission in bound:
        plan = mission.plan.mission
        profile = state.vehicles[plan.vehicle_id].profile
        found = broken.get(plan.mission_id, ())
        reasons = tuple(dict.fromkeys(one.reason for one in found))
        if mission.phase is MissionPhase.GIVEN_UP and profile.medium in zone.binds:
            events.append(WayClosed(plan.vehicle_id, plan.mission_id, zone.zone_id, reasons))
        elif found and mission.phase in ON_PAPER:
            events.append(MissionWithdrawn(plan.vehicle_id, plan.mission_id, reasons))
        elif found:
            first = min(found, key=lambda one: one.at_s)
            where = first.position, first.at_s
            events.append(WayClosed(plan.vehicle_id, plan.mission_id, zone.zone_id, reasons, *where))
    return tuple(events)


def open_what_is_over(state: FleetState, now_s: float) -> tuple[Event, ...]:
    """Areas whose time was over a while ago."""
    return tuple(
        ZoneRemoved(zone_id, THE_CLOCK)
        for zone_id, popup in sorted(state.zones.items())
        if popup.until_s is not None and now_s > popup.until_s + _KEPT_S
    )


def _missions(state: FleetState) -> list[MissionState]:
    """Those that vehicles are bound to, in the order of the vehicles' ids."""
    bound = (vehicle.mission_id for _, vehicle in sorted(state.vehicles.items()))
    return [state.missions[mission_id] for mission_id in bound if mission_id is not None]


def _broken(
    zone: Zone,
    bound: Sequence[MissionState],
    state: FleetState,
    surroundings: Surroundings,
    now_s: float,
) -> Mapping[MissionId, tuple[Break, ...]]:
    """What the area breaks of each mission's way, as early and as late as its vehicle may be there."""
    flights: dict[tuple[Medium, Margins], dict[tuple[MissionId, int], TimedPath]] = {}
    for mission in bound:
        profile = state.vehicles[mission.plan.mission.vehicle_id].profile
        kind = profile.medium, surroundings.margins_for(profile)
        for i, timed in enumerate(_ways(mission, profile, surroundings, now_s)):
            flights.setdefault(kind, {})[mission.plan.mission.mission_id, i] = timed
    found: dict[MissionId, tuple[Break, ...]] = {}
    airspace = surroundings.airspace
    for (medium, margins), ways in flights.items():
        broken = broken_by(zone, ways, airspace.frame, airspace.ground, medium=medium, margins=margins)
        for (mission_id, _), breaks in broken.items():
            found[mission_id] = (*found.get(mission_id, ()), *breaks)
    return found


def _ways(
    mission: MissionState, profile: VehicleProfile, surroundings: Surroundings, now_s: float
) -> tuple[TimedPath, ...]:
    """Its way as early and as late as it may be, and later by what the leg under way is overdue."""
    plan, intent = mission.plan, mission.plan.intent
    timing = schedule(profile, plan.mission.legs, plan.depart_at_s)
    early_s = 0.0 if intent is None else intent.early_s
    late_s = surroundings.volumes.late_s if intent is None else intent.late_s
    shifts_s = {-early_s: None, 0.0: None, late_s: None}
    if mission.phase is MissionPhase.UNDER_WAY and mission.legs_done < len(timing.leg_ends_at_s):
        overdue_s = max(0.0, now_s - timing.leg_ends_at_s[mission.legs_done])
        shifts_s |= {overdue_s: None, overdue_s + late_s: None}
    return tuple(timing.timed.shifted(by_s) for by_s in shifts_s)
