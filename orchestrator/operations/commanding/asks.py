"""What an operator asked of a vehicle, carried out and answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, assert_never

from geofences.reason import Because, Reason, sentences
from orchestrator.operations.commanding.acts import ChangeWay, GiveUp
from orchestrator.operations.commanding.booking import book, withdraw
from orchestrator.operations.commanding.contingency import respond
from orchestrator.operations.commanding.homeward import homeward_id
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.events import Ask, AskAnswered, Event, MissionFailed
from orchestrator.record.state import MOVING, Asked, FleetState, LinkState, MissionPhase, MissionState
from orchestrator.record.writer import Writer
from vehicles.clock import now_s
from vehicles.mission import MissionId
from vehicles.telemetry import Mode
from vehicles.vehicle import Accepted, Hold, Land, Outcome, Refused, Resume, Return, Unanswered, Vehicle


class Hands(Protocol):
    """Whoever commands the vehicle, keeps its facts, and can send it home from where it is."""

    vehicle: Vehicle
    writer: Writer

    async def bring_home(self, sight: Sight, mission_id: MissionId) -> Outcome:
        """Stop, plan the way home, go."""

    def may_return(self, sight: Sight) -> tuple[Reason, ...]:
        """Why nothing would come of that; empty where something would."""


async def answer(hands: Hands, sight: Sight, asked: Asked) -> Watch:
    """Carry `asked` out and journal what came of it; returns the session's memory after it."""
    mission = sight.mission
    if not sight.fresh or sight.vehicle.link is not LinkState.UP:
        text = f"{sight.vehicle.vehicle_id} is not heard."
        await _answered(hands.writer, sight, asked, done=False, text=text)
        return sight.watch
    if mission is None and not sight.resting:
        return await _on_nobodys_order(hands, sight, asked)
    if mission is None or mission.phase not in MOVING:
        return await _on_the_pad(hands.writer, sight, asked, mission)
    return await _on_the_way(hands, sight, asked, mission)


async def _on_nobodys_order(hands: Hands, sight: Sight, asked: Asked) -> Watch:
    """It moves, or hangs in the air, on no mission of ours: a person may still stop it or have it land."""
    name = sight.vehicle.vehicle_id
    match asked.ask:
        case Ask.HOLD:
            outcome = await hands.vehicle.command(Hold())
        case Ask.LAND:
            outcome = await hands.vehicle.command(Land())
        case Ask.RETURN:
            against = hands.may_return(sight)
            outcome = Refused(against) if against else await hands.vehicle.command(Return())
        case Ask.RESUME:
            text = f"{name} is on no mission that it could go on with."
            outcome = Refused((Reason(Because.BUSY, name, text),))
        case _:
            assert_never(asked.ask)
    await _answered(hands.writer, sight, asked, done=isinstance(outcome, Accepted), text=_words(outcome))
    return sight.watch


async def _on_the_pad(writer: Writer, sight: Sight, asked: Asked, mission: MissionState | None) -> Watch:
    """Nothing moves yet: anything but "go on" takes the mission back, unless its start is already sent."""
    name = sight.vehicle.vehicle_id
    if mission is None or asked.ask is Ask.RESUME:
        where = "on its pad" if sight.on_pad else "away from its pad, on no mission: have it fetched"
        await _answered(writer, sight, asked, done=False, text=f"{name} stands {where}.")
        return sight.watch
    if sight.watch.start_sent_at_s is not None or sight.moving:
        return sight.watch  # it may be starting: the next look tells, and then this is carried out
    reason = Reason(Because.OPERATOR, asked.by, f"Taken back by {asked.by} before it started.")
    await _answered(writer, sight, asked, done=True, text="It had not started; its mission is withdrawn.")
    await withdraw(writer, mission, (reason,))
    return sight.watch


async def _on_the_way(hands: Hands, sight: Sight, asked: Asked, mission: MissionState) -> Watch:
    vehicle, writer = hands.vehicle, hands.writer
    why_not = _moot(sight, mission, asked.ask)
    if not why_not and asked.ask is Ask.RETURN:
        why_not = sentences(hands.may_return(sight))
    if why_not:
        await _answered(writer, sight, asked, done=False, text=why_not)
        return sight.watch
    plan, watch, as_seen = mission.plan.mission, sight.watch, (mission.phase,)
    match asked.ask:
        case Ask.HOLD:
            outcome = await vehicle.command(Hold())
            watch = replace(watch, hold_wanted_since_s=now_s())
        case Ask.RESUME:
            outcome = await _resumed(vehicle, sight, mission)
            watch = replace(watch, hold_wanted_since_s=None, held_since_s=None)
        case Ask.RETURN if sight.resting:
            outcome = await hands.bring_home(sight, plan.mission_id)
        case Ask.RETURN:
            await book(writer, mission, as_seen, _failed(mission, f"Called back by {asked.by}."))
            outcome = await hands.bring_home(sight, plan.mission_id)
            watch = replace(
                watch, home_tried_at_s=now_s(), home_seq=sight.state.seq, hold_wanted_since_s=None
            )
        case Ask.LAND:
            await book(writer, mission, as_seen, _failed(mission, f"Landed where it was by {asked.by}."))
            outcome = await vehicle.command(Land())
        case _:
            assert_never(asked.ask)
    done = isinstance(outcome, Accepted)
    await _answered(writer, sight, asked, done=done, text=_words(outcome))
    return watch


async def _resumed(vehicle: Vehicle, sight: Sight, mission: MissionState) -> Outcome:
    """It goes on; where it is to do something else now, the next look has it do that, from where it is."""
    free = replace(sight, vehicle=replace(sight.vehicle, halt=None))
    if mission.unloaded or isinstance(respond(free), GiveUp | ChangeWay):
        return Accepted()
    mission_id = mission.plan.mission.mission_id
    given_up = mission.phase is MissionPhase.GIVEN_UP
    return await vehicle.command(Resume(homeward_id(mission_id) if given_up else mission_id))


def _moot(sight: Sight, mission: MissionState, ask: Ask) -> str:
    """Why there is nothing to ask of one that has left its pad, and what else there is; or empty."""
    name = sight.vehicle.vehicle_id
    if sight.resting and sight.on_pad:
        return f"{name} stands on its pad."
    if sight.resting and (ask is not Ask.RETURN or mission.phase is not MissionPhase.GIVEN_UP):
        return f"{name} stands switched off: ask it to return, or have it fetched."
    if ask is not Ask.RESUME or mission.phase is MissionPhase.UNDER_WAY or sight.seen.mode is Mode.HOLD:
        return ""
    if sight.seen.mode is Mode.LAND:
        return "It is landing: there is nothing to resume. Ask it to return."
    return "It is on its way home from a mission that was given up: there is nothing to resume."


def _failed(mission: MissionState, text: str) -> MissionFailed:
    plan = mission.plan.mission
    return MissionFailed(plan.vehicle_id, plan.mission_id, (Reason(Because.OPERATOR, plan.vehicle_id, text),))


async def _answered(writer: Writer, sight: Sight, asked: Asked, *, done: bool, text: str) -> None:
    name = sight.vehicle.vehicle_id

    def pending(state: FleetState) -> Sequence[Event]:
        now = state.vehicles[name].asked
        return (AskAnswered(name, asked.ask, done, text),) if now is not None and now.seq == asked.seq else ()

    await writer.write(pending)


def _words(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return "Done."
        case Refused(reasons):
            return sentences(reasons) or "It refused and does not say why."
        case Unanswered(seen):
            return f"No answer; {seen}."
    assert_never(outcome)
