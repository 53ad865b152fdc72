"""Who carries what: hub by hub a plan over the near future, of which only what is due now is committed.

A hub is looked at anew when something about it changed, and every so often. The plan from before is kept as
far as it still fits. Missions that were given are not touched: to the plan they are only the time at which
their vehicle is free again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from immutables import Map

from orchestrator.dispatch.holding import Stream, held_back
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Horizon, HorizonPlan
from orchestrator.dispatch.reasons import PASSING
from orchestrator.dispatch.trips import Solve, plan_ahead, rounds_in
from orchestrator.operations.commit import Committing, committed
from orchestrator.operations.deferring import deferrals, expectations
from orchestrator.operations.horizon_view import Pair, view
from orchestrator.operations.quoting import asking
from orchestrator.operations.readiness import Seen
from orchestrator.operations.surroundings import Surroundings
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import HubId
from orchestrator.record.events import Event
from orchestrator.record.state import FleetState, ParcelPhase, ParcelState, VehicleState
from vehicles.mission import ParcelId

_WORTH_EUR = 0.01

ROUNDS = 40
"""How often a plan is torn up and mended, at most, each time it is looked at: some milliseconds."""

_WITHIN_S = 0.1
"""Nor for longer than that: while a crowd of orders waits, vehicles and operators are not to wait too."""

TRY_SOON_S, TRY_LATER_S = 30.0, 300.0
"""After no plan was found for a vehicle and a parcel: for what passes by itself, and for the rest."""

LOOK_EVERY_S = 20.0
"""A hub where nothing happens is looked at anew this often: times pass, and batteries fill."""


def improving(rounds: int = ROUNDS) -> Solve:
    """The planner that completes a plan and improves it so many rounds; a large one fewer."""
    return lambda horizon, before: plan_ahead(
        horizon, before, rounds_in(_WITHIN_S, len(horizon.wanted), rounds)
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A hub's problem and the plan for it so far, to be improved by whoever has the time."""

    hub_id: HubId
    horizon: Horizon
    plan: HorizonPlan


@dataclass(slots=True)
class _Memory:
    """Of one hub: its plan, what was known when it was made, and when to look again.

    `cannot` has pairs that no plan was found for when they were due, each with when to try again.
    """

    plan: HorizonPlan = NOTHING_PLANNED
    cannot: dict[Pair, float] = field(default_factory=dict)
    known: object = None
    look_at_s: float = -inf
    question: Question | None = None
    asked: Question | None = None
    stream: Stream = field(default_factory=Stream)


@dataclass(slots=True)
class _Shelf:
    """Which parcels wait: looked through anew only when any parcel has changed, for there may be many."""

    _parcels: Map[ParcelId, ParcelState] | None = None
    _lying: tuple[ParcelState, ...] = ()

    def waiting(self, state: FleetState, now_s: float) -> Mapping[HubId, list[ParcelState]]:
        """Parcels on a shelf that may be assigned, by hub, each in order of id."""
        if state.parcels is not self._parcels:
            self._parcels = state.parcels
            lying = [one for one in state.parcels.values() if one.phase is ParcelPhase.WAITING]
            self._lying = tuple(sorted(lying, key=lambda one: one.parcel.parcel_id))
        found: dict[HubId, list[ParcelState]] = {}
        for parcel in self._lying:
            if parcel.not_before_s > now_s or state.orders[parcel.order_id].wishes.held:
                continue
            if isinstance(parcel.keeper, AtHub):
                found.setdefault(parcel.keeper.hub_id, []).append(parcel)
        return found


@dataclass(slots=True)
class Dispatcher:
    """Plans for all hubs of a fleet. Holds memories of what it planned: losing them only costs stability.

    With `holds`, rounds that have room wait for more parcels while that pays (`dispatch.holding`).
    """

    solve: Solve = field(default_factory=improving)
    holds: bool = True
    _hubs: dict[HubId, _Memory] = field(default_factory=dict)
    _shelf: _Shelf = field(default_factory=_Shelf)

    def __call__(
        self, state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
    ) -> tuple[Event, ...]:
        """What to journal now: missions that are due, who is expected to bring what waits, why it waits."""
        waiting = self._shelf.waiting(state, now_s)
        if not waiting:
            return ()
        it = asking(state, seen, surroundings, now_s)
        committing: Committing | None = None
        events: list[Event] = []
        for hub_id, parcels in sorted(waiting.items()):
            vehicles = [v for _, v in sorted(state.vehicles.items()) if v.hub_id == hub_id]
            memory = self._hubs.setdefault(hub_id, _Memory())
            known = (
                tuple((p.parcel.parcel_id, p.not_before_s, state.orders[p.order_id].wishes) for p in parcels),
                tuple((v.vehicle_id, v.mission_id, v.vehicle_id in it.free, v.fault) for v in vehicles),
                id(surroundings),
            )
            if known == memory.known and now_s < memory.look_at_s:
                continue
            memory.known, memory.look_at_s = known, now_s + LOOK_EVERY_S
            committing = committing or Committing.now(it)
            events += self._look(hub_id, committing, memory, vehicles, parcels)
        return tuple(events)

    def questions(self) -> tuple[Question, ...]:
        """Problems that nobody has thought about beyond the first answer, each told once."""
        found = []
        for memory in self._hubs.values():
            if memory.question is not None and memory.plan is memory.question.plan:
                found.append(memory.question)
                memory.asked, memory.question = memory.question, None
        return tuple(found)

    def take(self, question: Question, better: HorizonPlan, now_s: float) -> None:
        """Go on with a better plan, unless the hub has been looked at anew meanwhile."""
        memory = self._hubs.get(question.hub_id)
        if memory is None or memory.asked is not question or memory.plan is not question.plan:
            return
        if better.cost_eur < question.plan.cost_eur - _WORTH_EUR:
            memory.plan, memory.look_at_s = better, now_s

    def _look(
        self,
        hub_id: HubId,
        committing: Committing,
        memory: _Memory,
        vehicles: Sequence[VehicleState],
        parcels: Sequence[ParcelState],
    ) -> Sequence[Event]:
        it = committing.it
        memory.cannot = {pair: until_s for pair, until_s in memory.cannot.items() if until_s > it.now_s}
        seen_here = view(it, vehicles, parcels, memory.cannot)
        memory.plan = self.solve(seen_here.horizon, memory.plan)
        memory.question = Question(hub_id, seen_here.horizon, memory.plan)
        rates = memory.stream.per_s(it.now_s) if self.holds else {}
        held = held_back(seen_here.horizon, memory.plan, rates)
        done = committed(committing, seen_here, memory.plan, held)
        for planned in done.missions:
            kind = it.state.vehicles[planned.mission.vehicle_id].profile.name
            memory.stream.count(it.now_s, kind, len(planned.parcel_ids))
        for pair, reasons in done.against.items():
            passing = all(reason.because in PASSING for reason in reasons)
            memory.cannot[pair] = it.now_s + (TRY_SOON_S if passing else TRY_LATER_S)
            memory.look_at_s = it.now_s
        given = {parcel_id for planned in done.missions for parcel_id in planned.parcel_ids}
        left = [parcel for parcel in parcels if parcel.parcel.parcel_id not in given]
        return (
            *done.missions,
            *deferrals(it, left, {**seen_here.without_room(), **done.why}, memory.plan, held),
            *expectations([p for p in left if p.parcel.parcel_id not in done.why], memory.plan, held),
        )


def dispatch_waiting(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """What a dispatcher without memories decides."""
    return Dispatcher()(state, seen, surroundings, now_s)
