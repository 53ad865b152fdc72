"""The independent check of a planned mission of a fleet (invariant 1), and of all that goes with it.

A mission that does not pass is never journaled or sent. Of the planner this asks one thing: what it would
give the vehicle (`vehicle_plan`), and that is then judged by other code.

The lost-link path is the mission itself: a vehicle that nobody reaches goes on by its own plan and
comes home on it, so the way back that is verified here is the way it takes. The straight way that an
autopilot takes on an empty battery is looked at besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from geofences.path import TimedPath
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.planning.fence import vehicle_plan
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.planning.verdicts import Asked
from orchestrator.operations.verifying.preflight_cargo import cargo_reasons, orders_of
from orchestrator.operations.verifying.preflight_landings import landing_reasons
from orchestrator.operations.verifying.preflight_way import Sent, energy_reasons, way_reasons
from orchestrator.orders.order import Order, Pad
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import FleetState, VehicleState
from vehicles.mission import Dock, Mission, ParcelId, VehicleId
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule
from vehicles.telemetry import Telemetry

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
    own: OwnReturn | None = None,
) -> tuple[Reason, ...]:
    """Why a mission must not be sent; empty when it may. `orders` are those of what it carries.

    Checks its way, as early and as late as its reservation allows, with its fence and the vehicle's `own`
    return (`preflight_way`); the energy with payload and wind against what the battery holds now
    (`battery_frac`, a share of the full one) less the reserve; that it ends on its own pad, which is nobody
    else's; where else it may land (`preflight_landings`); and what is aboard at every moment, as its
    orders ask (`preflight_cargo`).
    """
    profile, legs = vehicle.profile, planned.mission.legs
    timing = schedule(profile, legs, 0.0)
    timed = timing.timed.shifted(planned.depart_at_s)
    return (
        *_pad_reasons(planned.mission, vehicle, others),
        *cargo_reasons(planned, profile, timing, orders),
        *_remembered(planned, profile, own, surroundings),
        *energy_reasons(legs, profile, battery_frac, surroundings, timing),
        *_reservation_reasons(planned, timed, profile),
        *landing_reasons(planned, timed, vehicle, battery_frac, surroundings),
    )


def verify_in(
    state: FleetState,
    planned: MissionPlanned,
    vehicle: VehicleState,
    seen: Telemetry,
    surroundings: Surroundings,
) -> tuple[Reason, ...]:
    """The same among the vehicles and for the orders of a fleet, of a vehicle as it is seen."""
    orders, others = orders_of(state, planned), state.vehicles
    return verify(
        planned, vehicle, others, seen.battery_frac, surroundings, orders=orders, own=seen.own_return
    )


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
    planned: MissionPlanned, profile: VehicleProfile, own: OwnReturn | None, surroundings: Surroundings
) -> tuple[Reason, ...]:
    """What its way meets. A departure asks what its plan asked, mostly of the very same airspace."""
    intent, late_s = planned.intent, surroundings.volumes.late_s
    early_s, late_s = (0.0, late_s) if intent is None else (intent.early_s, intent.late_s)
    given = tuple(one.at for one in planned.alternates if one.given)
    asked = Asked(profile, planned.mission.legs, planned.depart_at_s, early_s, late_s, own, given)

    def judge() -> tuple[Reason, ...]:
        plan = vehicle_plan(planned, profile, surroundings)
        return way_reasons(Sent(plan, profile, planned.depart_at_s, early_s, late_s, own), surroundings)

    return surroundings.verdicts.recall(asked, judge)


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


def _apart_s(a: TimedPath, b: TimedPath) -> float:
    """The largest difference in time between two timed paths along the same waypoints, else infinity."""
    if [p.waypoint for p in a.points] != [p.waypoint for p in b.points]:
        return inf
    return max(abs(p.at_s - q.at_s) for p, q in zip(a.points, b.points, strict=True))
