"""Which stops of a courier's trip one tap is about."""

from __future__ import annotations

from dataclasses import replace

from geofences.path import Path, Waypoint
from geofences.position import destination
from tests.contracts import stands
from tests.contracts.stands import HOME, MISSION
from vehicles.mission import Dock, DropOff, Leg, MissionId, ParcelId, PickUp, Travel
from vehicles.phone.trip import Trip
from vehicles.profiles import COURIER

A1, A2, B1 = ParcelId("A-1"), ParcelId("A-2"), ParcelId("B-1")
HUB, SHOP, DOOR = (
    Waypoint(HOME),
    Waypoint(destination(HOME, 0.0, 300.0)),
    Waypoint(destination(HOME, 90.0, 400.0)),
)


def a_trip(*stops: Leg) -> Trip:
    """From the hub, these stops one after the other, and back: begun."""
    legs = (Travel(Path((HUB, SHOP)), 5.0), *stops, Travel(Path((DOOR, HUB)), 5.0), Dock(HUB))
    plan = stands.plan(COURIER, MissionId(MISSION))
    return Trip(replace(plan, mission=replace(plan.mission, legs=legs)), begun=True)


def fetch(parcel_id: ParcelId) -> Leg:
    return PickUp(parcel_id, 1.0, SHOP, 60.0)


def bring(parcel_id: ParcelId) -> Leg:
    return DropOff(parcel_id, 1.0, DOOR, 60.0)


def done(after: Trip | str) -> Trip:
    assert isinstance(after, Trip), after
    return after


def test_a_tap_is_about_the_stops_that_follow_upon_each_other_and_not_about_a_later_visit() -> None:
    """Else a parcel that still lies in the shop is told to be on the bike, and fills it."""
    trip = a_trip(fetch(A1), bring(A1), fetch(B1), bring(B1), fetch(A2), bring(A2))
    assert trip.together(PickUp, (A1, A2)) == (A1,)
    trip = done(trip.fetched(A1, got=True))
    assert trip.together(DropOff, (A1, A2)) == (A1,)
    trip = done(trip.past(A1, handed_over=True, holds=True))
    assert trip.together(PickUp, (A1, A2)) == (A1,), "said again, it is about what is behind"
    trip = done(trip.fetched(B1, got=True))
    trip = done(trip.past(B1, handed_over=True, holds=True))
    assert trip.together(PickUp, (A1, A2)) == (A2,)


def test_what_is_fetched_at_one_stop_is_fetched_by_one_tap() -> None:
    trip = a_trip(fetch(A1), fetch(A2), bring(A1), bring(A2))
    assert trip.together(PickUp, (A1, A2)) == (A1, A2)
    assert trip.together(DropOff, (A1, A2)) == (A1, A2), "what others come before may be asked about"
