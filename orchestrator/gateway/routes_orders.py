"""Routes about orders, for operators and integrators, and the recipient's tracking link."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from orchestrator.customers.hand_code import hand_code
from orchestrator.customers.link import opened
from orchestrator.customers.tracking import Stage, photo_of, proved_by, tracking
from orchestrator.gateway.doorman import DENIALS, Known, Operator, TheGallery
from orchestrator.gateway.failures import Failure
from orchestrator.gateway.gallery import Gallery, order_ids
from orchestrator.gateway.messages import ErrorView, ExplanationView, OverrideView, TrackingView
from orchestrator.gateway.overriding import candidates, override
from orchestrator.gateway.placing import Placed, cancel, find, place
from orchestrator.gateway.requests import OrderWanted, OverrideWanted
from orchestrator.gateway.show_orders import explanation_view, tracking_view
from orchestrator.gateway.views import OrderView

_MISSING: dict[int | str, dict[str, object]] = {
    404: {"model": ErrorView, "description": "There is no such order, or it is not yours to see."},
}
_BAD_BODY: dict[int | str, dict[str, object]] = {
    400: {"model": ErrorView, "description": "The body is not JSON."},
    413: {"model": ErrorView, "description": "The body is over 64 KiB."},
    415: {"model": ErrorView, "description": "The body is not application/json."},
    422: {"model": ErrorView, "description": "Values that will not do; one problem for each field."},
}
_UNKEPT: dict[int | str, dict[str, object]] = {
    503: {"model": ErrorView, "description": "The journal cannot keep it now; nothing has changed."},
}

_NO_PHOTO: dict[int | str, dict[str, object]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
    404: {"model": ErrorView, "description": "There is no such picture, or it is not yours to see."},
}

router = APIRouter(prefix="/v1", tags=["orders"])


@router.get(
    "/orders",
    responses=DENIALS
    | _MISSING
    | {422: {"model": ErrorView, "description": "A parameter that will not do."}},
)
async def list_orders(
    principal: Known,
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
async def get_order(order_id: str, principal: Known, gallery: TheGallery) -> OrderView:
    """One order."""
    look = gallery.look()
    return gallery.desk.view(look, find(look.state, order_id, principal).order.order_id)


@router.post(
    "/orders",
    status_code=HTTPStatus.CREATED,
    responses=DENIALS
    | _BAD_BODY
    | _UNKEPT
    | {
        200: {"model": OrderView, "description": "The very same order was placed before; nothing changed."},
        409: {"model": ErrorView, "description": "The id is taken by an order with other content."},
    },
)
async def place_order(
    wanted: OrderWanted, response: Response, principal: Known, gallery: TheGallery
) -> OrderView:
    """Place an order. With your own `order_id` it may be sent again, and is placed once."""
    outcome = await place(wanted, principal, gallery.service)
    if not isinstance(outcome, Placed):
        response.status_code = HTTPStatus.OK
    return gallery.desk.view(gallery.look(), outcome.order_id)


@router.post(
    "/orders/{order_id}/cancel",
    responses=DENIALS
    | _MISSING
    | _UNKEPT
    | {409: {"model": ErrorView, "description": "It is over: there is nothing to take back."}},
)
async def cancel_order(order_id: str, principal: Known, gallery: TheGallery) -> OrderView:
    """Take an order back. Parcels already aboard come back to the hub."""
    cancelled = await cancel(order_id, principal, gallery.service)
    return gallery.desk.view(gallery.look(), cancelled)


@router.get("/orders/{order_id}/explanation", responses=DENIALS | _MISSING)
async def explain_order(order_id: str, principal: Known, gallery: TheGallery) -> ExplanationView:
    """Why an order stands as it does: what it waits for, and what each vehicle would mean or have meant."""
    placed = find(gallery.look().state, order_id, principal)
    open_now = await candidates(gallery.service, placed.order.order_id)
    return explanation_view(gallery.look(), placed.order.order_id, open_now)


@router.post(
    "/orders/{order_id}/dispatch",
    responses=DENIALS
    | _MISSING
    | _BAD_BODY
    | _UNKEPT
    | {409: {"model": ErrorView, "description": "It is under way or over, or the vehicle is elsewhere."}},
)
async def override_dispatch(
    order_id: str, wanted: OverrideWanted, principal: Operator, gallery: TheGallery
) -> OverrideView:
    """Pin an order to a vehicle, forbid one, hold it, prioritise it, or leave it to the dispatcher again."""
    return await override(order_id, wanted, principal, gallery.service)


@router.get(
    "/track/{token}",
    tags=["customers"],
    responses={404: {"model": ErrorView, "description": "The link is not genuine, or has expired."}},
)
async def track_order(token: str, gallery: TheGallery) -> TrackingView:
    """What the recipient may know. The signed link is the key: no other is needed."""
    look = gallery.look()
    order_id = opened(token, gallery.service.tracking_secret, look.now_s)
    if order_id is None or order_id not in look.state.orders:
        raise Failure(HTTPStatus.NOT_FOUND, "This link is not valid, or not any more.")
    seen = tracking(look, order_id, gallery.desk.etas)
    order, over = look.state.orders[order_id].order, seen.stage in {Stage.CANCELLED, Stage.FAILED}
    over = over or seen.stage is Stage.DELIVERED
    code = None if over else hand_code(order, gallery.service.tracking_secret)
    return tracking_view(seen, code, f"/v1/track/{token}/photo" if photo_of(look.state, order_id) else None)


@router.get("/track/{token}/photo", tags=["customers"], responses=_NO_PHOTO, response_class=Response)
async def track_photo(token: str, gallery: TheGallery) -> Response:
    """The picture of where the order was left. The signed link is the key."""
    look = gallery.look()
    order_id = opened(token, gallery.service.tracking_secret, look.now_s)
    name = None if order_id is None else photo_of(look.state, order_id)
    return await _picture(gallery, name)


@router.get("/orders/{order_id}/photos/{name}", responses=DENIALS | _NO_PHOTO, response_class=Response)
async def get_photo(order_id: str, name: str, principal: Known, gallery: TheGallery) -> Response:
    """A picture that proves a hand-over of the order."""
    placed = find(gallery.look().state, order_id, principal)
    names = proved_by(gallery.look().state, placed.order.order_id)
    return await _picture(gallery, name if name in names else None)


async def _picture(gallery: Gallery, name: str | None) -> Response:
    jpeg = None if name is None else await gallery.service.photos.picture(name)
    if jpeg is None:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such picture, or it is not yours to see.")
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})
