"""From the record to what is shown: orders, parcels, tracking. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from orchestrator.customers.eta import Etas, still_expected, waits_on_its_way
from orchestrator.customers.hand_code import hand_code
from orchestrator.customers.link import TrackingSecret, token
from orchestrator.customers.look import Look
from orchestrator.customers.tracking import collect_by_s
from orchestrator.gateway.contract.order_views import (
    KeeperView,
    OrderView,
    ParcelView,
    PickUpView,
    WishesView,
)
from orchestrator.orders.custody import AtHub, InLocker, Lost, OnVehicle, WithRecipient, WithSender
from orchestrator.orders.order import OrderId, PickUpPlace
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.lateness import why_late
from orchestrator.record.report import last_delivered_at_s, order_status
from orchestrator.record.state import Doubt, FleetState, LinkState, OrderState, ParcelState, parcels_of
from orchestrator.record.states.wishes import NO_WISHES, Wishes
from vehicles.clock import iso
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """What it takes to show an order beside the record: predictions, and the key that signs its link."""

    etas: Etas
    secret: TrackingSecret
    _late: dict[OrderId, str | None] = field(default_factory=dict, compare=False)

    def view(self, look: Look, order_id: OrderId) -> OrderView:
        """An order. Raises `KeyError` when there is no such order."""
        placed = look.state.orders[order_id]
        order, goes = placed.order, placed.drop_off
        parcels = parcels_of(look.state, order_id)
        delivered_at_s = last_delivered_at_s(parcels)
        eta = self.etas.of_order(look, order_id) if delivered_at_s is None else None
        eta_s = None if eta is None else round(eta.at_s, 1)
        due_s = delivered_at_s if delivered_at_s is not None else eta_s
        return OrderView(
            id=order_id,
            status=order_status(look.state, order_id).value,
            placed_at_s=order.placed_at_s,
            ready_at_s=order.ready_at_s,
            earliest_at_s=order.earliest_at_s,
            deadline_s=order.deadline_s,
            delivered_at_s=delivered_at_s,
            eta_s=eta_s,
            eta_unknown=waits_on_its_way(look.state, parcels),
            late_s=None if due_s is None else round(max(0.0, due_s - order.deadline_s), 1),
            late_because=None if delivered_at_s is None else self._late_because(look, placed),
            hub_id=order.hub_id,
            also_at=order.also_at,
            pick_up=None if order.pick_up is None else _pick_up_view(order.pick_up),
            skills=tuple(skill.value for skill in order.skills),
            address=goes.label,
            kind=goes.kind.value,
            lat_deg=goes.position.lat_deg,
            lon_deg=goes.position.lon_deg,
            vehicle_ids=_vehicle_ids(look.state, parcels),
            next_vehicle_id=_next_vehicle_id(look, parcels),
            alternatives=tuple(place.label for place in placed.places[1:]),
            diverted_to=next((p.diverted.place.label for p in parcels if p.diverted), None),
            diverted_because=tuple(r.text for p in parcels if p.diverted for r in p.diverted.reasons),
            wishes=_wishes_view(placed.wishes),
            placed_by=order.placed_by,
            tracking_url=f"/v1/track/{token(order, self.secret)}",
            hand_code=hand_code(order, self.secret),
            parcels=tuple(_parcel_view(look, parcel) for parcel in parcels),
        )

    def _late_because(self, look: Look, placed: OrderState) -> str | None:
        """Of one that is delivered: that does not change any more, and takes a look at many missions."""
        order_id = placed.order.order_id
        if order_id not in self._late:
            self._late[order_id] = why_late(look.state, placed)
        return self._late[order_id]


def _pick_up_view(place: PickUpPlace) -> PickUpView:
    return PickUpView(
        kind=place.kind.value,
        address=place.label,
        lat_deg=place.position.lat_deg,
        lon_deg=place.position.lon_deg,
        locker_id=place.locker_id,
    )


def _next_vehicle_id(look: Look, parcels: Sequence[ParcelState]) -> VehicleId | None:
    expected = (still_expected(look, parcel) for parcel in parcels)
    return next((one.vehicle_id for one in expected if one is not None), None)


def _wishes_view(wishes: Wishes) -> WishesView | None:
    if wishes == NO_WISHES:
        return None
    return WishesView(
        pinned_to=wishes.pinned_to,
        forbidden=wishes.forbidden,
        held=wishes.held,
        weight=wishes.weight_frac,
        by=wishes.by,
    )


def _vehicle_ids(state: FleetState, parcels: Sequence[ParcelState]) -> tuple[VehicleId, ...]:
    missions = [state.missions[p.mission_id] for p in parcels if p.mission_id is not None]
    return tuple(sorted({mission.plan.mission.vehicle_id for mission in missions}))


def _parcel_view(look: Look, parcel: ParcelState) -> ParcelView:
    return ParcelView(
        id=parcel.parcel.parcel_id,
        mass_kg=parcel.parcel.mass_kg,
        size=parcel.parcel.size.value,
        temperature=parcel.parcel.temperature.value,
        most_aboard_s=parcel.parcel.most_aboard_s,
        phase=parcel.phase.value,
        keeper=_keeper_view(look, parcel),
        in_doubt=parcel.in_doubt,
        reasons=_reasons(parcel),
        proof=None if parcel.proved is None else parcel.proved.proof.value,
        photo_url=_photo_url(parcel),
        collect_by_s=collect_by_s(parcel),
    )


def _reasons(parcel: ParcelState) -> tuple[str, ...]:
    absent = (f"It was not in its compartment, says {parcel.absent_by}.",) if parcel.absent_by else ()
    return (*absent, *(reason.text for reason in parcel.reasons))


def _photo_url(parcel: ParcelState) -> str | None:
    if parcel.proved is None or not parcel.proved.photo_sha256:
        return None
    return f"/v1/orders/{parcel.order_id}/photos/{parcel.proved.photo_sha256}"


def _keeper_view(look: Look, parcel: ParcelState) -> KeeperView:
    nowhere = {"lat_deg": None, "lon_deg": None, "last_heard_at_s": None}
    match parcel.keeper:
        case WithSender():
            return KeeperView(kind="sender", id=None, text="With the sender", **nowhere)
        case AtHub(hub_id):
            hub = look.state.hubs.get(hub_id)
            text = f"On the shelf at {hub_id if hub is None else hub.name}"
            return KeeperView(kind="hub", id=hub_id, text=text, **nowhere)
        case OnVehicle(vehicle_id):
            doubt = parcel.doubt
            return _aboard(look, vehicle_id) if doubt is None else _as_last_said(vehicle_id, doubt)
        case InLocker(locker_id, compartment):
            where = f"In locker {locker_id}" + (f", a {compartment.value} compartment" if compartment else "")
            return KeeperView(kind="locker", id=locker_id, text=where, **nowhere)
        case WithRecipient():
            return KeeperView(kind="recipient", id=None, text="With the recipient", **nowhere)
        case Lost(vehicle_id, position, heard_at_s):
            return KeeperView(
                kind="lost",
                id=vehicle_id,
                text=f"Lost aboard {vehicle_id}, last heard at {position}",
                lat_deg=position.lat_deg,
                lon_deg=position.lon_deg,
                last_heard_at_s=heard_at_s,
            )
    assert_never(parcel.keeper)


def _as_last_said(vehicle_id: VehicleId, doubt: Doubt) -> KeeperView:
    seen = (
        f", where {doubt.seen_aboard_by} has seen it" if doubt.seen_aboard_by else " when that last said so"
    )
    return KeeperView(
        kind="vehicle",
        id=vehicle_id,
        text=f"Aboard {vehicle_id}{seen}",
        lat_deg=doubt.position.lat_deg,
        lon_deg=doubt.position.lon_deg,
        last_heard_at_s=doubt.at_s,
    )


def _aboard(look: Look, vehicle_id: VehicleId) -> KeeperView:
    """While the vehicle is not heard, where and when it last was: that is where to look for the parcel."""
    text, position, heard_at_s = f"Aboard {vehicle_id}", None, None
    if look.state.vehicles[vehicle_id].link is not LinkState.UP:
        sample = look.seen.get(vehicle_id)
        alert = look.state.alerts.get(alert_key("link", vehicle_id))
        if sample is not None:
            position, heard_at_s = sample.position, sample.heard_at_s
            text += f", last heard {iso(heard_at_s)[11:19]} UTC"
        elif alert is not None and alert.position is not None:  # the gateway has started since
            position = alert.position
            text += f", last heard at {position}"
    return KeeperView(
        kind="vehicle",
        id=vehicle_id,
        text=text,
        lat_deg=None if position is None else round(position.lat_deg, 7),
        lon_deg=None if position is None else round(position.lon_deg, 7),
        last_heard_at_s=heard_at_s,
    )
