"""The graph of a flight that may change its height: places, heights, exact level ways and upright links."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from math import ceil, hypot, inf, log

import numpy as np
import shapely

from geofences.airspace import Airspace
from geofences.airways.layer_costs import Costs, Flight
from geofences.airways.level import Level, level_of
from geofences.airways.sky import Walled
from geofences.airways.slab import in_slab
from geofences.path import Waypoint
from geofences.position import LocalPoint
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium

_STEP_BACK_M = 1.0
"""So far before and behind what is in the way at another height a path may change its own."""
_SHORT_M = 60.0
"""Two things in the way nearer to each other than this are one: to go down between them and up never pays."""
_MOST_ON_LINE = 6
_START, _GOAL = 0, 1


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """At a place (its number), at a height (its number)."""

    place: int
    layer: int


@dataclass(frozen=True, slots=True)
class Leg:
    """A level way at one height, its ends among its places."""

    layer: int
    way: tuple[LocalPoint, ...]


class LayerGraph:
    """For one flight between two ends. Asked and forgotten."""

    def __init__(
        self, airspace: Airspace, ends: tuple[Waypoint, Waypoint], flight: Flight, costs: Costs
    ) -> None:
        self._airspace = airspace
        self._ends = ends
        self._flight = flight
        self._costs = costs
        self._local = tuple(airspace.frame.to_local(end.position) for end in ends)
        self._least_wh_per_m = costs.least_wh_per_m(flight.heights_agl_m)
        self._ways: dict[tuple[Stay, Stay], tuple[LocalPoint, ...] | None] = {}

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The planner of each height."""
        far_m = max(abs(figure_m) for end in self._local for figure_m in (end.east_m, end.north_m))
        found = []
        places = [end.position for end in self._ends]
        for height_m in self._flight.heights_agl_m:
            top_m = self._flight.top_agl_m(height_m, uneven=is_uneven(self._airspace.ground))
            vertical_m = self._flight.margins.vertical_m
            airspace = in_slab(self._airspace, places, (height_m - vertical_m, top_m + vertical_m))
            binding = airspace.blocks_within(
                Medium.AIR,
                from_s=self._flight.from_s,
                until_s=self._flight.until_s,
                lower_agl_m=height_m,
                upper_agl_m=top_m,
                vertical_m=vertical_m,
            )
            level = level_of(airspace, binding, self._flight.margins.lateral_m)
            if not level.sky.reaches_m(far_m):
                reach_m = float(8.0 ** ceil(log(far_m, 8.0)))
                level = level_of(airspace, binding, self._flight.margins.lateral_m, reach_m)
            found.append(level)
        return tuple(found)

    def least_wh(self) -> float:
        """No path between the ends is cheaper."""
        start, goal = self._ends
        climbs = (
            self._costs.change_wh(start.height_agl_m, height_m)
            + self._costs.change_wh(height_m, goal.height_agl_m)
            for height_m in self._flight.heights_agl_m
        )
        return self._ahead_wh(self._local[_START]) + min(climbs)

    def cheapest(self, most_wh: float) -> tuple[Leg, ...] | None:
        """The legs of the cheapest path that costs less than `most_wh`; None where there is none."""
        best: dict[Stay, float] = {}
        before: dict[Stay, Stay | None] = {}
        queue: list[tuple[float, float, Stay, Stay | None]] = []
        for stay, cost_wh in self._boarding():
            heappush(queue, (cost_wh + self._ahead_wh(self.places[stay.place]), cost_wh, stay, None))
        while queue:
            bound_wh, cost_wh, stay, came = heappop(queue)
            if bound_wh >= most_wh or stay in before:
                if bound_wh >= most_wh:
                    return None
                continue
            before[stay] = came
            if stay.layer < 0:
                return self._legs(stay, before)
            for to, more_wh in self._onward(stay, most_wh - cost_wh):
                reached_wh = cost_wh + more_wh
                if to not in before and reached_wh < best.get(to, inf):
                    best[to] = reached_wh
                    heappush(
                        queue, (reached_wh + self._ahead_wh(self.places[to.place]), reached_wh, to, stay)
                    )
        return None

    def _ahead_wh(self, place: LocalPoint) -> float:
        goal = self._local[_GOAL]
        return self._least_wh_per_m * hypot(goal.east_m - place.east_m, goal.north_m - place.north_m)

    def _boarding(self) -> Iterator[tuple[Stay, float]]:
        """From the start to each height that is open above it."""
        start = self._ends[_START]
        for layer, height_m in enumerate(self._flight.heights_agl_m):
            if self._open(_START, start.height_agl_m, height_m):
                yield Stay(_START, layer), self._costs.change_wh(start.height_agl_m, height_m)

    def _onward(self, stay: Stay, most_wh: float) -> Iterator[tuple[Stay, float]]:
        """Where one gets from a stay for less than `most_wh`, and what it takes."""
        heights, goal = self._flight.heights_agl_m, self._ends[_GOAL]
        height_m = heights[stay.layer]
        if stay.place == _GOAL and self._open(_GOAL, goal.height_agl_m, height_m):
            yield Stay(_GOAL, -1), self._costs.change_wh(height_m, goal.height_agl_m)
        if stay.place > _GOAL:
            for layer, other_m in enumerate(heights):
                if layer != stay.layer and self._open(stay.place, height_m, other_m):
                    yield (
                        Stay(stay.place, layer),
                        self._costs.change_wh(height_m, other_m) + self._costs.stop_wh,
                    )
        here = self.places[stay.place]
        for number, place in enumerate(self.places):
            straight_m = hypot(place.east_m - here.east_m, place.north_m - here.north_m)
            if (
                number in {stay.place, _START}
                or straight_m * self._least_wh_per_m + self._ahead_wh(place) >= most_wh
            ):
                continue
            to = Stay(number, stay.layer)
            way = self._way(stay, to)
            if way is not None:
                yield to, self.along_wh(stay.layer, way)

    def along_wh(self, layer: int, way: Sequence[LocalPoint]) -> float:
        """What a level way takes."""
        height_m = self._flight.heights_agl_m[layer]
        return sum(
            self._costs.level_wh(height_m, b.east_m - a.east_m, b.north_m - a.north_m)
            for a, b in itertools.pairwise(way)
        )

    def _way(self, a: Stay, b: Stay) -> tuple[LocalPoint, ...] | None:
        if (a, b) not in self._ways:
            start, goal = self.places[a.place], self.places[b.place]
            sky = self.levels[a.layer].sky
            bends = sky.shortest(start, goal) if sky.is_free(start) and sky.is_free(goal) else None
            way = None if bends is None or isinstance(bends, Walled) else (start, *bends, goal)
            self._ways[a, b] = way
        return self._ways[a, b]

    def _open(self, number: int, one_agl_m: float, other_agl_m: float) -> bool:
        """Whether nothing is in the way between two heights over a place."""
        place = (
            self._ends[number].position
            if number <= _GOAL
            else self._airspace.frame.to_geo(self.places[number])
        )
        return not self._airspace.column(
            place,
            min(one_agl_m, other_agl_m),
            self._flight.top_agl_m(max(one_agl_m, other_agl_m), uneven=is_uneven(self._airspace.ground)),
            Medium.AIR,
            from_s=self._flight.from_s,
            until_s=self._flight.until_s,
            margins=self._flight.margins,
            what="it",
        )

    @cached_property
    def places(self) -> tuple[LocalPoint, ...]:
        """Both ends, and where changing height may pay."""
        found = dict.fromkeys(self._local)
        lines = [shapely.LineString([(p.east_m, p.north_m) for p in self._local])]
        for level in dict.fromkeys(self.levels):
            bends = level.shortest(*self._local)
            if not isinstance(bends, Walled):
                way = (self._local[_START], *bends, self._local[_GOAL])
                lines.append(shapely.LineString([(p.east_m, p.north_m) for p in way]))
        for level in dict.fromkeys(self.levels):
            solids = np.array(list(level.sky.solids.values()), dtype=object)
            for line in lines:
                for at_m in _beside(line, solids):
                    point = shapely.line_interpolate_point(line, at_m)
                    found[LocalPoint(round(point.x, 3), round(point.y, 3))] = None
        return tuple(found)

    def _legs(self, last: Stay, before: dict[Stay, Stay | None]) -> tuple[Leg, ...]:
        stays = [last]
        while (came := before[stays[-1]]) is not None:
            stays.append(came)
        stays.reverse()
        legs: list[Leg] = []
        for a, b in itertools.pairwise(stays):
            way = self._ways.get((a, b)) if a.layer == b.layer else None
            if way is not None and legs and legs[-1].layer == a.layer:
                legs[-1] = Leg(a.layer, (*legs[-1].way, *way[1:]))
            elif way is not None:
                legs.append(Leg(a.layer, way))
        return tuple(legs)


def _beside(line: shapely.LineString, solids: np.ndarray) -> Iterator[float]:
    """Distances along a line, just before and just behind the longest stretches of it that solids cover."""
    near = solids[shapely.intersects(solids, line)] if len(solids) else solids
    covered = shapely.intersection(near, line)
    spans: list[list[float]] = []
    ends = sorted(sorted(_along(line, piece)) for piece in shapely.get_parts(covered) if piece.length > 0.0)
    for low_m, *_, high_m in ends:
        if spans and low_m <= spans[-1][1] + _SHORT_M:
            spans[-1][1] = max(spans[-1][1], high_m)
        else:
            spans.append([low_m, high_m])
    for low_m, high_m in sorted(spans, key=lambda span: span[0] - span[1])[:_MOST_ON_LINE]:
        yield from (
            at_m for at_m in (low_m - _STEP_BACK_M, high_m + _STEP_BACK_M) if 0.0 < at_m < line.length
        )


def _along(line: shapely.LineString, piece: shapely.Geometry) -> list[float]:
    return [
        float(shapely.line_locate_point(line, shapely.Point(xy))) for xy in shapely.get_coordinates(piece)
    ]
