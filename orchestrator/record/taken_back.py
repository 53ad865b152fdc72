"""Orders taken back while their parcels are under way: is the mission pointless, what stays aboard. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from geofences.reason import Because, Reason
from orchestrator.record.events import MissionWithdrawn
from orchestrator.record.state import BEFORE_START, FleetState, MissionState, OrderState
from vehicles.mission import ParcelId


def withdrawal(state: FleetState, mission: MissionState, reasons: Sequence[Reason]) -> MissionWithdrawn:
    """That a mission is given up before its start; what its vehicle holds of it is its own still."""
    plan = mission.plan.mission
    held = state.vehicles[plan.vehicle_id].aboard
    aboard = tuple(one for one in mission.carried if one in held)
    return MissionWithdrawn(plan.vehicle_id, plan.mission_id, tuple(reasons), aboard)


def cancelled_reason(state: FleetState, mission: MissionState) -> Reason | None:
    """Why a mission is pointless: its orders were taken back while their parcels were still on their way.

    Before it starts one order of several is enough: the others are planned anew, without it. Under way
    it goes on for the others, and so does a courier's at any time, who passes a stop by.
    """
    left = [
        state.orders[state.parcels[parcel_id].order_id]
        for parcel_id in mission.carried
        if state.parcels[parcel_id].delivered_at_s is None and parcel_id not in mission.kept
    ]
    cancelled = [order for order in left if order.cancelled_by is not None]
    ridden = state.vehicles[mission.plan.mission.vehicle_id].profile.ridden
    goes_on = ridden or mission.phase not in BEFORE_START
    if not cancelled or (goes_on and len(cancelled) < len(left)):
        return None
    return taken_back(cancelled[0])


def taken_back(placed: OrderState) -> Reason:
    """That somebody took an order back."""
    order_id = placed.order.order_id
    return Reason(Because.OPERATOR, order_id, f"Order {order_id} was cancelled by {placed.cancelled_by}.")


def withheld(state: FleetState, mission: MissionState) -> tuple[ParcelId, ...]:
    """Parcels aboard whose orders were taken back while others of the mission are still wanted."""
    left = [
        state.parcels[parcel_id]
        for parcel_id in mission.carried
        if state.parcels[parcel_id].delivered_at_s is None and parcel_id not in mission.kept
    ]
    cancelled = [one for one in left if state.orders[one.order_id].cancelled_by is not None]
    return tuple(one.parcel.parcel_id for one in cancelled) if len(cancelled) < len(left) else ()
