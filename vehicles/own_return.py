"""How an autopilot comes home by itself, as its parameters have it: to which place, how high, and what then.

Nobody verifies that way before it is flown, so whoever sends a vehicle out looks at it beforehand. Where it
leads depends on where it begins; the rest is a handful of parameters (`mavlink.autopilots`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from geofences.path import Waypoint
from geofences.position import distance_m

_AS_NEAR_M = 5.0
"""Two places, one nearer by less: which of them it goes to, an error of position decides."""


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """A straight way to one of home and the rally points of its plan.

    `height_m` is how high it goes, above its goal or, `above_home`, above home; `name` is the parameter that
    says so. Never lower than where it begins, and `climbs_m` above that at least. Within `cone_m` of its goal
    it goes no higher than `slope_frac` times the distance (`least_m` at least). `rally_m`: one further
    away is no rally point; `rally_first`: home counts only where there is none. It hovers for `hovers_s`
    above its goal before it lands. `unreckoned` says why this is not the way it takes; empty where it is.
    """

    name: str
    height_m: float
    above_home: bool = False
    climbs_m: float = 0.0
    slope_frac: float = inf
    cone_m: float = inf
    least_m: float = 0.0
    rally_m: float = inf
    rally_first: bool = False
    hovers_s: float = 0.0
    unreckoned: str = ""

    def goals(self, here: Waypoint, home: Waypoint, rally: Sequence[Waypoint]) -> tuple[Waypoint, ...]:
        """Where it may go from `here`: mostly one place, several where they are as near as each other."""
        away = {place: distance_m(place.position, here.position) for place in rally}
        if not away or min(away.values()) > self.rally_m + _AS_NEAR_M:
            return (home,)
        least_m = min(away.values())
        home_m = inf if self.rally_first else distance_m(home.position, here.position)
        if home_m < least_m - _AS_NEAR_M:
            return (home,)
        nearest = tuple(place for place, away_m in away.items() if away_m <= least_m + _AS_NEAR_M)
        sure = home_m > least_m + _AS_NEAR_M and least_m < self.rally_m - _AS_NEAR_M
        return nearest if sure else (home, *nearest)

    def level_m(self, here: Waypoint, goal: Waypoint, home: Waypoint) -> float:
        """How high it flies from `here` to `goal`, as `Waypoint.level_m` counts."""
        base = home if self.above_home else goal
        wanted_m = max(base.level_m + self.height_m, here.level_m + self.climbs_m)
        if self.above_home:
            wanted_m = max(wanted_m, goal.level_m)
        away_m = distance_m(here.position, goal.position)
        if away_m <= self.cone_m:
            wanted_m = min(wanted_m, base.level_m + max(self.least_m, self.slope_frac * away_m))
        return max(here.level_m, wanted_m)

    def way(self, here: Waypoint, goal: Waypoint, home: Waypoint) -> tuple[Waypoint, Waypoint, Waypoint]:
        """What it flies from `here`: to above it, level to above `goal`, down to the ground there."""
        level_m = self.level_m(here, goal, home)
        up = replace(here, height_agl_m=level_m - here.ground_amsl_m)
        over = replace(goal, height_agl_m=level_m - goal.ground_amsl_m)
        return up, over, replace(goal, height_agl_m=0.0)
