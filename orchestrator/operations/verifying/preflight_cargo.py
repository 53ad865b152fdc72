"""The independent check of what a mission carries (invariant 1): room, weight, cold, size, skills and times.

Like all of `preflight` it asks nobody how the plan was made: what is aboard, and since when, is worked out
again from the legs and what the orders ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geofences.reason import Because, Reason
from orchestrator.orders.order import Order
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import FleetState
from vehicles.cargo import SIZES
from vehicles.mission import DropOff, Leg, ParcelId, PickUp, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.schedule import Schedule

_OFF_S = 2.0
"""A planner and this check may differ by so much in when something is done."""
_OFF_KG = 1e-6


def orders_of(state: FleetState, planned: MissionPlanned) -> dict[ParcelId, Order]:
    """The order of each parcel that a mission hands over."""
    return {
        parcel_id: state.orders[state.parcels[parcel_id].order_id].order
        for parcel_id in planned.parcel_ids
        if parcel_id in state.parcels
    }


def cargo_reasons(
    planned: MissionPlanned, profile: VehicleProfile, timing: Schedule, orders: Mapping[ParcelId, Order]
) -> tuple[Reason, ...]:
    """What forbids the mission for what it carries; `timing` is its legs' schedule from 0 s."""
    legs, vehicle_id = planned.mission.legs, planned.mission.vehicle_id
    ends = [planned.depart_at_s + end_s for end_s in timing.leg_ends_at_s]
    return (
        *_unkept(legs, profile, orders),
        *_overloaded(legs, profile, vehicle_id),
        *_untimely(legs, ends, orders, loading_from_s=planned.depart_at_s - _loading_s(legs)),
    )


def _unkept(legs: Sequence[Leg], profile: VehicleProfile, orders: Mapping[ParcelId, Order]) -> list[Reason]:
    found: list[Reason] = []
    for leg in legs:
        order = orders.get(leg.parcel_id) if isinstance(leg, DropOff) else None
        if order is None or not isinstance(leg, DropOff):
            continue
        name = leg.parcel_id
        parcel = next(one for one in order.parcels if one.parcel_id == name)
        if not any(kept is parcel.temperature for kept in profile.temperatures):
            text = f"{name} has to be kept {parcel.temperature.value}, which the vehicle does not do."
            found.append(Reason(Because.TEMPERATURE, name, text))
        if parcel.size in SIZES[SIZES.index(profile.largest) + 1 :]:
            found.append(Reason(Because.SIZE, name, f"{name} is larger than what the vehicle takes."))
        if not set(order.skills) <= set(profile.skills):
            found.append(
                Reason(Because.SKILL, name, f"The vehicle cannot do what the hand-over of {name} needs.")
            )
    return found


def _overloaded(legs: Sequence[Leg], profile: VehicleProfile, vehicle_id: VehicleId) -> list[Reason]:
    """Where more is aboard than there is room for; what is dropped and never picked up was aboard before."""
    taken = {leg.parcel_id for leg in legs if isinstance(leg, PickUp)}
    aboard = {
        leg.parcel_id: leg.mass_kg for leg in legs if isinstance(leg, DropOff) and leg.parcel_id not in taken
    }
    for leg in legs:
        if isinstance(leg, PickUp):
            aboard[leg.parcel_id] = leg.mass_kg
        elif isinstance(leg, DropOff) and aboard.pop(leg.parcel_id, None) is None:
            text = f"{leg.parcel_id} is handed over where it is not aboard."
            return [Reason(Because.INPUT, leg.parcel_id, text)]
        kg = sum(aboard.values())
        if len(aboard) > profile.compartments or kg > profile.max_payload_kg + _OFF_KG:
            text = f"{len(aboard)} parcels of {kg:g} kg are aboard at once, more than there is room for."
            return [Reason(Because.PAYLOAD, vehicle_id, text)]
    return []


def _loading_s(legs: Sequence[Leg]) -> float:
    """Seconds of loading at the hub, before it departs."""
    first = next((n for n, leg in enumerate(legs) if not isinstance(leg, PickUp)), 0)
    return sum(leg.service_s for leg in legs[:first] if isinstance(leg, PickUp))


def _untimely(
    legs: Sequence[Leg], ends: Sequence[float], orders: Mapping[ParcelId, Order], loading_from_s: float
) -> list[Reason]:
    found: list[Reason] = []
    since: dict[ParcelId, float] = {}
    for n, leg in enumerate(legs):
        if not isinstance(leg, PickUp | DropOff) or leg.parcel_id not in orders:
            continue
        order = orders[leg.parcel_id]
        if isinstance(leg, PickUp):
            at_hub = all(isinstance(before, PickUp) for before in legs[:n])
            since[leg.parcel_id] = loading_from_s if at_hub else ends[n] - leg.service_s
            early = order.ready_at_s is not None and since[leg.parcel_id] < order.ready_at_s - _OFF_S
            text = f"{leg.parcel_id} would be taken before it is ready."
        else:
            early = order.earliest_at_s is not None and ends[n] < order.earliest_at_s - _OFF_S
            text = f"{leg.parcel_id} would be handed over before anybody is there."
        if early:
            found.append(Reason(Because.TIME_WINDOW, leg.parcel_id, text))
        if isinstance(leg, DropOff):
            found += _stale(leg.parcel_id, order, ends[n] - since.get(leg.parcel_id, ends[n]))
    return found


def _stale(parcel_id: ParcelId, order: Order, aboard_s: float) -> list[Reason]:
    most_s = next(one.most_aboard_s for one in order.parcels if one.parcel_id == parcel_id)
    if most_s is None or aboard_s <= most_s + _OFF_S:
        return []
    text = f"{parcel_id} would be aboard for {aboard_s / 60.0:.1f} min, and may be for {most_s / 60.0:.1f}."
    return [Reason(Because.TIME_WINDOW, parcel_id, text)]
