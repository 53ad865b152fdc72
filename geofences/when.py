"""When a zone applies: applicability read as windows of UTC seconds, and as words for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import inf
from typing import assert_never
from zoneinfo import ZoneInfo

from geofences.zone import Always, Applicability, Interval, Weekly

_LAST_S = 4_102_444_800.0
"""2100-01-01: weekly rules are unrolled from 1970 until then."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

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
        case Weekly():
            yield from _weekly_windows(entry, from_s, until_s)
        case _:
            assert_never(entry)


def _weekly_windows(weekly: Weekly, from_s: float, until_s: float) -> Iterator[Window]:
    span_from_s, span_until_s = _bounds(weekly.span)
    first_s, last_s = max(from_s, span_from_s, 0.0), min(until_s, span_until_s, _LAST_S)
    if first_s > last_s:
        return
    zone = _time_zone(weekly.time_zone)
    day = datetime.fromtimestamp(first_s, zone).date() - timedelta(days=1)
    while True:
        window = _day_window(weekly, day, zone)
        if window[0] > last_s:
            return
        clipped = (max(window[0], span_from_s), min(window[1], span_until_s))
        if day.weekday() in weekly.days and _meets(clipped, from_s, until_s):
            yield clipped
        day += timedelta(days=1)


def _day_window(weekly: Weekly, day: date, zone: ZoneInfo) -> Window:
    """The window that starts on `day`; where clocks go back, it takes both readings of an hour in."""
    overnight = weekly.until_min <= weekly.from_min
    return (
        _instant_s(day, weekly.from_min, zone, fold=0),
        _instant_s(day + timedelta(days=1) if overnight else day, weekly.until_min, zone, fold=1),
    )


def _instant_s(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> float:
    days, minute_of_day = divmod(minute, 1440)
    wall = time(minute_of_day // 60, minute_of_day % 60, tzinfo=zone, fold=fold)
    return datetime.combine(day + timedelta(days=days), wall).timestamp()


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
    """In words: "always", "Mon-Fri 08:00-16:00 Europe/Helsinki", "from 2026-05-01 12:00 UTC"."""
    return " and ".join(_describe_entry(entry) for entry in applicability) or "never"


def _describe_entry(entry: Applicability) -> str:
    match entry:
        case Always():
            return "always"
        case Interval():
            return _describe_interval(entry) or "always"
        case Weekly():
            hours = f"{_clock(entry.from_min)}-{_clock(entry.until_min)}"
            words = f"{_describe_days(entry.days)} {hours} {entry.time_zone}"
            span = _describe_interval(entry.span)
            return f"{words} {span}" if span else words
        case _:
            assert_never(entry)


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
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
