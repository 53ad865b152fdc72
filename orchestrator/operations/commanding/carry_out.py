"""Carrying out what was chosen: commands to one vehicle, and the facts that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from geofences.reason import Because, Reason, clauses
from orchestrator.operations.commanding.acts import (
    Act,
    ChangeWay,
    Depart,
    FinishLoading,
    GiveBack,
    GiveUp,
    GoOnWith,
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
from orchestrator.operations.commanding.asks import answer
from orchestrator.operations.commanding.booking import book, no_more_held, still, withdraw
from orchestrator.operations.commanding.changing_way import change_way
from orchestrator.operations.commanding.loading import given_back, loaded, take_aboard
from orchestrator.operations.commanding.turning_back import NoWayHome, come_home, may_return, set_off_home
from orchestrator.operations.dispatching.postpone import postponed
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.operations.planning.fence import vehicle_plan
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight import verify_in
from orchestrator.operations.watching.grounding import home_amsl_m
from orchestrator.operations.watching.leaving import set_aside
from orchestrator.operations.watching.popups import around_popups
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.events import (
    Event,
    MissionFailed,
    MissionStarted,
    OfferDeclined,
    PlanLoaded,
    VehicleFaulted,
)
from orchestrator.record.state import BEFORE_START, ON_PAPER, FleetState, MissionPhase, MissionState
from orchestrator.record.taken_back import withdrawal
from orchestrator.record.writer import Writer
from orchestrator.traffic.reservations import first_clash
from vehicles.clock import now_s, time_of_day
from vehicles.mission import MissionId, ParcelId, VehiclePlan
from vehicles.vehicle import (
    Accepted,
    LetGo,
    Outcome,
    Refused,
    Resume,
    ShutDown,
    Start,
    Unanswered,
    Vehicle,
)


class CarryOut:
    """The session's hands: one act at a time, each journaled as its outcome is seen."""

    def __init__(self, vehicle: Vehicle, writer: Writer, surroundings: Surroundings) -> None:
        self.vehicle = vehicle
        self.writer = writer
        self._surroundings = surroundings

    def work_within(self, surroundings: Surroundings) -> None:
        """Check against other surroundings from now on."""
        self._surroundings = surroundings

    async def do(self, act: Act, sight: Sight) -> Watch:  # noqa: C901, PLR0911, PLR0912
        """Do one thing that was chosen from `sight`; returns the session's memory after it."""
        # one case an act of a closed union; mypy holds it complete
        match act:
            case Nothing():
                return sight.watch
            case LoadPlan(mission):
                return await self._load(sight, mission)
            case TakeAboard(mission):
                return await self._take_aboard(sight, mission)
            case FinishLoading(mission):
                await self.writer.write(lambda state: loaded(state, mission))
                return sight.watch
            case GiveBack(parcel_id):
                return await self._give_back(sight, parcel_id)
            case Depart(mission):
                return await self._depart(sight, mission)
            case Recognise(mission):
                # Under way it only reads; what it then knows, telemetry tells.
                await self.vehicle.load(self._plan_of(sight, mission))
                return replace(sight.watch, recognised_at_s=now_s())
            case Withdraw(mission, reasons):
                await withdraw(self.writer, mission, reasons)
                return sight.watch
            case Postpone(mission):
                await self._postpone(sight, mission)
                return sight.watch
            case ChangeWay(mission, reasons):
                around = self.vehicle, self.writer, self._surroundings
                why_not = await change_way(*around, sight, mission=mission, reasons=reasons)
                return await self._give_up(sight, mission, why_not) if why_not else sight.watch
            case LoadChange(mission):
                return await self._load_change(sight, mission)
            case GiveUp(mission, reasons):
                return await self._give_up(sight, mission, reasons)
            case GoOnWith(mission):
                await self.vehicle.command(Resume(mission.plan.mission.mission_id))
                return replace(sight.watch, resumed_at_s=now_s())
            case Obey(asked):
                return await answer(self, sight, asked)
            case SwitchOff():
                await self.vehicle.command(ShutDown())
                return sight.watch
        assert_never(act)

    def _around(self, state: FleetState) -> Surroundings:
        return around_popups(self._surroundings, state.zones)

    def _plan_of(self, sight: Sight, mission: MissionState) -> VehiclePlan:
        """Its mission with the fence, told from what the vehicle takes for its home."""
        around = self._around(sight.state)
        if mission.unloaded:
            around = set_aside(self._surroundings, sight)
        plan = vehicle_plan(mission.plan, sight.vehicle.profile, around)
        if plan.home_amsl_m is None or not sight.moving:
            return plan
        home_m = home_amsl_m(sight.seen, sight.vehicle, around)
        return plan if home_m is None else replace(plan, home_amsl_m=home_m)

    async def _load(self, sight: Sight, mission: MissionState) -> Watch:
        doubts = tuple(r for r in sight.seen.health.findings if r.because is Because.TERRAIN)
        outcome = Refused(doubts) if doubts else await self.vehicle.load(self._plan_of(sight, mission))
        mission_id = mission.plan.mission.mission_id
        if isinstance(outcome, Accepted):
            phases = (MissionPhase.PLANNED, MissionPhase.PARCEL_ABOARD)
            await book(self.writer, mission, phases, PlanLoaded(sight.vehicle.vehicle_id, mission_id))
            return replace(sight.watch, loaded_id=mission_id)
        await self._refused(sight, mission, outcome, "did not take its plan")
        return sight.watch

    async def _give_back(self, sight: Sight, parcel_id: ParcelId | None) -> Watch:
        """What the books have on the shelf leaves the vehicle; a gripper that jams is a fault, told once.

        A rider who does not answer about one parcel of several is asked again.
        """
        name = sight.vehicle.vehicle_id
        outcome = await self.vehicle.command(LetGo(parcel_id))
        if not isinstance(outcome, Accepted) and parcel_id is None:
            text = f"{name} does not give back what it holds: {_said(outcome)}."
            await self._fault_once(sight, (Reason(Because.AUTOPILOT, name, text),))
        if isinstance(outcome, Accepted) and sight.mission is None:
            await self.writer.write(lambda state: given_back(state, name))
        return replace(sight.watch, let_go_at_s=now_s())

    async def _fault_once(self, sight: Sight, reasons: tuple[Reason, ...]) -> None:
        """Journal that the vehicle cannot work; a fault that stands already is not told again."""
        name = sight.vehicle.vehicle_id

        def news(state: FleetState) -> Sequence[Event]:
            return () if state.vehicles[name].fault else (VehicleFaulted(name, reasons),)

        await self.writer.write(news)

    async def _take_aboard(self, sight: Sight, mission: MissionState) -> Watch:
        """Close around each parcel; a gripper of which nobody knows what it holds is opened first."""
        if sight.seen.carrying is None:
            await self.vehicle.command(LetGo())
        outcome = await take_aboard(self.vehicle, self.writer, mission)
        if outcome is not None:
            await self._refused(sight, mission, outcome, "did not close its gripper")
            return sight.watch
        return replace(sight.watch, gripped_at_s=now_s())

    async def _depart(self, sight: Sight, mission: MissionState) -> Watch:
        """Start, once more checked: nobody strayed into the way, the battery and the zones are as planned."""
        against = self._against(sight, mission)
        if against:
            await withdraw(self.writer, mission, against)
            return sight.watch
        plan = mission.plan.mission
        sent = replace(sight.watch, start_sent_at_s=now_s())
        outcome = await self.vehicle.command(Start(plan.mission_id))
        match outcome:
            case Accepted():
                started = MissionStarted(plan.vehicle_id, plan.mission_id)
                await book(self.writer, mission, (MissionPhase.PARCEL_ABOARD,), started)
            case Refused():
                await self._refused(sight, mission, outcome, "did not start")
            case Unanswered():
                pass  # the vehicle's own state will tell; a start is never sent twice
            case _:
                assert_never(outcome)
        return sent

    def _against(self, sight: Sight, mission: MissionState) -> tuple[Reason, ...]:
        state, vehicle = sight.state, sight.vehicle
        reasons = verify_in(state, mission.plan, vehicle, sight.seen, self._around(state))
        if reasons or mission.plan.intent is None:
            return reasons
        others = reservations(state, sight.now_s, without=vehicle.vehicle_id)
        clash = first_clash(mission.plan.intent, others)
        if clash is None:
            return ()
        text = f"{clash.vehicle_id} may be in its way at {time_of_day(clash.at_s)}."
        return (Reason(Because.TRAFFIC, clash.vehicle_id, text),)

    async def _postpone(self, sight: Sight, mission: MissionState) -> None:
        """Find a later departure in the writer's turn, against what everyone holds then."""
        plan = mission.plan.mission

        def decide(state: FleetState) -> Sequence[Event]:
            if not still(state, mission, BEFORE_START):
                return ()
            newest = state.missions[plan.mission_id]
            later = postponed(state, newest, sight.seen, self._around(state), now_s())
            if isinstance(later, Infeasible):
                return (withdrawal(state, newest, later.reasons),)
            return (later,)

        await self.writer.write(decide)

    async def _refused(self, sight: Sight, mission: MissionState, outcome: Outcome, what: str) -> None:
        """Before it moved: the parcels wait again, the vehicle rests until it says that it is ready."""
        name = sight.vehicle.vehicle_id
        reasons = (
            outcome.reasons
            if isinstance(outcome, Refused) and outcome.reasons
            else (Reason(Because.LINK, name, f"{name} {what}: {_said(outcome)}."),)
        )
        declined = isinstance(outcome, Refused) and {r.because for r in outcome.reasons} == {Because.DECLINED}
        if declined and mission.phase in ON_PAPER:
            fact = OfferDeclined(name, mission.plan.mission.mission_id, reasons)
            await book(self.writer, mission, ON_PAPER, fact)
            return
        await withdraw(self.writer, mission, reasons, VehicleFaulted(name, reasons))

    async def _load_change(self, sight: Sight, mission: MissionState) -> Watch:
        """It holds: the changed plan is given, and then flown. One that is not taken is given up."""
        plan, name = mission.plan.mission, sight.vehicle.vehicle_id
        outcome = await self.vehicle.load(self._plan_of(sight, mission))
        if isinstance(outcome, Accepted):
            outcome = await self.vehicle.command(Resume(plan.mission_id))
        if isinstance(outcome, Accepted):
            await book(self.writer, mission, (MissionPhase.UNDER_WAY,), PlanLoaded(name, plan.mission_id))
            return replace(sight.watch, loaded_id=plan.mission_id)
        text = f"{name} did not take the way around: {_said(outcome)}."
        return await self._give_up(sight, mission, (Reason(Because.AUTOPILOT, name, text),))

    async def _give_up(self, sight: Sight, mission: MissionState, reasons: Sequence[Reason]) -> Watch:
        """Journal first; then home along a verified way, or by the autopilot's own return."""
        await no_more_held(self.writer, sight.vehicle, mission, reasons)
        plan = mission.plan.mission
        failed = MissionFailed(plan.vehicle_id, plan.mission_id, tuple(reasons))
        await book(self.writer, mission, (MissionPhase.UNDER_WAY,), failed)
        seq = self.writer.state.seq
        await self.bring_home(sight, plan.mission_id)
        return replace(sight.watch, home_tried_at_s=now_s(), home_seq=seq, hold_wanted_since_s=None)

    def may_return(self, sight: Sight) -> tuple[Reason, ...]:
        """Why nothing would come of asking it to return; see `turning_back`."""
        return may_return(sight, self._surroundings)

    async def bring_home(self, sight: Sight, mission_id: MissionId) -> Outcome:
        """Stop, load the way home, go; see `turning_back`."""
        if sight.resting:
            return await set_off_home(self.vehicle, self.writer, self._surroundings, sight, mission_id)
        outcome = await come_home(self.vehicle, self.writer, self._surroundings, sight, mission_id)
        if not isinstance(outcome, NoWayHome):
            return outcome
        await self._fault_once(sight, outcome.reasons)
        return Refused(outcome.reasons)


def _said(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return "it says it did"
        case Refused(reasons):
            return clauses(reasons) or "it does not say why"
        case Unanswered(seen):
            return f"no answer, {seen.rstrip('.')}"
    assert_never(outcome)
