"""What intake has against the hubs, places and lockers that a wish names, whoever would go there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from geofences.position import GeoPoint, distance_m
from geofences.reason import Because, Reason
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import DropOffPlace, Hub, HubId, Locker, LockerId
from orchestrator.orders.request import OrderRequest
from vehicles.cargo import Skill
from vehicles.profile import VehicleProfile

MOST_ALTERNATIVES = 4
"""Places of second choice in one order."""

MOST_HUBS = 5
"""Hubs where the parcels of one order may lie."""

FURTHEST_FROM_LOCKER_M = 30.0
"""How far the place of an order for a locker may be from where the locker stands."""

FURTHEST_FROM_HUB_M = 100.0
"""How far the place of an order for a hub's counter may be from where the hub is: its docks lie around it."""

_Lockers = Mapping[LockerId, Locker]


def about_places(
    request: OrderRequest,
    hubs: Mapping[HubId, Hub],
    fleet: Mapping[HubId, Collection[VehicleProfile]],
    lockers: _Lockers,
) -> tuple[Reason, ...]:
    """Against hubs and lockers that are not there, places named twice, and what no locker can do."""
    return (
        *_about_hubs(request, hubs, fleet),
        *_about_pick_up(request, lockers),
        *_about_locker("drop_off", request.drop_off.locker_id, request.drop_off.position, lockers),
        *_about_counters(request, hubs),
        *_about_alternatives(request, lockers),
        *_about_what_lockers_take(request, lockers),
    )


def _wrong(field: str, text: str, because: Because = Because.INPUT) -> Reason:
    return Reason(because, field, text)


def _about_hubs(
    request: OrderRequest, hubs: Mapping[HubId, Hub], fleet: Mapping[HubId, Collection[VehicleProfile]]
) -> Iterator[Reason]:
    fields = ("hub_id", *(f"also_at.{n}" for n in range(len(request.also_at))))
    for n, (field, hub_id) in enumerate(zip(fields, request.hub_ids, strict=True)):
        if hub_id not in hubs:
            names = ", ".join(sorted(hubs)) or "none"
            yield _wrong(field, f"There is no hub {hub_id}; there are: {names}.")
        elif hub_id in request.hub_ids[:n]:
            yield _wrong(field, f"{hub_id} is named before.")
        elif not fleet.get(hub_id):
            yield _wrong(field, f"No vehicle is based at {hub_id}.")
    if len(request.hub_ids) > MOST_HUBS:
        yield _wrong("also_at", f"At most {MOST_HUBS - 1} other hubs, not {len(request.also_at)}.")
    if request.also_at and request.pick_up is not None:
        yield _wrong("also_at", "What is fetched from pick_up lies at no hub.")


def _about_counters(request: OrderRequest, hubs: Mapping[HubId, Hub]) -> Iterator[Reason]:
    """Against hubs as places to go to: unknown, elsewhere, or where the parcels lie anyway."""
    for field, place in _fields(request):
        if place.hub_id is None:
            continue
        hub = hubs.get(place.hub_id)
        if hub is None:
            names = ", ".join(sorted(hubs)) or "none"
            yield _wrong(f"{field}.hub_id", f"There is no hub {place.hub_id}; there are: {names}.")
        elif (away_m := distance_m(place.position, hub.position)) > FURTHEST_FROM_HUB_M:
            text = f"Hub {hub.hub_id} is at {hub.position}, {away_m:.0f} m from this place,"
            yield _wrong(field, f"{text} more than {FURTHEST_FROM_HUB_M:.0f} m.")
        elif request.pick_up is None and place.hub_id in request.hub_ids:
            yield _wrong(f"{field}.hub_id", "The parcels lie at that hub already.")


def _fields(request: OrderRequest) -> Iterator[tuple[str, DropOffPlace]]:
    yield "drop_off", request.drop_off
    for n, place in enumerate(request.alternatives):
        yield f"alternatives.{n}", place


