"""What a session has its vehicle do next: a pure choice from one look, so that a restart just looks again.

Everything that matters is in the state: a session that begins in the middle of a mission, after a
crash of the orchestrator, chooses as one that was there all along. What it cannot know, whether a
start was already sent, it reads from the vehicle, and never sends a second one on a guess.
"""

from __future__ import annotations

from typing import assert_never

from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.commanding.acts import (
    Act,
    Depart,
    FinishLoading,
    GiveBack,
    LoadChange,
    LoadPlan,
    Nothing,
    Obey,
    Postpone,
    Recognise,
    SwitchOff,
    TakeAboard,
    Withdraw,
)
from orchestrator.operations.commanding.contingency import respond
from orchestrator.operations.commanding.loading import to_give_back
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.state import LinkState, MissionPhase, MissionState, Pause
from orchestrator.record.taken_back import cancelled_reason
from vehicles.mission import Dock, Mission
from vehicles.telemetry import Landed, Mode

LATE_S = {Medium.AIR: 10.0, Medium.SIDEWALK: 60.0}
"""How late a departure may be; later, its reservation is stale and a new one is made."""

GIVE_BACK_RETRY_S = 10.0
"""How often a gripper that does not open is tried again: on the pad, that does no harm."""

START_SEEN_S = 20.0
"""How long after an unanswered start the vehicle may still be seen to move."""

RECOGNISE_RETRY_S = 15.0

FIRST_LOOK_S = 4.0
"""How long a new session watches a loaded vehicle before it asks anything of it."""

_STILL_MPS = 0.3


def next_act(look: Sight) -> Act:  # noqa: PLR0911 - one answer a phase
    """The one next thing to do. A vehicle that is not heard is asked nothing."""
    if look.vehicle.asked is not None:
        return Obey(look.vehicle.asked)
    mission = look.mission
    if not look.fresh or look.vehicle.link is not LinkState.UP:
        return Nothing()
    if mission is None:
        return _idle(look)
    match mission.phase:
        case MissionPhase.PLANNED:
            return _too_late(look, mission) or LoadPlan(mission)
        case MissionPhase.LOADED:
            return _too_late(look, mission) or _taken_off(look, mission) or _load_parcel(look, mission)
        case MissionPhase.PARCEL_ABOARD:
            return _taken_off(look, mission) or _at_the_start(look, mission)
        case MissionPhase.UNDER_WAY | MissionPhase.GIVEN_UP:
            return _under_way(look, mission)
        case MissionPhase.ENDED | MissionPhase.WITHDRAWN | MissionPhase.LOST:
            return Nothing()
    assert_never(mission.phase)


def _idle(look: Sight) -> Act:
    """On its pad with nothing to do. What came back, or was taken back, is given back to the hub."""
    tried_at_s = look.watch.let_go_at_s
    aboard = look.vehicle.aboard
    holds = bool(to_give_back(look.state, look.vehicle)) if aboard else look.seen.carrying is True
    if not (holds and look.on_pad and look.resting):
        return Nothing()
    if tried_at_s is not None and look.now_s - tried_at_s < GIVE_BACK_RETRY_S:
        return Nothing()
    return GiveBack()


def _too_late(look: Sight, mission: MissionState) -> Postpone | None:
    late_s = look.now_s - mission.plan.depart_at_s
    return Postpone(mission) if late_s > LATE_S[look.vehicle.profile.medium] else None


def _taken_off(look: Sight, mission: MissionState) -> GiveBack | None:
    """What came off the trip is put back before it begins; now and then, for there is more to do."""
    tried_at_s = look.watch.let_go_at_s
    lately = tried_at_s is not None and look.now_s - tried_at_s < GIVE_BACK_RETRY_S
    if lately or look.seen.armed:
        return None
    held = [one for one in look.seen.holds or () if one in mission.missed]
    return GiveBack(held[0]) if held else None


