"""Routes about lockers and what lies in them, for lockers' own systems, shops and operators."""

from __future__ import annotations

from fastapi import APIRouter

from orchestrator.gateway.contract.answers import BAD_BODY, DENIALS, UNKEPT, Answers, said
from orchestrator.gateway.contract.messages import CollectedView
from orchestrator.gateway.contract.requests import CodeWanted
from orchestrator.gateway.contract.views import LockerView
from orchestrator.gateway.door.bodies import OnceRoute
from orchestrator.gateway.routes.doorman import AtLocker, ByKnown, ByOperator, TheGallery, TheInside

_MISSING: Answers = {
    404: said("There is no such thing there, or it is not yours to see."),
    409: said("It cannot be done as things stand."),
}
router = APIRouter(prefix="/v1", tags=["lockers"], route_class=OnceRoute)


@router.get("/lockers", responses=DENIALS)
async def list_lockers(principal: ByOperator, gallery: TheGallery) -> list[LockerView]:
    """Lockers with compartments of their own: what is taken, and what is on its way there."""
    return gallery.lockers(gallery.look().state, principal)


@router.post("/lockers/{locker_id}/collect", responses=DENIALS | _MISSING | BAD_BODY | UNKEPT)
async def collect_by_code(
    locker_id: str, wanted: CodeWanted, by: AtLocker, there: TheInside
) -> CollectedView:
    """A recipient typed a code: which compartments to open. What lay in them is the recipient's now."""
    return await there.collecting.by_code(locker_id, wanted.code, by)


@router.post("/parcels/{parcel_id}/collected", responses=DENIALS | _MISSING | UNKEPT)
async def mark_collected(parcel_id: str, by: ByKnown, there: TheInside) -> CollectedView:
    """Say that a parcel was taken out of its locker, as its shop or an operator knows otherwise."""
    return await there.collecting.by_word(parcel_id, by)


@router.post("/parcels/{parcel_id}/absent", responses=DENIALS | _MISSING | UNKEPT)
async def mark_absent(parcel_id: str, by: ByKnown, there: TheInside) -> CollectedView:
    """Say that a parcel was not in the compartment that was opened to collect it: people look for it."""
    return await there.collecting.absent(parcel_id, by)


@router.post("/parcels/{parcel_id}/recovered", responses=DENIALS | _MISSING | UNKEPT)
async def mark_recovered(parcel_id: str, by: ByOperator, there: TheInside) -> CollectedView:
    """Say that a parcel which nobody collected in time was fetched back, and lies at its hub."""
    return await there.collecting.recovered(parcel_id, by)
