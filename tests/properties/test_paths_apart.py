"""Meetings of corridors against dense sampling, and readers against garbage."""

from __future__ import annotations

from math import hypot
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from geofences.corridor import Volume4D, excursion_m, first_meeting, sweep
from geofences.formats import ed318
from geofences.formats.reading import FormatError
from geofences.path import TimedPath, TimedPoint
from tests.geofences.field import FRAME, NOON_S, way

steps = st.tuples(st.integers(-200, 200), st.integers(-200, 200), st.integers(0, 60), st.integers(0, 40))
flights = st.lists(steps, min_size=1, max_size=5)


def timed(rows: list[tuple[int, int, int, int]]) -> TimedPath:
    at_s, points = NOON_S, []
    for east, north, height, wait in rows:
        at_s += wait
        points.append(TimedPoint(way(east, north, height), at_s))
    return TimedPath(tuple(points))


def swept(path: TimedPath) -> tuple[Volume4D, ...]:
    return sweep(path, radius_m=10.0, half_height_m=5.0, early_s=2.0, late_s=4.0, frame=FRAME)


def places_of(path: TimedPath, at_s: float) -> tuple[float, float, float] | None:
    """Where the flight is at an instant: east, north, height."""
    for a, b in zip(path.points, path.points[1:], strict=False):
        if a.at_s <= at_s <= b.at_s and a.at_s < b.at_s:
            share = (at_s - a.at_s) / (b.at_s - a.at_s)
            p, q = FRAME.to_local(a.waypoint.position), FRAME.to_local(b.waypoint.position)
            low, high = a.waypoint.height_agl_m, b.waypoint.height_agl_m
            return (
                p.east_m + share * (q.east_m - p.east_m),
                p.north_m + share * (q.north_m - p.north_m),
                low + share * (high - low),
            )
    return None


@settings(max_examples=100, deadline=None)
@given(flights, flights)
def test_flights_said_to_be_apart_never_come_close(
    one: list[tuple[int, int, int, int]], other: list[tuple[int, int, int, int]]
) -> None:
    a, b = timed(one), timed(other)
    meeting = first_meeting(swept(a), swept(b))
    mirrored = first_meeting(swept(b), swept(a))
    assert (meeting is None) == (mirrored is None)
    if meeting is not None and mirrored is not None:
        assert abs(meeting.at_s - mirrored.at_s) < 1e-6
        return
    start_s, end_s = max(a.starts_at_s, b.starts_at_s), min(a.ends_at_s, b.ends_at_s)
    for n in range(101):
        here, there = (places_of(path, start_s + (end_s - start_s) * n / 100) for path in (a, b))
        if start_s <= end_s and here is not None and there is not None:
            assert hypot(here[0] - there[0], here[1] - there[1]) > 20.0 or abs(here[2] - there[2]) > 10.0


@settings(max_examples=100, deadline=None)
@given(flights, st.integers(0, 100))
def test_a_vehicle_on_its_path_is_inside_its_corridor(
    rows: list[tuple[int, int, int, int]], percent: int
) -> None:
    path = timed(rows)
    at_s = path.starts_at_s + (path.ends_at_s - path.starts_at_s) * percent / 100
    place = places_of(path, at_s)
    if place is not None:
        assert excursion_m(swept(path), way(*place), at_s) == 0.0


@settings(max_examples=100, deadline=None)
@given(flights)
def test_a_flight_meets_itself(rows: list[tuple[int, int, int, int]]) -> None:
    volumes = swept(timed(rows))
    meeting = first_meeting(volumes, volumes)
    assert meeting is not None
    assert meeting.at_s == volumes[0].from_s


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 99999) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
MEMBERS = (
    *("identifier", "country", "name", "type", "variant", "reason", "message", "zoneAuthority"),
    *("limitedApplicability", "extendedProperties", "UASZone"),
)
periods = st.lists(
    st.dictionaries(
        st.sampled_from(["startDateTime", "endDateTime", "schedule"]),
        json_values
        | st.lists(
            st.dictionaries(
                st.sampled_from(["day", "startTime", "endTime", "startEvent"]),
                json_values | st.just(["MON"]) | st.from_regex(r"[0-2]\d:[0-6]\d:\d\dZ", fullmatch=True),
            ),
            max_size=3,
        ),
    ),
    max_size=2,
)
geometries = json_values | st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "GeometryCollection"])},
    optional={
        "coordinates": json_values,
        "layer": json_values,
        "extent": json_values,
        "geometries": json_values,
    },
)
features = json_values | st.fixed_dictionaries(
    {
        "geometry": geometries,
        "properties": st.dictionaries(st.sampled_from(MEMBERS), json_values | periods),
    }
)


@settings(max_examples=100, deadline=None)
@given(st.lists(features, max_size=4))
def test_no_zone_file_crashes_the_reader_and_no_feature_vanishes(found: list[Any]) -> None:
    reading = ed318.read(orjson.dumps({"type": "FeatureCollection", "features": found}))
    assert len(reading.zones) + len(reading.refused) == len(found)
    ids = [zone.zone_id for zone in reading.zones]
    assert len(ids) == len(set(ids))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40) | json_values.map(orjson.dumps))
def test_what_is_no_zone_file_is_a_format_error(data: bytes) -> None:
    try:
        assert ed318.read(data).format == "ED-318"
    except FormatError as error:
        named = (error.field, error.reason)
    else:
        named = ("file", "is one")
    assert all(named)
