"""When a zone applies, as ED-318 writes it: periods in UTC, with daily hours or events of the sun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from geofences.formats.notes import Notes
from geofences.zone import Always, Applicability, DayEvent, Daylight, Interval, Weekly

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY_MIN = 1440
_Json = dict[str, Any]


def periods(applicability: Sequence[Applicability], notes: Notes) -> list[_Json]:
    """`limitedApplicability`; empty for a zone that always applies, since that is what its absence means."""
    if not applicability:
        notes.add("limitedApplicability", "never", "always, since nothing says never")
    if tuple(applicability) == (Always(),):
        return []
    return [period for entry in applicability for period in _periods(entry, notes)]


def _periods(entry: Applicability, notes: Notes) -> Iterator[_Json]:
    match entry:
        case Always():
            yield {}
        case Interval():
            yield _bounds(entry, notes)
        case Daylight():
            start_min = entry.starts if isinstance(entry.starts, int) else 0
            hours = {**_moment("start", entry.starts), **_moment("end", entry.ends)}
            day = _day_names(entry.days, start_min // _DAY_MIN)
            yield {**_bounds(entry.span, notes), "schedule": [{"day": day, **hours}]}
        case Weekly():
            for offset_min in _offsets_min(entry.time_zone):
                yield {**_bounds(entry.span, notes), "schedule": [_hours(entry, offset_min)]}
            if len(_offsets_min(entry.time_zone)) > 1:
                text = "those hours in summer and in winter time, both all the year"
                notes.add("limitedApplicability", f"hours in {entry.time_zone}", text)
        case _:
            assert_never(entry)


def _bounds(span: Interval, notes: Notes) -> _Json:
    found = {"startDateTime": span.from_s, "endDateTime": span.until_s}
    written = {name: _instant(name, at_s, notes) for name, at_s in found.items() if at_s is not None}
    return {name: text for name, text in written.items() if text is not None}


def _instant(name: str, at_s: float, notes: Notes) -> str | None:
    try:
        text = datetime.fromtimestamp(at_s, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        notes.add(name, at_s, "no bound, since no date says it")
        return None
    return text.replace("+00:00", "Z")


def _hours(weekly: Weekly, offset_min: int) -> _Json:
    from_min = weekly.from_min - offset_min
    until_min = weekly.until_min - offset_min
    return {
        "day": _day_names(weekly.days, from_min // _DAY_MIN),
        "startTime": _clock(from_min),
        "endTime": _clock(until_min),
    }


def _moment(side: str, moment: DayEvent | int) -> _Json:
    if isinstance(moment, int):
        return {f"{side}Time": _clock(moment)}
    return {f"{side}Event": moment.value}


def _clock(minute: int) -> str:
    minute %= _DAY_MIN
    return f"{minute // 60:02d}:{minute % 60:02d}:00Z"


def _day_names(days: frozenset[int], later_by: int) -> list[str]:
    if len(days) == 7:
        return ["ANY"]
    return [_DAYS[day] for day in sorted((day + later_by) % 7 for day in days)]


@lru_cache(maxsize=64)
def _offsets_min(time_zone: str) -> tuple[int, ...]:
    """The offsets from UTC that a time zone has had and will have, as far as is known, from 2000 to 2040."""
    zone = ZoneInfo(time_zone)
    months = [datetime(year, month, 1, tzinfo=zone) for year in range(2000, 2041) for month in range(1, 13)]
    offsets = [offset for month in months if (offset := month.utcoffset()) is not None]
    return tuple(sorted({round(offset.total_seconds() / 60.0) for offset in offsets}))
