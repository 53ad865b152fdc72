"""One call says which of many flights a new zone breaks, as the verifier says it of each alone."""

from __future__ import annotations

import random

from geofences.affected import broken_by
from geofences.airspace import Margins
from geofences.path import TimedPath
from geofences.position import distance_m
from geofences.zone import Circle, Datum, Interval, Limit, Medium
from tests.geofences.field import NOON_S, airspace, at, timed, zone

MARGINS = Margins(5.0, 10.0)


def flights(count: int) -> dict[str, TimedPath]:
    rng = random.Random(5)  # noqa: S311 - a seeded stream
    legs = [[rng.uniform(-2000, 2000) for _ in range(4)] for _ in range(count)]
    return {
        f"F{n}": timed((a, b, 0, 0), (a, b, 60, 30), (c, d, 60, 200 + n), (c, d, 0, 230 + n))
        for n, (a, b, c, d) in enumerate(legs)
    }


def test_they_are_the_same_as_one_by_one() -> None:
    new = zone("N", Circle(at(100, 50), 150.0), when=(Interval(NOON_S + 60, NOON_S + 400),))
    many = flights(300)
    alone = airspace(new)
    expected = {name: alone.breaks(flight, Medium.AIR, MARGINS) for name, flight in many.items()}
    found = broken_by(alone, many, medium=Medium.AIR, margins=MARGINS)
    assert found == {name: breaks for name, breaks in expected.items() if breaks}
    assert 5 < len(found) < 150


def test_a_zone_below_breaks_none_and_a_hover_within_the_margin_is_one() -> None:
    low = airspace(zone("L", Circle(at(0, 0), 100.0), upper=Limit(30.0, Datum.AGL)))
    over = {"over": timed((-300, 0, 60, 0), (300, 0, 60, 60)), "hover": timed((104, 0, 20, 0))}
    found = broken_by(low, over, medium=Medium.AIR, margins=MARGINS)
    assert list(found) == ["hover"]
    assert broken_by(low, {}, medium=Medium.AIR, margins=MARGINS) == {}


def test_what_is_left_of_a_flight_begins_where_it_is() -> None:
    flight = timed((0, 0, 0, 0), (0, 0, 60, 20), (400, 0, 60, 40))
    left = flight.since(NOON_S + 30)
    assert [point.at_s - NOON_S for point in left.points] == [30, 40]
    assert distance_m(left.points[0].waypoint.position, at(200, 0)) < 0.1
    assert left.points[0].waypoint.height_agl_m == 60
    assert flight.since(NOON_S - 5) is flight
    assert flight.since(NOON_S + 99).points == flight.points[-1:]
