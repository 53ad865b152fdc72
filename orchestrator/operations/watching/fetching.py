"""What a vehicle's word at a pick-up means, and what of a mission is still to be fetched: pure."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.applying.fetches import still_to_fetch
from orchestrator.record.events import ParcelFetched, ParcelNotFetched
from orchestrator.record.state import MissionState
from vehicles.mission import PickUp


def fetched(look: Sight, mission: MissionState, leg: PickUp) -> ParcelFetched | ParcelNotFetched:
    """A pick-up is behind it: fetched, if the vehicle says that it holds the parcel; else it was not given.

    Of one that does not tell what it holds, whoever put the parcel aboard has said so before.
    """
    name, mission_id = look.vehicle.vehicle_id, mission.plan.mission.mission_id
    if look.seen.holds is not None and leg.parcel_id in look.seen.holds:
        return ParcelFetched(name, mission_id, leg.parcel_id, leg.at.position)
    return not_fetched(look, mission, leg)


def not_fetched(look: Sight, mission: MissionState, leg: PickUp) -> ParcelNotFetched:
    """That a vehicle comes without a parcel, with what it said last."""
    said = "; ".join(look.seen.health.warnings).rstrip(".")
    text = f"{leg.parcel_id} was not given to {look.vehicle.vehicle_id}{f': {said}' if said else ''}."
    reason = Reason(Because.SENDER, leg.parcel_id, text)
    ids = look.vehicle.vehicle_id, mission.plan.mission.mission_id, leg.parcel_id
    return ParcelNotFetched(*ids, (reason,))


def left_to_fetch(look: Sight, mission: MissionState) -> tuple[PickUp, ...]:
    """The pick-ups of a mission whose parcels are neither aboard nor given up."""
    waiting = still_to_fetch(look.state, mission)
    return tuple(leg for leg in mission.plan.mission.fetches if leg.parcel_id in waiting)
