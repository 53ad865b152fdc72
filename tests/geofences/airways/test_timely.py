"""Paths among zones with hours: leaving later, waiting in the air, or going around, whichever is cheapest."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofences.airspace import Airspace, Margins
from geofences.airways.occupancy import occupancies
from geofences.airways.timely import Planner, Timely, Times, cheapest
from geofences.free_space import find_path
from geofences.path import NoPath, Path, TimedPath, TimedPoint
from geofences.zone import Interval, Medium, Zone
from tests.geofences.field import FRAME, NOON_S, airspace, box, refused, timed, way, zone

NEAR = Margins(5.0, 5.0)
TIMES = Times(
    NOON_S, NOON_S + 3600.0, may_leave_later=True, early_s=0.0, late_s=0.0, idle_w=36.0, hover_w=3600.0
)
"""A second on the ground costs 0.01 Wh, in the air 1 Wh; a metre 0.1 Wh, flown in 0.1 s."""


def planner() -> Planner:
    def find(sky: Airspace) -> tuple[Path, ...] | NoPath:
        ends = (way(-1000, 0, 60), way(1000, 0, 60))
        found = find_path(
            sky, *ends, cruise_height_agl_m=60.0, from_s=NOON_S, until_s=NOON_S + 7200.0, margins=NEAR
        )
        return found if isinstance(found, NoPath) else (found,)

    return Planner(find, flight, lambda path: 0.1 * path.length_m)


def flight(path: Path) -> TimedPath:
    at_s, points = 0.0, [TimedPoint(path.waypoints[0], 0.0)]
    for a, b in pairwise(path.waypoints):
        p, q = FRAME.to_local(a.position), FRAME.to_local(b.position)
        at_s += 0.1 * hypot(q.east_m - p.east_m, q.north_m - p.north_m)
        points.append(TimedPoint(b, at_s))
    return TimedPath(tuple(points))


def closed(
    name: str, from_s: float | None, until_s: float | None, wide_m: float = 3000.0, at_m: float = 0.0
) -> Zone:
    hours = Interval(
        None if from_s is None else NOON_S + from_s, None if until_s is None else NOON_S + until_s
    )
    return zone(name, box(at_m - 50, -wide_m, at_m + 50, wide_m), when=(hours,))


def answer(*zones: Zone, times: Times = TIMES) -> Timely:
    found = cheapest(airspace(*zones), planner(), times, NEAR)
    assert isinstance(found, Timely), found
    assert not airspace(*zones).breaks(flown(found), Medium.AIR, NEAR)
    return found


def flown(found: Timely) -> TimedPath:
    """At the times that it was found for: waits put in where they are."""
    points: list[TimedPoint] = []
    late_s = NOON_S + found.delay_s
    waits = list(found.waits)
    for a, b in pairwise(flight(found.path).points):
        points.append(TimedPoint(a.waypoint, a.at_s + late_s))
        while waits and waits[0].after_s <= b.at_s:
            wait = waits.pop(0)
            share = (wait.after_s - a.at_s) / (b.at_s - a.at_s)
            p, q = FRAME.to_local(a.waypoint.position), FRAME.to_local(b.waypoint.position)
            place = way(
                p.east_m + share * (q.east_m - p.east_m), p.north_m + share * (q.north_m - p.north_m), 60
            )
            points.append(TimedPoint(place, wait.after_s + late_s))
            late_s += wait.seconds
            points.append(TimedPoint(place, wait.after_s + late_s))
    last = flight(found.path).points[-1]
    return TimedPath((*points, TimedPoint(last.waypoint, last.at_s + late_s)))


def test_a_zone_that_begins_after_the_flight_is_no_matter() -> None:
    found = answer(closed("Z", 300.0, None))
    assert (found.delay_s, found.waits) == (0.0, ())
    assert found.path.length_m == pytest.approx(2000.0)


def test_a_zone_is_passed_before_it_begins_but_not_with_too_little_room() -> None:
    """It is left at 105.5 s."""
    assert answer(closed("Z", 106.0, None)).path.length_m == pytest.approx(2000.0)
    assert answer(closed("Z", 105.0, None)).path.length_m > 6000.0
    late = replace(TIMES, late_s=25.0)
    assert answer(closed("Z", 106.0, None), times=late).path.length_m > 6000.0


def test_leaving_later_is_taken_where_it_is_cheaper_than_going_round() -> None:
    """Around are 4,400 m more: 440 Wh. A wait of 1,000 s costs 10."""
    found = answer(closed("Z", None, 1094.5))
    assert found.delay_s == pytest.approx(1000.0, abs=0.1)
    assert found.energy_wh == pytest.approx(210.0, abs=0.1)
    assert [reason.text for reason in found.waits_for] == [
        "waits for the end of Z 'zone Z' (PROHIBITED, 0-150 m AGL, until 2026-06-01 12:18 UTC)"
    ]


def test_going_round_is_taken_where_that_is_cheaper_or_there_is_no_time() -> None:
    assert answer(closed("Z", None, 3000.0, wide_m=60.0)).path.length_m < 2020.0
    soon = replace(TIMES, latest_s=NOON_S + 1000.0)
    assert answer(closed("Z", None, 1094.5), times=soon).path.length_m > 6000.0


def test_who_may_not_leave_later_waits_in_the_air_where_that_is_cheaper() -> None:
    now = replace(TIMES, may_leave_later=False)
    found = answer(closed("Z", None, 200.0), times=now)
    assert found.delay_s == 0.0
    (wait,) = found.waits
    assert wait.seconds == pytest.approx(105.5, abs=0.1)
    assert wait.after_s == pytest.approx(92.5, abs=0.1)
    assert found.energy_wh == pytest.approx(200.0 + 105.5, abs=0.2)
    assert answer(closed("Z", None, 900.0), times=now).path.length_m > 6000.0


def test_two_zones_may_ask_for_a_late_start_and_a_wait_in_between() -> None:
    """The first closes at 80 s, the second, 900 m on, opens at 250: nobody can wait on the ground for it."""
    found = answer(closed("early", 80.0, None, at_m=-450.0), closed("late", None, 250.0, at_m=450.0))
    assert found.waits
    assert found.delay_s + sum(wait.seconds for wait in found.waits) == pytest.approx(250.0 - 139.5, abs=1.0)
    assert found.delay_s == 0.0


def test_where_nothing_helps_it_names_what_cannot_be_waited_for() -> None:
    known = box(-1500, -1500, 1500, 1500)
    zones = (closed("Z", None, 5000.0),)
    sky = Airspace(FRAME, zones, (), 10.0, known)
    found = cheapest(sky, planner(), replace(TIMES, latest_s=NOON_S + 600.0), NEAR)
    assert isinstance(found, NoPath)
    assert any("walled in by Z 'zone Z' (PROHIBITED" in text for text in refused(found))
    short = cheapest(airspace(), planner(), replace(TIMES, latest_s=NOON_S + 100.0), NEAR)
    assert isinstance(short, NoPath)
    assert refused(short) == ["takes 200 s, and there are 100 s until it has to be there"]


def test_occupancy_is_told_for_all_the_time_inside() -> None:
    sky = airspace(zone("A", box(-50, -50, 50, 50)))
    there_and_back = timed((-200, 0, 50, 0), (200, 0, 50, 40), (-200, 0, 50, 80))
    spans = [
        (one.from_s - NOON_S, one.until_s - NOON_S) for one in occupancies(there_and_back, sky, (0,), NEAR)
    ]
    assert spans == [pytest.approx((14.5, 25.5), abs=0.01), pytest.approx((54.5, 65.5), abs=0.01)]


walls = st.tuples(
    st.integers(-8, 8).map(lambda n: 100.0 * n),
    st.integers(1, 12).map(lambda n: 50.0 * n),
    st.one_of(st.none(), st.integers(0, 30).map(lambda n: 20.0 * n)),
    st.integers(1, 30).map(lambda n: 20.0 * n),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(walls, max_size=3), st.booleans())
def test_no_answer_breaks_a_zone_and_none_is_dearer_than_waiting_for_all_or_going_round_all(
    world: list[tuple[float, float, float | None, float]],
    later: bool,  # noqa: FBT001 - drawn
) -> None:
    zones = [
        closed(f"Z{n}", from_s, (from_s or 0.0) + long_s, wide_m, at_m)
        for n, (at_m, wide_m, from_s, long_s) in enumerate(world)
    ]
    found = answer(*zones, times=replace(TIMES, may_leave_later=later))
    around = planner().find(airspace(*zones))
    assert not isinstance(around, NoPath)
    assert found.energy_wh <= planner().wh(around[0]) + 1e-6
    if later:
        last_s = max((((from_s or 0.0) + long_s) for _, _, from_s, long_s in world), default=0.0)
        assert found.energy_wh <= 200.0 + 0.01 * last_s + 1e-6
