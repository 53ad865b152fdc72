"""Everything the API shows of the fleet, cut to what the asking principal may see."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import orjson

from orchestrator.customers.eta import Etas
from orchestrator.customers.look import Look
from orchestrator.gateway.contract.condition_views import ConditionView
from orchestrator.gateway.contract.order_views import OrderView
from orchestrator.gateway.contract.views import AlertView, EventView, LockerView, TelemetryView, VehicleView
from orchestrator.gateway.door.principals import Operator, Viewer, sees
from orchestrator.gateway.service import Service
from orchestrator.gateway.showing.alerts import alert_view, unkept_view
from orchestrator.gateway.showing.condition import condition_view
from orchestrator.gateway.showing.fleet import (
    Links,
    event_view,
    hub_view,
    locker_views,
    telemetry_view,
    vehicle_view,
)
from orchestrator.gateway.showing.orders import OrderDesk
from orchestrator.gateway.showing.slices import in_slices, json_list, json_object
from orchestrator.orders.order import OrderId
from orchestrator.record.events import Entry
from orchestrator.record.state import FleetState, OrderState, ParcelPhase
from vehicles.clock import now_s
from vehicles.mission import VehicleId

KEPT_EVENTS = 200
KEPT_FINISHED = 500

_OPEN = {ParcelPhase.WAITING, ParcelPhase.ASSIGNED, ParcelPhase.ON_THE_WAY}


class Gallery:
    """Views of the fleet as it is now. An operator sees all; an integrator the hubs and its own orders."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.desk = OrderDesk(Etas(), service.tracking_secret)
        self._events: deque[EventView] = deque(maxlen=KEPT_EVENTS)
        self.remember(service.recent)

    def look(self) -> Look:
        """The fleet at this instant."""
        return Look(self.service.writer.state, self.service.telemetry(), now_s())

    def remember(self, entries: Iterable[Entry]) -> tuple[EventView, ...]:
        """Keep the entries' sentences for snapshots to come, and return them."""
        state = self.service.writer.state
        views = tuple(event_view(entry, state) for entry in entries)
        self._events.extend(views)
        return views

    async def fleet_json(self, look: Look, principal: Viewer, **more: str) -> str:
        """A `FleetView` of that look as JSON, with `more` members in front; made in short turns.

        Of orders that are over, only the latest 500 are in it. The events are those remembered
        at the moment of the call.
        """
        city = self.service.city
        events = self.events(look.state, principal, tuple(self._events))
        return json_object(
            **more,
            now_s=_json(look.now_s),
            speed=_json(self.service.speed),
            attribution=_json(city.attribution),
            bbox=_json(city.bbox),
            hubs=await json_list([hub for _, hub in sorted(look.state.hubs.items())], hub_view),
            lockers=await json_list(self.lockers(look.state, principal), lambda view: view),
            vehicles=await json_list(
                _vehicle_ids(look, principal), lambda vid: vehicle_view(look.state, look.state.vehicles[vid])
            ),
            orders=await json_list(
                _without_long_gone(look.state, order_ids(look.state, principal)),
                lambda order_id: self.desk.view(look, order_id),
            ),
            alerts=await json_list(self.alerts(look.state, principal), lambda view: view),
            events=await json_list(events, lambda view: view),
        )

    @staticmethod
    async def vehicles(
        look: Look, principal: Viewer, only: Sequence[VehicleId] | None = None
    ) -> list[VehicleView]:
        """The vehicles, or those of `only`, in order of id; none for an integrator."""
        shown = _vehicle_ids(look, principal, only)
        return await in_slices(shown, lambda vid: vehicle_view(look.state, look.state.vehicles[vid]))

    async def orders(
        self, look: Look, principal: Viewer, only: Sequence[OrderId] | None = None
    ) -> list[OrderView]:
        """The orders, or those of `only`, that the principal may see, oldest first."""
        shown = order_ids(look.state, principal, only)
        return await in_slices(shown, lambda order_id: self.desk.view(look, order_id))

    def alerts(self, state: FleetState, principal: Viewer) -> list[AlertView]:
        """All alerts, in order of key, that nothing is kept before all; none for an integrator."""
        if not isinstance(principal, Operator):
            return []
        shown = [alert_view(state, alert) for _, alert in sorted(state.alerts.items())]
        trouble = self.service.writer.trouble
        return shown if trouble is None else [unkept_view(trouble), *shown]

    @staticmethod
    def lockers(state: FleetState, principal: Viewer) -> list[LockerView]:
        """The lockers; none for an integrator."""
        return list(locker_views(state)) if isinstance(principal, Operator) else []

    @staticmethod
    def events(state: FleetState, principal: Viewer, views: Iterable[EventView]) -> list[EventView]:
        """Those of the events that the principal may see, oldest first."""
        if isinstance(principal, Operator):
            return list(views)
        return [view for view in views if _is_about_own_order(state, principal, view)]

    def telemetry(self, look: Look) -> tuple[TelemetryView, ...]:
        """The newest sample of every vehicle heard, in order of id."""
        return tuple(
            telemetry_view(vehicle_id, sample, self._links(vehicle_id), look.now_s)
            for vehicle_id, sample in sorted(look.seen.items())
        )

    def _links(self, vehicle_id: VehicleId) -> Links:
        wired = self.service.wired(vehicle_id)
        return () if wired is None else wired.links

    def condition(self, vehicle_id: VehicleId) -> ConditionView:
        """Everything known of one vehicle's condition."""
        look = self.look()
        return condition_view(
            vehicle_id, look.seen.get(vehicle_id), self.service.wired(vehicle_id), look.now_s
        )

    async def etas_s(self, look: Look) -> dict[OrderId, float]:
        """The predicted hand-over of every order that a vehicle is at work for, fleet time by order."""
        state, etas = look.state, self.desk.etas
        etas.forget(state)
        at_work: set[OrderId] = set()
        for vehicle in state.vehicles.values():
            if vehicle.mission_id is not None:
                carried = state.missions[vehicle.mission_id].plan.parcel_ids
                at_work.update(state.parcels[parcel_id].order_id for parcel_id in carried)
        shown = sorted(at_work)
        predicted = await in_slices(shown, lambda order_id: etas.of_order(look, order_id))
        return {order_id: eta.at_s for order_id, eta in zip(shown, predicted, strict=True) if eta}


