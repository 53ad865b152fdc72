"""What an operator's word about an order's dispatch means: for what is planned on paper, and in money."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite

from geofences.reason import Because, Reason
from orchestrator.dispatch.consequences import consequence, never, only
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Horizon, HorizonPlan
from orchestrator.dispatch.pricing import Price, prices
from orchestrator.dispatch.trips.plan import MOST_AHEAD
from orchestrator.operations.dispatching.horizon_view import view
from orchestrator.operations.dispatching.occupied import occupied
from orchestrator.operations.dispatching.quoting import asking
from orchestrator.operations.dispatching.willing import against_wish
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.readiness import Seen
from orchestrator.orders.order import HubId
from orchestrator.record.events import Quote, Wish
from orchestrator.record.state import (
    FleetState,
    MissionState,
    ParcelPhase,
    ParcelState,
    VehicleState,
    brought_from,
)
from vehicles.mission import ParcelId, VehicleId


def overridden_reason(state: FleetState, mission: MissionState) -> Reason | None:
    """Why a mission that is still paper is not what people want of one of its orders; or None."""
    vehicle_id = mission.plan.mission.vehicle_id
    for parcel_id in mission.plan.parcel_ids:
        placed = state.orders[state.parcels[parcel_id].order_id]
        wishes, order_id = placed.wishes, placed.order.order_id
        if wishes.held:
            return Reason(Because.OPERATOR, order_id, f"{wishes.by} holds order {order_id} back.")
        if wishes.pinned_to is not None and wishes.pinned_to != vehicle_id:
            text = f"{wishes.by} pinned order {order_id} to {wishes.pinned_to}."
            return Reason(Because.OPERATOR, order_id, text)
        if vehicle_id in wishes.forbidden:
            return Reason(Because.OPERATOR, order_id, f"{wishes.by} forbade {vehicle_id} to carry it.")
        if placed.chosen is not None and mission.plan.mission.mission_id in placed.chosen.not_by:
            text = f"It is wanted at {placed.chosen.place.label}."
            return Reason(Because.RECIPIENT, order_id, text)
    return None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an operator's word would do to the running plan.

    `extra_eur`: by how much all gets dearer; None where `refusals` say why it cannot be kept to. `late_s`:
    parcels that come late by it, or later than they do without, and how late.
    """

    extra_eur: float | None = None
    late_s: Mapping[ParcelId, float] = field(default_factory=dict)
    refusals: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is to be reckoned to tell what each vehicle of a hub would mean for a parcel: values alone.

    `names` are all vehicles of the hub, in order; `against` is what people said against each, `refused` why
    some cannot at all; `plan` is the hub's running one. `parcel_ids` are all of the order that wait.
    """

    parcel_id: ParcelId
    parcel_ids: tuple[ParcelId, ...]
    horizon: Horizon
    names: tuple[VehicleId, ...]
    against: Mapping[VehicleId, tuple[Reason, ...]]
    refused: Mapping[VehicleId, tuple[Reason, ...]]
    plan: HorizonPlan = NOTHING_PLANNED

    def foreseen(self, wish: Wish, vehicle_id: VehicleId) -> Foreseen:
        """What it would do to the running plan that the order is pinned to a vehicle, or forbidden to it.

        Some ten milliseconds, however many wait. Raises `ValueError` for another wish.
        """
        if wish not in {Wish.PIN, Wish.FORBID}:
            raise ValueError(f"wish: {wish.value} has no price")
        pins = wish is Wish.PIN
        if pins and vehicle_id in self.refused:
            return Foreseen(refusals=self.refused[vehicle_id])
        wished = (only if pins else never)(self.horizon, self.parcel_ids, vehicle_id)
        found = consequence(self.horizon, wished, self.plan)
        if not found.left:
            return Foreseen(round(found.extra_eur, 2), found.late_s)
        if not pins or self.parcel_id not in found.left:
            names = ", ".join(found.left)
            reason = Reason(Because.OPERATOR, vehicle_id, f"Nobody could carry {names} as things stand.")
        else:
            reason = _no_time(self, vehicle_id)
        return Foreseen(late_s=found.late_s, refusals=(reason,))

    def quotes(self) -> tuple[Quote, ...]:
        """For each vehicle when and for what it would bring the parcel, or why not.

        `cost_eur` is by how much the best plan found for the whole hub becomes dearer with the parcel on that
        vehicle. Some milliseconds for a hub of ordinary size, up to some seconds of a core while a crowd
        waits; it holds no lock for long, and may be called in any thread.
        """
        asked = [name for name in self.names if name not in self.refused]
        found = prices(self.horizon, self.parcel_id, asked) if asked else {}
        return tuple(self._quote(name, found.get(name)) for name in self.names)

    def _quote(self, name: VehicleId, price: Price | None) -> Quote:
        against = self.against[name]
        if name in self.refused:
            return Quote(name, None, self.refused[name])
        if price is None:
            return Quote(name, None, (*against, _no_time(self, name)))
        return Quote(name, round(price.handover_at_s, 1), against, round(price.cost_eur, 2))


def candidates(
    state: FleetState,
    seen: Seen,
    surroundings: Surroundings,
    now_s: float,
    parcel_id: ParcelId,
    *,
    planned: Callable[[HubId], HorizonPlan] = lambda _: NOTHING_PLANNED,
) -> Candidates | None:
    """What is known now of who could bring a parcel that waits; None for one that does not.

    `planned` tells a hub's running plan.
    """
    parcel = state.parcels[parcel_id]
    if parcel.phase is not ParcelPhase.WAITING:
        return None
    hub_id = brought_from(state, parcel)
    vehicles = [v for _, v in sorted(state.vehicles.items()) if v.hub_id == hub_id]
    waiting = [p for _, p in sorted(state.parcels.items()) if _waits_at(state, p, hub_id) or p is parcel]
    it = asking(state, seen, surroundings, now_s, (hub_id,))
    own = tuple(p.parcel.parcel_id for p in waiting if p.order_id == parcel.order_id)
    seen_here = view(it, vehicles, waiting, about=own)
    wishes = state.orders[parcel.order_id].wishes
    against = {v.vehicle_id: against_wish(parcel, wishes, v.vehicle_id, now_s) for v in vehicles}
    able = {carrier.vehicle_id for carrier in seen_here.horizon.carriers}
    refused = dict[VehicleId, tuple[Reason, ...]]()
    for vehicle in vehicles:
        name, reach = vehicle.vehicle_id, seen_here.reaches[parcel_id][vehicle.profile.name]
        if isinstance(reach, Infeasible):
            refused[name] = reach.reasons
        elif name not in able:
            refused[name] = (*against[name], *_unable(state, vehicle, seen, now_s))
    return Candidates(parcel_id, own, seen_here.horizon, tuple(against), against, refused, planned(hub_id))


def _waits_at(state: FleetState, parcel: ParcelState, hub_id: HubId) -> bool:
    return parcel.phase is ParcelPhase.WAITING and brought_from(state, parcel) == hub_id


def _unable(state: FleetState, vehicle: VehicleState, seen: Seen, now_s: float) -> tuple[Reason, ...]:
    name = vehicle.vehicle_id
    if vehicle.fault:
        return vehicle.fault
    if vehicle.asked is not None:
        return (Reason(Because.BUSY, name, f"{name} is asked something by an operator."),)
    return (occupied(state, seen, vehicle, now_s),)


def _no_time(asked: Candidates, name: VehicleId) -> Reason:
    """Why a parcel that a vehicle can bring does not fit in beside its others: what would have to go."""
    endless = tuple(
        replace(one, works_until_s=inf, rest=None) if one.vehicle_id == name else one
        for one in asked.horizon.carriers
    )
    horizon, parcel_id = replace(asked.horizon, carriers=endless), asked.parcel_id
    if not consequence(horizon, only(horizon, (parcel_id,), name), asked.plan).left:
        text = f"{name} has no time left for it in its working hours, beside its other parcels."
        return Reason(Because.SHIFT, name, text)
    most_s = next(one.most_aboard_s for one in horizon.wanted if one.parcel_id == parcel_id)
    if isfinite(most_s):
        text = f"{name} would have it aboard for longer than {most_s / 60.0:.0f} minutes."
        return Reason(Because.TIME_WINDOW, name, text)
    return Reason(Because.BUSY, name, f"{name} is planned for {MOST_AHEAD} other parcels already.")
