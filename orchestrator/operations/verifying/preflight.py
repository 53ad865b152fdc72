"""The independent check of a planned mission (invariant 1), and the fence that goes with it.

Nothing here asks how the plan was made. The timed path is derived again from the legs alone and
held against the airspace as it will be; a mission that does not pass is never journaled or sent. Shared with
the planner are: what a line meets on an autopilot's own return, what speaks against a landing besides, and
which zones a fence has no room for.

The lost-link path is the mission itself: a vehicle that nobody reaches goes on by its own plan and
comes home on it, so the way back that is verified here is the way it takes. The straight way that an
autopilot takes on an empty battery is looked at besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from geofences.airspace import Airspace, Margins
from geofences.airways.relief import as_flown
from geofences.path import TimedPath
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium
from orchestrator.operations.planning.alternates import abroad_of, objections
from orchestrator.operations.planning.fence import fence_reasons
from orchestrator.operations.planning.own_return import hill_closing_return, zone_closing_return
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.planning.verdicts import Asked
from orchestrator.operations.verifying.preflight_cargo import cargo_reasons, orders_of
from orchestrator.orders.order import Order, Pad
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import FleetState, VehicleState
from vehicles.energy import mission_energy_wh
from vehicles.mission import Dock, DropOff, Mission, ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.schedule import Schedule, schedule

_HEIGHT_OFF_M = 0.3
"""A planner and this check may differ by so much in how high the ground is between its points."""
_ON_PAD_M = 0.5
"""A mission ends on its own pad when its dock is no further from it than this."""


def verify(
    planned: MissionPlanned,
    vehicle: VehicleState,
    others: Mapping[VehicleId, VehicleState],
    battery_frac: float,
    surroundings: Surroundings,
    *,
    orders: Mapping[ParcelId, Order],
) -> tuple[Reason, ...]:
    """Why a mission must not be sent; empty when it may. `orders` are those of what it carries.

    Checks every leg, out and back, at the heights and times flown, as early and as late as its
    reservation allows; that some height lets its autopilot return by itself through no zone; the
    energy with payload and wind against what the battery holds now (`battery_frac`, a share of the
    full one) less the reserve; that it ends on the vehicle's own pad, which is nobody else's; and what is
    aboard at every moment, as its orders ask (`preflight_cargo`).
    """
    profile, legs = vehicle.profile, planned.mission.legs
    timing = schedule(profile, legs, 0.0)
    timed = timing.timed.shifted(planned.depart_at_s)
    return (
        *_pad_reasons(planned.mission, vehicle, others),
        *cargo_reasons(planned, profile, timing, orders),
        *_remembered(planned, timed, profile, surroundings),
        *_energy_reasons(planned.mission, timing, profile, battery_frac, surroundings),
        *_reservation_reasons(planned, timed, profile),
        *_alternate_reasons(planned, timed, profile, battery_frac, surroundings),
    )


def verify_in(
    state: FleetState,
    planned: MissionPlanned,
    vehicle: VehicleState,
    battery_frac: float,
    surroundings: Surroundings,
) -> tuple[Reason, ...]:
    """The same among the vehicles and for the orders of a fleet."""
    orders = orders_of(state, planned)
    return verify(planned, vehicle, state.vehicles, battery_frac, surroundings, orders=orders)


def _pad_reasons(
    mission: Mission, vehicle: VehicleState, others: Mapping[VehicleId, VehicleState]
) -> tuple[Reason, ...]:
    dock = mission.legs[-1]
    own: Pad = vehicle.pad
    if not isinstance(dock, Dock) or distance_m(dock.at.position, own.at.position) > _ON_PAD_M:
        text = f"The mission does not end on pad {own.pad_id}, which is kept free for {vehicle.vehicle_id}."
        return (Reason(Because.PAD, own.pad_id, text),)
    takers = [
        other_id
        for other_id, other in sorted(others.items())
        if other_id != vehicle.vehicle_id
        and other.hub_id == vehicle.hub_id
        and other.pad.pad_id == own.pad_id
    ]
    return tuple(
        Reason(Because.PAD, own.pad_id, f"Pad {own.pad_id} is also kept for {other_id}.")
        for other_id in takers
    )


def _remembered(
    planned: MissionPlanned, timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> tuple[Reason, ...]:
    """What the airspace says. A departure asks what its plan asked, mostly of the very same airspace."""
    intent = planned.intent
    early_s, late_s = (
        (0.0, surroundings.volumes.late_s) if intent is None else (intent.early_s, intent.late_s)
    )
    asked = Asked(profile, planned.mission.legs, planned.depart_at_s, early_s, late_s)
    return surroundings.verdicts.recall(
        asked, lambda: _airspace_reasons(timed, early_s, late_s, profile, surroundings)
    )


def _airspace_reasons(
    timed: TimedPath, early_s: float, late_s: float, profile: VehicleProfile, surroundings: Surroundings
) -> tuple[Reason, ...]:
    margins = surroundings.margins_for(profile)
    reasons: list[Reason] = []
    if profile.medium is Medium.AIR:
        timed = as_flown(timed, surroundings.airspace.ground)
        reasons += _ground_reasons(timed, profile, surroundings)
    for shift_s in (-early_s, 0.0, late_s):
        for broken in surroundings.airspace.breaks(timed.shifted(shift_s), profile.medium, margins):
            if broken.reason not in reasons:
                reasons.append(broken.reason)
    if profile.medium is Medium.AIR:
        reasons += fence_reasons(timed, surroundings)
        reasons += _own_return_reasons(timed, profile, surroundings)
    return tuple(reasons)


def _ground_reasons(
    flown: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> tuple[Reason, ...]:
    """Over uneven ground: wherever it gets on, it is as high above it as its kind may cruise.

    A flat world has its heights told to it: there is nothing to find out.
    """
    airspace = surroundings.airspace
    if not is_uneven(airspace.ground):
        return ()
    bare = Airspace(airspace.frame, (), (), airspace.ground)
    least_m = profile.min_cruise_height_agl_m - _HEIGHT_OFF_M
    band = Margins(0.0, least_m, profile.max_cruise_height_agl_m + _HEIGHT_OFF_M)
    return tuple(found.reason for found in bare.breaks(flown, Medium.AIR, band))


def _own_return_reasons(
    timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> tuple[Reason, ...]:
    if surroundings.own_return is OwnReturnRule.ANY:
        return ()
    hill = hill_closing_return(timed, profile, surroundings)
    found = zone_closing_return(timed, profile, surroundings)
    return tuple(reason for reason in (hill, found) if reason is not None)


def _energy_reasons(
    mission: Mission,
    timing: Schedule,
    profile: VehicleProfile,
    battery_frac: float,
    surroundings: Surroundings,
) -> tuple[Reason, ...]:
    needed_wh = mission_energy_wh(profile, mission.legs, surroundings.wind_for(profile), timing)
    left_frac = battery_frac - needed_wh / profile.battery_wh
    if left_frac >= profile.reserve_frac:
        return ()
    text = (
        f"Would end with {max(0.0, left_frac):.0%} of the battery;"
        f" the reserve of {profile.reserve_frac:.0%} is not to be touched."
    )
    return (Reason(Because.ENERGY, mission.vehicle_id, text),)


def _reservation_reasons(
    planned: MissionPlanned, timed: TimedPath, profile: VehicleProfile
) -> tuple[Reason, ...]:
    """An aircraft's reservation must be about the very path that its legs fly."""
    if profile.medium is not Medium.AIR:
        return ()
    if planned.intent is not None and _apart_s(planned.intent.timed, timed) < 1e-3:
        return ()
    vehicle_id = planned.mission.vehicle_id
    return (Reason(Because.TRAFFIC, vehicle_id, "The reservation is not for the path that would be flown."),)


def _alternate_reasons(
    planned: MissionPlanned,
    timed: TimedPath,
    profile: VehicleProfile,
    battery_frac: float,
    surroundings: Surroundings,
) -> tuple[Reason, ...]:
    """Every alternate must be what it says: a way there that is free and that the battery has enough for."""
    if not planned.alternates:
        return ()
    abroad = abroad_of(
        timed,
        profile,
        surroundings,
        battery_frac=battery_frac,
        payload_kg=sum(leg.mass_kg for leg in planned.mission.legs if isinstance(leg, DropOff)),
        energy_wh=planned.energy_wh,
    )
    return tuple(
        Reason(Because.ZONE, one.name, f"The way to landing place {one.name} {text}.")
        for one, text in objections(timed, planned.alternates, abroad)
    )


def _apart_s(a: TimedPath, b: TimedPath) -> float:
    """The largest difference in time between two timed paths along the same waypoints, else infinity."""
    if [p.waypoint for p in a.points] != [p.waypoint for p in b.points]:
        return inf
    return max(abs(p.at_s - q.at_s) for p, q in zip(a.points, b.points, strict=True))
