"""What an order takes on a trip that a hub plans anyhow: the way round by its door, and the stop there. Pure.

By straight lines, at the pace of the way from the hub to that door: an estimate to choose a hub by. What is
carried together is decided later, by the hub's own plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geofences.position import GeoPoint, distance_m
from orchestrator.dispatch.horizon import Act, HorizonPlan, Service, Stop
from orchestrator.dispatch.rates import DEFAULT_RATES
from orchestrator.operations.dispatching.reaching import Reach
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import HubId
from orchestrator.record.state import FleetState, OrderState, ParcelPhase, VehicleState, parcels_of


@dataclass(frozen=True, slots=True)
class Detour:
    """An order on a planned trip with `along` other parcels: when it is handed over, and what it adds."""

    handover_at_s: float
    added_eur: float
    along: int


def detours(
    state: FleetState, placed: OrderState, reach: Reach, vehicles: Sequence[VehicleState], plan: HorizonPlan
) -> Iterator[Detour]:
    """One for each place on each planned trip of these vehicles, all of one kind, that has room for it.

    None for an order that has to be fetched elsewhere.
    """
    parcels = parcels_of(state, placed.order.order_id)
    if not all(isinstance(one.keeper, AtHub) for one in parcels):
        return
    profile, own = vehicles[0].profile, {one.parcel.parcel_id for one in parcels}
    for vehicle in vehicles:
        for trip in plan.trips.get(vehicle.vehicle_id, ()):
            stops = [stop for stop in trip.stops if stop.parcel_id not in own and _waits(state, stop)]
            carried = {stop.parcel_id for stop in stops}
            kg = sum(state.parcels[name].parcel.mass_kg for name in carried)
            kg += sum(one.parcel.mass_kg for one in parcels)
            if stops and len(carried) + len(parcels) <= profile.compartments and kg <= profile.max_payload_kg:
                yield from _beside(state, reach, vehicle, stops)


def _waits(state: FleetState, stop: Stop) -> bool:
    parcel = state.parcels.get(stop.parcel_id)
    return parcel is not None and parcel.phase is ParcelPhase.WAITING


def _beside(state: FleetState, reach: Reach, vehicle: VehicleState, stops: list[Stop]) -> Iterator[Detour]:
    """Before each of the stops, and behind the last."""
    profile, rates = vehicle.profile, DEFAULT_RATES[vehicle.profile.kind]
    hub, door = _hub(state, vehicle.hub_id), reach.place.position
    straight_m = max(1.0, distance_m(hub, door))
    pace_s = max(0.0, reach.draft.handover_after_s - profile.handover_s) / straight_m
    round_m = reach.draft.distance_m / (2.0 * straight_m)
    points = [hub, *(_at(state, stop) for stop in stops), hub]
    before_s = stops[0].at_s - profile.handover_s - pace_s * distance_m(hub, points[1])
    for n, (a, b) in enumerate(pairwise(points)):
        there_s = stops[n - 1].at_s if n else before_s
        more_m = distance_m(a, door) + distance_m(door, b) - distance_m(a, b)
        more_s = pace_s * more_m + profile.handover_s + profile.load_s
        waiting_eur = Service().wait_per_min_eur * more_s / 60.0 * (len(stops) - n)
        euros = rates.per_hour_eur * more_s / 3600.0 + rates.per_km_eur * round_m * more_m / 1000.0
        at_s = there_s + pace_s * distance_m(a, door) + profile.handover_s
        yield Detour(at_s, euros + waiting_eur, len({stop.parcel_id for stop in stops}))


def _at(state: FleetState, stop: Stop) -> GeoPoint:
    order = state.orders[state.parcels[stop.parcel_id].order_id].order
    if stop.act is Act.FETCH and order.pick_up is not None:
        return order.pick_up.position
    return order.drop_off.position


def _hub(state: FleetState, hub_id: HubId) -> GeoPoint:
    return state.hubs[hub_id].position
