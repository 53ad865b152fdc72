"""Reading ED-318: periods and schedules, longer where the file is odd."""

from __future__ import annotations

import pytest

from geofences.formats.reading import Reading
from geofences.position import GeoPoint
from geofences.zone import (
    Always,
    DayEvent,
    Daylight,
    Interval,
    Weekly,
)
from tests.geofences.formats.sound import changed, only


def period(**members: object) -> Reading:
    return changed(("properties.limitedApplicability", [members]))


JUNE_S, JULY_S = 1_780_272_000.0, 1_782_864_000.0
BOUNDS = {"startDateTime": "2026-06-01T00:00:00Z", "endDateTime": "2026-07-01T03:00:00.00000000+03:00"}


def test_a_period_has_bounds_and_hours() -> None:
    hours = {"day": ["MON", "SUN"], "startTime": "08:00:00Z", "endTime": "16:00:30Z"}
    reading = period(**BOUNDS, schedule=[hours, {"day": ["ANY"]}])
    span = Interval(JUNE_S, JULY_S)
    assert reading.findings == ()
    assert only(reading).applicability == (
        Weekly(frozenset({0, 6}), 480, 961, "UTC", span),
        Weekly(frozenset(range(7)), 0, 1440, "UTC", span),
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("10:00:00+02:00", "18:00:00+02:00", [({5}, 480, 960)]),
        ("22:00:00Z", "02:00:00Z", [({5}, 1320, 1440), ({6}, 0, 120)]),
        ("01:00:00+03:00", "05:00:00+03:00", [({4}, 1320, 1440), ({5}, 0, 120)]),
        ("22:00:00-05:00", "23:00:00-05:00", [({6}, 180, 240)]),
        ("00:00:00Z", "00:00:00Z", [({5}, 0, 1440)]),
        ("00:00:00Z", "24:00:00Z", [({5}, 0, 1440)]),
    ],
)
def test_hours_are_turned_to_utc(start: str, end: str, expected: list[tuple[set[int], int, int]]) -> None:
    reading = period(schedule=[{"day": ["SAT"], "startTime": start, "endTime": end}])
    assert only(reading).applicability == tuple(
        Weekly(frozenset(days), from_min, until_min, "UTC", Interval(None, None))
        for days, from_min, until_min in expected
    )


def test_the_zone_applies_longer_where_its_times_are_odd() -> None:
    whole_days = Weekly(frozenset({4, 5, 6}), 0, 1440, "UTC", Interval(None, None))
    for hours in (
        {"startTime": "08:00:00", "endTime": "16:00:00"},
        {"startEvent": "SR", "endEvent": "NOON"},
        {"startEvent": "SR", "startTime": "08:00:00Z", "endEvent": "SS"},
        {"startTime": "08:00:00Z"},
        {"startTime": "noon", "endTime": "16:00:00Z"},
    ):
        reading = period(schedule=[{"day": ["SAT"], **hours}])
        assert only(reading).applicability == (whole_days,)
        assert reading.findings
    assert only(period(startDateTime="", endDateTime="")).applicability == (Always(),)
    assert only(period(startDateTime="2026-13-01T00:00:00Z")).applicability == (Always(),)
    assert only(
        period(startDateTime="2027-01-01T00:00:00Z", endDateTime="2026-01-01T00:00:00Z")
    ).applicability == (Always(),)
    assert only(period(startDateTime="2026-06-01", endDateTime="2026-06-30T00:00:00Z")).applicability == (
        Interval(JUNE_S - 14 * 3600, JULY_S - 86400),
    )
    assert only(changed(("properties.limitedApplicability", ["sometimes"]))).applicability == (Always(),)
    assert only(changed(("properties.limitedApplicability", []))).applicability == (Always(),)


def test_days_written_oddly() -> None:
    week = frozenset(range(7))
    for day, days in (("SAT", {5}), (["Saturday"], {5}), (["HOLIDAY"], week), ([], week), (None, week)):
        reading = period(schedule=[{"day": day, "startTime": "08:00:00Z", "endTime": "16:00:00Z"}])
        (entry,) = only(reading).applicability
        assert isinstance(entry, Weekly)
        assert entry.days == days
        assert reading.findings


def test_hours_by_the_sun_are_kept_with_the_places_where_it_shines() -> None:
    reading = period(schedule=[{"day": ["SAT"], "startEvent": "SS", "endTime": "06:00:00+02:00"}])
    (entry,) = only(reading).applicability
    assert isinstance(entry, Daylight)
    assert (entry.days, entry.starts, entry.ends) == (frozenset({5}), DayEvent.SS, 240)
    assert set(entry.places) == {GeoPoint(lat, lon) for lat in (60.1, 60.2) for lon in (24.9, 25.0)}
    assert reading.findings == ()


@pytest.mark.parametrize("bound", ["9999-12-31", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_the_ends_of_the_calendar_are_no_trap(bound: str) -> None:
    assert only(period(startDateTime=bound, endDateTime=bound)).applicability
