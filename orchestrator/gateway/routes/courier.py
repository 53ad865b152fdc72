"""Routes for couriers' phones, and the link with which one signs in."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response

from orchestrator.gateway.acts.asking import find_vehicle
from orchestrator.gateway.acts.couriers import Couriers
from orchestrator.gateway.contract.answers import BAD_BODY, DENIALS, GEOJSON, UNKEPT, Answers, said
from orchestrator.gateway.contract.courier_requests import CallWanted
from orchestrator.gateway.contract.courier_views import CalledView, PhoneView, SignInView
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.door.bodies import OnceRoute
from orchestrator.gateway.door.sign_in import KEEP_S, sign_in_token
from orchestrator.gateway.inside import Inside
from orchestrator.gateway.routes.doorman import ByOperator, ByRider, TheGallery, TheInside
from orchestrator.record.events import SignInGiven
from vehicles.clock import now_s

_NO_RIDER: Answers = {
    404: said("There is no such courier here any more."),
}

router = APIRouter(prefix="/v1", tags=["couriers"], route_class=OnceRoute)


def _couriers(there: Inside, vehicle_id: str) -> Couriers:
    if vehicle_id not in there.gallery.service.handsets:
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no courier {vehicle_id} here.")
    return there.couriers


@router.get("/courier", responses=DENIALS | _NO_RIDER)
async def get_phone(by: ByRider, there: TheInside) -> PhoneView:
    """What the courier's phone shows now."""
    return _couriers(there, by.rides).view(by.rides)


@router.post("/courier", responses=DENIALS | _NO_RIDER | BAD_BODY | UNKEPT)
async def call_in(wanted: CallWanted, by: ByRider, there: TheInside) -> CalledView:
    """A phone calls in: where it is, and what was tapped. What is sent again counts once."""
    return await _couriers(there, by.rides).call(by, wanted)


@router.get(
    "/courier/map",
    responses=DENIALS | _NO_RIDER | GEOJSON,
    response_class=Response,
)
async def get_courier_map(by: ByRider, there: TheInside) -> Response:
    """The map around the courier's hub and trip. (c) OpenStreetMap contributors, ODbL 1.0."""
    phone = _couriers(there, by.rides).view(by.rides)
    places = [(phone.hub.lon_deg, phone.hub.lat_deg), *(phone.trip.path if phone.trip else ())]
    places += [(stop.lon_deg, stop.lat_deg) for stop in phone.trip.stops] if phone.trip else []
    return Response(await there.vicinity.around(places), media_type="application/geo+json")


@router.post(
    "/vehicles/{vehicle_id}/sign-in",
    status_code=HTTPStatus.CREATED,
    responses=DENIALS
    | UNKEPT
    | {
        404: said("There is no such vehicle."),
        409: said("Nobody rides it."),
    },
)
async def give_sign_in(vehicle_id: str, principal: ByOperator, gallery: TheGallery) -> SignInView:
    """A link with which a courier signs in on a phone, for 16 hours. Journaled with who gave it."""
    service = gallery.service
    vehicle = find_vehicle(service.writer.state, vehicle_id)
    if vehicle.vehicle_id not in service.handsets:
        raise Failure(HTTPStatus.CONFLICT, f"{vehicle_id} is reached without a phone's page.")
    until_s = float(int(now_s() + KEEP_S))
    await service.writer.facts(SignInGiven(vehicle.vehicle_id, principal.name, until_s))
    token = sign_in_token(vehicle.vehicle_id, until_s, service.tracking_secret)
    return SignInView(vehicle_id=vehicle_id, path=f"courier/#{token}", until_s=until_s)
