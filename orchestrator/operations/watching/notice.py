"""What a session takes from one look into its memory: how far, since when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from geofences.position import distance_m
from geofences.zone import Medium
from orchestrator.operations.watching.at_the_door import progress_noted
from orchestrator.operations.watching.course import course
from orchestrator.operations.watching.held_parcels import still_held
from orchestrator.operations.watching.sight import Sight, trouble_of
from orchestrator.operations.watching.taken_over import on_another_mission
from orchestrator.operations.watching.watch import Watch
from orchestrator.operations.watching.whereabouts import place_noted
from orchestrator.record.state import MOVING, MissionPhase, MissionState
from vehicles.mission import DropOff
from vehicles.telemetry import Landed, Mode

_JITTER_M = 0.5
"""Movement between two samples that is taken for noise of the position."""

_CONFORMANCE_S = {Medium.AIR: 1.0, Medium.SIDEWALK: 5.0}
"""How often a vehicle is held against its course: an excursion may last ten seconds (F3548-21)."""

_ADOPTED_S = 2.0


def notice(look: Sight) -> Watch:
    """The memory after this look. A new mission starts it afresh; a stale sample adds nothing."""
    watch, mission = look.watch, look.mission
    mission_id = None if mission is None else mission.plan.mission.mission_id
    if mission_id != watch.mission_id:
        made = None if mission is None else course(mission.plan, look.vehicle.profile)
        before = watch
        watch = Watch(watch.begun_at_s, mission_id, made, watch.loaded_id, position=look.seen.position)
        watch = replace(watch, fix=before.fix, unplaced_since_s=before.unplaced_since_s, stuck=before.stuck)
    elif mission is not None and watch.course is not None and watch.course.planned is not mission.plan:
        watch = replace(watch, course=course(mission.plan, look.vehicle.profile))  # its times have moved
    if not look.fresh:
        return watch
    news = _hold(watch, look) | place_noted(replace(look, watch=watch))
    placed = news["unplaced_since_s"] is None
    news["foreign_since_s"] = _since_s(watch.foreign_since_s, on_another_mission(look), look.now_s)
    if look.seen.carrying and mission is not None and placed:
        news["carried_at"] = look.seen.position
    news["odd_since_s"] = _since_s(watch.odd_since_s, trouble_of(look) is not None, look.now_s)
    # Also one that was given up as lost.
    if placed and mission is not None and mission.started_at_s is not None:
        news |= progress_noted(watch, look, mission)
    if mission is None or mission.phase not in MOVING:
        news["position"] = look.seen.position
    else:
        if placed:  # from an old place nothing is reckoned
            news |= _travelled(watch, look, mission) | _conformed(watch, look, mission)
        news["dropped_since_s"] = _since_s(watch.dropped_since_s, _still_holds(look, mission), look.now_s)
    changed = {name: value for name, value in news.items() if getattr(watch, name) != value}
    return replace(watch, **changed) if changed else watch


def _travelled(watch: Watch, look: Sight, mission: MissionState) -> dict[str, Any]:
    """Odometer, and its reading where the leg under way began."""
    seen, news = look.seen, dict[str, Any]()
    moved_m = 0.0 if watch.position is None else distance_m(watch.position, seen.position)
    if watch.position is None or moved_m >= _JITTER_M:
        news = {"position": seen.position, "odometer_m": watch.odometer_m + moved_m}
    if watch.battery_at_start_frac is None:
        news["battery_at_start_frac"] = seen.battery_frac
        battery = seen.parts().battery
        news["metered_at_start_wh"] = None if battery is None else battery.used_wh
    if mission.legs_done != watch.leg_index:
        news |= {"leg_index": mission.legs_done, "leg_from_m": watch.odometer_m + moved_m}
    return news


def _conformed(watch: Watch, look: Sight, mission: MissionState) -> dict[str, Any]:
    """Whether it keeps to its course, looked at every so often."""
    if watch.course is None or mission.phase is not MissionPhase.UNDER_WAY or look.vehicle.profile.ridden:
        return {"outside_since_s": None}
    every_s = _CONFORMANCE_S[look.vehicle.profile.medium]
    if watch.conformed_at_s is not None and look.now_s - watch.conformed_at_s < every_s:
        return {}
    outside = not watch.course.holds(look.here, look.seen.placed_at_s)
    return {
        "outside_since_s": _since_s(watch.outside_since_s, outside, look.now_s),
        "conformed_at_s": look.now_s,
    }


def _still_holds(look: Sight, mission: MissionState) -> bool:
    progress, plan = look.seen.progress, mission.plan.mission
    if progress.mission_id != plan.mission_id:
        return False
    left = set(look.vehicle.aboard) - set(mission.kept)
    passed = [leg for leg in plan.legs[: progress.legs_done] if isinstance(leg, DropOff)]
    held = [leg.parcel_id for leg in passed if leg.parcel_id in left]
    others = len(left) > len(held) or bool(set(look.vehicle.aboard) & set(mission.kept))
    return any(still_held(look.seen, parcel_id, others=others) for parcel_id in held)


def _since_s(since_s: float | None, now_so: bool, now_s: float) -> float | None:  # noqa: FBT001 - a fact, no switch
    if not now_so:
        return None
    return now_s if since_s is None else since_s


def _hold(watch: Watch, look: Sight) -> dict[str, Any]:
    seen = look.seen
    landed = seen.landed is Landed.ON_GROUND and look.vehicle.profile.medium is Medium.AIR
    if seen.mode is not Mode.HOLD or not seen.armed or landed:
        return {"held_since_s": None}
    news: dict[str, Any] = {"held_since_s": _since_s(watch.held_since_s, True, look.now_s)}  # noqa: FBT003
    if watch.held_since_s is None and look.now_s - watch.begun_at_s < _ADOPTED_S:
        news["hold_wanted_since_s"] = look.now_s  # found so after a restart: somebody's wish
    return news