def order_ids(state: FleetState, principal: Viewer, only: Sequence[OrderId] | None = None) -> list[OrderId]:
    """The ids of the orders, or of those of `only`, that the principal may see, oldest first."""
    candidates = state.orders.values() if only is None else [state.orders[order_id] for order_id in only]
    shown = [placed for placed in candidates if sees(principal, placed.order.placed_by)]
    return [placed.order.order_id for placed in sorted(shown, key=_age)]


def _vehicle_ids(
    look: Look, principal: Viewer, only: Sequence[VehicleId] | None = None
) -> Sequence[VehicleId]:
    if not isinstance(principal, Operator):
        return ()
    return sorted(look.state.vehicles) if only is None else only


def _age(placed: OrderState) -> tuple[float, OrderId]:
    return placed.order.placed_at_s, placed.order.order_id


def _without_long_gone(state: FleetState, shown: list[OrderId]) -> list[OrderId]:
    over = [
        order_id
        for order_id in shown
        if not any(state.parcels[p.parcel_id].phase in _OPEN for p in state.orders[order_id].order.parcels)
    ]
    gone = set(over[:-KEPT_FINISHED])
    return [order_id for order_id in shown if order_id not in gone]


def _is_about_own_order(state: FleetState, principal: Viewer, view: EventView) -> bool:
    if view.order_id is None:
        return False
    placed = state.orders.get(OrderId(view.order_id))
    return placed is not None and sees(principal, placed.order.placed_by)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
