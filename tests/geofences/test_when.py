from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from math import inf
from zoneinfo import ZoneInfo

import pytest

from geofences.when import applies, describe, windows
from geofences.zone import Always, Applicability, Interval, Weekly

HELSINKI = "Europe/Helsinki"
FOREVER = Interval(None, None)
WORK = Weekly(frozenset(range(5)), 8 * 60, 16 * 60, HELSINKI, FOREVER)


def clock(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(HELSINKI)).timestamp()


@pytest.mark.parametrize(
    ("entry", "from_text", "until_text", "expected"),
    [
        (Always(), "2026-06-01T12:00", "2026-06-01T12:01", True),
        (WORK, "2026-06-01T07:00", "2026-06-01T07:59", False),
        (WORK, "2026-06-01T07:00", "2026-06-01T08:00", True),
        (WORK, "2026-06-01T15:59", "2026-06-01T20:00", True),
        (WORK, "2026-06-01T16:00", "2026-06-02T07:00", False),
        (WORK, "2026-06-06T00:00", "2026-06-07T23:59", False),
        (WORK, "2026-06-06T00:00", "2026-06-08T09:00", True),
        (WORK, "2026-12-01T07:59", "2026-12-01T08:01", True),
        (Interval(clock("2026-06-01T12:00"), None), "2026-06-01T11:00", "2026-06-01T11:59", False),
        (Interval(clock("2026-06-01T12:00"), None), "2026-06-01T11:00", "2026-06-01T12:00", True),
        (Interval(None, clock("2026-06-01T12:00")), "2026-06-01T12:00", "2026-06-01T13:00", False),
    ],
)
def test_applies_when_any_instant_of_the_span_is_inside(
    entry: Applicability, from_text: str, until_text: str, *, expected: bool
) -> None:
    assert applies((entry,), clock(from_text), clock(until_text)) is expected


def test_the_same_local_hours_are_other_utc_hours_in_winter() -> None:
    summer, winter = clock("2026-06-01T00:00"), clock("2026-12-01T00:00")
    assert windows((WORK,), summer, summer + 86400) == ((summer + 8 * 3600, summer + 16 * 3600),)
    assert windows((WORK,), winter, winter + 86400) == ((winter + 8 * 3600, winter + 16 * 3600),)
    assert (summer % 86400, winter % 86400) == (21 * 3600, 22 * 3600)


def test_a_window_over_the_change_to_winter_time_has_its_extra_hour() -> None:
    for until_min, hours in ((5 * 60, 4.0), (3 * 60 + 30, 2.5)):  # half past three comes twice
        night = Weekly(frozenset({6}), 2 * 60, until_min, HELSINKI, FOREVER)
        ((from_s, until_s),) = windows((night,), clock("2026-10-25T00:00"), clock("2026-10-25T12:00"))
        assert until_s - from_s == hours * 3600


def test_hours_past_midnight_end_on_the_next_day() -> None:
    night = Weekly(frozenset({4}), 22 * 60, 2 * 60, HELSINKI, FOREVER)
    assert applies((night,), clock("2026-06-06T01:00"), clock("2026-06-06T01:30"))
    assert not applies((night,), clock("2026-06-05T01:00"), clock("2026-06-05T01:30"))


def test_a_whole_day_lasts_until_midnight() -> None:
    day = Weekly(frozenset({0}), 0, 1440, HELSINKI, FOREVER)
    assert windows((day,), clock("2026-06-01T23:00"), clock("2026-06-02T01:00")) == (
        (clock("2026-06-01T00:00"), clock("2026-06-02T00:00")),
    )


def test_weekly_hours_end_with_their_span() -> None:
    season = Interval(clock("2026-06-01T10:00"), clock("2026-06-02T09:00"))
    entry = Weekly(frozenset(range(7)), 8 * 60, 16 * 60, HELSINKI, season)
    assert windows((entry,), 0.0, inf) == (
        (clock("2026-06-01T10:00"), clock("2026-06-01T16:00")),
        (clock("2026-06-02T08:00"), clock("2026-06-02T09:00")),
    )


def test_no_entry_is_never() -> None:
    assert not applies((), 0.0, inf)
    assert describe(()) == "never"


def test_words() -> None:
    season = Interval(clock("2026-06-01T15:00"), clock("2026-06-02T15:00"))
    assert describe((Always(),)) == "always"
    assert describe((WORK,)) == "Mon-Fri 08:00-16:00 Europe/Helsinki"
    assert describe((season,)) == "from 2026-06-01 12:00 UTC until 2026-06-02 12:00 UTC"
    assert describe((FOREVER,)) == "always"
    both = (
        Weekly(frozenset({5, 6}), 0, 1440, "UTC", season),
        Weekly(frozenset(range(7)), 0, 60, "UTC", FOREVER),
    )
    assert describe(both) == (
        "Sat, Sun 00:00-24:00 UTC from 2026-06-01 12:00 UTC until 2026-06-02 12:00 UTC"
        " and daily 00:00-01:00 UTC"
    )


def test_both_readings_of_an_hour_that_clocks_skip_are_taken_in() -> None:
    early = Weekly(frozenset({6}), 3 * 60 + 30, 5 * 60, HELSINKI, FOREVER)  # half past three does not come
    ((from_s, until_s),) = windows((early,), clock("2026-03-29T00:00"), clock("2026-03-29T12:00"))
    assert (from_s, until_s) == (clock("2026-03-29T02:30"), clock("2026-03-29T05:00"))


def test_a_century_of_weeks_is_unrolled_once_and_then_kept() -> None:
    all_of_them = windows((WORK,), 0.0, inf)
    assert len(all_of_them) == pytest.approx(130 * 261, abs=30)
    assert windows((WORK,), 0.0, inf) == all_of_them
    assert all(a[1] <= b[0] for a, b in pairwise(all_of_them))
