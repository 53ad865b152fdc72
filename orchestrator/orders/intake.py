"""Intake: from a wish to an `Order` that can be kept, or to the reasons why not, each naming a field.

Pure: what it must know of the fleet and the ground is handed in as values and one function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from geofences.position import distance_m
from geofences.reason import Because, Reason
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import (
    DropOffPlace,
    Hub,
    HubId,
    Locker,
    LockerId,
    Order,
    OrderId,
    Parcel,
    ParcelSize,
)
from vehicles.mission import ParcelId
from vehicles.profile import VehicleProfile

MOST_PARCELS = 20
"""Parcels in one order; more are a pallet, not a last mile."""

MOST_ALTERNATIVES = 4
"""Places of second choice in one order."""

FURTHEST_DEADLINE_S = 7 * 86_400.0
"""How far ahead a deadline may lie: a later one is a slip of the pen, or an order for another day."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_LONGEST_LABEL = 200

LIGHTEST_KG = 0.001
"""A parcel weighs a gram at least; less is a slip of the pen, or another unit."""

FURTHEST_FROM_LOCKER_M = 30.0
"""How far the place of an order for a locker may be from where the locker stands."""

Refusals = Callable[[HubId, DropOffPlace, Parcel, VehicleProfile, float, float], tuple[Reason, ...]]
"""Why a vehicle kind cannot bring a parcel from a hub to a place at any time from one instant to another.

Empty if it can, or if it could were the parcel light enough for it: payloads are intake's own matter.
"""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What somebody asks for: values of the right type, not yet checked against anything.

    `masses_kg` has one mass for each parcel; `deadline_s` is fleet time, UTC seconds. `alternatives` are
    places that will do as well, the most welcome first; `sizes` has one for each parcel, or none.
    """

    order_id: OrderId
    hub_id: HubId
    masses_kg: tuple[float, ...]
    drop_off: DropOffPlace
    deadline_s: float
    placed_by: str
    alternatives: tuple[DropOffPlace, ...] = ()
    sizes: tuple[ParcelSize, ...] = ()

    def size(self, n: int) -> ParcelSize:
        """The size of parcel `n`, from 0; medium where none was told."""
        return self.sizes[n] if self.sizes else ParcelSize.MEDIUM


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
    refusals: Refusals,
    now_s: float,
) -> Order | Rejected:
    """The order as taken in at `now_s` (fleet time), or every reason against it, not only the first.

    `fleet` has the profiles of the vehicles of each hub, whatever they are doing now; an order is taken in
    when some kind of them could carry each of its parcels there. `lockers` has all there are; `known`
    has the ids already used.
    """
    reasons = (
        *_about_names(request, known),
        *_about_masses(request),
        *_about_deadline(request, now_s),
        *_about_hub(request, hubs, fleet),
        *_about_locker("drop_off", request.drop_off, lockers),
        *_about_alternatives(request, lockers),
        *_about_sizes(request, lockers),
    )
    if reasons:
        return Rejected(reasons)
    parcels = tuple(
        Parcel(ParcelId(f"{request.order_id}-{n + 1}"), mass_kg, request.size(n))
        for n, mass_kg in enumerate(request.masses_kg)
    )
    kinds = {profile.name: profile for profile in fleet[request.hub_id]}
    reasons = _about_service(request, parcels, [kinds[name] for name in sorted(kinds)], refusals, now_s)
    if reasons:
        return Rejected(reasons)
    return Order(
        order_id=request.order_id,
        hub_id=request.hub_id,
        parcels=parcels,
        drop_off=request.drop_off,
        placed_at_s=now_s,
        deadline_s=request.deadline_s,
        placed_by=request.placed_by,
        alternatives=request.alternatives,
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
    found = []
    for n, mass_kg in enumerate(request.masses_kg):
        if not (isfinite(mass_kg) and mass_kg > 0.0):
            text = f"A mass of {mass_kg} kg is not a finite number above 0."
            found.append(_wrong(f"parcels.{n}.mass_kg", text))
        elif mass_kg < LIGHTEST_KG:
            text = f"A mass of {mass_kg} kg is less than a gram ({LIGHTEST_KG} kg): masses are in kilograms."
            found.append(_wrong(f"parcels.{n}.mass_kg", text))
    return tuple(found)


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


def _about_alternatives(request: OrderRequest, lockers: Mapping[LockerId, Locker]) -> tuple[Reason, ...]:
    found = []
    if len(request.alternatives) > MOST_ALTERNATIVES:
        text = f"An order has at most {MOST_ALTERNATIVES} alternatives, not {len(request.alternatives)}."
        found.append(_wrong("alternatives", text))
    places = (request.drop_off, *request.alternatives)
    for n, place in enumerate(request.alternatives):
        if place in places[: n + 1]:
            found.append(_wrong(f"alternatives.{n}", "The same place is asked for before."))
        found += _about_locker(f"alternatives.{n}", place, lockers)
    return tuple(found)


def _about_locker(field: str, place: DropOffPlace, lockers: Mapping[LockerId, Locker]) -> tuple[Reason, ...]:
    if place.locker_id is None:
        return ()
    locker = lockers.get(place.locker_id)
    if locker is None:
        names = ", ".join(sorted(lockers)) or "none"
        text = f"There is no locker {place.locker_id}; there are: {names}."
        return (_wrong(f"{field}.locker_id", text),)
    away_m = distance_m(place.position, locker.position)
    if away_m <= FURTHEST_FROM_LOCKER_M:
        return ()
    text = (
        f"Locker {locker.locker_id} stands at {locker.position}, {away_m:.0f} m from this place,"
        f" more than {FURTHEST_FROM_LOCKER_M:.0f} m."
    )
    return (_wrong(field, text),)


def _about_sizes(request: OrderRequest, lockers: Mapping[LockerId, Locker]) -> tuple[Reason, ...]:
    """A parcel that no compartment of a locker takes, even empty, goes to no locker."""
    named = [place.locker_id for place in (request.drop_off, *request.alternatives) if place.locker_id]
    known = [lockers[locker_id] for locker_id in named if locker_id in lockers]
    found = []
    for locker in known:
        for n in range(len(request.masses_kg)):
            if LockerRoom(locker).promising(request.size(n)) is None:
                text = f"Locker {locker.locker_id} has no compartment for a {request.size(n).value} parcel."
                found.append(_wrong(f"parcels.{n}.size", text, Because.LOCKER))
    return tuple(found)


def _against(
    request: OrderRequest, parcel: Parcel, kind: VehicleProfile, refusals: Refusals, now_s: float
) -> tuple[Reason, ...]:
    """Why a kind can bring the parcel to none of the places: its reasons against the first of them."""
    first: tuple[Reason, ...] = ()
    for place in (request.drop_off, *request.alternatives):
        found = refusals(request.hub_id, place, parcel, kind, now_s, request.deadline_s)
        if not found:
            return ()
        first = first or found
    return first


def _about_service(
    request: OrderRequest,
    parcels: Sequence[Parcel],
    kinds: Sequence[VehicleProfile],
    refusals: Refusals,
    now_s: float,
) -> tuple[Reason, ...]:
    """Against each parcel that no kind can carry there: too heavy for all, or each kind's own reason."""
    too_heavy, place = [], []
    for n, parcel in enumerate(parcels):
        against = {kind.name: _against(request, parcel, kind, refusals, now_s) for kind in kinds}
        most_kg = max((kind.max_payload_kg for kind in kinds if not against[kind.name]), default=None)
        if most_kg is not None and parcel.mass_kg <= most_kg:
            continue
        if most_kg is not None:
            text = (
                f"{parcel.mass_kg:g} kg is more than any vehicle that can serve the place carries"
                f" ({most_kg:g} kg)."
            )
            too_heavy.append(_wrong(f"parcels.{n}.mass_kg", text, Because.PAYLOAD))
        if most_kg is None or parcel.mass_kg <= max(kind.max_payload_kg for kind in kinds):
            place += [
                Reason(reason.because, "drop_off", f"Not by {name}: {reason.text}")
                for name, reasons in against.items()
                for reason in reasons
            ]
    return (*too_heavy, *dict.fromkeys(place))
