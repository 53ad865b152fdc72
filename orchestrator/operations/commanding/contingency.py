"""What to do about each thing that can go wrong with a mission under way: pure.

A vehicle always has one contingency ready: its mission carries its own way home, so going on is
the answer to a lost link, and the way home from where it stands is planned when it gives up.
"""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.operations.commanding.acts import Act, ChangeWay, GiveUp, GoOnWith, Nothing
from orchestrator.operations.commanding.going_around import may_go_around
from orchestrator.operations.watching.fetching import left_to_fetch
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.taken_over import STOPPED_S, stopped_by_another
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.state import Halt, MissionPhase, MissionState, Pause
from orchestrator.record.taken_back import cancelled_reason, withheld
from vehicles.telemetry import Mode

HOLD_S = STOPPED_S
"""A vehicle that stops by itself for longer than this is told to go on; once."""

_HOME_RETRY_S = 30.0


def respond(look: Sight) -> Act:
    """What to do about what is wrong now with a mission that has left its pad, the gravest first.

    A vehicle that is not heard gets no orders: it goes on by its own plan, home included. One that people
    had stop, here or elsewhere, is theirs: see `_held`. One nobody knows the place of goes on as well,
    unless its way is barred: then it stops.
    """
    mission = look.mission
    if mission is None or not look.fresh or look.resting:
        return Nothing()
    if look.vehicle.halt is not None:
        return _held(look, mission, look.vehicle.halt)
    return _free(look, mission)


def _free(look: Sight, mission: MissionState) -> Act:
    if _barred(look, mission):
        return _around_or_home(look, mission)
    if look.placed and mission.phase is MissionPhase.UNDER_WAY and _something_to_do(look, mission):
        cancelled = cancelled_reason(look.state, mission)
        if cancelled is not None:
            return GiveUp(mission, (cancelled,))
        dropped = _dropped(look, mission)
        if dropped:
            return ChangeWay(mission, dropped)
        weak = _too_weak(look, mission)
        if weak is not None:
            return GiveUp(mission, (weak,))
    return _stopped(look, mission) if look.placed else Nothing()


def _held(look: Sight, mission: MissionState, halt: Halt) -> Nothing | GiveUp:
    """What moves one that people have hold: that it may not stay where it is, or cannot for long.

    Both only where that came after the hold. All else waits until it is resumed; one told to land lands.
    """
    if halt.pause is not Pause.HELD:
        return Nothing()
    if look.enclosed:
        return GiveUp(mission, look.enclosed)
    name = look.vehicle.vehicle_id
    low = look.state.alerts.get(alert_key("energy", name))
    if low is None or low.raised_at_s < halt.since_s:
        return Nothing()
    return GiveUp(mission, (Reason(Because.ENERGY, name, low.text),))


def _dropped(look: Sight, mission: MissionState) -> tuple[Reason, ...]:
    """Orders taken back of which a parcel is aboard with others: the rest goes on without them.

    A courier is told on the phone, and goes on by the same way.
    """
    parcels = () if look.vehicle.profile.ridden else withheld(look.state, mission)
    if not parcels or mission.unloaded or not may_go_around(mission):
        return ()
    orders = dict.fromkeys(look.state.parcels[one].order_id for one in parcels)
    return tuple(
        Reason(Because.OPERATOR, one, f"Order {one} was cancelled by {look.state.orders[one].cancelled_by}.")
        for one in orders
    )


def _around_or_home(look: Sight, mission: MissionState) -> ChangeWay | GiveUp:
    """An order that nobody wants any more is not brought by another way.

    Nor is any by one that nobody knows the place of; one whose place was only not heard just now stops first.
    """
    reasons = () if mission.closed is None else mission.closed.reasons
    wanted = cancelled_reason(look.state, mission) is None
    known = look.placed or look.vehicle.unplaced_since_s is None
    may = mission.phase is MissionPhase.UNDER_WAY and known and may_go_around(mission)
    return (ChangeWay if may and wanted else GiveUp)(mission, reasons)


def _barred(look: Sight, mission: MissionState) -> bool:
    """Whether an area was closed across its way since that was planned."""
    if mission.closed is None:
        return False
    if mission.phase is MissionPhase.UNDER_WAY:
        return True
    home_seq = look.watch.home_seq
    return mission.phase is MissionPhase.GIVEN_UP and (home_seq is None or home_seq < mission.closed.seq)


def _something_to_do(look: Sight, mission: MissionState) -> bool:
    """Whether a parcel is aboard to be handed over, or still to be fetched."""
    aboard = any(p in look.vehicle.aboard and p not in mission.kept for p in mission.plan.parcel_ids)
    return aboard or bool(left_to_fetch(look, mission))


def _too_weak(look: Sight, mission: MissionState) -> Reason | None:
    """Low on energy before the hand-over: home is nearer than the drop-off and home."""
    name = look.vehicle.vehicle_id
    alert = look.state.alerts.get(alert_key("energy", name))
    if alert is None or mission.homeward:
        return None
    return Reason(Because.ENERGY, name, alert.text)


def _stopped(look: Sight, mission: MissionState) -> Act:
    watch, now_s = look.watch, look.now_s
    if look.seen.mode is not Mode.HOLD or watch.held_since_s is None:
        return Nothing()
    if watch.hold_wanted_since_s is not None or now_s - watch.held_since_s < HOLD_S:
        return Nothing()
    if watch.home_tried_at_s is not None and now_s - watch.home_tried_at_s < _HOME_RETRY_S:
        return Nothing()
    if stopped_by_another(look):
        return Nothing()
    if watch.resumed_at_s is None and mission.phase is MissionPhase.UNDER_WAY:
        return GoOnWith(mission)
    name = look.vehicle.vehicle_id
    said = "; ".join(look.seen.health.warnings).rstrip(".") or "it does not say why"
    return GiveUp(mission, (Reason(Because.AUTOPILOT, name, f"{name} stopped on its way: {said}."),))
