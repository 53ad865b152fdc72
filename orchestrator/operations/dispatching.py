"""Who carries what: hub by hub a plan over the near future, of which only what is due now is committed.

A hub is looked at anew when something about it changed, and every so often. The plan from before is kept as
far as it still fits. Missions that were given are not touched: to the plan they are only the time at which
their vehicle is free again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from immutables import Map

from geofences.reason import Because, Reason
from orchestrator.dispatch.holding import Stream, held_back
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Horizon, HorizonPlan
from orchestrator.dispatch.reasons import PASSING
from orchestrator.dispatch.trips import Solve, plan_ahead, rounds_in
from orchestrator.operations.commit import Committing, committed
from orchestrator.operations.deferring import deferrals, expectations
from orchestrator.operations.horizon_view import Pair, View, view
from orchestrator.operations.quoting import Asking, asking
from orchestrator.operations.readiness import Seen
from orchestrator.operations.surroundings import Surroundings
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import HubId
from orchestrator.record.events import Event, MissionPlanned
from orchestrator.record.state import FleetState, ParcelPhase, ParcelState
from vehicles.mission import ParcelId, VehicleId

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


THINK_AGAIN_S = 2.0
"""While a crowd waits, what comes in besides is thought about so often; free vehicles are not kept."""

ROOM, THINKING, GIVING = 1, 1, 1
"""What a call has room for, and what parts of a look take of it: some tens of milliseconds each."""

ALONE = 24
"""To think about more parcels than this is enough for one call."""

TOLD_AT_ONCE = 24
"""Parcels that one call tells of."""

_LATER = Reason(Because.BUSY, "fleet", "Parcels that are due earlier are planned for first.")


@dataclass(frozen=True, slots=True)
class Question:
    """A hub's problem and the plan for it so far, to be improved by whoever has the time."""

    hub_id: HubId
    horizon: Horizon
    plan: HorizonPlan


@dataclass(slots=True)
class _Look:
    """A look at a hub under way: what was planned, and what of it is still to be given and told."""

    seen_here: View
    plan: HorizonPlan
    held: Mapping[VehicleId, float]
    due: deque[VehicleId]
    left: deque[ParcelState]
    why: dict[ParcelId, tuple[Reason, ...]]


