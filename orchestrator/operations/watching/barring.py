"""Whose way something new in the airspace bars: an area that people close, a zone or a building of the files.

Asked once of all that is flown, driven or planned, when the airspace is no longer the one in which that was
verified: `geofences.affected` tells which ways break what is new, where and when. Those vehicles are told one
by one, the airborne ones first (invariant 6): their sessions lead them around or home, along ways planned and
verified anew. What has not left its pad yet is taken back, and its parcels are planned again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import assert_never

from geofences.affected import broken_by, near
from geofences.airspace import Airspace, Break, Margins
from geofences.airways.relief import as_flown
from geofences.marks import marks, unmarked
from geofences.path import TimedPath
from geofences.verifying.blocks import Block, ObstacleBlock, UnknownGround, ZoneBlock
from geofences.zone import Medium, ZoneId
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import AirspaceRead, Event, WayClosed
from orchestrator.record.state import (
    ON_PAPER,
    FleetState,
    LinkState,
    MissionPhase,
    MissionState,
    VehicleState,
)
from orchestrator.record.taken_back import withdrawal
from vehicles.mission import MissionId
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_URGENCY = (MissionPhase.GIVEN_UP, MissionPhase.UNDER_WAY, MissionPhase.PARCEL_ABOARD, *ON_PAPER)
"""Of missions in these phases the ways are looked at, in this order."""

_STEP_S = 60.0
"""Nobody knows how late in its leg a vehicle is; what applies for a minute is met by one of such steps."""


def airspace_read(state: FleetState, surroundings: Surroundings, now_s: float) -> tuple[Event, ...]:
    """That the airspace of the files is another than the one known, and whose way what is new bars.

    Nothing where it is the same: what is under way was verified in it, or held against it before.
    """
    known = marks(surroundings.airspace)
    if known == state.airspace:
        return ()
    new = unmarked(surroundings.airspace, state.airspace)
    return (AirspaceRead(known), *barred(new, state, surroundings, now_s))


def barred(new: Airspace, state: FleetState, surroundings: Surroundings, now_s: float) -> tuple[Event, ...]:
    """Whose way the blocks of `new` bar from now on, the airborne first.

    A vehicle that was given up is on a way home that is no mission: it is planned again where a block comes
    anywhere near it, and in any case where nobody knows that way.
    """
    bound = [m for phase in _URGENCY for m in _missions(state) if m.phase is phase]
    broken = _broken(new, bound, state, surroundings, now_s)
    events: list[Event] = []
    for mission in bound:
        plan = mission.plan.mission
        found = broken.get(plan.mission_id, ())
        reasons = tuple(dict.fromkeys(one.reason for one in found))
        if mission.phase is MissionPhase.GIVEN_UP:
            binding = _binding(new, mission, state.vehicles[plan.vehicle_id], surroundings)
            ids = plan.vehicle_id, plan.mission_id
            events.extend(WayClosed(*ids, _name(block), reasons) for block in binding[:1])
        elif found and mission.phase in ON_PAPER:
            events.append(withdrawal(state, mission, reasons))
        elif found:
            first = min(found, key=lambda one: one.at_s)
            where = first.position, first.at_s
            name = ZoneId(first.reason.subject)
            events.append(WayClosed(plan.vehicle_id, plan.mission_id, name, reasons, *where))
    return tuple(events)


def _binding(
    new: Airspace, mission: MissionState, vehicle: VehicleState, surroundings: Surroundings
) -> tuple[Block, ...]:
    """What binds a vehicle and comes near its way home; where it may be elsewhere, all that binds it."""
    air, blocks = mission.other_air, new.blocks
    if air is not None and vehicle.link is LinkState.UP and vehicle.unplaced_since_s is None:
        blocks = near(new, air.timed, air.radius_m + surroundings.margins_for(vehicle.profile).lateral_m)
    return tuple(block for block in blocks if vehicle.profile.medium in block.binds)


def _name(block: Block) -> ZoneId:
    match block:
        case ZoneBlock(zone=zone):
            return zone.zone_id
        case ObstacleBlock(obstacle=obstacle):
            return ZoneId(obstacle.name)
        case UnknownGround():
            return ZoneId(block.label)
        case _:
            assert_never(block)


def _missions(state: FleetState) -> list[MissionState]:
    """Those that vehicles are bound to, in the order of the vehicles' ids."""
    bound = (vehicle.mission_id for _, vehicle in sorted(state.vehicles.items()))
    return [state.missions[mission_id] for mission_id in bound if mission_id is not None]


def _broken(
    new: Airspace,
    bound: Sequence[MissionState],
    state: FleetState,
    surroundings: Surroundings,
    now_s: float,
) -> Mapping[MissionId, tuple[Break, ...]]:
    """What each mission's way breaks of it, as early and as late as its vehicle may be there."""
    flights: dict[tuple[Medium, Margins], dict[tuple[MissionId, int], TimedPath]] = {}
    for mission in bound:
        profile = state.vehicles[mission.plan.mission.vehicle_id].profile
        kind = profile.medium, surroundings.margins_for(profile)
        for i, timed in enumerate(_ways(mission, profile, surroundings, now_s)):
            flights.setdefault(kind, {})[mission.plan.mission.mission_id, i] = timed
    found: dict[MissionId, tuple[Break, ...]] = {}
    for (medium, margins), ways in flights.items():
        broken = broken_by(new, ways, medium=medium, margins=margins)
        for (mission_id, _), breaks in broken.items():
            found[mission_id] = (*found.get(mission_id, ()), *breaks)
    return found


def _ways(
    mission: MissionState, profile: VehicleProfile, surroundings: Surroundings, now_s: float
) -> tuple[TimedPath, ...]:
    """Its way from now on, as early and late as it may be: under way, anywhere in the leg that it is in."""
    plan, intent = mission.plan, mission.plan.intent
    timing = schedule(profile, plan.mission.legs, plan.depart_at_s)
    early_s = 0.0 if intent is None else intent.early_s
    late_s = surroundings.volumes.late_s if intent is None else intent.late_s
    shifts_s = {-early_s: None, 0.0: None, late_s: None}
    if mission.phase is MissionPhase.UNDER_WAY and mission.legs_done < len(timing.leg_ends_at_s):
        began_at_s = timing.leg_ends_at_s[mission.legs_done - 1] if mission.legs_done else plan.depart_at_s
        overdue_s = max(0.0, now_s - timing.leg_ends_at_s[mission.legs_done])
        most_s = max(0.0, now_s - began_at_s) + late_s
        steps = max(1, ceil((most_s - overdue_s) / _STEP_S))
        shifts_s |= dict.fromkeys(overdue_s + (most_s - overdue_s) * i / steps for i in range(steps + 1))
    flies, ground = profile.medium is Medium.AIR, surroundings.airspace.ground
    flown = as_flown(timing.timed, ground) if flies else timing.timed
    return tuple(flown.shifted(by_s).since(now_s) for by_s in shifts_s)
