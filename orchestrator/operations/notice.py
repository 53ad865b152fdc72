"""What a session takes from one look into its memory: how far, since when."""

from __future__ import annotations

from dataclasses import replace

from geofences.position import distance_m
from orchestrator.operations.course import course
from orchestrator.operations.sight import MOVING, Sight, trouble_of
from orchestrator.operations.watch import Watch
from orchestrator.record.state import MissionPhase, MissionState
from vehicles.mission import DropOff
from vehicles.telemetry import Landed, Mode, Telemetry

_JITTER_M = 0.5
"""Movement between two samples that is taken for noise of the position."""

_CONFORMANCE_S = 1.0
_ADOPTED_S = 2.0


def notice(look: Sight) -> Watch:
    """The memory after this look. A new mission starts it afresh; a stale sample adds nothing."""
    watch, mission = look.watch, look.mission
    mission_id = None if mission is None else mission.plan.mission.mission_id
    if mission_id != watch.mission_id:
        made = None if mission is None else course(mission.plan, look.vehicle.profile)
        watch = Watch(watch.begun_at_s, mission_id, made, watch.loaded_id, position=look.seen.position)
    if not look.fresh:
        return watch
    watch = _hold(watch, look)
    watch = replace(watch, odd_since_s=_since(watch.odd_since_s, trouble_of(look) is not None, look.now_s))
    if mission is None or mission.phase not in MOVING:
        return replace(watch, position=look.seen.position)
    return _under_way(watch, look, mission)


def _under_way(watch: Watch, look: Sight, mission: MissionState) -> Watch:
    watch = _travelled(watch, look.seen)
    if watch.battery_at_start_frac is None:
        watch = replace(watch, battery_at_start_frac=look.seen.battery_frac)
    if mission.legs_done != watch.leg_index:
        watch = replace(watch, leg_index=mission.legs_done, leg_from_m=watch.odometer_m)
    holds_on = _still_holds(look, mission)
    watch = replace(watch, dropped_since_s=_since(watch.dropped_since_s, holds_on, look.now_s))
    return _conformed(watch, look, mission)


def _conformed(watch: Watch, look: Sight, mission: MissionState) -> Watch:
    """Whether it keeps to its course, looked at once a second: an excursion may last ten (F3548-21)."""
    if watch.course is None or mission.phase is not MissionPhase.UNDER_WAY:
        return replace(watch, outside_since_s=None)
    if watch.conformed_at_s is not None and look.now_s - watch.conformed_at_s < _CONFORMANCE_S:
        return watch
    outside = watch.course.excursion_m(look.here, look.seen.heard_at_s) is not None
    since_s = _since(watch.outside_since_s, outside, look.now_s)
    return replace(watch, outside_since_s=since_s, conformed_at_s=look.now_s)


def _still_holds(look: Sight, mission: MissionState) -> bool:
    progress, plan = look.seen.progress, mission.plan.mission
    if progress.mission_id != plan.mission_id or look.seen.carrying is not True:
        return False
    done = plan.legs[: progress.legs_done]
    return any(isinstance(leg, DropOff) and leg.parcel_id in look.vehicle.aboard for leg in done)


def _since(since_s: float | None, now_so: bool, now_s: float) -> float | None:  # noqa: FBT001 - a fact, no switch
    if not now_so:
        return None
    return now_s if since_s is None else since_s


def _hold(watch: Watch, look: Sight) -> Watch:
    seen = look.seen
    holding = seen.mode is Mode.HOLD and seen.armed and seen.landed is not Landed.ON_GROUND
    if not holding:
        return replace(watch, held_since_s=None)
    if watch.held_since_s is None and look.now_s - watch.begun_at_s < _ADOPTED_S:
        watch = replace(watch, hold_wanted_since_s=look.now_s)  # found so after a restart: somebody's wish
    return replace(watch, held_since_s=_since(watch.held_since_s, True, look.now_s))  # noqa: FBT003


def _travelled(watch: Watch, seen: Telemetry) -> Watch:
    if watch.position is None:
        return replace(watch, position=seen.position)
    moved_m = distance_m(watch.position, seen.position)
    if moved_m < _JITTER_M:
        return watch
    return replace(watch, position=seen.position, odometer_m=watch.odometer_m + moved_m)
