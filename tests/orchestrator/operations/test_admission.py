"""What can never be done is refused when it is asked for, not left waiting for ever."""

from __future__ import annotations

from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from geofences.zone import Zone
from orchestrator.operations.dispatching.admission import reaches_of
from orchestrator.orders.intake_reach import Reached, Run
from orchestrator.orders.order import DropOffKind, DropOffPlace, Parcel
from tests.orchestrator.operations.town import (
    D1,
    DOOR,
    H1,
    R1,
    START_S,
    at,
    binds_both,
    profile_of,
    ready_fleet,
    square,
    surroundings,
)
from vehicles.mission import ParcelId, VehicleId

STATE = ready_fleet(D1, R1)
PARCEL = Parcel(ParcelId("P"), 1.0)


def reach(vehicle_id: VehicleId, place: DropOffPlace, *zones: Zone) -> Reached | tuple[Reason, ...]:
    run = Run(H1, place, PARCEL, profile_of(vehicle_id), START_S, START_S + 3600.0)
    return reaches_of(STATE, surroundings(*zones))(run)


def why(vehicle_id: VehicleId, door: GeoPoint) -> tuple[Reason, ...]:
    found = reach(vehicle_id, DropOffPlace(door, DropOffKind.DOORSTEP, "Aleksanterinkatu 52"))
    return () if isinstance(found, Reached) else found


def test_what_can_be_done_is_not_refused() -> None:
    assert why(D1, DOOR) == ()
    assert why(R1, DOOR) == ()


def test_how_soon_it_can_be_done_is_told() -> None:
    """The door is 180 m away: a minute or less through the air, two and more on foot."""
    place = DropOffPlace(DOOR, DropOffKind.DOORSTEP, "Aleksanterinkatu 52")
    flown, driven = reach(D1, place), reach(R1, place)
    assert isinstance(flown, Reached)
    assert isinstance(driven, Reached)
    assert flown.takes_s < driven.takes_s
    assert flown.handover_at_s == START_S + flown.takes_s


def test_a_place_that_no_footpath_leads_to_is_refused_to_robots() -> None:
    (reason,) = why(R1, at(250.0, 120.0))
    assert reason.because is Because.NO_FOOTPATH
    assert "more than 60 m from any footpath" in reason.text


def test_a_place_beyond_a_full_battery_is_refused_whatever_the_kind() -> None:
    (reason,) = why(D1, at(60_000.0, 0.0))
    assert reason.because is Because.ENERGY
    assert "of the battery of a fresh delivery-drone" in reason.text


def test_a_wall_across_every_footpath_is_refused_with_its_name() -> None:
    cut = binds_both("WALL", square(-20.0, -15.0, 500.0))
    place = DropOffPlace(DOOR, DropOffKind.KERB, "Aleksanterinkatu 52")
    found = reach(R1, place, cut)
    assert not isinstance(found, Reached)
    assert {reason.because for reason in found} == {Because.ZONE}
