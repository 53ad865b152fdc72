"""Tracks are compared once for all departures; what that tells is what comparing each departure would."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from geofences.corridor import sweep
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, destination
from orchestrator.traffic.departures import first_partner, nearnesses
from orchestrator.traffic.intent import OperationalIntent
from orchestrator.traffic.reservations import Reservation, first_clash, volumes
from vehicles.mission import VehicleId

HERE = GeoPoint(60.17, 24.94)
DELAYS_S = [10.0 * step for step in range(19)]


def flight(dice: random.Random) -> OperationalIntent:
    """Up, across, down, somewhere within a few hundred metres and minutes."""
    start = destination(HERE, dice.uniform(0.0, 360.0), dice.uniform(0.0, 300.0))
    end = destination(start, dice.uniform(0.0, 360.0), dice.uniform(100.0, 900.0))
    height_m, from_s = dice.choice((45.0, 60.0)), dice.uniform(0.0, 200.0)
    rows = ((start, 0.0, 0.0), (start, height_m, 15.0), (end, height_m, 78.0), (end, 0.0, 107.0))
    points = tuple(TimedPoint(Waypoint(place, up_m), from_s + after_s) for place, up_m, after_s in rows)
    return OperationalIntent(TimedPath(points), radius_m=7.0, half_height_m=5.0, early_s=10.0, late_s=25.0)


def others(dice: random.Random, count: int) -> tuple[Reservation, ...]:
    return tuple(Reservation(VehicleId(f"D{i}"), volumes(flight(dice))) for i in range(count))


@pytest.mark.parametrize("seed", range(12))
def test_the_first_partner_at_every_delay_is_the_one_that_comparing_that_departure_finds(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - cases, not secrets
    mine, held = flight(dice), others(dice, 12)
    near = nearnesses(volumes(mine), held)
    for delay_s in DELAYS_S:
        clash = first_clash(replace(mine, timed=mine.timed.shifted(delay_s)), held)
        assert first_partner(near, delay_s) == (None if clash is None else clash.vehicle_id)


def test_the_flights_of_that_test_do_meet_and_do_not() -> None:
    found = set()
    for seed in range(12):
        dice = random.Random(seed)  # noqa: S311 - cases, not secrets
        near = nearnesses(volumes(flight(dice)), others(dice, 12))
        found |= {first_partner(near, delay_s) is None for delay_s in DELAYS_S}
    assert found == {True, False}


def test_nobody_is_met_where_nothing_is_held() -> None:
    mine = flight(random.Random(1))  # noqa: S311 - a case, no secret
    assert nearnesses(volumes(mine), ()) == ()
    assert first_partner((), 0.0) is None


def test_what_is_held_in_another_frame_is_met_as_well() -> None:
    mine = flight(random.Random(3))  # noqa: S311 - a case, no secret
    elsewhere = sweep(
        mine.timed,
        radius_m=7.0,
        half_height_m=5.0,
        early_s=10.0,
        late_s=25.0,
        frame=LocalFrame(GeoPoint(60.3, 25.2)),
    )
    near = nearnesses(volumes(mine), (Reservation(VehicleId("D1"), elsewhere),))
    assert first_partner(near, 0.0) == "D1"
    assert first_partner(near, 600.0) is None
