"""Somebody else commands a vehicle of ours, another ground station or a pilot: told, and never fought.

MAVLink does not say who gave an order, so it is read from what nobody here asked for and the autopilot does
not explain. People decide what follows; parcels stay with the vehicle until it is seen to have let them go.
"""

from __future__ import annotations

from orchestrator.operations.watching.sight import Sight
from orchestrator.record.state import MOVING, MissionPhase
from vehicles.telemetry import Mode

STOPPED_S = 15.0
"""How long a vehicle holds on nobody's order before that is anybody's business."""

_FOREIGN_S = 25.0
"""How long a mission must not be known as ours: long enough to have read it back twice after a restart."""


def stopped_by_another(look: Sight) -> bool:
    """Whether it holds, and neither the fleet nor the autopilot's own failsafes had it do so."""
    watch, mission = look.watch, look.mission
    if mission is None or mission.phase not in MOVING or look.seen.mode is not Mode.HOLD:
        return False
    if look.vehicle.halt is not None:
        return False  # by an operator's word, or told already
    if watch.held_since_s is None or look.now_s - watch.held_since_s < STOPPED_S:
        return False
    ours = watch.hold_wanted_since_s is not None or watch.home_tried_at_s is not None
    return not ours and not look.seen.health.explained


def on_another_mission(look: Sight) -> bool:
    """Whether it is moving in a mission that is not the one of the books, as far as a look tells."""
    mission, seen = look.mission, look.seen
    if mission is None or mission.phase is not MissionPhase.UNDER_WAY or not look.moving:
        return False
    return seen.mode is Mode.MISSION and seen.progress.mission_id != mission.plan.mission.mission_id


def surely_on_another_mission(look: Sight) -> bool:
    """The same, for longer than it takes to find out that it is ours after all."""
    since_s = look.watch.foreign_since_s
    return on_another_mission(look) and since_s is not None and look.now_s - since_s >= _FOREIGN_S