@dataclass(slots=True)
class _Memory:
    """Of one hub: its plan, what was known when it was made, when to look again, and the look under way.

    `cannot` has pairs that no plan was found for when they were due, each with when to try again. What is
    known of parcels and vehicles counts missions that were given as known.
    """

    plan: HorizonPlan = NOTHING_PLANNED
    cannot: dict[Pair, float] = field(default_factory=dict)
    parcels: dict[ParcelId, object] = field(default_factory=dict)
    vehicles: dict[VehicleId, object] = field(default_factory=dict)
    around: Surroundings | None = None
    look_at_s: float = -inf
    thought_at_s: float = -inf
    look: _Look | None = None
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

    With `holds`, rounds that have room wait for more parcels while that pays (`dispatch.holding`). Each call
    does a part of what there is to do, so that nobody waits long for the loop: `unfinished` says that there
    is more.
    """

    solve: Solve = field(default_factory=improving)
    holds: bool = True
    unfinished: bool = False
    _hubs: dict[HubId, _Memory] = field(default_factory=dict)
    _last: str = ""
    _shelf: _Shelf = field(default_factory=_Shelf)

    def __call__(
        self, state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
    ) -> tuple[Event, ...]:
        """What to journal now: missions that are due, who is expected to bring what waits, why it waits."""
        self.unfinished = False
        waiting = self._shelf.waiting(state, now_s)
        for hub_id, memory in self._hubs.items():
            memory.look = memory.look if hub_id in waiting else None
        if not waiting:
            return ()
        it = asking(state, seen, surroundings, now_s)
        hubs = sorted(waiting)
        turn = sum(hub_id <= self._last for hub_id in hubs)
        events: list[Event] = []
        room = ROOM
        committing: Committing | None = None
        for hub_id in (*hubs[turn:], *hubs[:turn]):
            memory = self._hubs.setdefault(hub_id, _Memory())
            if memory.look is None and not self._is_due(memory, it, hub_id, waiting[hub_id]):
                continue
            if room <= 0:
                self.unfinished = True
                break
            self._last, committing = hub_id, committing or Committing.now(it)
            found, room = self._go_on(hub_id, memory, committing, waiting[hub_id], room)
            events += found
            self.unfinished = self.unfinished or memory.look is not None
        return tuple(events)

    def _is_due(self, memory: _Memory, it: Asking, hub_id: HubId, parcels: Sequence[ParcelState]) -> bool:
        """Whether something about a hub has changed, or it was long ago that it was looked at."""
        state = it.state
        wanted: dict[ParcelId, object] = {
            p.parcel.parcel_id: (p.not_before_s, state.orders[p.order_id].wishes) for p in parcels
        }
        able: dict[VehicleId, object] = {
            v.vehicle_id: (v.mission_id, v.vehicle_id in it.free, v.fault)
            for v in state.vehicles.values()
            if v.hub_id == hub_id
        }
        same = able == memory.vehicles and it.surroundings is memory.around and it.now_s < memory.look_at_s
        soon = it.now_s < memory.thought_at_s + THINK_AGAIN_S and len(parcels) > ALONE
        if same and (soon or wanted == memory.parcels):
            return False
        memory.thought_at_s = it.now_s
        memory.parcels, memory.vehicles, memory.around = wanted, able, it.surroundings
        memory.look_at_s = it.now_s + LOOK_EVERY_S
        return True

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

    def _go_on(
        self,
        hub_id: HubId,
        memory: _Memory,
        committing: Committing,
        parcels: Sequence[ParcelState],
        room: int,
    ) -> tuple[Sequence[Event], int]:
        """As much of a look as there is `room` for: think, give what is due, tell the rest; the room left."""
        it = committing.it
        if memory.look is None:
            memory.look = self._think(hub_id, memory, it, parcels)
            room -= THINKING if len(parcels) > ALONE else 0
        look = memory.look
        events: list[Event] = []
        while look.due and room > 0:
            events += self._give(memory, look, committing, look.due.popleft())
            room -= GIVING
        told = 0
        while look.left and not look.due and told < TOLD_AT_ONCE:
            events += self._tell(it, look, look.left.popleft(), events)
            told += 1
        if not look.due and not look.left:
            memory.look = None
        return events, room

    def _think(self, hub_id: HubId, memory: _Memory, it: Asking, parcels: Sequence[ParcelState]) -> _Look:
        """Plan for a hub: of a crowd, for those that are due first."""
        memory.cannot = {pair: until_s for pair, until_s in memory.cannot.items() if until_s > it.now_s}
        vehicles = [v for _, v in sorted(it.state.vehicles.items()) if v.hub_id == hub_id]
        seen_here = view(it, vehicles, parcels, memory.cannot)
        memory.plan = plan = self.solve(seen_here.horizon, memory.plan)
        memory.question = Question(hub_id, seen_here.horizon, plan)
        rates = memory.stream.per_s(it.now_s) if self.holds else {}
        held = held_back(seen_here.horizon, plan, rates)
        due = [name for name in sorted(plan.trips) if name in it.free and name not in held]
        behind = [name for p in parcels if (name := p.parcel.parcel_id) not in seen_here.reaches]
        why = {**seen_here.without_room(), **dict.fromkeys(behind, (_LATER,))}
        return _Look(seen_here, plan, held, deque(due), deque(parcels), why)

    def _give(
        self, memory: _Memory, look: _Look, committing: Committing, vehicle_id: VehicleId
    ) -> Sequence[Event]:
        done = committed(committing, look.seen_here, look.plan, (vehicle_id,))
        it = committing.it
        for planned in done.missions:
            vehicle = it.state.vehicles[vehicle_id]
            memory.stream.count(it.now_s, vehicle.profile.name, len(planned.parcel_ids))
            memory.vehicles[vehicle_id] = (planned.mission.mission_id, False, vehicle.fault)
            for parcel_id in planned.parcel_ids:
                memory.parcels.pop(parcel_id, None)
        for pair, reasons in done.against.items():
            passing = all(reason.because in PASSING for reason in reasons)
            memory.cannot[pair] = it.now_s + (TRY_SOON_S if passing else TRY_LATER_S)
            memory.look_at_s = it.now_s
        look.why.update(done.why)
        return done.missions

    def _tell(self, it: Asking, look: _Look, one: ParcelState, events: Sequence[Event]) -> Sequence[Event]:
        """Who is to bring a parcel that still waits, and when, or why nobody can."""
        parcel_id = one.parcel.parcel_id
        parcel = it.state.parcels[parcel_id]
        given = any(isinstance(e, MissionPlanned) and parcel_id in e.parcel_ids for e in events)
        if given or parcel.phase is not ParcelPhase.WAITING:
            return ()
        why = deferrals(it, (parcel,), look.why, look.plan, look.held)
        return why if parcel_id in look.why else (*why, *expectations((parcel,), look.plan, look.held))


def dispatch_waiting(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """What a dispatcher without memories decides first."""
    return Dispatcher()(state, seen, surroundings, now_s)
