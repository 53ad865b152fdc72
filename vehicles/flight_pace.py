"""How long an aircraft takes along its way: as PX4's position smoothing has a multicopter fly it.

PX4 lets no speed be higher than it can be braked from with limited acceleration and jerk
(`computeMaxSpeedFromDistance`), and passes a corner no faster than a circle within its acceptance radius
allows at half that acceleration (`computeMaxSpeedInWaypoint`, MPC_XY_TRAJ_P); it looks one corner ahead and
takes it that the way ends at the next (src/lib/motion_planning, a70a558393). Over ground and in height it
does that apart: where only the slope changes it keeps its speed over ground. On the wing a VTOL keeps its
speed through its turns. What it was measured against: docs/decisions/0022-turns-on-the-wing.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log, sqrt

from geofences.path import Waypoint
from vehicles.profile import VehicleProfile
from vehicles.wing import is_flown_through, on_wing

ACCEPTANCE_M = 2.0
"""How near a corner must be passed, on the rotors."""

_JERK_MPS3 = 4.0  # MPC_JERK_AUTO
_TURN_SHARE = 0.5  # MPC_XY_TRAJ_P
_TAKE_OFF_S = 3.0  # COM_SPOOLUP_TIME (1 s), and the ramp of MPC_TKO_RAMP_T (3 s)
_TAKES_OFF_AGAIN_S = 0.7  # with its motors running, seen after a landing in mid-mission
_SWERVES_S = 5.5
"""What a slope costs that begins straight from a climb: 4 to 7 s, on a real one and in simulation.

PX4 leaves the climb at up to 1.9 m/s and loses that no sooner than it has gained its speed over ground, so it
comes off its line, and stops on it again, twice.
"""
_TO_WING_S = 4.0  # turning its nose towards the way before, which PX4 does at 45 deg/s
_TO_ROTORS_S = 6.0  # coming to rest over the place, after a transition that ends beside it
_SLOWEST_MPS = 0.2
_HALVINGS = 20


@dataclass(frozen=True, slots=True)
class _Law:
    """How speed is gained and lost on a segment; `near_m` before its end the next one is begun."""

    mps2: float
    near_m: float
    jerk_mps3: float = _JERK_MPS3

    def most_mps(self, ahead_m: float, end_mps: float) -> float:
        """The speed from which `end_mps` is reached `ahead_m` further on."""
        b = 4.0 * self.mps2 * self.mps2 / self.jerk_mps3
        root = sqrt(b * b + 8.0 * self.mps2 * ahead_m + 4.0 * end_mps * end_mps)
        return max(0.5 * (root - b), end_mps)

    def along(self, share_frac: float) -> _Law:
        """The same on a line of which each metre has `share_frac` metres of what this is the law of."""
        return _Law(self.mps2 / share_frac, self.near_m / share_frac, self.jerk_mps3 / share_frac)

    def brake(self, from_mps: float, to_mps: float) -> tuple[float, float]:
        """Metres and seconds to slow down, along that law."""
        b = 4.0 * self.mps2 * self.mps2 / self.jerk_mps3
        low_mps = max(to_mps, _SLOWEST_MPS)
        if from_mps <= low_mps:
            return 0.0, 0.0
        lost_mps = from_mps - low_mps
        metres = (from_mps * from_mps - low_mps * low_mps + b * lost_mps) / (2.0 * self.mps2)
        return metres, lost_mps / self.mps2 + b / (2.0 * self.mps2) * log(from_mps / low_mps)

    def gain(self, from_mps: float, to_mps: float) -> tuple[float, float]:
        """Metres and seconds to speed up, with limited jerk."""
        more_mps = max(0.0, to_mps - from_mps)
        if more_mps >= self.mps2 * self.mps2 / self.jerk_mps3:
            seconds = more_mps / self.mps2 + self.mps2 / self.jerk_mps3
        else:
            seconds = 2.0 * sqrt(more_mps / self.jerk_mps3)
        return 0.5 * (from_mps + to_mps) * seconds, seconds


_LEVEL = _Law(3.0, ACCEPTANCE_M)  # MPC_ACC_HOR
_UP = _Law(4.0, 0.8)  # MPC_ACC_UP_MAX, NAV_MC_ALT_RAD
_DOWN = _Law(3.0, 0.8)  # MPC_ACC_DOWN_MAX
_WING = _Law(2.0, 0.0, inf)  # VT_B_DEC_MSS


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a way; `turn_cos` is of the turn over ground at its end (1: none)."""

    length_m: float
    up_m: float
    top_mps: float
    turn_cos: float

    @property
    def flat_frac(self) -> float:
        """How much of each metre is over ground."""
        return sqrt(max(0.0, 1.0 - self.steep_frac * self.steep_frac))

    @property
    def steep_frac(self) -> float:
        """And how much is up or down."""
        return abs(self.up_m) / self.length_m


