from __future__ import annotations

from math import inf

import pytest

from geofences.corridor import PIECE_S, Meeting, Volume4D, excursion_m, first_meeting, sweep
from geofences.path import TimedPath
from geofences.position import GeoPoint, LocalFrame
from tests.geofences.field import NOON_S, local, timed, way


def flight(*points: tuple[float, float, float, float], late_s: float = 0.0) -> tuple[Volume4D, ...]:
    return swept(timed(*points), late_s)


def swept(path: TimedPath, late_s: float = 0.0) -> tuple[Volume4D, ...]:
    return sweep(path, radius_m=10.0, half_height_m=5.0, early_s=0.0, late_s=late_s)


def met(one: tuple[Volume4D, ...], other: tuple[Volume4D, ...]) -> Meeting:
    meeting = first_meeting(one, other)
    assert meeting is not None
    return meeting


EASTWARD = flight((-100, 0, 50, 0), (100, 0, 50, 20))


def test_crossing_at_one_time_and_height_is_a_meeting() -> None:
    northward = flight((0, -100, 58, 10), (0, 100, 58, 30))
    meeting = met(EASTWARD, northward)
    assert local(meeting.position) == pytest.approx((0, 0), abs=0.01)
    assert meeting.height_agl_m == pytest.approx(54)
    assert meeting.at_s == pytest.approx(NOON_S + 10)


@pytest.mark.parametrize(
    "other",
    [
        flight((0, -100, 61, 0), (0, 100, 61, 20)),
        flight((0, -100, 50, 20.1), (0, 100, 50, 40)),
        flight((-100, 20.1, 50, 0), (100, 20.1, 50, 20)),
        flight((120.1, -50, 50, 0), (120.1, 50, 50, 20)),
        (),
    ],
)
def test_apart_in_height_time_or_place_is_none(other: tuple[Volume4D, ...]) -> None:
    assert first_meeting(EASTWARD, other) is None
    assert first_meeting(other, EASTWARD) is None


@pytest.mark.parametrize(
    "other",
    [
        flight((0, -100, 60, 0), (0, 100, 60, 20)),
        flight((0, -100, 50, 20), (0, 100, 50, 40)),
        flight((-100, 19.9, 50, 0), (100, 19.9, 50, 20)),
        flight((119.9, -50, 50, 0), (119.9, 50, 50, 20)),
        flight((0, 15, 50, 5), (0, 15, 50, 6)),
    ],
)
def test_touching_counts(other: tuple[Volume4D, ...]) -> None:
    assert first_meeting(EASTWARD, other) is not None
    assert first_meeting(other, EASTWARD) is not None


def test_the_earliest_meeting_is_told() -> None:
    circuit = flight((0, 300, 50, 0), (0, 200, 50, 10), (0, 0, 50, 40), (0, 0, 50, 90))
    waiting = flight((0, 0, 50, 0), (0, 0, 50, 100))
    assert met(circuit, waiting).at_s == pytest.approx(NOON_S + 25)  # the piece from 25 s reaches 0,0


def test_earlier_and_later_widen_in_time() -> None:
    behind = flight((0, -100, 50, 21), (0, 100, 50, 41))
    assert first_meeting(EASTWARD, behind) is None
    late = flight((-100, 0, 50, 0), (100, 0, 50, 20), late_s=2.0)
    assert met(late, behind).at_s == pytest.approx(NOON_S + 21)


def test_long_legs_are_cut_so_that_passing_in_turn_is_free() -> None:
    first = flight((-1000, 0, 50, 0), (1000, 0, 50, 200))
    assert len(first) == 200 / PIECE_S
    crossing_late = flight((900, -100, 50, 0), (900, 100, 50, 20))
    assert first_meeting(first, crossing_late) is None


def test_a_wait_is_one_volume_and_a_climb_reaches_over_its_heights() -> None:
    (wait,) = flight((0, 0, 3, 0), (0, 0, 3, 300))
    assert (wait.lower_agl_m, wait.upper_agl_m, wait.until_s - wait.from_s) == (-2, 8, 300)
    (climb,) = flight((0, 0, 0, 0), (0, 0, 60, 15))
    assert (climb.lower_agl_m, climb.upper_agl_m) == (-5, 65)


def test_a_single_point_is_a_volume() -> None:
    (only,) = flight((5, 5, 10, 0))
    assert only.from_s == only.until_s == NOON_S


def test_flights_in_different_frames_are_compared_in_one() -> None:
    path = timed((0, -100, 50, 10), (0, 100, 50, 30))
    far = LocalFrame(GeoPoint(60.3, 25.3))
    elsewhere = sweep(path, radius_m=10.0, half_height_m=5.0, early_s=0, late_s=0, frame=far)
    assert elsewhere[0].frame != EASTWARD[0].frame
    assert local(met(EASTWARD, elsewhere).position) == pytest.approx((0, 0), abs=0.05)
    assert local(met(elsewhere, EASTWARD).position) == pytest.approx((0, 0), abs=0.05)


@pytest.mark.parametrize(
    ("place", "at_s", "expected_m"),
    [
        ((0, 9.9, 50), 10, 0.0),
        ((0, 30, 50), 10, 20.0),
        ((0, 0, 65), 10, 10.0),
        ((-140, 0, 50), 10, 30.0),
        ((0, 50, 85), 10, 50.0),
        ((0, 0, 50), 21, inf),
    ],
)
def test_excursion(place: tuple[float, float, float], at_s: float, expected_m: float) -> None:
    outside_m = excursion_m(EASTWARD, way(*place), NOON_S + at_s)
    assert outside_m == pytest.approx(expected_m, abs=0.01)


def test_a_place_passed_a_while_ago_is_outside() -> None:
    long = flight((-1000, 0, 50, 0), (1000, 0, 50, 200))
    assert excursion_m(long, way(-950, 0, 50), NOON_S + 5) == 0.0
    assert excursion_m(long, way(-950, 0, 50), NOON_S + 150) > 1000
