"""Intake: from a wish to an `Order` that can be kept, or to the reasons why not, each naming a field.

Pure: what it must know of the fleet and the ground is handed in as values and one function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from math import isfinite

from geofences.reason import Because, Reason
from orchestrator.orders.order import DropOffPlace, Hub, HubId, Order, OrderId, Parcel
from vehicles.mission import ParcelId
from vehicles.profile import VehicleProfile

MOST_PARCELS = 20
"""Parcels in one order; more are a pallet, not a last mile."""

FURTHEST_DEADLINE_S = 7 * 86_400.0
"""How far ahead a deadline may lie: a later one is a slip of the pen, or an order for another day."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_LONGEST_LABEL = 200

Refusals = Callable[[DropOffPlace, VehicleProfile, float, float], tuple[Reason, ...]]
"""Why a vehicle kind cannot serve a place at any time from one instant to another; empty if it can."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What somebody asks for: values of the right type, not yet checked against anything.

    `masses_kg` has one mass for each parcel; `deadline_s` is fleet time, UTC seconds.
    """

    order_id: OrderId
    hub_id: HubId
    masses_kg: tuple[float, ...]
    drop_off: DropOffPlace
    deadline_s: float
    placed_by: str


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
    known: Container[OrderId],
    refusals: Refusals,
    now_s: float,
) -> Order | Rejected:
    """The order as taken in at `now_s` (fleet time), or every reason against it, not only the first.

    `fleet` has the profiles of the vehicles of each hub, whatever they are doing now; an order is taken in
    when some kind of them could carry each of its parcels there. `known` has the ids already used.
    """
    reasons = (
        *_about_names(request, known),
        *_about_masses(request),
        *_about_deadline(request, now_s),
        *_about_hub(request, hubs, fleet),
    )
    if not reasons:
        kinds = {profile.name: profile for profile in fleet[request.hub_id]}
        reasons = _about_service(request, [kinds[name] for name in sorted(kinds)], refusals, now_s)
    if reasons:
        return Rejected(reasons)
    parcels = tuple(
        Parcel(ParcelId(f"{request.order_id}-{n}"), mass_kg)
        for n, mass_kg in enumerate(request.masses_kg, start=1)
    )
    return Order(
        order_id=request.order_id,
        hub_id=request.hub_id,
        parcels=parcels,
        drop_off=request.drop_off,
        placed_at_s=now_s,
        deadline_s=request.deadline_s,
        placed_by=request.placed_by,
    )


def _wrong(field: str, text: str, because: Because = Because.INPUT) -> Reason:
    return Reason(because, field, text)


def _about_names(request: OrderRequest, known: Container[OrderId]) -> tuple[Reason, ...]:
    found = []
    if not _ID.fullmatch(request.order_id):
        text = "An order id has 1 to 64 letters, digits and . _ : - and starts with a letter or digit."
        found.append(_wrong("order_id", text))
    elif request.order_id in known:
        found.append(_wrong("order_id", f"There is an order {request.order_id} already."))
    for field, text in (("drop_off.label", request.drop_off.label), ("placed_by", request.placed_by)):
        if not text.strip() or len(text) > _LONGEST_LABEL or not text.isprintable():
            said = f"Needs 1 to {_LONGEST_LABEL} printable characters on one line."
            found.append(_wrong(field, said))
    return tuple(found)


def _about_masses(request: OrderRequest) -> tuple[Reason, ...]:
    count = len(request.masses_kg)
    if not 1 <= count <= MOST_PARCELS:
        return (_wrong("parcels", f"An order has 1 to {MOST_PARCELS} parcels, not {count}."),)
    return tuple(
        _wrong(f"parcels.{n}.mass_kg", f"A mass of {mass_kg} kg is not a finite number above 0.")
        for n, mass_kg in enumerate(request.masses_kg)
        if not (isfinite(mass_kg) and mass_kg > 0.0)
    )


def _about_deadline(request: OrderRequest, now_s: float) -> tuple[Reason, ...]:
    ahead_s = request.deadline_s - now_s
    if not isfinite(ahead_s):
        return (_wrong("deadline_s", f"{request.deadline_s} is not a point in time."),)
    if ahead_s <= 0.0:
        text = f"The deadline has passed, {-ahead_s:.0f} s ago."
        return (_wrong("deadline_s", text, Because.TIME_WINDOW),)
    if ahead_s > FURTHEST_DEADLINE_S:
        days = f"{ahead_s / 86_400.0:.0f} days ahead, more than {FURTHEST_DEADLINE_S / 86_400.0:.0f}"
        return (_wrong("deadline_s", f"The deadline lies {days}.", Because.TIME_WINDOW),)
    return ()


def _about_hub(
    request: OrderRequest, hubs: Mapping[HubId, Hub], fleet: Mapping[HubId, Collection[VehicleProfile]]
) -> tuple[Reason, ...]:
    if request.hub_id not in hubs:
        names = ", ".join(sorted(hubs)) or "none"
        return (_wrong("hub_id", f"There is no hub {request.hub_id}; there are: {names}."),)
    if not fleet.get(request.hub_id):
        return (_wrong("hub_id", f"No vehicle is based at {request.hub_id}."),)
    return ()


def _about_service(
    request: OrderRequest, kinds: list[VehicleProfile], refusals: Refusals, now_s: float
) -> tuple[Reason, ...]:
    """Against each parcel that no kind can carry there: too heavy for all, or each kind's own reason."""
    against = {kind.name: refusals(request.drop_off, kind, now_s, request.deadline_s) for kind in kinds}
    place = [
        Reason(reason.because, "drop_off", f"Not by {name}: {reason.text}")
        for name, reasons in against.items()
        for reason in reasons
    ]
    able = [kind for kind in kinds if not against[kind.name]]
    if not able:
        return tuple(place)
    most_kg = max(kind.max_payload_kg for kind in able)
    too_heavy = [
        _wrong(
            f"parcels.{n}.mass_kg",
            f"{mass_kg:g} kg is more than any vehicle that can serve the place carries ({most_kg:g} kg).",
            Because.PAYLOAD,
        )
        for n, mass_kg in enumerate(request.masses_kg)
        if mass_kg > most_kg
    ]
    strongest_kg = max(kind.max_payload_kg for kind in kinds)
    elsewhere = any(most_kg < mass_kg <= strongest_kg for mass_kg in request.masses_kg)
    return (*too_heavy, *place) if elsewhere else tuple(too_heavy)