def _about_pick_up(request: OrderRequest, lockers: _Lockers) -> Iterator[Reason]:
    pick_up = request.pick_up
    if pick_up is None:
        return
    yield from _about_locker("pick_up", pick_up.locker_id, pick_up.position, lockers)
    if pick_up.locker_id is not None and pick_up.locker_id == request.drop_off.locker_id:
        yield _wrong("pick_up.locker_id", "It is the locker that the parcels go to.")
    elif pick_up.position == request.drop_off.position:
        yield _wrong("pick_up", "It is the place that the parcels go to.")
    for n, place in enumerate(request.alternatives):
        if pick_up.locker_id is not None and pick_up.locker_id == place.locker_id:
            yield _wrong(f"alternatives.{n}.locker_id", "The parcels lie in that locker already.")
        elif pick_up.position == place.position:
            yield _wrong(f"alternatives.{n}", "It is the place where the parcels are fetched.")
    if pick_up.locker_id is not None and pick_up.locker_id in lockers:
        yield from _about_contents(request, lockers[pick_up.locker_id])


def _about_alternatives(request: OrderRequest, lockers: _Lockers) -> Iterator[Reason]:
    if len(request.alternatives) > MOST_ALTERNATIVES:
        text = f"An order has at most {MOST_ALTERNATIVES} alternatives, not {len(request.alternatives)}."
        yield _wrong("alternatives", text)
    for n, place in enumerate(request.alternatives):
        if place in request.places[: n + 1]:
            yield _wrong(f"alternatives.{n}", "The same place is asked for before.")
        yield from _about_locker(f"alternatives.{n}", place.locker_id, place.position, lockers)


def _about_locker(
    field: str, locker_id: LockerId | None, position: GeoPoint, lockers: _Lockers
) -> Iterator[Reason]:
    if locker_id is None:
        return
    locker = lockers.get(locker_id)
    if locker is None:
        names = ", ".join(sorted(lockers)) or "none"
        yield _wrong(f"{field}.locker_id", f"There is no locker {locker_id}; there are: {names}.")
        return
    away_m = distance_m(position, locker.position)
    if away_m > FURTHEST_FROM_LOCKER_M:
        yield _wrong(
            field,
            f"Locker {locker.locker_id} stands at {locker.position}, {away_m:.0f} m from this place,"
            f" more than {FURTHEST_FROM_LOCKER_M:.0f} m.",
        )


def _about_what_lockers_take(request: OrderRequest, lockers: _Lockers) -> Iterator[Reason]:
    """What no compartment takes even when empty, what it does not keep, and what needs somebody there."""
    for field, place in _fields(request):
        if place.locker_id is None:
            continue
        if Skill.CHECK_AGE in request.skills:
            text = "A locker cannot check age: nobody is there to look at a proof of it."
            yield _wrong(field, text, Because.SKILL)
        if (locker := lockers.get(place.locker_id)) is None:
            continue
        yield from _about_contents(request, locker)


def _about_contents(request: OrderRequest, locker: Locker) -> Iterator[Reason]:
    """Whatever lies in a locker, to be fetched or collected: it fits, and is kept as it is to be."""
    yield from _about_size(request, locker)
    for m, parcel in enumerate(request.parcels):
        if not locker.keeps(parcel.temperature):
            text = f"Locker {locker.locker_id} keeps nothing {parcel.temperature.value}."
            yield _wrong(f"parcels.{m}.temperature", text, Because.TEMPERATURE)


def _about_size(request: OrderRequest, locker: Locker) -> Iterator[Reason]:
    for m, parcel in enumerate(request.parcels):
        if LockerRoom(locker).promising(parcel.size) is None:
            text = f"Locker {locker.locker_id} has no compartment for a {parcel.size.value} parcel."
            yield _wrong(f"parcels.{m}.size", text, Because.LOCKER)
