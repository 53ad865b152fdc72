"""Orders that may come from several hubs are given to one, before the hubs' problems are solved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from types import MappingProxyType

from immutables import Map

from geofences.reason import Because, Reason
from orchestrator.dispatch.horizon import HorizonPlan, Service
from orchestrator.dispatch.rates import DEFAULT_RATES
from orchestrator.dispatch.sourcing import Answer, FromHub, Standing, choose, why
from orchestrator.operations.dispatching.quoting import Asking, asking
from orchestrator.operations.dispatching.reaching import Reach, reach_of
from orchestrator.operations.dispatching.sharing import detours
from orchestrator.operations.dispatching.willing import declines
from orchestrator.operations.planning.draft import Draft, Infeasible
from orchestrator.operations.planning.plan import PREPARE_S
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.readiness import Seen
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import HubId, OrderId
from orchestrator.record.applying.choices import may_be_sourced
from orchestrator.record.events import OrderSourced
from orchestrator.record.state import (
    FleetState,
    LinkState,
    OrderState,
    ParcelPhase,
    ParcelState,
    VehicleState,
    parcels_of,
)
from orchestrator.record.states.wishes import may_carry

Plans = Mapping[HubId, HorizonPlan]

NO_PLANS: Plans = MappingProxyType({})

LOOK_EVERY_S = 15.0
"""How often an order that has a hub is looked at anew."""


@dataclass(slots=True)
class Sourcing:
    """Which orders have a choice: looked through anew only when any order has changed. Holds nothing else."""

    _orders: Map[OrderId, OrderState] | None = None
    _open: tuple[OrderId, ...] = ()
    _look_at_s: float = -inf

    def __call__(
        self, state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float, plans: Plans = NO_PLANS
    ) -> tuple[OrderSourced, ...]:
        """Orders that get a hub, or another one, now; mostly none. `plans` are the hubs' as they stand."""
        if state.orders is not self._orders:
            self._orders = state.orders
            self._open = tuple(sorted(one for one, placed in state.orders.items() if _has_a_choice(placed)))
        again = now_s >= self._look_at_s
        asked = [one for one in self._open if again or state.orders[one].sourced is None]
        asked = [one for one in asked if may_be_sourced(state, one)]
        if again:
            self._look_at_s = now_s + LOOK_EVERY_S
        if not asked:
            return ()
        it = asking(state, seen, surroundings, now_s, state.hubs)
        ahead = Counter(_shelves(state))
        found = (_sourced(it, state.orders[one], ahead, plans) for one in asked)
        return tuple(fact for fact in found if fact is not None)


def _has_a_choice(placed: OrderState) -> bool:
    return bool(placed.order.also_at) and placed.cancelled_by is None


def _shelves(state: FleetState) -> Iterator[HubId]:
    """The hub of each parcel that waits on a shelf."""
    for parcel in state.parcels.values():
        if parcel.phase is ParcelPhase.WAITING and isinstance(parcel.keeper, AtHub):
            yield parcel.keeper.hub_id


