"""The recipient's link: what becomes of one order, and the little that its recipient says. It is the key."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from orchestrator.customers.link import opened
from orchestrator.customers.tracking import photo_of
from orchestrator.gateway.contract.answers import BAD_BODY, GEOJSON, UNKEPT, Answers, said
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.requests import PlaceChoice
from orchestrator.gateway.contract.tracking_views import TrackingView
from orchestrator.gateway.door.bodies import OnceRoute
from orchestrator.gateway.routes.doorman import TheGallery, TheInside
from orchestrator.gateway.routes.pictures import NO_PHOTO, picture
from orchestrator.gateway.showing.gallery import Gallery
from orchestrator.gateway.showing.tracking import tracking_view
from orchestrator.orders.order import OrderId
from orchestrator.record.events import CompartmentEmpty, Event, PlaceChosen
from orchestrator.record.state import FleetState, parcels_of

_NOT_VALID: Answers = {404: said("The link is not genuine, or has expired.")}
_UNCACHED = {"Cache-Control": "no-store", "Vary": "Accept"}

router = APIRouter(prefix="/v1/track", tags=["customers"], route_class=OnceRoute)


def _opened(token: str, gallery: Gallery) -> OrderId:
    """The order that a link is for. Raises `Failure` 404."""
    look = gallery.look()
    order_id = opened(token, gallery.service.tracking_secret, look.now_s)
    if order_id is None or order_id not in look.state.orders:
        raise Failure(HTTPStatus.NOT_FOUND, "This link is not valid, or not any more.")
    return order_id


def _view(token: str, gallery: Gallery) -> TrackingView:
    order_id, secret = _opened(token, gallery), gallery.service.tracking_secret
    return tracking_view(gallery.look(), order_id, gallery.desk.etas, secret, f"/v1/track/{token}")


@router.get(
    "/{token}",
    responses=_NOT_VALID | {303: {"description": "Asked for by a browser: to the recipient's page."}},
    response_model=TrackingView,
)
async def track_order(
    token: str, gallery: TheGallery, request: Request, response: Response
) -> TrackingView | RedirectResponse:
    """What the recipient may know. A browser that opens the link is sent to the page that shows it."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"../../track/#{token}", HTTPStatus.SEE_OTHER, _UNCACHED)
    response.headers.update(_UNCACHED)
    return _view(token, gallery)


@router.post(
    "/{token}/place",
    responses=_NOT_VALID | BAD_BODY | UNKEPT | {409: said("It is about to leave, or has left.")},
)
async def choose_place(token: str, wanted: PlaceChoice, gallery: TheGallery) -> TrackingView:
    """Have it go to another of the places that will do. Journaled; the same again is harmless."""
    order_id = _opened(token, gallery)

    def decide(state: FleetState) -> Sequence[Event]:
        placed = state.orders[order_id]
        if wanted.place >= len(placed.order.places):
            problem = ("place", f"there are {len(placed.order.places)} places, counted from 0")
            raise Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "There is no such place.", [problem])
        place = placed.order.places[wanted.place]
        return () if place == placed.drop_off else (PlaceChosen(order_id, place, _who(order_id)),)

    await gallery.service.writer.write(decide)
    return _view(token, gallery)


@router.post("/{token}/absent", responses=_NOT_VALID | UNKEPT | {409: said("It was in no locker.")})
async def tell_absent(token: str, gallery: TheGallery) -> TrackingView:
    """It was not in the compartment that the code opened. Journaled; operators and the shop are told."""
    order_id = _opened(token, gallery)

    def decide(state: FleetState) -> Sequence[Event]:
        untold = [one for one in parcels_of(state, order_id) if not one.absent_by]
        return [CompartmentEmpty(one.parcel.parcel_id, _who(order_id)) for one in untold]

    await gallery.service.writer.write(decide)
    return _view(token, gallery)


@router.get("/{token}/map", responses=_NOT_VALID | GEOJSON, response_class=Response)
async def get_track_map(token: str, there: TheInside) -> Response:
    """The map around where it goes. (c) OpenStreetMap contributors, ODbL 1.0."""
    at = _view(token, there.gallery).at
    return Response(await there.vicinity.around([at]), media_type="application/geo+json")


@router.get("/{token}/photo", responses=NO_PHOTO, response_class=Response)
async def track_photo(token: str, gallery: TheGallery) -> Response:
    """The picture of where the order was left."""
    order_id = _opened(token, gallery)
    return await picture(gallery.service.photos, photo_of(gallery.look().state, order_id))


def _who(order_id: OrderId) -> str:
    """By what name a recipient is in the journal."""
    return f"the recipient of {order_id}"
