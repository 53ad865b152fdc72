"""Routes about the fleet: its state, vehicles, alerts, the map and zones, and the live stream."""

from __future__ import annotations

from http import HTTPStatus
from zlib import crc32

from fastapi import APIRouter, Request, Response, WebSocket

from orchestrator.gateway.acts.asking import acknowledge, ask, find_vehicle
from orchestrator.gateway.acts.closing import close_area, open_area
from orchestrator.gateway.contract.answers import BAD_BODY, DENIALS, GEOJSON, UNKEPT, said
from orchestrator.gateway.contract.condition_views import ConditionView
from orchestrator.gateway.contract.failures import answer
from orchestrator.gateway.contract.messages import AskView, ClosedView, FleetView
from orchestrator.gateway.contract.requests import AskWanted, ZoneWanted
from orchestrator.gateway.contract.views import AlertView, VehicleView
from orchestrator.gateway.door.access import Denied
from orchestrator.gateway.door.bodies import OnceRoute
from orchestrator.gateway.door.principals import Integrator, Operator
from orchestrator.gateway.inside import inside
from orchestrator.gateway.routes.doorman import ByKnown, ByOperator, TheGallery, admitted
from orchestrator.gateway.showing.alerts import alert_view
from orchestrator.gateway.showing.fleet import vehicle_view
from orchestrator.record.events import Ask
from vehicles.clock import now_s

router = APIRouter(prefix="/v1", tags=["fleet"], route_class=OnceRoute)


@router.get("/state", responses=DENIALS, response_model=FleetView)
async def get_state(principal: ByKnown, gallery: TheGallery) -> Response:
    """Everything at once, as the live stream's snapshot has it."""
    text = await gallery.fleet_json(gallery.look(), principal)
    return Response(text, media_type="application/json")


@router.get("/vehicles", responses=DENIALS)
async def list_vehicles(principal: ByOperator, gallery: TheGallery) -> list[VehicleView]:
    """All vehicles, in order of id."""
    return await gallery.vehicles(gallery.look(), principal)


@router.get(
    "/vehicles/{vehicle_id}",
    responses=DENIALS | {404: said("There is no such vehicle.")},
)
async def get_vehicle(vehicle_id: str, _: ByOperator, gallery: TheGallery) -> VehicleView:
    """One vehicle."""
    state = gallery.service.writer.state
    return vehicle_view(state, find_vehicle(state, vehicle_id))


@router.get(
    "/vehicles/{vehicle_id}/condition",
    responses=DENIALS | {404: said("There is no such vehicle.")},
)
async def get_condition(vehicle_id: str, _: ByOperator, gallery: TheGallery) -> ConditionView:
    """Everything the vehicle last said of itself, and how each of its links does, heard or not."""
    return gallery.condition(find_vehicle(gallery.service.writer.state, vehicle_id).vehicle_id)


@router.post(
    "/vehicles/{vehicle_id}/ask",
    status_code=HTTPStatus.ACCEPTED,
    responses=DENIALS
    | BAD_BODY
    | UNKEPT
    | {
        404: said("There is no such vehicle."),
        409: said("It cannot be reached, or has nothing to act on."),
        422: said("Not something to ask."),
    },
)
async def ask_vehicle(
    vehicle_id: str, wanted: AskWanted, principal: ByOperator, gallery: TheGallery
) -> AskView:
    """Ask something of a vehicle. Journaled at once; the answer is a later event (AskAnswered)."""
    seq = await ask(vehicle_id, Ask(wanted.ask), principal, gallery.service)
    return AskView(vehicle_id=vehicle_id, ask=wanted.ask, by=principal.name, seq=seq)


@router.post(
    "/alerts/{key}/acknowledge",
    responses=DENIALS | UNKEPT | {404: said("There is no such alert any more.")},
)
async def acknowledge_alert(key: str, principal: ByOperator, gallery: TheGallery) -> AlertView:
    """Say that you have seen an alert. It stays until what raised it is over."""
    await acknowledge(key, principal, gallery.service)
    state = gallery.service.writer.state
    return alert_view(state, state.alerts[key])


@router.get(
    "/map",
    responses=DENIALS | GEOJSON | {304: {"description": "It is the one that `If-None-Match` names."}},
    response_class=Response,
)
async def get_map(_: ByKnown, gallery: TheGallery, request: Request) -> Response:
    """The district: buildings, footpaths, roads, water, parks. (c) OpenStreetMap contributors, ODbL 1.0."""
    map_gz = gallery.service.city.map_gz
    etag = f'W/"{crc32(map_gz):08x}-{len(map_gz)}"'
    headers = {"Cache-Control": "private, max-age=3600", "ETag": etag}
    if etag in (one.strip() for one in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(map_gz, media_type="application/geo+json", headers=headers)


@router.get("/zones", responses=DENIALS | GEOJSON, response_class=Response)
async def get_zones(_: ByKnown, gallery: TheGallery) -> Response:
    """The zones that the fleet keeps to, and which of them are active now."""
    return Response(gallery.service.city.zones(now_s()), media_type="application/geo+json")


@router.post(
    "/zones",
    status_code=HTTPStatus.CREATED,
    responses=DENIALS
    | BAD_BODY
    | UNKEPT
    | {
        409: said("An area of that id is closed already."),
        422: said("Not an area that can be closed."),
    },
)
async def close_zone(wanted: ZoneWanted, principal: ByOperator, gallery: TheGallery) -> ClosedView:
    """Close an area at once: what flies there is planned anew, what would have is kept on its pad."""
    return await close_area(wanted, principal, gallery.service)


@router.delete(
    "/zones/{zone_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=DENIALS | UNKEPT | {404: said("Nobody closed an area of that id here.")},
)
async def open_zone(zone_id: str, principal: ByOperator, gallery: TheGallery) -> None:
    """Open an area again that was closed here. Published zones stay as they are."""
    await open_area(zone_id, principal, gallery.service)


@router.websocket("/live")
async def follow_live(websocket: WebSocket) -> None:
    """The live stream. A browser without loopback rights offers its key as a subprotocol."""
    who = admitted(websocket)
    if isinstance(who, Operator | Integrator):
        await inside(websocket).live.follow(websocket, who)
        return
    if not isinstance(who, Denied):
        who = Denied(HTTPStatus.FORBIDDEN, f"{who.name}: the live stream is for consoles and shops.")
    await websocket.send_denial_response(answer(who.status, who.error))
