"""Sunrise and sunset, against tables of others; and what polar day and night mean for a zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from geofences import sun
from geofences.position import GeoPoint
from geofences.when import applies, describe, windows
from geofences.zone import DayEvent, Daylight, Interval

HELSINKI, TROMSO, SYDNEY = GeoPoint(60.1699, 24.9384), GeoPoint(69.65, 18.96), GeoPoint(-33.87, 151.21)
FOREVER, DAILY = Interval(None, None), frozenset(range(7))


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def day_number(text: str) -> int:
    return int(utc(text) // 86400)


@pytest.mark.parametrize(
    ("at", "day", "event", "expected"),
    [  # almanac figures, published to the minute
        (HELSINKI, "2024-06-20", DayEvent.SR, "2024-06-20T00:54"),
        (HELSINKI, "2024-06-20", DayEvent.SS, "2024-06-20T19:50"),
        (HELSINKI, "2024-12-21", DayEvent.SR, "2024-12-21T07:24"),
        (HELSINKI, "2024-12-21", DayEvent.SS, "2024-12-21T13:13"),
        (SYDNEY, "2024-12-21", DayEvent.SR, "2024-12-20T18:41"),
        (SYDNEY, "2024-12-21", DayEvent.SS, "2024-12-21T09:06"),
        (GeoPoint(51.4779, 0.0), "2024-03-20", DayEvent.SR, "2024-03-20T06:03"),
        (GeoPoint(51.4779, 0.0), "2024-03-20", DayEvent.SS, "2024-03-20T18:14"),
        (GeoPoint(51.4779, 0.0), "2024-03-20", DayEvent.BMCT, "2024-03-20T05:30"),
        (GeoPoint(51.4779, 0.0), "2024-03-20", DayEvent.EECT, "2024-03-20T18:47"),
    ],
)
def test_events_are_those_of_the_almanacs(at: GeoPoint, day: str, event: DayEvent, expected: str) -> None:
    at_s = sun.event_s(event, day_number(day), at)
    assert at_s is not None
    assert abs(at_s - utc(expected)) <= sun.ALLOWANCE_S


def test_there_is_no_sunset_in_polar_day_nor_sunrise_in_polar_night() -> None:
    for day in ("2024-06-20", "2024-12-20"):
        for event in (DayEvent.SR, DayEvent.SS):
            assert sun.event_s(event, day_number(day), TROMSO) is None
    assert sun.event_s(DayEvent.BMCT, day_number("2024-12-20"), TROMSO) is not None


def daylight(starts: DayEvent | int, ends: DayEvent | int, *places: GeoPoint) -> Daylight:
    return Daylight(DAILY, starts, ends, FOREVER, places)


def test_a_night_zone_applies_from_sunset_to_sunrise_and_a_little_around() -> None:
    night = (daylight(DayEvent.SS, DayEvent.SR, HELSINKI),)
    (window,) = windows(night, utc("2024-12-21T22:00"), utc("2024-12-21T22:01"))
    assert utc("2024-12-21T13:09") <= window[0] <= utc("2024-12-21T13:13")
    assert utc("2024-12-22T07:24") <= window[1] <= utc("2024-12-22T07:28")
    assert not applies(night, utc("2024-12-21T08:00"), utc("2024-12-21T12:30"))


def test_days_are_those_of_the_sun_at_the_zone() -> None:
    saturday = Daylight(frozenset({5}), DayEvent.SR, DayEvent.SS, FOREVER, (SYDNEY,))
    (window,) = windows((saturday,), utc("2024-12-19T00:00"), utc("2024-12-24T00:00"))
    assert window[0] == pytest.approx(utc("2024-12-20T18:41"), abs=240)  # Friday by the clock of Greenwich


def test_hours_may_begin_with_the_sun_and_end_with_the_clock() -> None:
    entry = (daylight(DayEvent.SS, 6 * 60, HELSINKI),)
    (window,) = windows(entry, utc("2024-12-21T22:00"), utc("2024-12-21T22:01"))
    assert window[1] == utc("2024-12-22T06:00")
    morning = (daylight(5 * 60, DayEvent.SR, HELSINKI),)
    (window,) = windows(morning, utc("2024-12-21T05:30"), utc("2024-12-21T05:31"))
    assert window[0] == utc("2024-12-21T05:00")


def test_where_the_sun_does_not_rise_or_set_the_zone_applies_all_day() -> None:
    for starts, ends in ((DayEvent.SR, DayEvent.SS), (DayEvent.SS, DayEvent.SR), (DayEvent.SS, 6 * 60)):
        entry = (daylight(starts, ends, TROMSO),)
        for day in ("2024-06-20", "2024-12-20"):
            for hour in range(24):
                at_s = utc(f"{day}T{hour:02d}:30")
                assert applies(entry, at_s, at_s)


def test_a_large_zone_applies_while_it_does_at_any_of_its_corners() -> None:
    noon_s = utc("2024-03-20T12:00")
    both = daylight(DayEvent.SR, DayEvent.SS, HELSINKI, GeoPoint(60.1699, 10.0))
    (window,) = windows((both,), noon_s, noon_s)
    (alone,) = windows((daylight(DayEvent.SR, DayEvent.SS, HELSINKI),), noon_s, noon_s)
    assert window[0] == alone[0]
    assert window[1] - alone[1] == pytest.approx((24.9384 - 10.0) * 240.0, abs=60.0)


def test_words() -> None:
    assert describe((daylight(DayEvent.SS, DayEvent.SR, HELSINKI),)) == "daily sunset-sunrise"
    assert describe((daylight(DayEvent.BMCT, 1080, HELSINKI),)) == "daily dawn-18:00 UTC"
