"""Where a VTOL flies on its wing, and how its turns there lie: they begin before a corner and cut it.

A turn is an arc that begins and ends equally far from its corner. That far is what PX4 decides by: it goes
over to the next line `NPFG_SW_DST_MLT` times the bound of its track error before the way-point (0.32, and
NPFG_PERIOD 10 s x NPFG_DAMPING 0.7071 of flight; DirectionalGuidance.cpp, a70a558393). The way-point's own
radius counts for multicopters alone (mission_block.cpp). docs/decisions/0022-turns-on-the-wing.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import acos, atan2, ceil, cos, hypot, pi, sin, sqrt, tan

from geofences.path import Waypoint
from geofences.position import LocalFrame, LocalPoint, distance_m
from vehicles.profile import Airframe, VehicleProfile

WING_FROM_M = 250.0
"""A shorter level way is flown on the rotors: turning to the wing and back takes some 150 m."""
LEAD_S = 0.32 * 10.0 * 0.7071
"""So much flight before a corner its turn begins."""
STEEPEST_MPS2 = 9.80665 * 1.19
"""Sideways, at a bank of 50 degrees (FW_R_LIM): at 22 m/s a corner of 100 degrees."""

LINE_SHARE = 0.45
"""Of a line, that each of the turns at its ends may take."""
_STRAIGHT_COS = 0.9998  # a bend below one degree needs no arc
_ARC_STEP_RAD = 0.2
_UPRIGHT_M = 1.0


def on_wing(
    profile: VehicleProfile, way: Sequence[Waypoint], *, wing: bool | None = None
) -> tuple[bool, ...]:
    """For each segment of a way that begins and ends in a hover: whether it is flown on the wing.

    Long ones are; so is a short one after a corner that the wing flies through. All others, and what goes
    straight up or down, on the rotors. `wing` says it for all that is not upright, whatever its length.
    """
    if profile.airframe is not Airframe.VTOL or wing is False:
        return (False,) * (len(way) - 1)
    if wing:
        return tuple(distance_m(a.position, b.position) >= _UPRIGHT_M for a, b in pairwise(way))
    carried: list[bool] = []
    for number, (a, b) in enumerate(pairwise(way)):
        length_m = distance_m(a.position, b.position)
        upright = length_m < _UPRIGHT_M
        goes_on = bool(carried) and carried[-1] and is_flown_through(profile, way[number - 1], a, b)
        carried.append(not upright and (length_m >= WING_FROM_M or goes_on))
    return tuple(carried)


def is_flown_through(profile: VehicleProfile, before: Waypoint, at: Waypoint, after: Waypoint) -> bool:
    """Whether the corner `at`, on the wing before and after it, is flown in an arc; else it is stopped at."""
    lines_m = (distance_m(before.position, at.position), distance_m(at.position, after.position))
    if min(lines_m) < _UPRIGHT_M:
        return False
    roomy = lead_m(profile.cruise_mps) <= LINE_SHARE * min(lines_m)
    turn_cos = _turn_cos(LocalFrame(at.position), before, after)
    if turn_cos > _STRAIGHT_COS:
        return True
    half_tan = sqrt((1.0 - turn_cos) / max(1e-9, 1.0 + turn_cos))
    return roomy and half_tan * profile.cruise_mps <= STEEPEST_MPS2 * LEAD_S


def lead_m(speed_mps: float) -> float:
    """How long before a corner its turn begins, and how long after it ends."""
    return LEAD_S * speed_mps


def turns(
    profile: VehicleProfile, way: Sequence[Waypoint], speed_mps: float, *, wing: bool | None = None
) -> tuple[tuple[Waypoint, ...], ...]:
    """For each waypoint where it is passed: there, or along the arc of a turn, in chords of 12 degrees."""
    carried = on_wing(profile, way, wing=wing)
    passed: list[tuple[Waypoint, ...]] = [(way[0],)]
    for number in range(1, len(way) - 1):
        before, at, after = way[number - 1 : number + 2]
        both = carried[number - 1] and carried[number]
        if both and is_flown_through(profile, before, at, after):
            passed.append(_arc(before, at, after, lead_m(speed_mps)))
        else:
            passed.append((at,))
    return (*passed, (way[-1],)) if len(way) > 1 else tuple(passed)


def pushed_out(profile: VehicleProfile, way: Sequence[Waypoint], speed_mps: float) -> tuple[Waypoint, ...]:
    """The way with each such corner moved outwards, so that the arc's middle lies where the corner was."""
    carried = on_wing(profile, way)
    moved = list(way)
    for number in range(1, len(way) - 1):
        before, at, after = way[number - 1 : number + 2]
        if carried[number - 1] and carried[number] and is_flown_through(profile, before, at, after):
            frame = LocalFrame(at.position)
            depth_m = lead_m(speed_mps) * tan(
                0.25 * acos(max(-1.0, min(1.0, _turn_cos(frame, before, after))))
            )
            (be, bn), (ae, an) = _unit(frame, before), _unit(frame, after)
            size = hypot(be + ae, bn + an)
            if size > 0.0:
                out = LocalPoint(-depth_m * (be + ae) / size, -depth_m * (bn + an) / size)
                moved[number] = replace(at, position=frame.to_geo(out))
    return tuple(moved)


def _arc(before: Waypoint, at: Waypoint, after: Waypoint, early_m: float) -> tuple[Waypoint, ...]:
    frame = LocalFrame(at.position)
    turn_cos = _turn_cos(frame, before, after)
    if turn_cos > _STRAIGHT_COS:
        return (at,)
    half_rad = 0.5 * acos(max(-1.0, min(1.0, turn_cos)))
    radius_m = early_m / tan(half_rad)
    (be, bn), (ae, an) = _unit(frame, before), _unit(frame, after)
    size = hypot(be + ae, bn + an)
    to_centre_m = sqrt(early_m * early_m + radius_m * radius_m)
    east, north = to_centre_m * (be + ae) / size, to_centre_m * (bn + an) / size
    from_rad = atan2(be * early_m - east, bn * early_m - north)
    swing_rad = (atan2(ae * early_m - east, an * early_m - north) - from_rad + pi) % (2.0 * pi) - pi
    steps = max(1, ceil(abs(swing_rad) / _ARC_STEP_RAD))
    points = []
    for step in range(steps + 1):
        angle = from_rad + swing_rad * step / steps
        place = LocalPoint(east + radius_m * sin(angle), north + radius_m * cos(angle))
        level_m = _level_m(before, at, after, step / steps, early_m)
        points.append(Waypoint(frame.to_geo(place), level_m - at.ground_amsl_m, at.ground_amsl_m))
    return tuple(points)


def _level_m(before: Waypoint, at: Waypoint, after: Waypoint, share_frac: float, early_m: float) -> float:
    """Along the lines: what is climbed on them is climbed in the turn as well."""
    near = before if share_frac < 0.5 else after
    away = abs(2.0 * share_frac - 1.0) * early_m / distance_m(at.position, near.position)
    return at.level_m + away * (near.level_m - at.level_m)


def _unit(frame: LocalFrame, to: Waypoint) -> tuple[float, float]:
    """Direction east and north from the frame's origin."""
    local = frame.to_local(to.position)
    length_m = hypot(local.east_m, local.north_m)
    return local.east_m / length_m, local.north_m / length_m


def _turn_cos(frame: LocalFrame, before: Waypoint, after: Waypoint) -> float:
    (be, bn), (ae, an) = _unit(frame, before), _unit(frame, after)
    return -(be * ae + bn * an)
