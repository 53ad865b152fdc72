"""ED-318 time periods and weekly schedules, read into applicability.

Where a time is missing or odd the zone is read as applying longer, never shorter, and a note is
taken. The same members are in ED-269, where `permanent` may stand for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from geofences.formats.notes import Notes
from geofences.position import GeoPoint
from geofences.zone import Always, Applicability, DayEvent, Daylight, Interval, Weekly

_KNOWN = frozenset({"permanent", "startDateTime", "endDateTime", "schedule", "dailyPeriod", "dailySchedule"})
_EVENTS = {event.value: event for event in DayEvent}
_WEEK_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAY_MIN = 1440
_EARLIEST_ZONE = timedelta(hours=14)
_LATEST_ZONE = timedelta(hours=12)
"""Clocks are at most 14 h ahead of UTC and 12 h behind: what a time without a zone may mean."""
_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_Json = Mapping[str, object]


def applicability(
    periods: object, notes: Notes, where: str, places: tuple[GeoPoint, ...]
) -> tuple[Applicability, ...]:
    """What `limitedApplicability` (ED-269: `applicability`) says; `Always` where it says nothing.

    `places` are the zone's outermost corners, at which the sun rises and sets for it.
    """
    found: list[Applicability] = []
    for i, period in enumerate(notes.as_list(periods, where)):
        if isinstance(period, dict):
            found.extend(_period(period, notes, f"{where}[{i}]", places))
        else:
            notes.add(f"{where}[{i}]", period, "always")
            found.append(Always())
    return tuple(dict.fromkeys(found)) or (Always(),)


def _period(period: _Json, notes: Notes, where: str, places: tuple[GeoPoint, ...]) -> Iterator[Applicability]:
    for name in sorted(period.keys() - _KNOWN):
        notes.add(f"{where}.{name}", period[name], "nothing: the standard has no such member")
    schedule = notes.member(period, "schedule", ("dailyPeriod", "dailySchedule"), where)
    days = notes.as_list(schedule, f"{where}.schedule")
    if _is_permanent(period.get("permanent"), notes, where):
        bounds = [period.get("startDateTime"), period.get("endDateTime")]
        if any(bounds) or any(_says_hours(day) for day in days):
            notes.add(f"{where}.permanent", "YES, with bounds or hours", "always")
        yield Always()
        return
    from_s = instant_s(period.get("startDateTime"), notes, f"{where}.startDateTime", ends=False)
    until_s = instant_s(period.get("endDateTime"), notes, f"{where}.endDateTime", ends=True)
    if from_s is not None and until_s is not None and until_s <= from_s:
        notes.add(where, f"{period.get('startDateTime')} until {period.get('endDateTime')}", "without bounds")
        from_s = until_s = None
    span = Interval(from_s, until_s)
    for i, daily in enumerate(days):
        yield from _daily(daily, span, notes, f"{where}.schedule[{i}]", places)
    if not days:
        yield Always() if span == Interval(None, None) else span


def _is_permanent(value: object, notes: Notes, where: str) -> bool:
    if value is None or value == "NO":
        return False
    plain = str(value).strip().upper()
    if value != "YES":
        notes.add(f"{where}.permanent", value, "NO" if plain in {"NO", "FALSE"} else "YES")
    return plain not in {"NO", "FALSE"}


def _says_hours(daily: object) -> bool:
    return not isinstance(daily, dict) or any(daily.values())


def instant_s(value: object, notes: Notes, where: str, *, ends: bool) -> float | None:
    """UTC seconds of a date-time; None, unbounded, for nothing and (noted) for what is no date-time.

    `ends` says on which side to err: a time without a zone is taken at the zone, and a date
    without a time at the end of its day, that make the period longer.
    """
    if value is None:
        return None
    match = _DATE_TIME.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 80 else None
    if match is None:
        notes.add(where, value, "no bound")
        return None
    date, hour, minute, second, fraction, zone = match.groups()
    try:
        midnight = (hour, minute, second or "00") == ("24", "00", "00")  # the end of that day, says ISO 8601
        at = datetime.fromisoformat(
            f"{date}T{'00' if midnight else hour or '00'}:{minute or '00'}:{second or '00'}"
        )
        at += timedelta(days=1 if midnight else 0)
        if fraction is not None:
            at += timedelta(seconds=1 if ends and int(fraction) else 0)
        if hour is None:
            notes.add(where, value, "the whole of that day")
            at += timedelta(days=1 if ends else 0)
        if zone is None:
            notes.add(where, value, "that time in whichever time zone makes the period longer")
            at += _LATEST_ZONE if ends else -_EARLIEST_ZONE
        return (at.replace(tzinfo=UTC) - timedelta(minutes=_offset_min(zone))).timestamp()
    except (ValueError, OverflowError):  # the 30th of February, the year 10000
        notes.add(where, value, "no bound")
        return None


def _offset_min(zone: str | None) -> int:
    if zone is None or zone in {"Z", "z"}:
        return 0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 60 + int(zone[-2:]))


def _daily(
    daily: object, span: Interval, notes: Notes, where: str, places: tuple[GeoPoint, ...]
) -> Iterator[Applicability]:
    if not isinstance(daily, dict):
        notes.add(where, daily, "every day")
        daily = {}
    blank = [name for name, value in daily.items() if value == ""]
    if blank:
        notes.add(where, dict.fromkeys(blank, ""), "nothing said there")
        daily = {name: value for name, value in daily.items() if value != ""}
    days = _days(daily.get("day"), notes, f"{where}.day")
    start = _moment(daily, "start", notes, where, up=False)
    end = _moment(daily, "end", notes, where, up=True)
    if start is None or end is None:
        if start is not end:
            notes.add(where, daily, "the whole day, since it says only one end of the hours")
        yield Weekly(_around(days), 0, _DAY_MIN, "UTC", span)
        return
    if isinstance(start, DayEvent) or isinstance(end, DayEvent):
        yield Daylight(days, start, end, span, places)
        return
    length = (end - start) % _DAY_MIN or _DAY_MIN
    shift, from_min = divmod(start, _DAY_MIN)
    until_min = from_min + length
    yield Weekly(_moved(days, shift), from_min, min(until_min, _DAY_MIN), "UTC", span)
    if until_min > _DAY_MIN:
        yield Weekly(_moved(days, shift + 1), 0, until_min - _DAY_MIN, "UTC", span)


def _moved(days: frozenset[int], by: int) -> frozenset[int]:
    return frozenset((day + by) % 7 for day in days)


def _around(days: frozenset[int]) -> frozenset[int]:
    """The UTC days that those days touch in any time zone."""
    return days | _moved(days, 1) | _moved(days, -1)


def _days(value: object, notes: Notes, where: str) -> frozenset[int]:
    days: set[int] = set()
    for name in notes.as_list(value, where):
        if name == "ANY":
            days.update(range(7))
        elif isinstance(name, str) and (day := name.strip()[:3].upper()) in _WEEK_DAYS:
            days.add(_WEEK_DAYS.index(day))
            if name != day:
                notes.add(where, name, day)
        else:
            notes.add(where, name, "every day")
            days.update(range(7))
    if not days:
        notes.add(where, value, "every day")
    return frozenset(days or range(7))


def _moment(daily: _Json, side: str, notes: Notes, where: str, *, up: bool) -> DayEvent | int | None:
    """An event, or minutes of the UTC day, possibly negative or beyond 1440; None for the whole day."""
    value, event = daily.get(f"{side}Time"), daily.get(f"{side}Event")
    if event is not None and value is not None:
        notes.add(f"{where}.{side}Event", event, f"the whole day, since there is a {side}Time too")
        return None
    if event is not None:
        known = _EVENTS.get(event.strip().upper()) if isinstance(event, str) else None
        if known is None or event != known.value:
            notes.add(f"{where}.{side}Event", event, known.value if known else "the whole day")
        return known
    if value is None:
        return None
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 80 else None
    if match is None or match[4] is None or int(match[1]) > 24 or int(match[2]) > 59:
        notes.add(f"{where}.{side}Time", value, "the whole day, since it names no instant")
        return None
    seconds = int(match[3] or 0)
    return int(match[1]) * 60 + int(match[2]) + (1 if up and seconds else 0) - _offset_min(match[4])
