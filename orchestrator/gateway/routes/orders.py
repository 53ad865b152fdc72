"""Routes about orders, for operators and integrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from orchestrator.customers.tracking import proved_by
from orchestrator.gateway.acts.looking import found
from orchestrator.gateway.acts.overriding import candidates, override
from orchestrator.gateway.acts.placing import Placed, cancel, find, place
from orchestrator.gateway.contract.answers import BAD_BODY, DENIALS, UNKEPT, Answers, said
from orchestrator.gateway.contract.messages import ExplanationView, OverrideView
from orchestrator.gateway.contract.order_requests import OrderWanted
from orchestrator.gateway.contract.order_views import OrderView
from orchestrator.gateway.contract.requests import FoundWanted, OverrideWanted
from orchestrator.gateway.door.bodies import OnceRoute
from orchestrator.gateway.door.principals import Operator
from orchestrator.gateway.routes.doorman import ByKnown, ByOperator, TheGallery, TheInside
from orchestrator.gateway.routes.pictures import NO_PHOTO, picture
from orchestrator.gateway.showing.explanations import explanation_view
from orchestrator.gateway.showing.gallery import order_ids
from orchestrator.record.events import Found

_MISSING: Answers = {
    404: said("There is no such order, or it is not yours to see."),
}
router = APIRouter(prefix="/v1", tags=["orders"], route_class=OnceRoute)


@router.get(
    "/orders",
    responses=DENIALS | _MISSING | {422: said("A parameter that will not do.")},
)
async def list_orders(
    principal: ByKnown,
    gallery: TheGallery,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many, the latest.")] = 1000,
    before: Annotated[
        str | None, Query(description="Only those older than this order: the next page.")
    ] = None,
) -> list[OrderView]:
    """The orders (an integrator: its own), oldest first."""
    look = gallery.look()
    shown = order_ids(look.state, principal)
    if before is not None:
        shown = shown[: shown.index(find(look.state, before, principal).order.order_id)]
    return await gallery.orders(look, principal, shown[-limit:])


@router.get("/orders/{order_id}", responses=DENIALS | _MISSING)
async def get_order(order_id: str, principal: ByKnown, gallery: TheGallery) -> OrderView:
    """One order."""
    look = gallery.look()
    return gallery.desk.view(look, find(look.state, order_id, principal).order.order_id)


@router.post(
    "/orders",
    status_code=HTTPStatus.CREATED,
    responses=DENIALS
    | BAD_BODY
    | UNKEPT
    | {
        200: {"model": OrderView, "description": "The very same order was placed before; nothing changed."},
        409: said("The id is taken by an order with other content."),
        503: said(
            "Too many orders at once, or the journal cannot keep it: nothing has changed, send it again"
            " (after `Retry-After` seconds, where that is told)."
        ),
    },
)
async def place_order(
    wanted: OrderWanted, response: Response, principal: ByKnown, gallery: TheGallery
) -> OrderView:
    """Place an order. With your own `order_id` it may be sent again, and is placed once."""
    outcome = await place(wanted, principal, gallery.service)
    if not isinstance(outcome, Placed):
        response.status_code = HTTPStatus.OK
    return gallery.desk.view(gallery.look(), outcome.order_id)


@router.post(
    "/orders/{order_id}/cancel",
    responses=DENIALS | _MISSING | UNKEPT | {409: said("It is over: there is nothing to take back.")},
)
async def cancel_order(order_id: str, principal: ByKnown, gallery: TheGallery) -> OrderView:
    """Take an order back. Parcels already aboard come back to the hub."""
    cancelled = await cancel(order_id, principal, gallery.service)
    return gallery.desk.view(gallery.look(), cancelled)


@router.post(
    "/parcels/{parcel_id}/found",
    responses=DENIALS
    | BAD_BODY
    | UNKEPT
    | {404: said("There is no such parcel."), 409: said("Nobody doubts where it is.")},
)
async def tell_found(
    parcel_id: str, wanted: FoundWanted, principal: ByOperator, gallery: TheGallery
) -> OrderView:
    """Say where a parcel is that was in doubt (an alert asks for it) or lost: a person's word moves it."""
    order_id = await found(parcel_id, Found(wanted.where), principal, gallery.service)
    return gallery.desk.view(gallery.look(), order_id)


@router.get("/orders/{order_id}/explanation", responses=DENIALS | _MISSING)
async def explain_order(order_id: str, principal: ByKnown, there: TheInside) -> ExplanationView:
    """Why an order stands as it does: what it waits for, and what each vehicle would mean or have meant."""
    gallery = there.gallery
    known = find(gallery.look().state, order_id, principal).order.order_id
    word = await there.pricing.last(known) if isinstance(principal, Operator) else None
    open_now = await candidates(gallery.service, gallery.service.writer.state, known)
    return explanation_view(gallery.look(), known, open_now).model_copy(update={"word": word})


@router.post(
    "/orders/{order_id}/dispatch",
    responses=DENIALS
    | _MISSING
    | BAD_BODY
    | UNKEPT
    | {409: said("It is under way or over, or the vehicle is elsewhere.")},
)
async def override_dispatch(
    order_id: str, wanted: OverrideWanted, principal: ByOperator, there: TheInside
) -> OverrideView:
    """Pin an order to a vehicle, forbid one, hold it, prioritise it, or leave it to the dispatcher again.

    Journaled, and answered at once; where its price takes longer it follows in the order's explanation.
    """
    return await override(order_id, wanted, principal, there.gallery.service, there.pricing)


@router.get("/orders/{order_id}/photos/{name}", responses=DENIALS | NO_PHOTO, response_class=Response)
async def get_photo(order_id: str, name: str, principal: ByKnown, gallery: TheGallery) -> Response:
    """A picture that proves a hand-over of the order."""
    placed = find(gallery.look().state, order_id, principal)
    names = proved_by(gallery.look().state, placed.order.order_id)
    return await picture(gallery.service.photos, name if name in names else None)
