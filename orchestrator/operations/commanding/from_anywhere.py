"""The way home of an aircraft, nobody knows from where: only its autopilot's own, from wherever it may be.

A way of ours would begin where the vehicle is not. An autopilot that trusts its own position may be asked for
its return where that meets nothing from any place of the planned way, from the last known one on; else it is
left to its own plan, which leads home and was verified before it left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil, hypot

from geofences.airways.relief import grounded
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import LocalFrame, LocalPoint, distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.planning.own_return import ground_on_return, zones_on_return
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.whereabouts import unplaced
from orchestrator.traffic.intent import OperationalIntent

_PREPARE_S = 5.0


def may_be_at(look: Sight) -> tuple[Waypoint, ...]:
    """The way on which it may be anywhere, if it keeps to it: from its last known place on, to its pad."""
    mission, fix, pad = look.mission, look.watch.fix, look.vehicle.pad.at
    intent = None if mission is None else mission.other_air or mission.plan.intent
    last = look.here if fix is None else Waypoint(fix.position, fix.height_agl_m, look.seen.ground_amsl_m)
    since_s = look.seen.placed_at_s if fix is None else fix.at_s
    if intent is None:
        return (last, pad)
    from_s = since_s - intent.early_s - intent.late_s
    points = intent.timed.points  # the line that it was on at that time is ahead too
    ahead = (a.waypoint for a, b in zip(points, (*points[1:], points[-1]), strict=True) if b.at_s >= from_s)
    return (last, *ahead, pad)


def why_no_return(look: Sight, surroundings: Surroundings) -> tuple[Reason, ...]:
    """Why one whose place is not known may only hold or land; empty: its own return is free."""
    name, profile, lost = look.vehicle.vehicle_id, look.vehicle.profile, unplaced(look)
    if look.resting:
        text = "A way home begins at a place that is known: have somebody look, and fetch it."
        return (lost, Reason(Because.LINK, name, text))
    if look.mission is None or profile.medium is not Medium.AIR or not look.seen.health.sure_of_place:
        text = "No way of ours begins where nobody knows, and it finds none itself: it may hold, or land."
        return (lost, Reason(Because.LINK, name, text))
    around = around_popups(surroundings, look.state.zones)
    way, own = grounded(may_be_at(look), around.airspace.ground), look.seen.own_return
    met = zones_on_return(way, profile, around, look.now_s, look.now_s + _PREPARE_S, own=own)
    closed = (reason for reason in (*met, ground_on_return(way, profile, around, own)) if reason is not None)
    found = tuple(dict.fromkeys(closed))
    return (lost, *found) if found else ()


def returning_from_anywhere(look: Sight, surroundings: Surroundings) -> OperationalIntent:
    """The air of the autopilot's own return from wherever it may be, at any height, at any time of it."""
    profile, pad = look.vehicle.profile, look.vehicle.pad.at
    ways = tuple(_every_50_m(may_be_at(look)))
    upright_s = profile.max_cruise_height_agl_m * (1.0 / profile.climb_mps + 1.0 / profile.descend_mps)
    lasts_s = upright_s + max(distance_m(at.position, pad.position) for at in ways) / profile.cruise_mps
    step_s = lasts_s / (2 * len(ways))
    line = [point for at in ways for point in (at, replace(pad, height_agl_m=at.height_agl_m))]
    timed = TimedPath(tuple(TimedPoint(at, look.now_s + n * step_s) for n, at in enumerate(line)))
    own = surroundings.volumes.around(timed, profile)
    high_m = profile.max_cruise_height_agl_m + own.half_height_m
    return replace(own, half_height_m=high_m, early_s=lasts_s, late_s=lasts_s + upright_s)


def _every_50_m(way: Sequence[Waypoint]) -> Iterator[Waypoint]:
    for a, b in pairwise(way):
        frame = LocalFrame(a.position)
        to = frame.to_local(b.position)
        steps = max(1, ceil(hypot(to.east_m, to.north_m) / 50.0))
        for step in range(steps):
            share = step / steps
            height_m = a.height_agl_m + share * (b.height_agl_m - a.height_agl_m)
            ground_m = a.ground_amsl_m + share * (b.ground_amsl_m - a.ground_amsl_m)
            at = frame.to_geo(LocalPoint(share * to.east_m, share * to.north_m))
            yield Waypoint(at, height_m, ground_m)
