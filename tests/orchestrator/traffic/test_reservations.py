"""Two own aircraft never hold the same air at the same time (invariant 6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, destination, distance_m
from orchestrator.traffic.intent import OperationalIntent
from orchestrator.traffic.reservations import Reservation, first_clash, volumes
from vehicles.mission import VehicleId

HERE = GeoPoint(60.17, 24.94)
D1, D2 = VehicleId("D1"), VehicleId("D2")


def level(
    bearing_deg: float, height_m: float, from_s: float = 0.0, speed_mps: float = 15.0
) -> OperationalIntent:
    """600 m straight through the point 300 m north of `HERE`, in the middle of the flight."""
    middle = destination(HERE, 0.0, 300.0)
    ends = (destination(middle, bearing_deg + 180.0, 300.0), destination(middle, bearing_deg, 300.0))
    points = tuple(
        TimedPoint(Waypoint(end, height_m), from_s + i * 600.0 / speed_mps) for i, end in enumerate(ends)
    )
    return OperationalIntent(TimedPath(points), radius_m=7.0, half_height_m=5.0, early_s=5.0, late_s=5.0)


def held(intent: OperationalIntent, vehicle_id: VehicleId = D1) -> Reservation:
    return Reservation(vehicle_id, volumes(intent))


def test_crossing_flights_at_one_height_and_time_clash_where_they_cross() -> None:
    clash = first_clash(level(90.0, 60.0), (held(level(0.0, 60.0)),))
    assert clash is not None
    assert clash.vehicle_id == D1
    assert distance_m(clash.position, destination(HERE, 0.0, 300.0)) < 20.0
    assert clash.height_agl_m == pytest.approx(60.0, abs=5.0)


def test_the_next_layer_another_time_or_another_place_is_free() -> None:
    mine = level(90.0, 60.0)
    assert first_clash(mine, (held(level(0.0, 75.0)),)) is None
    assert first_clash(mine, (held(level(0.0, 60.0, from_s=120.0)),)) is None
    assert first_clash(replace(mine, radius_m=1.0), ()) is None


def test_the_earliest_of_several_clashes_is_told() -> None:
    later, sooner = held(level(0.0, 60.0, from_s=10.0), D1), held(level(0.0, 60.0), D2)
    clash = first_clash(level(90.0, 60.0), (later, sooner))
    assert clash is not None
    assert clash.vehicle_id == D2


def test_being_allowed_to_be_late_takes_air_for_longer() -> None:
    behind = level(0.0, 60.0, from_s=60.0)
    assert first_clash(level(90.0, 60.0), (held(behind),)) is None
    assert first_clash(replace(level(90.0, 60.0), late_s=60.0), (held(behind),)) is not None
