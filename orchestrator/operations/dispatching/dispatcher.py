"""Who carries what: hub by hub a plan over the near future, of which only what is due now is committed.

A hub is looked at anew when something about it changed, and every so often. The plan from before is kept as
far as it still fits. Missions that were given are not touched: to the plan they are only the time at which
their vehicle is free again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from geofences.reason import Because, Reason
from orchestrator.dispatch.holding import held_back
from orchestrator.dispatch.horizon import NOTHING_PLANNED, HorizonPlan
from orchestrator.dispatch.reasons import PASSING
from orchestrator.dispatch.trips.plan import Solve, plan_ahead, rounds_in
from orchestrator.operations.dispatching.commit import Committing, committed
from orchestrator.operations.dispatching.deferring import deferrals, expectations, not_yet
from orchestrator.operations.dispatching.horizon_view import view
from orchestrator.operations.dispatching.overload import caught_up, overload
from orchestrator.operations.dispatching.quoting import Asking, asking
from orchestrator.operations.dispatching.remembering import Look, Memory, Question, Shelf
from orchestrator.operations.dispatching.sourcing import Sourcing
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.readiness import Seen
from orchestrator.orders.order import HubId
from orchestrator.record.events import Event, MissionPlanned
from orchestrator.record.state import FleetState, ParcelPhase, ParcelState
from vehicles.mission import ParcelId, VehicleId

_WORTH_EUR = 0.01

ROUNDS = 40
"""How often a plan is torn up and mended, at most, each time it is looked at: some milliseconds."""

_WITHIN_S = 0.03
"""Nor for longer than that: while a crowd of orders waits, vehicles and operators are not to wait too."""

TRY_SOON_S, TRY_LATER_S = 30.0, 300.0
"""After no plan was found for a vehicle and a parcel: for what passes by itself, and for the rest."""

LOOK_EVERY_S = 20.0
"""A hub where nothing happens is looked at anew this often: times pass, and batteries fill."""


SOON_S = 0.01
"""A trip that begins no later than this is given now."""


def improving(rounds: int = ROUNDS) -> Solve:
    """The planner that completes a plan and improves it so many rounds; a large one fewer."""
    return lambda horizon, before: plan_ahead(horizon, before, rounds_in(_WITHIN_S, horizon, rounds))


THINK_AGAIN_S = 2.0
"""While a crowd waits, what comes in besides is thought about so often; free vehicles are not kept."""

ROOM, THINKING, GIVING = 1, 1, 1
"""What a call has room for, and what parts of a look take of it: some tens of milliseconds each."""

ALONE = 24
"""To think about more parcels than this is enough for one call."""

TOLD_AT_ONCE = 24
"""Parcels that one call tells of."""

_LATER = Reason(Because.BUSY, "fleet", "Parcels that are due earlier are planned for first.")


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
    _hubs: dict[HubId, Memory] = field(default_factory=dict)
    _last: str = ""
    _shelf: Shelf = field(default_factory=Shelf)
    _sourcing: Sourcing = field(default_factory=Sourcing)

    def __call__(
        self, state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
    ) -> tuple[Event, ...]:
        """What to journal now: missions that are due, who is expected to bring what waits, why it waits."""
        self.unfinished = False
        plans = {hub_id: memory.plan for hub_id, memory in self._hubs.items()}
        sourced = self._sourcing(state, seen, surroundings, now_s, plans)
        if sourced:
            self.unfinished = True
            return sourced
        waiting = self._shelf.waiting(state, now_s)
        for hub_id, memory in self._hubs.items():
            memory.look = memory.look if hub_id in waiting else None
        events: list[Event] = [*caught_up(state, waiting)]
        hubs = sorted(waiting)
        turn = sum(hub_id <= self._last for hub_id in hubs)
        room = ROOM
        committing: Committing | None = None
        for hub_id in (*hubs[turn:], *hubs[:turn]):
            memory = self._hubs.setdefault(hub_id, Memory())
            parcels = waiting[hub_id]
            if memory.look is None and not _is_due(memory, hub_id, parcels, state, surroundings, now_s):
                continue
            if room <= 0:
                self.unfinished = True
                break
            it = asking(state, seen, surroundings, now_s, (hub_id,))
            committing = Committing.now(it) if committing is None else committing.about(it)
            self._last = hub_id
            found, room = self._go_on(hub_id, memory, committing, parcels, room)
            events += found
            self.unfinished = self.unfinished or memory.look is not None
        return tuple(events)

    def planned(self, hub_id: HubId) -> HorizonPlan:
        """What is planned for a hub as of the last look at it."""
        memory = self._hubs.get(hub_id)
        return NOTHING_PLANNED if memory is None else memory.plan

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
        memory: Memory,
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
            events += overload(it.state, hub_id, parcels, look.plan)
        return events, room

    def _think(self, hub_id: HubId, memory: Memory, it: Asking, parcels: Sequence[ParcelState]) -> Look:
        """Plan for a hub: of a crowd, for those that are due first."""
        memory.cannot = {pair: until_s for pair, until_s in memory.cannot.items() if until_s > it.now_s}
        vehicles = [v for _, v in sorted(it.state.vehicles.items()) if v.hub_id == hub_id]
        later = not_yet(it, parcels)
        parcels_now = [one for one in parcels if one.parcel.parcel_id not in later]
        seen_here = view(it, vehicles, parcels_now, memory.cannot)
        memory.plan = plan = self.solve(seen_here.horizon, memory.plan)
        memory.question = Question(hub_id, seen_here.horizon, plan)
        rates = memory.stream.per_s(it.now_s) if self.holds else {}
        held = held_back(seen_here.horizon, plan, rates)
        begins = {name: plan.trips[name][0].begins_at_s for name in sorted(plan.trips) if name in it.free}
        due = [name for name, at_s in begins.items() if name not in held and at_s <= it.now_s + SOON_S]
        rested = (one.not_before_s for one in parcels if one.not_before_s > it.now_s)
        later_s = (at_s for at_s in begins.values() if at_s > it.now_s + SOON_S)
        memory.look_at_s = min([memory.look_at_s, *rested, *later_s])
        behind = [name for p in parcels_now if (name := p.parcel.parcel_id) not in seen_here.reaches]
        why = {**seen_here.without_room(), **dict.fromkeys(behind, (_LATER,)), **later}
        return Look(seen_here, plan, held, deque(due), deque(parcels), plan.expected(), why)

    def _give(
        self, memory: Memory, look: Look, committing: Committing, vehicle_id: VehicleId
    ) -> Sequence[Event]:
        done = committed(committing, look.seen_here, look.plan, (vehicle_id,))
        it, memory.state = committing.it, None
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

    def _tell(self, it: Asking, look: Look, one: ParcelState, events: Sequence[Event]) -> Sequence[Event]:
        """Who is to bring a parcel that waits, and when, or why nobody can; one that rests was told."""
        parcel_id = one.parcel.parcel_id
        parcel = it.state.parcels[parcel_id]
        given = any(isinstance(e, MissionPlanned) and parcel_id in e.parcel_ids for e in events)
        if given or parcel.phase is not ParcelPhase.WAITING or parcel.not_before_s > it.now_s:
            return ()
        why = deferrals(it, (parcel,), look.why, look.expected, look.held)
        return why if parcel_id in look.why else (*why, *expectations((parcel,), look.expected, look.held))


def _is_due(  # noqa: PLR0917 - what is known of a hub, and what there is now
    memory: Memory,
    hub_id: HubId,
    parcels: Sequence[ParcelState],
    state: FleetState,
    surroundings: Surroundings,
    now_s: float,
) -> bool:
    """Whether something about a hub has changed, or it was long ago that it was looked at.

    By the state alone: who is ready is asked of the vehicles themselves once a hub is looked at.
    """
    around = surroundings is memory.around and now_s < memory.look_at_s
    if around and memory.knows(state):
        return False
    wanted: dict[ParcelId, object] = {
        p.parcel.parcel_id: (p.not_before_s, state.orders[p.order_id].wishes) for p in parcels
    }
    able: dict[VehicleId, object] = {
        v.vehicle_id: (v.mission_id, v.ready, v.fault) for v in state.vehicles.values() if v.hub_id == hub_id
    }
    soon = now_s < memory.thought_at_s + THINK_AGAIN_S and len(parcels) > ALONE
    if around and able == memory.vehicles and (soon or wanted == memory.parcels):
        memory.state = memory.state if soon else state
        return False
    memory.thought_at_s, memory.state = now_s, state
    memory.parcels, memory.vehicles, memory.around = wanted, able, surroundings
    memory.look_at_s = now_s + LOOK_EVERY_S
    return True


def dispatch_waiting(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """What a dispatcher without memories decides first."""
    return Dispatcher()(state, seen, surroundings, now_s)
