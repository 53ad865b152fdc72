"""A vehicle under way is stopped, and sent home along a verified way, or by its autopilot's own return."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.commanding.booking import still
from orchestrator.operations.commanding.from_anywhere import returning_from_anywhere, why_no_return
from orchestrator.operations.commanding.homeward import (
    WayHome,
    closed_from,
    homeward_id,
    hovering,
    plan_from_the_ground,
    plan_home,
    returning,
)
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.grounding import over_ground
from orchestrator.operations.watching.leaving import set_aside, to_leave
from orchestrator.operations.watching.popups import around_popups
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.whereabouts import place_noted
from orchestrator.record.events import AirTaken, Event
from orchestrator.record.journal import JournalError
from orchestrator.record.state import MOVING, FleetState, MissionPhase
from orchestrator.record.writer import Writer
from orchestrator.traffic.intent import OperationalIntent
from orchestrator.traffic.reservations import Reservation
from vehicles.clock import now_s
from vehicles.mission import MissionId
from vehicles.vehicle import Accepted, Hold, Outcome, Refused, Resume, Return, Start, Vehicle

_BRAKING_LOOKS = 20
_BRAKING_LOOK_S = 0.5
_AT_REST_MPS = 0.5


@dataclass(frozen=True, slots=True)
class NoWayHome:
    """It holds where it stopped: neither a way of ours nor its own return may be flown, and why."""

    reasons: tuple[Reason, ...]


async def come_home(
    vehicle: Vehicle, writer: Writer, surroundings: Surroundings, sight: Sight, mission_id: MissionId
) -> Outcome | NoWayHome:
    """Stop, load the way home, go. Where that is not to be had: the autopilot's own return.

    That one only where no zone and no hill lies across it. Else the vehicle holds where it stopped, which an
    operator is told; the way home is asked for again as for any vehicle that stands still.
    """
    await vehicle.command(Hold())
    sight = await at_rest(vehicle, sight, surroundings)
    if not sight.placed:
        return await _home_from_anywhere(vehicle, writer, surroundings, sight, mission_id)
    home = await booked_home(writer, surroundings, sight, mission_id)
    if isinstance(home, WayHome) and isinstance(await vehicle.load(home.plan), Accepted):
        outcome = await vehicle.command(Resume(homeward_id(mission_id)))
        if isinstance(outcome, Accepted):
            return outcome
    around = set_aside(surroundings, replace(sight, state=writer.state))
    closed = closed_from(sight, around)
    if not closed:
        await _take_air(writer, sight, mission_id, returning(sight, around))
        return await vehicle.command(Return())
    if sight.vehicle.profile.medium is Medium.AIR:
        await _take_air(writer, sight, mission_id, hovering(sight, around))
    return NoWayHome((_stands_where(sight), *(home if isinstance(home, tuple) else ()), *closed))


async def _home_from_anywhere(
    vehicle: Vehicle, writer: Writer, surroundings: Surroundings, sight: Sight, mission_id: MissionId
) -> Outcome | NoWayHome:
    """By its autopilot's own return, where that is free from wherever it may be; else it holds."""
    look = replace(sight, state=writer.state)
    against = why_no_return(look, surroundings)
    if against:
        return NoWayHome((_stands_where(sight), *against))
    await _take_air(writer, sight, mission_id, returning_from_anywhere(look, surroundings))
    return await vehicle.command(Return())


def _stands_where(sight: Sight) -> Reason:
    """What a person has to know first of a vehicle that nobody finds a way home for."""
    name, flies = sight.vehicle.vehicle_id, sight.vehicle.profile.medium is Medium.AIR
    how = f"hovers {sight.seen.height_agl_m:.0f} m up" if flies else "stands"
    text = f"It {how} where it stopped, and has no way home: asked again every 30 s, or have it land."
    return Reason(Because.OPERATOR, name, text)


def may_return(  # noqa: PLR0911 - a list of rules
    look: Sight, surroundings: Surroundings
) -> tuple[Reason, ...]:
    """Why nothing would come of asking a vehicle to return, as it is seen; empty where something would.

    `surroundings` as they are without areas that people close: those are the state's.
    """
    mission, name = look.mission, look.vehicle.vehicle_id
    if not look.placed and (mission is None or mission.phase in MOVING):
        return why_no_return(look, surroundings)
    if look.resting and (mission is None or (mission.phase in MOVING and look.on_pad)):
        where = (
            "stands on its pad" if look.on_pad else "stands away from its pad, on no mission: have it fetched"
        )
        return (Reason(Because.BUSY, name, f"{name} {where}."),)
    if mission is None:
        return closed_from(look, set_aside(surroundings, look))
    if mission.phase not in MOVING:
        return ()
    mission_id = mission.plan.mission.mission_id
    others = reservations(look.state, look.now_s, without=name)
    if look.resting:
        home = plan_from_the_ground(look, mission_id, _setting_off(look, surroundings), others)
        return () if isinstance(home, WayHome) else home
    home = _home(look, mission_id, surroundings, others)
    if isinstance(home, WayHome):
        return ()
    closed = closed_from(look, set_aside(surroundings, look))
    return (*home, *closed) if closed else ()


