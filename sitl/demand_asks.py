"""What some customers ask besides: cold, hot, an age check, a window, a size; from a shop, another hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from geofences.position import distance_m
from orchestrator.orders.order import DropOffKind, DropOffPlace, PickUpKind, PickUpPlace
from orchestrator.orders.request import OrderRequest, ParcelRequest
from sitl.city.places import Places
from vehicles.cargo import ParcelSize, Skill, Temperature

_WINDOW_S = 15 * 60.0
"""Grocers sell slots of an hour and less; quick commerce fewer minutes."""
_PREPARED_S = 8 * 60.0
"""A kitchen's time for a meal, after it was ordered."""
_HOT_S, _COLD_S = 30 * 60.0, 45 * 60.0
"""The longest aboard: half an hour is what food safety officers call ideal for meals."""
_FETCHED_WITHIN_M = 1000.0
"""Straight line from a hub to the shops and lockers that its couriers fetch from."""

Ask = Callable[[OrderRequest, float], OrderRequest]


def asking(
    request: OrderRequest, at_s: float, places: Places, rng: Random, able: Callable[[OrderRequest], bool]
) -> OrderRequest:
    """The same wish made at `at_s`, with one thing asked besides: any that somebody is `able` to do."""
    asked = [ask(request, at_s) for ask in _ASKS]
    asked += _from_elsewhere(request, places, rng)
    possible = [one for one in asked if able(one)]
    return rng.choice(possible) if possible else request


def _each(request: OrderRequest, change: Callable[[ParcelRequest], ParcelRequest]) -> OrderRequest:
    return replace(request, parcels=tuple(change(parcel) for parcel in request.parcels))


def _at_doors(request: OrderRequest) -> OrderRequest:
    """Lockers keep nothing cold, and nobody is there."""
    doors = (place for place in request.alternatives if place.kind is not DropOffKind.LOCKER)
    return replace(request, alternatives=tuple(doors))


def _chilled(request: OrderRequest, _at_s: float) -> OrderRequest:
    cold = _each(request, lambda it: replace(it, temperature=Temperature.CHILLED, most_aboard_s=_COLD_S))
    return _at_doors(cold)


def _meal(request: OrderRequest, at_s: float) -> OrderRequest:
    hot = _each(request, lambda it: replace(it, temperature=Temperature.HOT, most_aboard_s=_HOT_S))
    return replace(_at_doors(hot), ready_at_s=at_s + _PREPARED_S)


def _for_adults(request: OrderRequest, _at_s: float) -> OrderRequest:
    return replace(_at_doors(request), skills=(Skill.CHECK_AGE,))


def _within_a_window(request: OrderRequest, _at_s: float) -> OrderRequest:
    return replace(request, earliest_at_s=request.deadline_s - _WINDOW_S)


def _large(request: OrderRequest, _at_s: float) -> OrderRequest:
    return _each(request, lambda parcel: replace(parcel, size=ParcelSize.LARGE))


def _small(request: OrderRequest, _at_s: float) -> OrderRequest:
    return _each(request, lambda parcel: replace(parcel, size=ParcelSize.SMALL))


_ASKS: tuple[Ask, ...] = (_chilled, _meal, _for_adults, _within_a_window, _large, _small)


def _from_elsewhere(request: OrderRequest, places: Places, rng: Random) -> Iterator[OrderRequest]:
    """Fetched from a shop (some address) or a locker near its hub; or lying at another hub as well."""
    (hub,) = (hub for hub in places.hubs if hub.hub_id == request.hub_id)
    lockers = tuple(locker.drop_off for locker in places.lockers)
    for kind, there in ((PickUpKind.SHOP, places.addresses), (PickUpKind.LOCKER, lockers)):
        near = [
            place
            for place in there
            if place not in request.places and distance_m(place.position, hub.position) <= _FETCHED_WITHIN_M
        ]
        if near:
            yield replace(request, pick_up=_pick_up(rng.choice(near), kind))
    door = request.drop_off.position
    if others := [one for one in places.hubs if one != hub]:
        nearest = min(others, key=lambda one: (distance_m(one.position, door), one.hub_id))
        yield replace(request, also_at=(nearest.hub_id,))


def _pick_up(place: DropOffPlace, kind: PickUpKind) -> PickUpPlace:
    label = f"Shop, {place.label}" if kind is PickUpKind.SHOP else place.label
    return PickUpPlace(place.position, kind, label, place.locker_id)
