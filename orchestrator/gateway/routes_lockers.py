"""Routes about lockers and what lies in them, for lockers' own systems, shops and operators."""

from __future__ import annotations

from fastapi import APIRouter, Request

from orchestrator.gateway.collecting import Collecting
from orchestrator.gateway.doorman import DENIALS, Known, LockerSystem, Operator, TheGallery
from orchestrator.gateway.messages import CollectedView, ErrorView
from orchestrator.gateway.requests import CodeWanted
from orchestrator.gateway.views import LockerView

_UNKEPT: dict[int | str, dict[str, object]] = {
    503: {"model": ErrorView, "description": "The journal cannot keep it now; nothing has changed."},
}
_MISSING: dict[int | str, dict[str, object]] = {
    404: {"model": ErrorView, "description": "There is no such thing there, or it is not yours to see."},
    409: {"model": ErrorView, "description": "It cannot be done as things stand."},
}
_BAD_BODY: dict[int | str, dict[str, object]] = {
    400: {"model": ErrorView, "description": "The body is not JSON."},
    413: {"model": ErrorView, "description": "The body is over 64 KiB."},
    415: {"model": ErrorView, "description": "The body is not application/json."},
    422: {"model": ErrorView, "description": "Values that will not do; one problem for each field."},
}

router = APIRouter(prefix="/v1", tags=["lockers"])


def _collecting(request: Request) -> Collecting:
    collecting: Collecting = request.app.state.collecting
    return collecting


@router.get("/lockers", responses=DENIALS)
async def list_lockers(principal: Operator, gallery: TheGallery) -> list[LockerView]:
    """Lockers with compartments of their own: what is taken, and what is on its way there."""
    return gallery.lockers(gallery.look().state, principal)


@router.post("/lockers/{locker_id}/collect", responses=DENIALS | _MISSING | _BAD_BODY | _UNKEPT)
async def collect_by_code(
    locker_id: str, wanted: CodeWanted, by: LockerSystem, request: Request
) -> CollectedView:
    """A recipient typed a code: which compartments to open. What lay in them is the recipient's now."""
    return await _collecting(request).by_code(locker_id, wanted.code, by)


@router.post("/parcels/{parcel_id}/collected", responses=DENIALS | _MISSING | _UNKEPT)
async def mark_collected(parcel_id: str, by: Known, request: Request) -> CollectedView:
    """Say that a parcel was taken out of its locker, as its shop or an operator knows otherwise."""
    return await _collecting(request).by_word(parcel_id, by)


@router.post("/parcels/{parcel_id}/recovered", responses=DENIALS | _MISSING | _UNKEPT)
async def mark_recovered(parcel_id: str, by: Operator, request: Request) -> CollectedView:
    """Say that a parcel which nobody collected in time was fetched back, and lies at its hub."""
    return await _collecting(request).recovered(parcel_id, by)
