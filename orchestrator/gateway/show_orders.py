"""From the record to what is shown: orders, parcels, explanations, tracking. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from orchestrator.customers.eta import Etas
from orchestrator.customers.hand_code import hand_code
from orchestrator.customers.link import TrackingSecret, token
from orchestrator.customers.look import Look
from orchestrator.customers.tracking import Tracking, collect_by_s
from orchestrator.gateway.messages import (
    ChoiceView,
    ExplanationView,
    ParcelExplanation,
    QuoteView,
    TrackingView,
    WindowView,
)
from orchestrator.gateway.views import KeeperView, OrderView, ParcelView, WishesView
from orchestrator.orders.custody import AtHub, InLocker, Keeper, Lost, OnVehicle, WithRecipient
from orchestrator.orders.order import OrderId
from orchestrator.record.alerts import alert_key
from orchestrator.record.events import Quote
from orchestrator.record.report import last_delivered_at_s, order_status
from orchestrator.record.state import (
    NO_WISHES,
    FleetState,
    LinkState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    ParcelState,
    Wishes,
    parcels_of,
)
from vehicles.clock import iso
from vehicles.mission import ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """What it takes to show an order beside the record: predictions, and the key that signs its link."""

    etas: Etas
    secret: TrackingSecret

    def view(self, look: Look, order_id: OrderId) -> OrderView:
        """An order. Raises `KeyError` when there is no such order."""
        order = look.state.orders[order_id].order
        parcels = parcels_of(look.state, order_id)
        delivered_at_s = last_delivered_at_s(parcels)
        eta = self.etas.of_order(look, order_id) if delivered_at_s is None else None
        eta_s = None if eta is None else round(eta.at_s, 1)
        due_s = delivered_at_s if delivered_at_s is not None else eta_s
        return OrderView(
            id=order_id,
            status=order_status(look.state, order_id).value,
            placed_at_s=order.placed_at_s,
            deadline_s=order.deadline_s,
            delivered_at_s=delivered_at_s,
            eta_s=eta_s,
            late_s=None if due_s is None else round(max(0.0, due_s - order.deadline_s), 1),
            hub_id=order.hub_id,
            address=order.drop_off.label,
            kind=order.drop_off.kind.value,
            lat_deg=order.drop_off.position.lat_deg,
            lon_deg=order.drop_off.position.lon_deg,
            vehicle_ids=_vehicle_ids(look.state, parcels),
            next_vehicle_id=_next_vehicle_id(parcels),
            alternatives=tuple(place.label for place in order.alternatives),
            diverted_to=next((p.diverted.place.label for p in parcels if p.diverted), None),
            diverted_because=tuple(r.text for p in parcels if p.diverted for r in p.diverted.reasons),
            wishes=_wishes_view(look.state.orders[order_id].wishes),
            placed_by=order.placed_by,
            tracking_url=f"/v1/track/{token(order, self.secret)}",
            hand_code=hand_code(order, self.secret),
            parcels=tuple(_parcel_view(look, parcel) for parcel in parcels),
        )


def _next_vehicle_id(parcels: Sequence[ParcelState]) -> VehicleId | None:
    waiting = [p for p in parcels if p.phase is ParcelPhase.WAITING and p.expected is not None]
    return waiting[0].expected.vehicle_id if waiting and waiting[0].expected else None


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
        phase=parcel.phase.value,
        keeper=_keeper_view(look, parcel.keeper),
        reasons=tuple(reason.text for reason in parcel.reasons),
        proof=None if parcel.proved is None else parcel.proved.proof.value,
        photo_url=_photo_url(parcel),
        collect_by_s=collect_by_s(parcel),
    )


def _photo_url(parcel: ParcelState) -> str | None:
    if parcel.proved is None or not parcel.proved.photo_sha256:
        return None
    return f"/v1/orders/{parcel.order_id}/photos/{parcel.proved.photo_sha256}"


def _keeper_view(look: Look, keeper: Keeper) -> KeeperView:
    nowhere = {"lat_deg": None, "lon_deg": None, "last_heard_at_s": None}
    match keeper:
        case AtHub(hub_id):
            hub = look.state.hubs.get(hub_id)
            text = f"On the shelf at {hub_id if hub is None else hub.name}"
            return KeeperView(kind="hub", id=hub_id, text=text, **nowhere)
        case OnVehicle(vehicle_id):
            return _aboard(look, vehicle_id)
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
    assert_never(keeper)


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


def explanation_view(
    look: Look, order_id: OrderId, candidates: Mapping[ParcelId, Sequence[Quote]]
) -> ExplanationView:
    """Every choice made for an order, and for parcels that wait the `candidates`.

    Raises `KeyError` when there is no such order.
    """
    placed = look.state.orders[order_id]
    explained = tuple(
        _parcel_explanation(look.state, p, candidates.get(p.parcel.parcel_id, ()))
        for p in parcels_of(look.state, order_id)
    )
    if placed.cancelled_by is not None:
        text = f"Cancelled by {placed.cancelled_by}."
    else:
        text = " ".join(parcel.text for parcel in explained)
    return ExplanationView(order_id=order_id, text=text, parcels=explained)


def _parcel_explanation(
    state: FleetState, parcel: ParcelState, candidates: Sequence[Quote]
) -> ParcelExplanation:
    parcel_id = parcel.parcel.parcel_id
    missions = [m for _, m in sorted(state.missions.items()) if parcel_id in m.plan.parcel_ids]
    return ParcelExplanation(
        id=parcel_id,
        phase=parcel.phase.value,
        text=_sentence(parcel, missions),
        waiting_for=tuple(reason.text for reason in parcel.reasons),
        candidates=tuple(_quote_view(quote) for quote in candidates),
        choices=tuple(_choice_view(mission) for mission in missions),
    )


def _sentence(parcel: ParcelState, missions: list[MissionState]) -> str:
    name = parcel.parcel.parcel_id
    if parcel.phase is ParcelPhase.WAITING:
        why = " ".join(reason.text for reason in parcel.reasons)
        if parcel.expected is not None:
            at = iso(parcel.expected.handover_at_s)[11:16]
            return (
                f"{name} waits for {parcel.expected.vehicle_id}, planned to hand it over at {at} UTC. {why}"
            )
        return f"{name} waits: {why}" if why else f"{name} waits for the next dispatch."
    if not missions:
        return f"{name} is {parcel.phase.value.replace('_', ' ')}; no vehicle was chosen for it."
    plan = missions[-1].plan
    chosen = plan.mission.vehicle_id
    others = [q for q in plan.quotes if q.vehicle_id != chosen]
    able = sum(1 for quote in others if quote.handover_at_s is not None)
    return (
        f"{name} is {parcel.phase.value.replace('_', ' ')}: {chosen} was chosen out of {len(plan.quotes)} "
        f"vehicles; {able} others could have brought it, {len(others) - able} could not."
    )


def _choice_view(mission: MissionState) -> ChoiceView:
    return ChoiceView(
        mission_id=mission.plan.mission.mission_id,
        planned_at_s=mission.planned_at_s,
        vehicle_id=mission.plan.mission.vehicle_id,
        outcome=_OUTCOMES[mission.phase],
        reasons=tuple(reason.text for reason in mission.reasons),
        quotes=tuple(_quote_view(quote) for quote in mission.plan.quotes),
    )


def _quote_view(quote: Quote) -> QuoteView:
    return QuoteView(
        vehicle_id=quote.vehicle_id,
        handover_at_s=quote.handover_at_s,
        reasons=tuple(reason.text for reason in quote.reasons),
        cost_eur=quote.cost_eur,
    )


_OUTCOMES = {
    MissionPhase.PLANNED: "planned",
    MissionPhase.LOADED: "plan loaded",
    MissionPhase.PARCEL_ABOARD: "parcel aboard",
    MissionPhase.UNDER_WAY: "under way",
    MissionPhase.GIVEN_UP: "given up",
    MissionPhase.ENDED: "ended",
    MissionPhase.WITHDRAWN: "withdrawn before it started",
    MissionPhase.LOST: "vehicle lost",
}


def tracking_view(tracking: Tracking, code: str | None, photo_url: str | None) -> TrackingView:
    """The recipient's view as JSON; `code` while it is still to come."""
    window = tracking.window
    position = tracking.position
    return TrackingView(
        status=tracking.stage.value,
        text=tracking.text,
        window=None if window is None else WindowView(from_s=window[0], until_s=window[1]),
        delivered_at_s=tracking.delivered_at_s,
        vehicle_kind=None if tracking.kind is None else tracking.kind.value,
        position=None if position is None else (position.lon_deg, position.lat_deg),
        drop_off=tracking.drop_off,
        code=code,
        photo_url=photo_url,
        collect_by_s=tracking.collect_by_s,
    )