def flight_s(
    profile: VehicleProfile,
    way: Sequence[Waypoint],
    segments: Sequence[Segment],
    *,
    wing: bool | None = None,
    rising: bool = False,
) -> list[float]:
    """Seconds for each segment of `way` (all of some length), from a hover to a hover.

    A first segment that leaves the ground has the take-off in it; one that goes up is begun at the speed of a
    climb where it is `rising` already. `wing`: see `on_wing`.
    """
    wings = on_wing(profile, way, wing=wing)
    laws = [_law(one, wing=wing) for one, wing in zip(segments, wings, strict=True)]
    ends: list[tuple[float, float]] = []
    for number, one in enumerate(segments[:-1]):
        after = segments[number + 1]
        through = wings[number] and wings[number + 1] and is_flown_through(profile, *way[number : number + 3])
        ends.append(
            (one.top_mps, after.top_mps) if through else _corner_mps(one, after, laws[number : number + 2])
        )
    ends.append((0.0, 0.0))
    begin_mps = segments[0].top_mps if rising and laws[0] is _UP else 0.0
    seconds: list[float] = []
    for one, law, (end_mps, next_mps) in zip(segments, laws, ends, strict=True):
        seconds.append(_run_s(one, law, begin_mps, end_mps))
        if law is _WING:
            seconds[-1] += _TO_WING_S * (begin_mps == 0.0) + _TO_ROTORS_S * (end_mps == 0.0)
        begin_mps = next_mps
    for number, (climb, slope) in enumerate(pairwise(zip(segments, laws, strict=True))):
        if climb[1] is _UP and slope[1] is _LEVEL and slope[0].up_m > _UP.near_m:
            seconds[number + 1] += _SWERVES_S
    if way[0].height_agl_m <= 0.0 < way[1].height_agl_m:
        seconds[0] += _TAKE_OFF_S
    return seconds


def rise_s(profile: VehicleProfile, up_m: float) -> float:
    """Seconds from the ground, where it landed in mid-mission, until it passes `up_m` on its way up."""
    way = Segment(up_m, up_m, profile.climb_mps, 1.0)
    return _TAKES_OFF_AGAIN_S + _run_s(way, _UP, 0.0, profile.climb_mps)


def _law(segment: Segment, *, wing: bool) -> _Law:
    if wing:
        return _WING
    if abs(segment.up_m) <= 0.7 * segment.length_m:
        return _LEVEL
    return _UP if segment.up_m > 0.0 else _DOWN


def _corner_mps(before: Segment, after: Segment, laws: Sequence[_Law]) -> tuple[float, float]:
    """The speeds at which a corner is come to, and left."""
    if laws[0] is not _LEVEL or laws[1] is not _LEVEL or before.turn_cos <= -1.0:
        return 0.0, 0.0
    half_tan = sqrt(max(0.0, 1.0 - before.turn_cos) / (1.0 + before.turn_cos))
    wanted_mps = min(
        before.top_mps * before.flat_frac, _LEVEL.most_mps(after.length_m * after.flat_frac, 0.0)
    )
    if half_tan > 0.0:
        wanted_mps = min(wanted_mps, sqrt(_TURN_SHARE * _LEVEL.mps2 * ACCEPTANCE_M / half_tan))
    at_mps = min(before.top_mps, _LEVEL.most_mps(ACCEPTANCE_M, wanted_mps) / before.flat_frac)
    at_mps = min(at_mps, _slope_mps(before, after))
    return at_mps, min(at_mps, after.top_mps)


def _slope_mps(before: Segment, after: Segment) -> float:
    """How fast a change of slope lets a corner be come to: a turn of its own (`_getMaxZSpeed`)."""
    law = _upright(before)
    if law is None:
        return inf
    same = 1.0 if after.up_m * before.up_m > 0.0 else -1.0
    cos = before.flat_frac * after.flat_frac + same * before.steep_frac * after.steep_frac
    half_tan = sqrt(max(0.0, 1.0 - cos) / (1.0 + cos))
    turn_mps = sqrt(law.mps2 * law.near_m / half_tan) if half_tan > 0.0 else inf
    return law.most_mps(law.near_m, turn_mps if after.steep_frac > 0.0 else 0.0) / before.steep_frac


def _upright(segment: Segment) -> _Law | None:
    """The law of its height; None where that is hardly changed."""
    if abs(segment.up_m) <= _UP.near_m:
        return None
    return _UP if segment.up_m > 0.0 else _DOWN


def _run_s(segment: Segment, law: _Law, from_mps: float, to_mps: float) -> float:
    """Seconds along a segment: of its parts over ground and in height, that which takes longer."""
    if law is not _LEVEL:
        return _part_s(segment, law, from_mps, to_mps)
    level_s = _part_s(segment, law.along(segment.flat_frac), from_mps, to_mps)
    upright = _upright(segment)
    if upright is None:
        return level_s
    return max(level_s, _part_s(segment, upright.along(segment.steep_frac), from_mps, to_mps))


def _part_s(segment: Segment, law: _Law, from_mps: float, to_mps: float) -> float:
    """Seconds along a segment by one law; the corners at its ends are flown at their own speed."""
    at_corners_s = sum(law.near_m / mps for mps in (from_mps, to_mps) if mps > 0.0)
    length_m = max(0.0, segment.length_m - law.near_m * (1.0 + (from_mps > 0.0)))
    if to_mps == 0.0:  # what comes next begins before it is at rest
        to_mps = law.most_mps(law.near_m, 0.0)
    seconds = at_corners_s + _between_corners_s(
        length_m, max(segment.top_mps, from_mps), law, (from_mps, to_mps)
    )
    return max(seconds, segment.length_m / segment.top_mps)


def _between_corners_s(length_m: float, top_mps: float, law: _Law, at_mps: tuple[float, float]) -> float:
    """Seconds for `length_m` of it; `at_mps` are the speeds that it begins and ends with."""
    from_mps, to_mps = at_mps
    low, high = max(from_mps, to_mps, _SLOWEST_MPS), top_mps
    if _room_m(law, from_mps, top_mps, to_mps) <= length_m:
        low = top_mps
    elif low < high:
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            fits = _room_m(law, from_mps, middle, to_mps) <= length_m
            low, high = (middle, high) if fits else (low, middle)
    gain_m, gain_s = law.gain(from_mps, low)
    brake_m, brake_s = law.brake(low, to_mps)
    return gain_s + brake_s + max(0.0, length_m - gain_m - brake_m) / low


def _room_m(law: _Law, from_mps: float, top_mps: float, to_mps: float) -> float:
    return law.gain(from_mps, top_mps)[0] + law.brake(top_mps, to_mps)[0]
