"""From the record to why an order stands as it does. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from orchestrator.customers.look import Look
from orchestrator.dispatch.reasons import PASSING
from orchestrator.gateway.contract.messages import ChoiceView, ExplanationView, ParcelExplanation, QuoteView
from orchestrator.operations.dispatching.occupied import occupied
from orchestrator.orders.order import OrderId
from orchestrator.record.events import Quote
from orchestrator.record.state import (
    MissionPhase,
    MissionState,
    OrderState,
    ParcelPhase,
    ParcelState,
    parcels_of,
)
from vehicles.clock import iso
from vehicles.mission import ParcelId


def explanation_view(
    look: Look, order_id: OrderId, candidates: Mapping[ParcelId, Sequence[Quote]]
) -> ExplanationView:
    """Every choice made for an order, and for parcels that wait the `candidates`.

    Raises `KeyError` when there is no such order.
    """
    placed = look.state.orders[order_id]
    explained = tuple(
        _parcel_explanation(look, p, candidates.get(p.parcel.parcel_id, ()))
        for p in parcels_of(look.state, order_id)
    )
    if placed.cancelled_by is not None:
        text = f"Cancelled by {placed.cancelled_by}."
    else:
        text = " ".join((*_why_this_hub(placed), *(parcel.text for parcel in explained)))
    return ExplanationView(order_id=order_id, text=text, parcels=explained)


def _why_this_hub(placed: OrderState) -> Iterator[str]:
    """What each hub would have taken, of an order that may come from several."""
    if placed.sourced is not None:
        yield f"It is brought from {placed.sourced.hub_id}."
        yield from (reason.text for reason in placed.sourced.reasons)


def _parcel_explanation(look: Look, parcel: ParcelState, candidates: Sequence[Quote]) -> ParcelExplanation:
    parcel_id = parcel.parcel.parcel_id
    missions = [m for _, m in sorted(look.state.missions.items()) if parcel_id in m.plan.parcel_ids]
    waits_for = _waits_for(look, parcel)
    return ParcelExplanation(
        id=parcel_id,
        phase=parcel.phase.value,
        text=_sentence(parcel, missions, waits_for),
        waiting_for=waits_for,
        candidates=tuple(_quote_view(quote) for quote in candidates),
        choices=tuple(_choice_view(mission) for mission in missions),
    )


def _waits_for(look: Look, parcel: ParcelState) -> tuple[str, ...]:
    """Why it waits: what passes by itself as it is now with who is to bring it, not as it was when told."""
    expected = parcel.expected
    vehicle = None if expected is None else look.state.vehicles.get(expected.vehicle_id)
    if parcel.phase is not ParcelPhase.WAITING or vehicle is None or vehicle.ready:
        return tuple(reason.text for reason in parcel.reasons)
    lasting = tuple(reason.text for reason in parcel.reasons if reason.because not in PASSING)
    now = occupied(look.state, look.seen, vehicle, look.now_s)
    return (*lasting, f"{vehicle.vehicle_id}: {now.text}")


def _sentence(parcel: ParcelState, missions: list[MissionState], waits_for: tuple[str, ...]) -> str:
    name = parcel.parcel.parcel_id
    if parcel.phase is ParcelPhase.WAITING:
        why = " ".join(waits_for)
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
