"""Everything the API shows of the fleet, cut to what the asking principal may see."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice

from orchestrator.customers.eta import Etas
from orchestrator.customers.look import Look
from orchestrator.gateway.access import Principal, Role
from orchestrator.gateway.messages import FleetView
from orchestrator.gateway.service import Service
from orchestrator.gateway.show_fleet import alert_view, event_view, hub_view, telemetry_view, vehicle_view
from orchestrator.gateway.show_orders import OrderDesk
from orchestrator.gateway.views import AlertView, EventView, OrderView, TelemetryView, VehicleView
from orchestrator.orders.order import OrderId
from orchestrator.record.events import Entry
from orchestrator.record.state import FleetState, OrderState
from vehicles.clock import now_s
from vehicles.mission import VehicleId

KEPT_EVENTS = 200


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

    def fleet(self, look: Look, principal: Principal) -> FleetView:
        """Everything, as a console starts from."""
        city = self.service.city
        return FleetView(
            now_s=look.now_s,
            speed=self.service.speed,
            attribution=city.attribution,
            bbox=city.bbox,
            hubs=tuple(hub_view(hub) for _, hub in sorted(look.state.hubs.items())),
            vehicles=self.vehicles(look, principal),
            orders=self.orders(look, principal),
            alerts=self.alerts(look.state, principal),
            events=self.events(look.state, principal, self._events),
        )

    def vehicles(
        self, look: Look, principal: Principal, only: Sequence[VehicleId] | None = None
    ) -> tuple[VehicleView, ...]:
        """The vehicles, or those of `only`, in order of id; none for an integrator."""
        if principal.role is not Role.OPERATOR:
            return ()
        vehicles = look.state.vehicles
        return tuple(
            vehicle_view(look.state, vehicles[vehicle_id])
            for vehicle_id in (sorted(vehicles) if only is None else only)
        )

    def orders(
        self, look: Look, principal: Principal, only: Sequence[OrderId] | None = None
    ) -> tuple[OrderView, ...]:
        """The orders, or those of `only`, that the principal may see, oldest first."""
        orders = look.state.orders
        shown = [orders[order_id] for order_id in (orders if only is None else only)]
        shown = [placed for placed in shown if principal.sees(placed.order.placed_by)]
        return tuple(self.desk.view(look, placed.order.order_id) for placed in sorted(shown, key=_age))

    @staticmethod
    def alerts(state: FleetState, principal: Principal) -> tuple[AlertView, ...]:
        """All alerts, in order of key; none for an integrator."""
        if principal.role is not Role.OPERATOR:
            return ()
        return tuple(alert_view(alert) for _, alert in sorted(state.alerts.items()))

    @staticmethod
    def events(state: FleetState, principal: Principal, views: Iterable[EventView]) -> tuple[EventView, ...]:
        """Those of the events that the principal may see, oldest first."""
        if principal.role is Role.OPERATOR:
            return tuple(islice(views, None))
        return tuple(view for view in views if _is_about_own_order(state, principal, view))

    @staticmethod
    def telemetry(look: Look) -> tuple[TelemetryView, ...]:
        """The newest sample of every vehicle heard, in order of id."""
        return tuple(telemetry_view(vid, sample, look.now_s) for vid, sample in sorted(look.seen.items()))

    def etas_s(self, look: Look) -> dict[OrderId, float]:
        """The predicted hand-over of every order that a vehicle is at work for, fleet time by order."""
        state = look.state
        self.desk.etas.forget(state)
        order_ids: set[OrderId] = set()
        for vehicle in state.vehicles.values():
            if vehicle.mission_id is not None:
                order_ids.add(state.parcels[state.missions[vehicle.mission_id].plan.parcel_id].order_id)
        etas = {order_id: self.desk.etas.of_order(look, order_id) for order_id in sorted(order_ids)}
        return {order_id: eta.at_s for order_id, eta in etas.items() if eta is not None}


def _age(placed: OrderState) -> tuple[float, OrderId]:
    return placed.order.placed_at_s, placed.order.order_id


def _is_about_own_order(state: FleetState, principal: Principal, view: EventView) -> bool:
    if view.order_id is None:
        return False
    placed = state.orders.get(OrderId(view.order_id))
    return placed is not None and principal.sees(placed.order.placed_by)
