"""Routes about the fleet: its state, vehicles, alerts, the map and zones, and the live stream."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response, WebSocket

from orchestrator.gateway.access import Denied, Role
from orchestrator.gateway.asking import acknowledge, ask, find_vehicle
from orchestrator.gateway.closing import close_area, open_area
from orchestrator.gateway.condition_views import ConditionView
from orchestrator.gateway.doorman import DENIALS, Known, Operator, TheGallery, admitted
from orchestrator.gateway.failures import answer
from orchestrator.gateway.live import Live
from orchestrator.gateway.messages import AskView, ClosedView, ErrorView, FleetView
from orchestrator.gateway.requests import AskWanted, ZoneWanted
from orchestrator.gateway.show_fleet import alert_view, vehicle_view
from orchestrator.gateway.views import AlertView, VehicleView
from orchestrator.record.events import Ask
from vehicles.clock import now_s

_UNKEPT: dict[int | str, dict[str, object]] = {
    503: {"model": ErrorView, "description": "The journal cannot keep it now; nothing has changed."},
}
_GEOJSON: dict[int | str, dict[str, object]] = {
    200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}, "description": "GeoJSON."},
}

router = APIRouter(prefix="/v1", tags=["fleet"])


@router.get("/state", responses=DENIALS, response_model=FleetView)
async def get_state(principal: Known, gallery: TheGallery) -> Response:
    """Everything at once, as the live stream's snapshot has it."""
    text = await gallery.fleet_json(gallery.look(), principal)
    return Response(text, media_type="application/json")


@router.get("/vehicles", responses=DENIALS)
async def list_vehicles(principal: Operator, gallery: TheGallery) -> list[VehicleView]:
    """All vehicles, in order of id."""
    return await gallery.vehicles(gallery.look(), principal)


@router.get(
    "/vehicles/{vehicle_id}",
    responses=DENIALS | {404: {"model": ErrorView, "description": "There is no such vehicle."}},
)
async def get_vehicle(vehicle_id: str, _: Operator, gallery: TheGallery) -> VehicleView:
    """One vehicle."""
    state = gallery.service.writer.state
    return vehicle_view(state, find_vehicle(state, vehicle_id))


@router.get(
    "/vehicles/{vehicle_id}/condition",
    responses=DENIALS | {404: {"model": ErrorView, "description": "There is no such vehicle."}},
)
async def get_condition(vehicle_id: str, _: Operator, gallery: TheGallery) -> ConditionView:
    """Everything the vehicle last said of itself, and how each of its links does, heard or not."""
    return gallery.condition(find_vehicle(gallery.service.writer.state, vehicle_id).vehicle_id)


@router.post(
    "/vehicles/{vehicle_id}/ask",
    status_code=HTTPStatus.ACCEPTED,
    responses=DENIALS
    | _UNKEPT
    | {
        400: {"model": ErrorView, "description": "The body is not JSON."},
        404: {"model": ErrorView, "description": "There is no such vehicle."},
        409: {"model": ErrorView, "description": "It cannot be reached, or has nothing to act on."},
        413: {"model": ErrorView, "description": "The body is over 64 KiB."},
        415: {"model": ErrorView, "description": "The body is not application/json."},
        422: {"model": ErrorView, "description": "Not something to ask."},
    },
)
async def ask_vehicle(
    vehicle_id: str, wanted: AskWanted, principal: Operator, gallery: TheGallery
) -> AskView:
    """Ask something of a vehicle. Journaled at once; the answer is a later event (AskAnswered)."""
    seq = await ask(vehicle_id, Ask(wanted.ask), principal, gallery.service)
    return AskView(vehicle_id=vehicle_id, ask=wanted.ask, by=principal.name, seq=seq)


@router.post(
    "/alerts/{key}/acknowledge",
    responses=DENIALS
    | _UNKEPT
    | {404: {"model": ErrorView, "description": "There is no such alert any more."}},
)
async def acknowledge_alert(key: str, principal: Operator, gallery: TheGallery) -> AlertView:
    """Say that you have seen an alert. It stays until what raised it is over."""
    await acknowledge(key, principal, gallery.service)
    return alert_view(gallery.service.writer.state.alerts[key])


@router.get("/map", responses=DENIALS | _GEOJSON, response_class=Response)
async def get_map(_: Known, gallery: TheGallery) -> Response:
    """The district: buildings, footpaths, roads, water, parks. (c) OpenStreetMap contributors, ODbL 1.0."""
    headers = {"Content-Encoding": "gzip", "Cache-Control": "private, max-age=3600"}
    return Response(gallery.service.city.map_gz, media_type="application/geo+json", headers=headers)


@router.get("/zones", responses=DENIALS | _GEOJSON, response_class=Response)
async def get_zones(_: Known, gallery: TheGallery) -> Response:
    """The zones that the fleet keeps to, and which of them are active now."""
    return Response(gallery.service.city.zones(now_s()), media_type="application/geo+json")


@router.post(
    "/zones",
    status_code=HTTPStatus.CREATED,
    responses=DENIALS
    | _UNKEPT
    | {
        400: {"model": ErrorView, "description": "The body is not JSON."},
        409: {"model": ErrorView, "description": "An area of that id is closed already."},
        413: {"model": ErrorView, "description": "The body is over 64 KiB."},
        415: {"model": ErrorView, "description": "The body is not application/json."},
        422: {"model": ErrorView, "description": "Not an area that can be closed."},
    },
)
async def close_zone(wanted: ZoneWanted, principal: Operator, gallery: TheGallery) -> ClosedView:
    """Close an area at once: what flies there is planned anew, what would have is kept on its pad."""
    return await close_area(wanted, principal, gallery.service)


@router.delete(
    "/zones/{zone_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=DENIALS
    | _UNKEPT
    | {404: {"model": ErrorView, "description": "Nobody closed an area of that id here."}},
)
async def open_zone(zone_id: str, principal: Operator, gallery: TheGallery) -> None:
    """Open an area again that was closed here. Published zones stay as they are."""
    await open_area(zone_id, principal, gallery.service)


@router.websocket("/live")
async def follow_live(websocket: WebSocket) -> None:
    """The live stream. A browser without loopback rights offers its key as a subprotocol."""
    who = admitted(websocket)
    if not isinstance(who, Denied) and who.role in {Role.COURIER, Role.LOCKER}:
        who = Denied(HTTPStatus.FORBIDDEN, f"{who.name}: the live stream is for consoles and shops.")
    if isinstance(who, Denied):
        await websocket.send_denial_response(answer(who.status, who.error))
        return
    live: Live = websocket.app.state.live
    await live.follow(websocket, who)
