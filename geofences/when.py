"""When a zone applies: applicability read as windows of UTC seconds, and as words for people."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import floor, inf
from typing import assert_never
from zoneinfo import ZoneInfo

from geofences import sun
from geofences.position import GeoPoint
from geofences.zone import Always, Applicability, DayEvent, Daylight, Interval, Weekly

_LAST_S = 4_102_444_800.0
"""2100-01-01: rules that come again are unrolled from 1970 until then."""
_DAY_S = 86_400.0
_RUN_DAYS = 32
"""Rules that come again are unrolled so many days at a time, and kept."""
_LONGEST_S = 5.0 * _DAY_S
"""No window of one day is longer, nor begins further from that day in UTC."""
_EPOCH = date(1970, 1, 1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EVENTS = {
    DayEvent.BMCT: "dawn",
    DayEvent.SR: "sunrise",
    DayEvent.SS: "sunset",
    DayEvent.EECT: "dusk",
}

Window = tuple[float, float]
"""A half-open span of UTC seconds: from the first to before the second."""


def windows(applicability: Sequence[Applicability], from_s: float, until_s: float) -> tuple[Window, ...]:
    """Every window that overlaps the closed span `from_s`..`until_s`, sorted by start, unclipped.

    Windows of several entries may overlap each other. `inf` is allowed on either side.
    """
    found = [w for entry in applicability for w in _entry_windows(entry, from_s, until_s)]
    return tuple(sorted(found))


def applies(applicability: Sequence[Applicability], from_s: float, until_s: float) -> bool:
    """Whether any entry applies at any instant of the closed span `from_s`..`until_s`."""
    return any(True for entry in applicability for _ in _entry_windows(entry, from_s, until_s))


def _entry_windows(entry: Applicability, from_s: float, until_s: float) -> Iterator[Window]:
    match entry:
        case Always():
            yield (-inf, inf)
        case Interval():
            window = _bounds(entry)
            if _meets(window, from_s, until_s):
                yield window
        case Weekly() | Daylight():
            yield from _recurring_windows(entry, from_s, until_s)
        case _:
            assert_never(entry)


def _recurring_windows(entry: Weekly | Daylight, from_s: float, until_s: float) -> Iterator[Window]:
    span_from_s, span_until_s = _bounds(entry.span)
    first_s, last_s = max(from_s, span_from_s, 0.0), min(until_s, span_until_s, _LAST_S)
    if first_s > last_s:
        return
    first_run = floor((first_s - _LONGEST_S) / _DAY_S) // _RUN_DAYS
    for run in range(first_run, floor((last_s + _LONGEST_S) / _DAY_S) // _RUN_DAYS + 1):
        unrolled = _unrolled(entry, run)
        for window in unrolled[bisect_left(unrolled, (first_s - _LONGEST_S, 0.0)) :]:
            if window[0] > last_s:
                break
            clipped = (max(window[0], span_from_s), min(window[1], span_until_s))
            if _meets(clipped, from_s, until_s):
                yield clipped


@lru_cache(maxsize=16_384)
def _unrolled(entry: Weekly | Daylight, run: int) -> tuple[Window, ...]:
    """The windows of the days of one run, sorted by start."""
    days = range(run * _RUN_DAYS, (run + 1) * _RUN_DAYS)
    due = [day for day in days if (day + 3) % 7 in entry.days]  # 1970 began on a Thursday
    if isinstance(entry, Weekly):
        zone = _time_zone(entry.time_zone)
        found = [_day_window(entry, _EPOCH + timedelta(days=day), zone) for day in due]
    else:
        found = [_sun_window(entry, day) for day in due]
    return tuple(sorted(found))


def _day_window(weekly: Weekly, day: date, zone: ZoneInfo) -> Window:
    """The window that starts on `day`; where clocks change, it takes both readings of an hour in."""
    overnight = weekly.until_min <= weekly.from_min
    return (
        min(_readings_s(day, weekly.from_min, zone)),
        max(_readings_s(day + timedelta(days=1) if overnight else day, weekly.until_min, zone)),
    )


def _readings_s(day: date, minute: int, zone: ZoneInfo) -> tuple[float, float]:
    days, minute_of_day = divmod(minute, 1440)
    wall = datetime.combine(
        day + timedelta(days=days), time(minute_of_day // 60, minute_of_day % 60, tzinfo=zone)
    )
    return wall.timestamp(), wall.replace(fold=1).timestamp()


def _sun_window(entry: Daylight, day: int) -> Window:
    """From the earliest start to the latest end at any of the places."""
    found = [_window_at(entry, day, place) for place in entry.places]
    return min(window[0] for window in found), max(window[1] for window in found)


def _window_at(entry: Daylight, day: int, at: GeoPoint) -> Window:
    """The window of one place; at least the whole solar day where an event does not happen on it."""
    whole = sun.solar_day(day, at)
    start_s = _moment_s(entry.starts, day, at)
    after_s = whole.until_s if start_s is None else start_s
    end_s = _next_s(entry.ends, day, at, after_s)
    if start_s is None:
        known_end_s = end_s if isinstance(entry.ends, int) and end_s is not None else whole.until_s
        return whole.from_s, known_end_s
    if end_s is None:
        return min(start_s, whole.from_s), max(start_s + _DAY_S, whole.until_s)
    slack_s = sun.allowance_s(at)
    early_s = slack_s if isinstance(entry.starts, DayEvent) else 0.0
    late_s = slack_s if isinstance(entry.ends, DayEvent) else 0.0
    return start_s - early_s, end_s + late_s


def _next_s(moment: DayEvent | int, day: int, at: GeoPoint, after_s: float) -> float | None:
    """The first after an instant, looked for from a solar day on; None where one of the days has none."""
    for following in range(day, day + 4):
        at_s = _moment_s(moment, following, at)
        if at_s is None or at_s > after_s:
            return at_s
    return None


def _moment_s(moment: DayEvent | int, day: int, at: GeoPoint) -> float | None:
    return day * _DAY_S + moment * 60.0 if isinstance(moment, int) else sun.event_s(moment, day, at)


@lru_cache(maxsize=64)
def _time_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _bounds(interval: Interval) -> Window:
    return (
        -inf if interval.from_s is None else interval.from_s,
        inf if interval.until_s is None else interval.until_s,
    )


def _meets(window: Window, from_s: float, until_s: float) -> bool:
    return window[0] <= until_s and from_s < window[1] and window[0] < window[1]


def describe(applicability: Sequence[Applicability]) -> str:
    """In words: "always", "Mon-Fri 08:00-16:00 Europe/Helsinki", "daily sunset-sunrise"."""
    return " and ".join(_describe_entry(entry) for entry in applicability) or "never"


def _describe_entry(entry: Applicability) -> str:
    match entry:
        case Always():
            return "always"
        case Interval():
            return _describe_interval(entry) or "always"
        case Weekly():
            hours = f"{_clock(entry.from_min)}-{_clock(entry.until_min)} {entry.time_zone}"
        case Daylight():
            hours = f"{_moment(entry.starts)}-{_moment(entry.ends)}"
        case _:
            assert_never(entry)
    return f"{_describe_days(entry.days)} {hours} {_describe_interval(entry.span)}".rstrip()


def _moment(moment: DayEvent | int) -> str:
    return f"{_clock(moment)} UTC" if isinstance(moment, int) else _EVENTS[moment]


def _describe_interval(interval: Interval) -> str:
    parts = []
    if interval.from_s is not None:
        parts.append(f"from {_utc(interval.from_s)}")
    if interval.until_s is not None:
        parts.append(f"until {_utc(interval.until_s)}")
    return " ".join(parts)


def _describe_days(days: frozenset[int]) -> str:
    ordered = sorted(days)
    if len(ordered) == 7:
        return "daily"
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{_DAYS[ordered[0]]}-{_DAYS[ordered[-1]]}"
    return ", ".join(_DAYS[day] for day in ordered)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _utc(at_s: float) -> str:
    try:
        return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError):
        return f"{at_s:g} s UTC"