def _sourced(it: Asking, placed: OrderState, ahead: Counter[HubId], plans: Plans) -> OrderSourced | None:
    order = placed.order
    parcels = parcels_of(it.state, order.order_id)
    heaviest = max(parcels, key=lambda one: one.parcel.mass_kg)
    ahead_of_it = ahead - Counter({placed.hub_id: len(parcels)})
    answers = {
        hub_id: _answer(it, placed, heaviest, _Shelf(hub_id, ahead_of_it[hub_id], plans.get(hub_id)))
        for hub_id in (order.hub_id, *order.also_at)
        if hub_id in it.state.hubs
    }
    standing = Standing(placed.hub_id, None if placed.sourced is None else placed.sourced.at_s)
    chosen = choose(standing, answers, it.now_s)
    if chosen is None:
        return None
    ahead.subtract({placed.hub_id: len(parcels)})
    ahead.update({chosen: len(parcels)})
    return OrderSourced(order.order_id, chosen, why(chosen, answers))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A hub, how many parcels wait there before an order, and what it plans for them."""

    hub_id: HubId
    ahead: int
    plan: HorizonPlan | None


def _answer(it: Asking, placed: OrderState, parcel: ParcelState, shelf: _Shelf) -> Answer:
    """The cheapest that any kind of vehicle of a hub can do."""
    hub_id = shelf.hub_id
    able = [v for _, v in sorted(it.state.vehicles.items()) if v.hub_id == hub_id and _works(v)]
    allowed = [v for v in able if may_carry(v.vehicle_id, placed.wishes) or placed.wishes.held]
    asked = [v for v in allowed if placed.wishes.pinned_to == v.vehicle_id or not _declined(it, placed, v)]
    if allowed and not asked:
        return (Reason(Because.DECLINED, hub_id, "whoever of it could was asked and declined"),)
    if not asked:
        text = "an operator wants none of its vehicles for it" if able else "no vehicle of it works"
        return (Reason(Because.OPERATOR if able else Because.BUSY, hub_id, text),)
    kinds: dict[str, list[VehicleState]] = {}
    for vehicle in asked:
        kinds.setdefault(vehicle.profile.name, []).append(vehicle)
    found = reach_of(replace(it, rooms={}), parcel, {name: some[0] for name, some in kinds.items()})
    answers = [
        answer
        for name, reach in found.items()
        if isinstance(reach, Reach)
        for answer in _from_hub(it, placed, reach, kinds[name], shelf)
    ]
    if answers:
        return min(answers, key=lambda one: one.cost_eur)
    against = [r for reach in found.values() if isinstance(reach, Infeasible) for r in reach.reasons]
    return tuple(dict.fromkeys(against))


def _declined(it: Asking, placed: OrderState, vehicle: VehicleState) -> bool:
    parcels = parcels_of(it.state, placed.order.order_id)
    return any(declines(one, vehicle.vehicle_id, it.now_s) for one in parcels)


def _works(vehicle: VehicleState) -> bool:
    return vehicle.link is LinkState.UP and not vehicle.fault


def _from_hub(
    it: Asking, placed: OrderState, reach: Reach, vehicles: list[VehicleState], shelf: _Shelf
) -> Iterator[FromHub]:
    """As a trip for it alone, once those vehicles are back and have taken what waits before it; or along."""
    draft, profile, order = reach.draft, vehicles[0].profile, placed.order
    room = sum(vehicle.profile.compartments for vehicle in vehicles)
    begins_at_s = min(_free_at_s(it, vehicle) for vehicle in vehicles)
    begins_at_s += shelf.ahead // room * draft.end_after_s
    begins_at_s = max(begins_at_s + PREPARE_S + profile.load_s, order.ready_at_s or it.now_s)
    handover_at_s = max(begins_at_s + draft.handover_after_s, order.earliest_at_s or it.now_s)
    cost_eur = _trip_eur(draft, vehicles[0]) + _waiting_eur(placed, handover_at_s, it.now_s)
    yield FromHub(handover_at_s, round(cost_eur, 2), shelf.ahead)
    timed = order.ready_at_s is not None or order.earliest_at_s is not None
    if shelf.plan is None or timed:
        return
    for detour in detours(it.state, placed, reach, vehicles, shelf.plan):
        cost_eur = detour.added_eur + _waiting_eur(placed, detour.handover_at_s, it.now_s)
        yield FromHub(detour.handover_at_s, round(cost_eur, 2), shelf.ahead, detour.along)


def _free_at_s(it: Asking, vehicle: VehicleState) -> float:
    if vehicle.mission_id is None:
        return it.now_s
    return max(it.now_s, it.state.missions[vehicle.mission_id].plan.end_at_s)


def _trip_eur(draft: Draft, vehicle: VehicleState) -> float:
    rates = DEFAULT_RATES[vehicle.profile.kind]
    return (
        rates.per_trip_eur
        + rates.per_hour_eur * draft.end_after_s / 3600.0
        + rates.per_km_eur * draft.distance_m / 1000.0
        + rates.per_kwh_eur * draft.energy_wh / 1000.0
    )


def _waiting_eur(placed: OrderState, handover_at_s: float, now_s: float) -> float:
    service = Service()
    late_eur = service.lateness_eur(handover_at_s - placed.order.deadline_s)
    return placed.wishes.weight_frac * (service.wait_per_min_eur * (handover_at_s - now_s) / 60.0 + late_eur)