def _setting_off(look: Sight, surroundings: Surroundings) -> Surroundings:
    """An aircraft does not take off inside of what was closed; what is on footpaths leaves it."""
    flies = look.vehicle.profile.medium is Medium.AIR
    return around_popups(surroundings, look.state.zones) if flies else to_leave(surroundings, look)


async def set_off_home(
    vehicle: Vehicle, writer: Writer, surroundings: Surroundings, sight: Sight, mission_id: MissionId
) -> Outcome:
    """From where it stands switched off: planned in the writer's turn, loaded and started, or not at all.

    Raises `JournalError` where the air of its way cannot be kept.
    """
    if not sight.placed:
        return Refused(why_no_return(sight, surroundings))
    found: list[WayHome | tuple[Reason, ...]] = []

    def decide(state: FleetState) -> Sequence[Event]:
        look = replace(sight, state=state, now_s=now_s())
        others = reservations(state, look.now_s, without=look.vehicle.vehicle_id)
        home = plan_from_the_ground(look, mission_id, _setting_off(look, surroundings), others)
        found.append(home)
        intent = home.intent if isinstance(home, WayHome) else None
        return () if intent is None else _taken(state, look, mission_id, intent)

    await writer.write(decide)
    home = found[-1]
    if not isinstance(home, WayHome):
        return Refused(home)
    outcome = await vehicle.load(home.plan)
    if isinstance(outcome, Accepted):
        outcome = await vehicle.command(Start(homeward_id(mission_id)))
    if isinstance(outcome, Refused) and home.intent is not None:
        await _take_air(writer, sight, mission_id, hovering(sight, surroundings))
    return outcome


async def booked_home(
    writer: Writer, surroundings: Surroundings, sight: Sight, mission_id: MissionId
) -> WayHome | tuple[Reason, ...]:
    """The way home against what everyone holds in the writer's turn, and its air noted before it is loaded.

    It is flown also where that cannot be kept: the vehicle hangs in the air, and its battery does not wait.
    """
    found: list[WayHome | tuple[Reason, ...]] = []

    def decide(state: FleetState) -> Sequence[Event]:
        look = replace(sight, state=state, now_s=now_s())
        others = reservations(state, look.now_s, without=look.vehicle.vehicle_id)
        home = _home(look, mission_id, surroundings, others)
        found.append(home)
        intent = home.intent if isinstance(home, WayHome) else None
        return () if intent is None else _taken(state, look, mission_id, intent)

    with suppress(JournalError):
        await writer.write(decide)
    if found:
        return found[-1]
    return _home(replace(sight, state=writer.state), mission_id, surroundings)


def _home(
    look: Sight, mission_id: MissionId, surroundings: Surroundings, others: Sequence[Reservation] = ()
) -> WayHome | tuple[Reason, ...]:
    """Out of what was closed around it; where that leads nowhere, for home may lie in there, through it."""
    out = to_leave(surroundings, look)
    home = plan_home(look, mission_id, out, others)
    through = set_aside(surroundings, look)
    if isinstance(home, WayHome) or through is out:
        return home
    return plan_home(look, mission_id, through, others)


async def _take_air(writer: Writer, sight: Sight, mission_id: MissionId, intent: OperationalIntent) -> None:
    with suppress(JournalError):  # it goes all the same: it hangs in the air
        await writer.write(lambda state: _taken(state, sight, mission_id, intent))


def _taken(
    state: FleetState, sight: Sight, mission_id: MissionId, intent: OperationalIntent
) -> Sequence[Event]:
    given_up = still(state, state.missions[mission_id], (MissionPhase.GIVEN_UP,))
    return (AirTaken(sight.vehicle.vehicle_id, mission_id, intent),) if given_up else ()


async def at_rest(vehicle: Vehicle, sight: Sight, surroundings: Surroundings) -> Sight:
    """A look at the vehicle once it has come to a stop and tells where, or as it is when that takes too long.

    One whose place was told as lost is not waited for to tell it.
    """
    for _ in range(_BRAKING_LOOKS):
        told = vehicle.telemetry
        seen = sight.seen if told is None else over_ground(told, sight.vehicle, surroundings)
        sight = replace(sight, seen=seen, now_s=now_s())
        sight = replace(sight, watch=replace(sight.watch, **place_noted(sight)))
        still = abs(seen.north_mps) + abs(seen.east_mps) + abs(seen.down_mps) < _AT_REST_MPS
        if still and (sight.placed or sight.vehicle.unplaced_since_s is not None):
            break
        await asyncio.sleep(_BRAKING_LOOK_S)
    return replace(sight, now_s=now_s())
