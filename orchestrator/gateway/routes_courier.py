"""Routes for couriers' phones, and the link with which one signs in."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from orchestrator.customers.sign_in import KEEP_S, sign_in_token
from orchestrator.gateway.asking import find_vehicle
from orchestrator.gateway.courier_requests import CallWanted
from orchestrator.gateway.courier_views import CalledView, PhoneView, SignInView
from orchestrator.gateway.couriers import Couriers
from orchestrator.gateway.doorman import DENIALS, Anyone, Operator, Rider, TheGallery
from orchestrator.gateway.failures import Failure
from orchestrator.gateway.messages import ErrorView
from orchestrator.gateway.vicinity import Vicinity
from orchestrator.record.events import SignInGiven
from vehicles.clock import now_s

_UNKEPT: dict[int | str, dict[str, object]] = {
    503: {"model": ErrorView, "description": "The journal cannot keep it now; send it again."},
}
_BAD_BODY: dict[int | str, dict[str, object]] = {
    400: {"model": ErrorView, "description": "The body is not JSON."},
    413: {"model": ErrorView, "description": "The body is over 64 KiB."},
    415: {"model": ErrorView, "description": "The body is not application/json."},
    422: {"model": ErrorView, "description": "Values that will not do; one problem for each field."},
}
_NO_RIDER: dict[int | str, dict[str, object]] = {
    404: {"model": ErrorView, "description": "There is no such courier here any more."},
}

router = APIRouter(prefix="/v1", tags=["couriers"])


def _couriers(request: Request, vehicle_id: str) -> Couriers:
    couriers: Couriers = request.app.state.couriers
    if vehicle_id not in request.app.state.gallery.service.handsets:
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no courier {vehicle_id} here.")
    return couriers


@router.get("/courier", responses=DENIALS | _NO_RIDER)
async def get_phone(rider: Rider, request: Request) -> PhoneView:
    """What the courier's phone shows now."""
    return _couriers(request, rider).view(rider)


@router.post("/courier", responses=DENIALS | _NO_RIDER | _BAD_BODY | _UNKEPT)
async def call_in(wanted: CallWanted, rider: Rider, by: Anyone, request: Request) -> CalledView:
    """A phone calls in: where it is, and what was tapped. What is sent again counts once."""
    return await _couriers(request, rider).call(rider, by, wanted)


@router.get(
    "/courier/map",
    responses=DENIALS
    | _NO_RIDER
    | {200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}, "description": "GeoJSON."}},
    response_class=Response,
)
async def get_courier_map(rider: Rider, request: Request) -> Response:
    """The map around the courier's hub and trip. (c) OpenStreetMap contributors, ODbL 1.0."""
    phone = _couriers(request, rider).view(rider)
    places = [(phone.hub.lon_deg, phone.hub.lat_deg), *(phone.trip.path if phone.trip else ())]
    places += [(stop.lon_deg, stop.lat_deg) for stop in phone.trip.stops] if phone.trip else []
    vicinity: Vicinity = request.app.state.vicinity
    return Response(await vicinity.around(places), media_type="application/geo+json")


@router.post(
    "/vehicles/{vehicle_id}/sign-in",
    status_code=HTTPStatus.CREATED,
    responses=DENIALS
    | _UNKEPT
    | {
        404: {"model": ErrorView, "description": "There is no such vehicle."},
        409: {"model": ErrorView, "description": "Nobody rides it."},
    },
)
async def give_sign_in(vehicle_id: str, principal: Operator, gallery: TheGallery) -> SignInView:
    """A link with which a courier signs in on a phone, for 16 hours. Journaled with who gave it."""
    service = gallery.service
    vehicle = find_vehicle(service.writer.state, vehicle_id)
    if vehicle.vehicle_id not in service.handsets:
        raise Failure(HTTPStatus.CONFLICT, f"{vehicle_id} is reached without a phone's page.")
    until_s = float(int(now_s() + KEEP_S))
    await service.writer.facts(SignInGiven(vehicle.vehicle_id, principal.name, until_s))
    token = sign_in_token(vehicle.vehicle_id, until_s, service.tracking_secret)
    return SignInView(vehicle_id=vehicle_id, path=f"courier/#{token}", until_s=until_s)
