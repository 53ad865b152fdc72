"""What a sample of telemetry means for the fleet: facts, from values alone.

Each check compares what the vehicle says with what the state holds, and names the facts that are
missing from the state. Looking twice at the same sample adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from geofences.reason import Because, Reason
from orchestrator.operations.watching.at_the_door import believed_legs, contradicted
from orchestrator.operations.watching.fetching import fetched, left_to_fetch, not_fetched
from orchestrator.operations.watching.halting import halted
from orchestrator.operations.watching.held_parcels import back, left_in_doubt, still_held
from orchestrator.operations.watching.mission_took import ended
from orchestrator.operations.watching.readiness import fresh_for_s
from orchestrator.operations.watching.sight import STEERED, Sight, trouble_of, unfit
from orchestrator.operations.watching.taken_over import stopped_by_another, surely_on_another_mission
from orchestrator.operations.watching.whereabouts import place_told
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.events import (
    BackOnPath,
    Event,
    LegDone,
    LinkLost,
    LinkUp,
    LowEnergy,
    MissionFailed,
    MissionStarted,
    OffPath,
    ParcelFetched,
    ParcelHandedOver,
    ParcelKept,
    VehicleFaulted,
    VehicleTakenOver,
)
from orchestrator.record.state import MOVING, LinkState, MissionPhase, MissionState
from vehicles.mission import DropOff, ParcelId, PickUp
from vehicles.telemetry import Telemetry

_HEARD_S = 2.0
"""A sample younger than this brings a lost link back."""

_SETTLE_S = 3.0
"""How long something must last before it is a fact: one odd sample is none."""


def observe(look: Sight) -> tuple[Event, ...]:
    """The facts that follow from one look, in the order in which they may be applied; mostly none."""
    link = _link(look)
    if link or not look.fresh:
        return link  # the rest once that is known
    placed = place_told(look)
    if placed:
        return placed
    if look.mission is None:
        return _astray(look) or _unfit(look)
    for check in _CHECKS:
        facts = check(look, look.mission)
        if facts:
            return facts
    return ()


def _link(look: Sight) -> tuple[Event, ...]:
    age_s = look.now_s - look.seen.heard_at_s
    name = look.vehicle.vehicle_id
    if look.vehicle.link is LinkState.UP:
        if age_s > fresh_for_s(look.vehicle):
            return (LinkLost(name, look.seen.position, look.seen.heard_at_s),)
        return ()
    return (LinkUp(name),) if age_s <= _HEARD_S else ()


def _astray(look: Sight) -> tuple[Event, ...]:
    """A vehicle that moves on nobody's order: after a start that came late, say. A human must know."""
    if not look.moving or look.vehicle.fault or not _lasting(look.watch.odd_since_s, look.now_s):
        return ()
    name = look.vehicle.vehicle_id
    reason = Reason(Because.AUTOPILOT, name, f"{name} moves although it was given no mission.")
    return (VehicleFaulted(name, (reason,)),)


def _unfit(look: Sight) -> tuple[Event, ...]:
    """Its own preflight holds something against one that is idle: told once, with the reasons."""
    against = unfit(look)
    return (VehicleFaulted(look.vehicle.vehicle_id, against),) if against else ()


