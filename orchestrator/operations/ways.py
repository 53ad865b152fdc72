"""A memory of routes already found, so that a quote for a place seen before costs a look-up.

A route depends on where it starts and ends, on the cruise height, the margins, and on which
zones bind while it is used; not on the hour as such. Two windows in which the same zones bind
share their routes. Windows are widened outward to five minutes: a zone that begins within them is
avoided a little early, never late.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from geofences.airspace import Airspace, Margins
from geofences.free_space import find_path
from geofences.path import NoPath, Path, Waypoint
from geofences.sidewalk import Footpaths
from geofences.zone import Medium

_BUCKET_S = 300.0
_CEILING_AGL_M = 1000.0
_MOST_ROUTES = 20_000


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when (fleet time, UTC seconds) a route is used."""

    from_s: float
    until_s: float

    def widened(self) -> Window:
        """The same window, outward to whole five minutes."""
        return Window(
            math.floor(self.from_s / _BUCKET_S) * _BUCKET_S, math.ceil(self.until_s / _BUCKET_S) * _BUCKET_S
        )


_Key = tuple[Medium, Waypoint, Waypoint, float, Margins, int]


class Ways:
    """Routes found in one airspace and one set of footpaths; belongs to one `Surroundings`.

    Holds results of pure functions only: forgetting any of them changes no answer.
    """

    def __init__(self) -> None:
        self._routes: dict[_Key, Path | NoPath] = {}
        self._binding: dict[tuple[Medium, Window], int] = {}
        self._sets: dict[frozenset[str], int] = {}

    def by_air(
        self,
        airspace: Airspace,
        start: Waypoint,
        goal: Waypoint,
        *,
        cruise_height_agl_m: float,
        window: Window,
        margins: Margins,
    ) -> Path | NoPath:
        """`free_space.find_path` for the widened window. Heights above ground, metres."""
        wide = window.widened()
        binding = self._epoch(airspace, Medium.AIR, wide)
        key = (Medium.AIR, start, goal, cruise_height_agl_m, margins, binding)
        found = self._routes.get(key)
        if found is None:
            found = find_path(
                airspace,
                start,
                goal,
                cruise_height_agl_m=cruise_height_agl_m,
                from_s=wide.from_s,
                until_s=wide.until_s,
                margins=margins,
            )
            self._keep(key, found)
        return found

    def on_foot(
        self, airspace: Airspace, footpaths: Footpaths, start: Waypoint, goal: Waypoint, window: Window
    ) -> Path | NoPath:
        """`Footpaths.route` for the widened window."""
        wide = window.widened()
        binding = self._epoch(airspace, Medium.SIDEWALK, wide)
        key = (Medium.SIDEWALK, start, goal, 0.0, Margins(lateral_m=0.0, vertical_m=0.0), binding)
        found = self._routes.get(key)
        if found is None:
            found = footpaths.route(start.position, goal.position, airspace, wide.from_s, wide.until_s)
            self._keep(key, found)
        return found

    def _keep(self, key: _Key, found: Path | NoPath) -> None:
        if len(self._routes) >= _MOST_ROUTES:
            self._routes.clear()
        self._routes[key] = found

    def _epoch(self, airspace: Airspace, medium: Medium, wide: Window) -> int:
        """A number for the set of keep-outs that bind in the window: equal sets, equal numbers."""
        known = self._binding.get((medium, wide))
        if known is None:
            bound = airspace.keep_outs(medium, wide.from_s, wide.until_s, 0.0, _CEILING_AGL_M)
            names = frozenset(name for name, _ in bound)
            known = self._sets.setdefault(names, len(self._sets))
            self._binding[medium, wide] = known
        return known
