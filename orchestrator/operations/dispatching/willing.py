"""Who is kept from a parcel by what people said: operators, or a courier who declined it."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.record.state import ParcelState
from orchestrator.record.states.wishes import Wishes
from vehicles.mission import VehicleId

ASKED_AGAIN_S = 600.0
"""How long a no counts. Others come first meanwhile; where there are none, a parcel would wait for ever."""


def declines(parcel: ParcelState, vehicle_id: VehicleId, now_s: float) -> bool:
    """Whether its rider said no to a parcel, and is not asked again yet."""
    declined_at_s = parcel.declined_at_s.get(vehicle_id)
    return declined_at_s is not None and now_s < declined_at_s + ASKED_AGAIN_S


def against_wish(
    parcel: ParcelState, wishes: Wishes, vehicle_id: VehicleId, now_s: float
) -> tuple[Reason, ...]:
    """Why a vehicle is kept from a parcel by what people said; a pin counts for more than its rider's no."""
    if wishes.pinned_to is not None and wishes.pinned_to != vehicle_id:
        text = f"{wishes.by} pinned it to {wishes.pinned_to}."
        return (Reason(Because.OPERATOR, parcel.order_id, text),)
    if vehicle_id in wishes.forbidden:
        return (Reason(Because.OPERATOR, vehicle_id, f"{wishes.by} forbade {vehicle_id} to carry it."),)
    if wishes.pinned_to is None and declines(parcel, vehicle_id, now_s):
        return (Reason(Because.DECLINED, vehicle_id, "Its rider declined it."),)
    return ()
