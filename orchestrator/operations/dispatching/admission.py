"""What intake asks of operations: whether a kind of vehicle can bring a parcel somewhere at all, how soon."""

from __future__ import annotations

from immutables import Map

from geofences.reason import Reason
from orchestrator.operations.planning.draft import Infeasible, Job, drafts
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.orders.intake import Rejected, intake
from orchestrator.orders.intake_reach import Reached, Reaches, Run
from orchestrator.orders.order import HubId, Order, Pad
from orchestrator.orders.request import OrderRequest
from orchestrator.record.state import FleetState, VehicleState
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile

_TRY_EVERY_S = 1800.0
"""How far apart departures are tried: what is in the way by the hour is not refused for all day."""


def admitted(
    request: OrderRequest, state: FleetState, surroundings: Surroundings, now_s: float
) -> Order | Rejected:
    """The order as taken in at `now_s` (fleet time), or every reason against it; see `orders.intake`."""
    return intake(
        request,
        hubs=state.hubs,
        fleet=_profiles(state),
        lockers={locker.locker_id: locker for locker in surroundings.lockers},
        known=state.orders,
        reaches=reaches_of(state, surroundings),
        now_s=now_s,
    )


def one_of_each(state: FleetState) -> FleetState:
    """As much of a fleet as ways are asked about with: hubs, and of each kind at each the first vehicle."""
    first: dict[tuple[HubId, str], VehicleState] = {}
    for _, vehicle in sorted(state.vehicles.items()):
        first.setdefault((vehicle.hub_id, vehicle.profile.name), vehicle)
    vehicles = Map({vehicle.vehicle_id: vehicle for vehicle in first.values()})
    return FleetState(hubs=state.hubs, vehicles=vehicles, zones=state.zones)


def _profiles(state: FleetState) -> dict[HubId, list[VehicleProfile]]:
    """What the vehicles of each hub can do, whatever they are doing now."""
    profiles: dict[HubId, list[VehicleProfile]] = {}
    for _, vehicle in sorted(state.vehicles.items()):
        profiles.setdefault(vehicle.hub_id, []).append(vehicle.profile)
    return profiles


def reaches_of(state: FleetState, surroundings: Surroundings) -> Reaches:
    """For a fleet as it stands: the place, the way there and back, and a full battery.

    Whatever its vehicles are doing now, a kind reaches a place when a draft from the pad that its
    quotes start from is within a full battery at one departure at least. What was found is
    remembered with the surroundings, so that the first round of quotes is a look-up.
    """
    gates: dict[tuple[HubId, str], Pad] = {}
    for _, vehicle in sorted(state.vehicles.items()):
        gates.setdefault((vehicle.hub_id, vehicle.profile.name), vehicle.pad)

    def reaches(run: Run) -> Reached | tuple[Reason, ...]:
        closed = surroundings.refusals(run.place, run.kind, run.from_s, run.until_s)
        if closed:
            return closed
        fresh, pad = VehicleId(f"a fresh {run.kind.name}"), gates[run.hub_id, run.kind.name]
        return _soonest(Job(fresh, run.kind, pad, run.parcel, run.place, battery_frac=1.0), surroundings, run)

    return reaches


def _soonest(job: Job, surroundings: Surroundings, run: Run) -> Reached | tuple[Reason, ...]:
    """By the quickest draft of the first departure that has one, else why the first has none."""
    first: tuple[Reason, ...] = ()
    depart_at_s = run.from_s
    while depart_at_s <= run.until_s:
        found = drafts(job, surroundings, depart_at_s)
        if not isinstance(found, Infeasible):
            takes_s = min(draft.handover_after_s for draft in found)
            return Reached(depart_at_s + takes_s, takes_s)
        first = first or found.reasons
        depart_at_s += _TRY_EVERY_S
    return first
