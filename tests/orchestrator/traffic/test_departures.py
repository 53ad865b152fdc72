"""Tracks are compared once for all departures; what that tells is what comparing each departure would."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from geofences.corridor import sweep
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, destination
from orchestrator.traffic.departures import CLEAR_S, Forbidden, first_free_delay_s, forbidden_delays
from orchestrator.traffic.intent import OperationalIntent
from orchestrator.traffic.reservations import Reservation, first_clash, volumes
from vehicles.mission import VehicleId

HERE = GeoPoint(60.17, 24.94)
LONGEST_S = 600.0
DELAYS_S = [3.7 * step for step in range(50)]


def flight(dice: random.Random) -> OperationalIntent:
    """Up, across, down, somewhere within a few hundred metres and minutes."""
    start = destination(HERE, dice.uniform(0.0, 360.0), dice.uniform(0.0, 300.0))
    end = destination(start, dice.uniform(0.0, 360.0), dice.uniform(100.0, 900.0))
    height_m, from_s = dice.choice((45.0, 60.0)), dice.uniform(0.0, 200.0)
    rows = ((start, 0.0, 0.0), (start, height_m, 15.0), (end, height_m, 78.0), (end, 0.0, 107.0))
    points = tuple(TimedPoint(Waypoint(place, up_m), from_s + after_s) for place, up_m, after_s in rows)
    return OperationalIntent(TimedPath(points), radius_m=7.0, half_height_m=5.0, early_s=10.0, late_s=25.0)


def later(intent: OperationalIntent, by_s: float) -> OperationalIntent:
    return replace(intent, timed=intent.timed.shifted(by_s))


def others(dice: random.Random, count: int) -> tuple[Reservation, ...]:
    return tuple(Reservation(VehicleId(f"D{i}"), volumes(flight(dice))) for i in range(count))


@pytest.mark.parametrize("seed", range(12))
def test_a_delay_is_forbidden_exactly_when_comparing_that_departure_finds_a_clash(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - cases, not secrets
    mine, held = flight(dice), others(dice, 12)
    forbidden = forbidden_delays(volumes(mine), held, LONGEST_S)
    for delay_s in DELAYS_S:
        clash = first_clash(later(mine, delay_s), held)
        met = {one.vehicle_id for one in forbidden if one.from_delay_s <= delay_s <= one.until_delay_s}
        assert (clash is None) == (not met)
        assert clash is None or clash.vehicle_id in met


@pytest.mark.parametrize("seed", range(12))
def test_the_first_free_departure_is_free_and_none_before_it_is(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - cases, not secrets
    mine, held = flight(dice), others(dice, 30)
    forbidden = forbidden_delays(volumes(mine), held, LONGEST_S)
    delay_s = first_free_delay_s(forbidden)
    assert first_clash(later(mine, delay_s), held) is None
    for sooner_s in (0.0, 0.5 * delay_s, delay_s - 2.0 * CLEAR_S):
        assert sooner_s < 0.0 or delay_s == 0.0 or first_clash(later(mine, sooner_s), held) is not None


def test_the_flights_of_those_tests_wait_and_do_not() -> None:
    found = set()
    for seed in range(12):
        dice = random.Random(seed)  # noqa: S311 - cases, not secrets
        mine, held = flight(dice), others(dice, 30)
        found.add(first_free_delay_s(forbidden_delays(volumes(mine), held, LONGEST_S)) > 0.0)
    assert found == {True, False}


def test_intervals_that_touch_or_overlap_are_waited_out_and_a_gap_is_taken() -> None:
    by = VehicleId("D1")
    spans = [
        Forbidden(-3.0, 5.0, by),
        Forbidden(4.0, 9.0, by),
        Forbidden(2.0, 3.0, by),
        Forbidden(30.0, 40.0, by),
    ]
    assert first_free_delay_s(sorted(spans)) == 9.0 + CLEAR_S
    assert first_free_delay_s((Forbidden(1.0, 5.0, by),)) == 0.0
    assert first_free_delay_s(()) == 0.0


def test_what_is_asked_in_between_about_others_changes_nothing() -> None:
    dice = random.Random(5)  # noqa: S311 - cases, not secrets
    mine, sky = volumes(flight(dice)), others(dice, 60)
    alone = [forbidden_delays(mine, (one,), LONGEST_S) for one in sky]
    for first in (0, 7, 3, 30, 0):
        some = sky[first : first + 25]
        assert forbidden_delays(mine, some, LONGEST_S) == tuple(sorted(sum(alone[first : first + 25], ())))


def test_nobody_is_met_where_nothing_is_held() -> None:
    mine = volumes(flight(random.Random(1)))  # noqa: S311 - a case, no secret
    assert forbidden_delays(mine, (), LONGEST_S) == ()


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
    held = (Reservation(VehicleId("D1"), elsewhere),)
    spans = forbidden_delays(volumes(mine), held, LONGEST_S)
    assert {one.vehicle_id for one in spans} == {"D1"}
    assert 0.0 < first_free_delay_s(spans) < LONGEST_S
