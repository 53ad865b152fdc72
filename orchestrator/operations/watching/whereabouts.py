"""Whether it is known where a vehicle is that is heard: its position has an age of its own, and is doubted.

A vehicle may go on talking without one, or with one that it cannot be at. From then on it may be anywhere on
its way, and off it: what needs its place waits, or is refused (docs/decisions/0067-where-a-vehicle-is.md).
"""

from __future__ import annotations

from math import hypot
from typing import Any

from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.watching.readiness import PLACED_FOR_S
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Fix
from orchestrator.record.events import Event, PlaceFound, PlaceLost
from orchestrator.record.state import MOVING, MissionPhase
from vehicles.mission import Travel
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Mode

_SETTLE_S = 3.0
"""How long a position must be in doubt before people are told: one odd sample is none."""

_MOVES_MPS, _STILL_M = 1.0, 1.0
"""What says that it is faster than this is at other places from second to second."""

_STUCK_S = {"speed": 3.0, "mission": 12.0}
"""For how long one place fits a speed, and the very same a mission that is flown: a true estimate wanders."""

_BESIDE_M = 50.0
_GUST_MPS = {Medium.AIR: 20.0, Medium.SIDEWALK: 3.0}


def fastest_mps(profile: VehicleProfile) -> float:
    """Faster than this over ground no vehicle of the kind is, with all its wind behind it."""
    return 1.5 * profile.cruise_mps + _GUST_MPS[profile.medium]


def place_noted(look: Sight) -> dict[str, Any]:
    """What of the session's memory tells of its place, after this look."""
    watch, seen = look.watch, look.seen
    here = Fix(seen.position, seen.height_agl_m, seen.placed_at_s)
    claims = _claims(look)
    stays = watch.still is not None and claims == watch.claims and _same_place(watch.still, here, claims)
    news: dict[str, Any] = {"claims": claims, "still": watch.still if stays else here}
    stuck = _stuck(look, news["still"], claims) is not None
    news["stuck"] = (watch.stuck or seen.position) if stuck else None
    if not stuck and doubt(look, news["still"], claims) is None:
        return news | {"first_fix": watch.first_fix or here, "fix": here, "unplaced_since_s": None}
    return news | {
        "unplaced_since_s": look.now_s if watch.unplaced_since_s is None else watch.unplaced_since_s
    }


def doubt(look: Sight, still: Fix, claims: str) -> str | None:
    """Why it is not where it says, as a sentence without its end; None: nothing speaks against it.

    `still` is since when it is at one place while it `claims` to move.
    """
    seen, name, fix = look.seen, look.vehicle.vehicle_id, look.watch.fix
    if look.vehicle.profile.ridden:
        return None
    age_s = look.now_s - seen.placed_at_s
    if age_s > PLACED_FOR_S:
        return f"{name}'s position has not been heard for {age_s:.0f} s"
    if not seen.health.sure_of_place:
        return f"{name}'s own estimate of where it is cannot be trusted, it says"
    stuck = _stuck(look, still, claims)
    if stuck is not None:
        return stuck
    if fix is not None and look.moving:
        far_m, within_s = distance_m(fix.position, seen.position), seen.placed_at_s - fix.at_s
        if far_m > _BESIDE_M + fastest_mps(look.vehicle.profile) * within_s:
            return f"{name}'s position jumped {far_m:.0f} m in {within_s:.1f} s"
    return None


def _stuck(look: Sight, still: Fix, claims: str) -> str | None:
    """That its position stands still while it moves; so it does until it is another one.

    By a little is enough where it does not claim to move any more: it may well stand, and a true estimate
    wanders by less than what counts as another place for one that moves.
    """
    seen, stuck = look.seen, look.watch.stuck
    if look.vehicle.profile.ridden:
        return None
    if claims and seen.placed_at_s - still.at_s > _STUCK_S[claims]:
        moves = f"moves at {_speed_mps(look):.0f} m/s" if claims == "speed" else "flies its mission"
        return f"{look.vehicle.vehicle_id}'s position stands still, yet it says that it {moves}"
    if stuck is not None and (
        distance_m(stuck, seen.position) <= _STILL_M if claims else stuck == seen.position
    ):
        return f"{look.vehicle.vehicle_id}'s position stood still while it said that it moves, and still does"
    return None


def place_told(look: Sight) -> tuple[Event, ...]:
    """That nobody knows where it is, once that lasts on a mission that has begun; that it is known again."""
    watch, vehicle, mission = look.watch, look.vehicle, look.mission
    known = vehicle.unplaced_since_s is None
    if watch.unplaced_since_s is None:
        found = not known and _seen_enough(look)
        return (PlaceFound(vehicle.vehicle_id, look.seen.position),) if found else ()
    begun = mission is not None and mission.phase in MOVING
    if not known or not begun or look.now_s - watch.unplaced_since_s < _SETTLE_S:
        return ()
    last = watch.fix or Fix(look.seen.position, look.seen.height_agl_m, look.seen.placed_at_s)
    return (PlaceLost(vehicle.vehicle_id, last.position, last.at_s, (unplaced(look),)),)


def _seen_enough(look: Sight) -> bool:
    """Whether a session that began while nobody knew the place would know by now of one that stands still."""
    seen, first = look.seen, look.watch.first_fix
    if first is None:
        return False
    stayed_s = seen.placed_at_s - first.at_s
    return stayed_s > max(_STUCK_S.values()) or distance_m(first.position, seen.position) > _STILL_M


def unplaced(look: Sight) -> Reason:
    """Why nobody knows where it is, as a reason."""
    still = look.watch.still or Fix(look.seen.position, look.seen.height_agl_m, look.seen.placed_at_s)
    why = (
        doubt(look, still, look.watch.claims) or f"{look.vehicle.vehicle_id}'s position was in doubt just now"
    )
    return Reason(Because.LINK, look.vehicle.vehicle_id, f"{why}.")


def _claims(look: Sight) -> str:
    """By what it says that it moves: its speed, or that it flies a leg of its mission which travels."""
    if not look.seen.armed:
        return ""
    if _speed_mps(look) > _MOVES_MPS:
        return "speed"
    mission = look.mission
    flies = look.moving and look.seen.mode is Mode.MISSION and look.vehicle.profile.medium is Medium.AIR
    if mission is None or mission.phase is not MissionPhase.UNDER_WAY or not flies:
        return ""
    left = mission.plan.mission.legs[look.seen.progress.legs_done :]
    return "mission" if left and isinstance(left[0], Travel) else ""


def _speed_mps(look: Sight) -> float:
    return hypot(look.seen.north_mps, look.seen.east_mps)


def _same_place(a: Fix, b: Fix, claims: str) -> bool:
    if claims != "speed":
        return a.position == b.position and a.height_agl_m == b.height_agl_m
    return distance_m(a.position, b.position) <= _STILL_M and abs(a.height_agl_m - b.height_agl_m) <= _STILL_M
