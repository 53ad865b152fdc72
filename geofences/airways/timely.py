"""Paths among zones with hours: around them, before they begin, or after they end, leaving later or waiting.

What applies all the time from departure to the horizon is solid, what never applies then is not there. Of the
others each is either solid for a path, or passed in time. The search begins with all of them passed; where
that takes waiting, it tries those met as solids too, the least energy first, until no choice left can be
cheaper than the best found. For one way the departure is worked out exactly: each meeting with a zone's hours
forbids a span of delays. A wait in the air is taken just before the zone that is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf

from geofences.airspace import Airspace
from geofences.airways.occupancy import Occupancy, occupancies
from geofences.path import NoPath, Path, TimedPath
from geofences.reason import Because, Reason
from geofences.verifying.verdict import Margins
from geofences.when import Window
from geofences.zone import Medium

_MOST_CHOICES = 64
"""Sets of solids that are tried; beyond that the best found so far is the answer."""
_BEFORE_S = 2.0
"""So long before it would enter a zone a flight waits for its end."""
_ROUNDING_S = 0.05


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait in the air: so many seconds into the flight, waits before it left out, and how long."""

    after_s: float
    seconds: float
    why: Reason


@dataclass(frozen=True, slots=True)
class Timely:
    """A path, how much later than asked it departs and why, where it waits, and what all of it takes."""

    path: Path
    delay_s: float
    waits: tuple[Wait, ...]
    energy_wh: float
    waits_for: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """When a flight may be: departure from `depart_s`, the end by `latest_s`, UTC seconds.

    `may_leave_later`: otherwise it departs at `depart_s`. Zones' hours are kept to also when it flies so much
    earlier or later than planned. `idle_w` is drawn on the ground, `hover_w` in the air.
    """

    depart_s: float
    latest_s: float
    may_leave_later: bool
    early_s: float
    late_s: float
    idle_w: float
    hover_w: float


@dataclass(frozen=True, slots=True)
class Planner:
    """How paths are found in an airspace without hours, timed from 0 s on, and what each takes (Wh)."""

    find: Callable[[Airspace], tuple[Path, ...] | NoPath]
    time: Callable[[Path], TimedPath]
    wh: Callable[[Path], float]


def cheapest(airspace: Airspace, planner: Planner, times: Times, margins: Margins) -> Timely | NoPath:
    """The path of least energy within its times; `NoPath` with all that is in the way of that."""
    search = _Search(airspace, planner, times, margins)
    best: Timely | None = None
    walls: list[Reason] = []
    tried: set[frozenset[int]] = set()
    queue: list[tuple[float, int, frozenset[int]]] = [(0.0, 0, frozenset())]
    while queue and len(tried) < _MOST_CHOICES:
        bound_wh, _, solids = heappop(queue)
        if best is not None and bound_wh >= best.energy_wh:
            break
        if solids in tried:
            continue
        tried.add(solids)
        found = planner.find(search.among(solids))
        if isinstance(found, NoPath):
            walls += [reason for reason in found.reasons if reason not in walls]
            continue
        least_wh = min(map(planner.wh, found))
        for path in found:
            met = search.met(path, solids)
            best = min((one for one in (best, *search.timed(path, met)) if one), key=_energy_wh, default=None)
            for number, block in enumerate({one.block for one in met if search.clash_s(one, 0.0) > 0.0}):
                heappush(queue, (least_wh, number + len(tried) * _MOST_CHOICES, solids | {block}))
            walls += [reason for reason in search.late(path, met) if not _said(reason, walls)]
    return best or NoPath(tuple(walls))


def _said(reason: Reason, walls: Sequence[Reason]) -> bool:
    """Whether it is there already; how long a path takes is said of the first alone."""
    took = reason.because is Because.TIME_WINDOW and any(one.subject == reason.subject for one in walls)
    return took or reason in walls


def _energy_wh(timely: Timely) -> float:
    return timely.energy_wh


