"""Intake: from a wish to an `Order` that can be kept, or to the reasons why not, each naming a field.

Pure: what it must know of the fleet and the ground is handed in as values and one function.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from math import isfinite

from geofences.reason import Because, Reason
from orchestrator.orders.intake_places import about_places
from orchestrator.orders.intake_reach import Reaches
from orchestrator.orders.intake_times import about_times
from orchestrator.orders.intake_vehicles import about_vehicles
from orchestrator.orders.order import Hub, HubId, Locker, LockerId, Order, OrderId, Parcel
from orchestrator.orders.request import OrderRequest
from vehicles.mission import ParcelId
from vehicles.profile import VehicleProfile

MOST_PARCELS = 20
"""Parcels in one order; more are a pallet, not a last mile."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_LONGEST_LABEL = 200

LIGHTEST_KG = 0.001
"""A parcel weighs a gram at least; less is a slip of the pen, or another unit."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The order was not taken in, and nothing changed. Each reason's subject names a field.

    Fields are named as in the API: "hub_id", "parcels.0.mass_kg", "drop_off", "deadline_s", ...
    """

    reasons: tuple[Reason, ...]


def intake(
    request: OrderRequest,
    *,
    hubs: Mapping[HubId, Hub],
    fleet: Mapping[HubId, Collection[VehicleProfile]],
    lockers: Mapping[LockerId, Locker],
    known: Container[OrderId],
    reaches: Reaches,
    now_s: float,
) -> Order | Rejected:
    """The order as taken in at `now_s` (fleet time), or every reason against it, not only the first.

    `fleet` has the profiles of the vehicles of each hub, whatever they are doing now; an order is taken in
    when some kind of them could carry each of its parcels there. `lockers` has all there are; `known`
    has the ids already used.
    """
    reasons = (
        *_about_names(request, known),
        *_about_parcels(request),
        *about_times(request, now_s),
        *about_places(request, hubs, fleet, lockers),
    )
    if reasons:
        return Rejected(reasons)
    order = Order(
        order_id=request.order_id,
        hub_id=request.hub_id,
        parcels=tuple(
            Parcel(
                ParcelId(f"{request.order_id}-{n}"), one.mass_kg, one.size, one.temperature, one.most_aboard_s
            )
            for n, one in enumerate(request.parcels, start=1)
        ),
        drop_off=request.drop_off,
        placed_at_s=now_s,
        deadline_s=request.deadline_s,
        placed_by=request.placed_by,
        alternatives=request.alternatives,
        ready_at_s=request.ready_at_s,
        earliest_at_s=request.earliest_at_s,
        skills=request.skills,
        also_at=request.also_at,
        pick_up=request.pick_up,
    )
    reasons = about_vehicles(order, fleet, reaches)
    return Rejected(reasons) if reasons else order


def _about_names(request: OrderRequest, known: Container[OrderId]) -> tuple[Reason, ...]:
    found = []
    if not _ID.fullmatch(request.order_id):
        text = "An order id has 1 to 64 letters, digits and . _ : - and starts with a letter or digit."
        found.append(Reason(Because.INPUT, "order_id", text))
    elif request.order_id in known:
        found.append(Reason(Because.INPUT, "order_id", f"There is an order {request.order_id} already."))
    texts = [("drop_off.label", request.drop_off.label), ("placed_by", request.placed_by)]
    if request.pick_up is not None:
        texts.append(("pick_up.label", request.pick_up.label))
    for field, text in texts:
        if not text.strip() or len(text) > _LONGEST_LABEL or not text.isprintable():
            said = f"Needs 1 to {_LONGEST_LABEL} printable characters on one line."
            found.append(Reason(Because.INPUT, field, said))
    return tuple(found)


def _about_parcels(request: OrderRequest) -> tuple[Reason, ...]:
    count = len(request.parcels)
    if not 1 <= count <= MOST_PARCELS:
        text = f"An order has 1 to {MOST_PARCELS} parcels, not {count}."
        return (Reason(Because.INPUT, "parcels", text),)
    found = []
    for n, parcel in enumerate(request.parcels):
        mass_kg, aboard_s = parcel.mass_kg, parcel.most_aboard_s
        if not (isfinite(mass_kg) and mass_kg > 0.0):
            text = f"A mass of {mass_kg} kg is not a finite number above 0."
            found.append(Reason(Because.INPUT, f"parcels.{n}.mass_kg", text))
        elif mass_kg < LIGHTEST_KG:
            text = f"A mass of {mass_kg} kg is less than a gram ({LIGHTEST_KG} kg): masses are in kilograms."
            found.append(Reason(Because.INPUT, f"parcels.{n}.mass_kg", text))
        if aboard_s is not None and not (isfinite(aboard_s) and aboard_s > 0.0):
            text = f"{aboard_s} s is not a finite number above 0."
            found.append(Reason(Because.INPUT, f"parcels.{n}.most_aboard_s", text))
    return tuple(found)