def _started(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    """It moves with the parcel aboard: started, whether or not the answer to the start ever came."""
    if mission.phase is not MissionPhase.PARCEL_ABOARD or not look.moving:
        return ()
    return (MissionStarted(look.vehicle.vehicle_id, mission.plan.mission.mission_id),)


def _progress(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    if mission.phase not in MOVING or look.seen.progress.mission_id != mission.plan.mission.mission_id:
        return ()
    facts: list[Event] = []
    plan = mission.plan.mission
    apart = {one for one in look.vehicle.aboard if one in mission.kept or _questioned(look, one)}
    left = set(look.vehicle.aboard) - apart
    to_fetch = left_to_fetch(look, mission)
    for i in range(mission.legs_done, believed_legs(look, mission)):
        leg = plan.legs[i]
        if leg in to_fetch and isinstance(leg, PickUp):
            facts.append(taken := fetched(look, mission, leg))
            left |= {leg.parcel_id} if isinstance(taken, ParcelFetched) else set()
        if isinstance(leg, DropOff) and leg.parcel_id in left:
            facts_here = _handed_over(look, mission, leg, others=len(left) > 1 or bool(apart))
            if not facts_here:
                break
            facts += facts_here
            left.discard(leg.parcel_id)
        facts.append(LegDone(plan.vehicle_id, plan.mission_id, i, look.seen.position))
    return tuple(facts)


def _questioned(look: Sight, parcel_id: ParcelId) -> bool:
    """Whether a person is to look for it, or has seen it aboard: the vehicle's word counts no more."""
    return look.state.parcels[parcel_id].doubt is not None


def _handed_over(look: Sight, mission: MissionState, leg: DropOff, *, others: bool) -> tuple[Event, ...]:
    """The drop-off is behind it: handed over, unless the vehicle still says that it holds the parcel.

    One that cannot tell its parcels apart says nothing by holding something while `others` are aboard.
    """
    name, mission_id = look.vehicle.vehicle_id, mission.plan.mission.mission_id
    if not still_held(look.seen, leg.parcel_id, others=others):
        position = look.seen.position if look.placed else leg.at.position
        return (ParcelHandedOver(name, mission_id, leg.parcel_id, position),)
    if not _lasting(look.watch.dropped_since_s, look.now_s):
        return ()
    text = f"{name} did not let go of {leg.parcel_id} at the drop-off."
    if look.vehicle.profile.ridden or len(mission.plan.parcel_ids) > 1:
        reason = Reason(
            Because.RECIPIENT, leg.parcel_id, f"{leg.parcel_id} was not handed over{_words(look.seen)}."
        )
        return (ParcelKept(name, mission_id, leg.parcel_id, (reason,)),)
    return (MissionFailed(name, mission_id, (Reason(Because.AUTOPILOT, name, text),)),)


def _ended(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    """Docked and shut down; a parcel that came back goes to the hub's shelf first, or is looked for."""
    started_s = mission.started_at_s
    settled = started_s is not None and look.seen.heard_at_s > started_s + _SETTLE_S
    if mission.phase not in MOVING or not (settled and look.resting and look.on_pad):
        return ()
    if not _lasting(look.watch.odd_since_s, look.now_s) and not _all_done(mission):
        return ()
    name, plan = look.vehicle.vehicle_id, mission.plan.mission
    facts: list[Event] = [not_fetched(look, mission, leg) for leg in left_to_fetch(look, mission)]
    for parcel_id in look.vehicle.aboard:
        door = _released_unseen(look, mission, parcel_id)
        if door is not None:
            facts.append(ParcelHandedOver(name, plan.mission_id, parcel_id, door.at.position))
            continue
        failed = any(isinstance(fact, MissionFailed) for fact in facts)
        if mission.phase is MissionPhase.UNDER_WAY and parcel_id not in mission.kept and not failed:
            text = f"{name} came back without handing {parcel_id} over{_words(look.seen)}."
            reason = Reason(Because.AUTOPILOT, name, text)
            facts.append(MissionFailed(name, plan.mission_id, (reason,)))
        facts += back(look, parcel_id)
    return (*facts, ended(look, mission))


def _all_done(mission: MissionState) -> bool:
    return mission.legs_done == len(mission.plan.mission.legs)


def _released_unseen(look: Sight, mission: MissionState, parcel_id: ParcelId) -> DropOff | None:
    """Where the parcel was let go while nobody watched: empty gripper, and the drop-off lies behind it.

    Only when the vehicle knows that it carries nothing, the time of hand-over is past and it can have been
    there: then it did what its mission says. In doubt a person looks.
    """
    legs = mission.plan.mission.legs[: look.watch.legs_reached]
    been = (leg for leg in legs if isinstance(leg, DropOff) and leg.parcel_id == parcel_id)
    unseen = look.seen.progress.mission_id is None and look.watch.begun_at_s > (mission.started_at_s or 0.0)
    late_enough = look.now_s >= mission.plan.handovers_at_s.get(parcel_id, mission.plan.end_at_s)
    unseen = unseen and parcel_id not in mission.kept and not _questioned(look, parcel_id)
    return next(been, None) if unseen and late_enough and look.seen.carrying is False else None


def _gave_up(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    """The autopilot comes home by itself, or stands somewhere it should not: said once."""
    if mission.phase is not MissionPhase.UNDER_WAY or not _lasting(look.watch.odd_since_s, look.now_s):
        return ()
    name = look.vehicle.vehicle_id
    trouble = trouble_of(look)
    if trouble is None or look.on_pad or (look.resting and not look.stranded):
        return ()
    reason = Reason(Because.AUTOPILOT, name, f"{name} {trouble}{_words(look.seen)}.")
    steered = _told_of(look, reason) if look.seen.mode in STEERED else ()
    return (*steered, MissionFailed(name, mission.plan.mission.mission_id, (reason,)))


def _left_in_doubt(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    """It stands where it should not, given up, and does not say that it holds what is aboard by the books."""
    stranded = mission.phase is MissionPhase.GIVEN_UP and look.stranded
    return left_in_doubt(look) if stranded and _lasting(look.watch.odd_since_s, look.now_s) else ()


def _taken_over(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    """Another station stopped it, or has it fly a mission of its own: said once, and left to people."""
    name = look.vehicle.vehicle_id
    if surely_on_another_mission(look):
        reason = Reason(Because.AUTOPILOT, name, f"{name} flies a mission that somebody else gave it.")
        failed = MissionFailed(name, mission.plan.mission.mission_id, (reason,))
        return (*_told_of(look, reason), failed)
    if not stopped_by_another(look):
        return ()
    text = (
        f"{name} holds on nobody's order here, and does not say why: a pilot or another station stopped it."
        " It is left so until it is asked to resume or to return."
    )
    return _told_of(look, Reason(Because.AUTOPILOT, name, text), holds=True)


def _told_of(look: Sight, reason: Reason, *, holds: bool = False) -> tuple[Event, ...]:
    """That it was taken over; nothing while that is known."""
    name = look.vehicle.vehicle_id
    known = alert_key("taken_over", name) in look.state.alerts
    return () if known else (VehicleTakenOver(name, (reason,), holds),)


def _conformance(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    if mission.phase is not MissionPhase.UNDER_WAY:
        return ()
    name, mission_id = look.vehicle.vehicle_id, mission.plan.mission.mission_id
    told = alert_key("off_path", name) in look.state.alerts
    if not look.placed:
        return ()
    if look.watch.outside_since_s is None:
        return (BackOnPath(name, mission_id),) if told else ()
    if told or look.now_s - look.watch.outside_since_s < _SETTLE_S:
        return ()
    by_m = (
        None if look.watch.course is None else look.watch.course.excursion_m(look.here, look.seen.placed_at_s)
    )
    return (OffPath(name, mission_id, round(by_m, 1), look.seen.position),) if by_m is not None else ()


def _low_energy(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    if mission.phase not in MOVING or alert_key("energy", look.vehicle.vehicle_id) in look.state.alerts:
        return ()
    if look.watch.course is None:
        return ()
    left = look.watch.course.energy_left(
        legs_done=mission.legs_done,
        leg_m=look.watch.odometer_m - look.watch.leg_from_m,
        battery_frac=look.seen.battery_frac,
    )
    if left.left_frac >= left.needed_frac:
        return ()
    return (
        LowEnergy(
            look.vehicle.vehicle_id,
            mission.plan.mission.mission_id,
            round(left.left_frac, 4),
            round(left.needed_frac, 4),
        ),
    )


def _lasting(since_s: float | None, now_s: float) -> bool:
    return since_s is not None and now_s - since_s >= _SETTLE_S


def _words(seen: Telemetry) -> str:
    said = "; ".join(seen.health.warnings).rstrip(".")
    return f": {said}" if said else ""


_CHECKS: tuple[Callable[[Sight, MissionState], tuple[Event, ...]], ...] = (
    _started,
    contradicted,
    _progress,
    _ended,
    _gave_up,
    _left_in_doubt,
    _taken_over,
    halted,
    _conformance,
    _low_energy,
)