def _load_parcel(look: Sight, mission: MissionState) -> Act:
    gripped_at_s = look.watch.gripped_at_s
    if gripped_at_s is None:
        return TakeAboard(mission)
    if look.now_s - gripped_at_s < look.vehicle.profile.load_s:
        return Nothing()
    return FinishLoading(mission)


def _at_the_start(look: Sight, mission: MissionState) -> Act:  # noqa: PLR0911 - a list of rules
    """The parcel is aboard. From here on a start may be under way, known or not."""
    watch = look.watch
    if look.seen.armed or look.moving:
        return Nothing()  # it is starting, whoever sent that; the monitor notes when it moves
    if watch.start_sent_at_s is not None:
        return _unanswered(look, mission, look.now_s - watch.start_sent_at_s)
    mine = watch.loaded_id == mission.plan.mission.mission_id
    if not mine and look.now_s - watch.begun_at_s < FIRST_LOOK_S:
        return Nothing()  # an earlier session may have sent a start a moment ago
    cancelled = cancelled_reason(look.state, mission)
    if cancelled is not None:
        return Withdraw(mission, (cancelled,))
    if mission.closed is not None:
        return Withdraw(mission, mission.closed.reasons)
    if not mine:
        return LoadPlan(mission)  # a new session: what an earlier one loaded is not taken on trust
    if look.now_s < mission.plan.depart_at_s:
        return Nothing()
    return _too_late(look, mission) or Depart(mission)


def _unanswered(look: Sight, mission: MissionState, since_s: float) -> Act:
    """A start was sent and nobody knows what came of it: look, never repeat."""
    if since_s < START_SEEN_S:
        return Nothing()
    name = look.vehicle.vehicle_id
    text = f"{name} did not answer its start and has not moved for {since_s:.0f} s."
    return Withdraw(mission, (Reason(Because.LINK, name, text),))


def _under_way(look: Sight, mission: MissionState) -> Act:
    if _docked_but_armed(look, mission) or _stopped_but_armed(look):
        return SwitchOff()
    waits = look.seen.mode is Mode.HOLD and look.vehicle.halt is None
    if mission.unloaded and mission.phase is MissionPhase.UNDER_WAY and waits:
        return LoadChange(mission)
    if _unknown_to_driver(look, mission):
        return Recognise(mission)
    return respond(look)


def _unknown_to_driver(look: Sight, mission: MissionState) -> bool:
    """After a restart it flies a mission that its driver cannot name: asked at most every so often."""
    if mission.phase is not MissionPhase.UNDER_WAY or look.seen.mode is not Mode.MISSION:
        return False
    if look.seen.progress.mission_id is not None or not look.moving:
        return False
    asked_at_s = look.watch.recognised_at_s
    return asked_at_s is None or look.now_s - asked_at_s > RECOGNISE_RETRY_S


def _docked_but_armed(look: Sight, mission: MissionState) -> bool:
    """On its own pad with nothing left but the dock, standing still, motors on (ground vehicles do so)."""
    still = abs(look.seen.north_mps) + abs(look.seen.east_mps) + abs(look.seen.down_mps) < _STILL_MPS
    low = look.vehicle.profile.medium is Medium.SIDEWALK or look.seen.landed is Landed.ON_GROUND
    if not (look.seen.armed and look.on_pad and still and low):
        return False
    return mission.phase is MissionPhase.GIVEN_UP or mission.legs_done >= _dock_index(mission.plan.mission)


def _stopped_but_armed(look: Sight) -> bool:
    """Told to land, which a ground vehicle does where it comes to rest: it rolled on when that was asked."""
    halt = look.vehicle.halt
    lands = halt is not None and halt.pause is Pause.LANDING
    stands = look.seen.armed and look.seen.landed is not Landed.IN_MOTION
    return lands and stands and look.vehicle.profile.medium is Medium.SIDEWALK


def _dock_index(mission: Mission) -> int:
    return next(i for i, leg in enumerate(mission.legs) if isinstance(leg, Dock))