class _Search:
    """One flight's: which blocks apply for some of its time, and how ways among them can be timed."""

    def __init__(self, airspace: Airspace, planner: Planner, times: Times, margins: Margins) -> None:
        self._airspace, self._planner, self._times, self._margins = airspace, planner, times, margins
        self._span = (times.depart_s - times.early_s, times.latest_s + times.late_s)
        hours = [block.windows(*self._span) for block in airspace.blocks]
        self._always = [i for i, spans in enumerate(hours) if self._covers(spans)]
        self._sometimes = [i for i, spans in enumerate(hours) if spans and not self._covers(spans)]

    def _covers(self, spans: Sequence[Window]) -> bool:
        return any(low <= self._span[0] and self._span[1] < high for low, high in spans)

    def among(self, solids: frozenset[int]) -> Airspace:
        """The airspace of what applies always, and of these."""
        return self._airspace.only(sorted((*self._always, *solids)))

    def met(self, path: Path, solids: frozenset[int]) -> tuple[Occupancy, ...]:
        """Where a path is inside blocks that are not solid, at times from its departure on."""
        passed = [
            i for i in self._sometimes if i not in solids and Medium.AIR in self._airspace.blocks[i].binds
        ]
        return occupancies(self._planner.time(path), self._airspace, passed, self._margins)

    def timed(self, path: Path, met: Sequence[Occupancy]) -> Iterator[Timely]:
        """The ways in time to fly a path: each departure at which something changes, with its waits."""
        times = self._times
        length_s, energy_wh = self._planner.time(path).ends_at_s, self._planner.wh(path)
        for delay_s in sorted(self._delays(met)) if times.may_leave_later else (0.0,):
            waits = self._waits(met, delay_s)
            if waits is None:
                continue
            waited_s = sum(wait.seconds for wait in waits)
            if times.depart_s + delay_s + length_s + waited_s > times.latest_s:
                continue
            idle_wh = (times.idle_w * delay_s + times.hover_w * waited_s) / 3600.0
            why = tuple(self._why(one) for one in met if self.clash_s(one, 0.0) > 0.0)
            yield Timely(path, delay_s, waits, energy_wh + idle_wh, why if delay_s > 0.0 else ())

    def late(self, path: Path, met: Sequence[Occupancy]) -> Iterator[Reason]:
        """Why it cannot be flown in time as it is: what would have to be waited for, or how long it takes."""
        for one in met:
            if self.clash_s(one, 0.0) > 0.0:
                yield self._airspace.blocks[one.block].reason("there is no time to wait for the end of")
        spare_s = self._times.latest_s - self._times.depart_s
        length_s = self._planner.time(path).ends_at_s
        if length_s > spare_s:
            text = f"takes {length_s:.0f} s, and there are {max(0.0, spare_s):.0f} s until it has to be there"
            yield Reason(Because.TIME_WINDOW, "latest", text)

    def clash_s(self, one: Occupancy, delay_s: float) -> float:
        """How much longer than `delay_s` to wait until this may be; 0 when it may, infinity when never."""
        wait_s = 0.0
        from_s, until_s = one.from_s - self._times.early_s, one.until_s + self._times.late_s
        for low, high in self._hours(one):
            begins_s = self._times.depart_s + delay_s + wait_s
            if low <= begins_s + until_s and begins_s + from_s < high:
                wait_s = high - self._times.depart_s - delay_s - from_s + _ROUNDING_S
        return wait_s

    def _delays(self, met: Sequence[Occupancy]) -> set[float]:
        """None, and each after which a zone is passed just as its hours are over."""
        from_s = self._times.depart_s - self._times.early_s
        ends = (high - from_s - one.from_s + _ROUNDING_S for one in met for _, high in self._hours(one))
        return {0.0, *(delay_s for delay_s in ends if 0.0 <= delay_s < inf)}

    def _hours(self, one: Occupancy) -> tuple[Window, ...]:
        return self._airspace.blocks[one.block].windows(*self._span)

    def _waits(self, met: Sequence[Occupancy], delay_s: float) -> tuple[Wait, ...] | None:
        """The waits in the air with which all is passed in time; None where it had to wait on the ground."""
        waits: list[Wait] = []
        for one in met:
            seconds = self.clash_s(one, delay_s)
            if seconds == 0.0:
                continue
            after_s = one.from_s - _BEFORE_S
            if after_s <= 0.0 or seconds == inf or any(o.from_s <= after_s <= o.until_s for o in met):
                return None
            waits.append(Wait(after_s, seconds, self._why(one)))
            delay_s += seconds
        return tuple(waits)

    def _why(self, one: Occupancy) -> Reason:
        return self._airspace.blocks[one.block].reason("waits for the end of")
