"""The fleet at work: one contained session for each vehicle, and the loop that decides.

A plain task group is wrong for a fleet: one failing session would cancel all. Here each failure
stays with its vehicle, becomes a fact, and the session begins again after a while. This is the
only file that catches `Exception`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from math import inf
from types import TracebackType
from typing import Self

import structlog

from geofences.reason import Because, Reason
from orchestrator.operations.commanding.owed_faults import Faults
from orchestrator.operations.commanding.session import Session
from orchestrator.operations.commanding.turning_back import may_return
from orchestrator.operations.commanding.urgent import Urgent
from orchestrator.operations.decide import DUE, decide
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.operations.dispatching.thinking import think
from orchestrator.operations.log_lines import fields, where
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.attending import attend
from orchestrator.operations.watching.barring import airspace_read
from orchestrator.operations.watching.clock_watch import clock_news
from orchestrator.operations.watching.control import Control
from orchestrator.operations.watching.grounding import over_ground
from orchestrator.operations.watching.seeing import Seeing
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.describe import describe
from orchestrator.record.events import (
    Ask,
    ClockDiffers,
    Entry,
    Event,
    MayMeet,
    MissionPlanned,
    OperatorAsked,
    OrderCancelled,
    WayClosed,
)
from orchestrator.record.feed import Gap
from orchestrator.record.journal import JournalError
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from vehicles.clock import machine_ahead_s, now_s
from vehicles.mission import VehicleId
from vehicles.telemetry import Telemetry
from vehicles.vehicle import LinkError, Vehicle

TICK_S = 1.0
"""Longest fleet time between two decisions, and between two signs of life to the vehicles."""

_EARLY_S = 1e-6
"""A loop may call a timer this much before its time: that is the tick, not one more look just before it."""

_FIRST_BACKOFF_S = 1.0
_LONGEST_BACKOFF_S = 60.0
_WORKED_S = 120.0
"""A session that ran this long had recovered: the next failure starts the backoff afresh."""

_log = structlog.get_logger("fleet")


class Fleet:
    """Runs everything that commands vehicles, from entering to leaving.

    `writer` is open and stays so; the vehicles in it have joined. Each of `vehicles` is entered and
    left by its own session. Leaving stops deciding and closes the links: vehicles go on by their
    own plans, with no more signs of life from here.
    """

    def __init__(
        self,
        writer: Writer,
        vehicles: Mapping[VehicleId, Vehicle],
        surroundings: Surroundings,
        dispatcher: Dispatcher | None = None,
        *,
        thinking: bool = False,
    ) -> None:
        self._writer = writer
        self._vehicles = dict(sorted(vehicles.items()))
        self._surroundings = surroundings
        self._sessions: dict[VehicleId, Session] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._due = asyncio.Event()
        self._dispatcher = Dispatcher() if dispatcher is None else dispatcher
        self._thinking = thinking
        self._urgent = Urgent(writer)
        self._faults = Faults(writer)
        self._control = Control()
        self._decided_at_s: float | None = None
        self._unkept = ""

    async def __aenter__(self) -> Self:
        """Begin: a session for each vehicle, the loop that decides, and the one that listens for news."""
        for vehicle_id in self._vehicles:
            self._keep_up(f"session {vehicle_id}", partial(self._contained, vehicle_id))
        self._keep_up("decide", self._deciding)
        self._keep_up("fleet news", self._listening)
        if self._thinking:  # better plans are no need: dispatch goes on with the plans it has
            self._keep_up("think", partial(think, self._dispatcher), _LONGEST_BACKOFF_S)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop: sessions first, so that nothing is commanded any more."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    def _keep_up(
        self, name: str, work: Callable[[], Awaitable[None]], rest_s: float = _FIRST_BACKOFF_S
    ) -> None:
        """Have a loop run for as long as the fleet does: what gets out of it is told, and it begins again."""

        async def kept_up() -> None:
            while True:
                try:
                    await work()
                except Exception as error:  # noqa: BLE001 - nobody else would see that it ended
                    _log.error(f"{name} failed", error=str(error), where=where(error))
                    await asyncio.sleep(rest_s)

        self._tasks.append(asyncio.create_task(kept_up(), name=name))

    def work_within(self, surroundings: Surroundings) -> None:
        """From now on plan against other surroundings: the wind has changed, a zone is new or gone."""
        self._surroundings = surroundings
        for session in self._sessions.values():
            session.work_within(surroundings)
        self._due.set()

    def seen(self) -> Mapping[VehicleId, Telemetry]:
        """The latest sample of every vehicle that was heard at all, its height above the ground below it."""
        return Seeing(self._vehicles, self._writer.state.vehicles, self._surroundings)

    async def _contained(self, vehicle_id: VehicleId) -> None:
        """One vehicle's session, begun again with growing patience whenever it fails."""
        backoff_s = _FIRST_BACKOFF_S
        while True:
            session = Session(self._vehicles[vehicle_id], self._writer, self._surroundings)
            self._sessions[vehicle_id] = session
            begun_at_s = now_s()
            try:
                await session.run()
            except Exception as error:  # noqa: BLE001 - contained here, and only here
                await self._faulted(vehicle_id, error)
            if now_s() - begun_at_s > _WORKED_S:
                backoff_s = _FIRST_BACKOFF_S
            await asyncio.sleep(backoff_s)
            backoff_s = min(_LONGEST_BACKOFF_S, backoff_s * 2.0)

    async def _faulted(self, vehicle_id: VehicleId, error: Exception) -> None:
        words = str(error) or type(error).__name__
        _log.error("session failed", vehicle_id=vehicle_id, error=words, where=where(error))
        because = Because.LINK if isinstance(error, LinkError) else Because.AUTOPILOT
        reason = Reason(because, vehicle_id, f"{vehicle_id} cannot be worked with: {words}.")
        try:
            await self._faults.tell(vehicle_id, reason)
        except Exception as unkept:  # noqa: BLE001 - the journal may be what failed
            _log.error("fault not kept", vehicle_id=vehicle_id, error=str(unkept))

    async def _deciding(self) -> None:
        """Decide, then tell the vehicles that the fleet is in control: never the second without the first.

        What comes up between two ticks is decided at once; signs of life go out with the ticks alone.
        """
        failing, loop = "", asyncio.get_running_loop()
        tick_at_s = loop.time()
        while True:
            began_s = loop.time()
            ticks = began_s >= tick_at_s - _EARLY_S
            tick_at_s = began_s + TICK_S if ticks else tick_at_s
            self._due.clear()  # before looking: what comes up meanwhile is looked at next
            try:
                await self._decide_and_keep()
                self._decided_at_s = now_s()
                await attend(self._vehicles.values() if ticks else ())
                failing = ""
                if self._dispatcher.unfinished:
                    self._due.set()
            except Exception as error:  # noqa: BLE001 - a failed tick must not end all ticks
                if failing != (failing := f"{type(error).__name__}: {error}"):
                    _log.error("decision failed", error=failing, where=where(error))
                await self._tell_undecided(failing)
            if (took_s := loop.time() - began_s) > 0.0:  # as long again for everybody else, whatever comes in
                await asyncio.sleep(min(took_s, TICK_S))
            with suppress(TimeoutError):
                async with asyncio.timeout_at(tick_at_s):
                    await self._due.wait()

    async def _tell_undecided(self, error: str) -> None:
        try:
            await self._writer.write(lambda state: self._control.failed(state, error, now_s()))
            self._control.kept()
        except Exception as unkept:  # noqa: BLE001 - the journal may be what failed; the next failure tells it
            _log.error("failed decision not kept", error=str(unkept))

    async def _decide_and_keep(self) -> None:
        """A journal that cannot keep what is decided costs that alone: the fleet stays in control."""
        try:
            await self._writer.write(self._decide)
            await self._urgent.settle()
            await self._faults.settle()
        except JournalError as error:
            if str(error) != self._unkept:
                _log.error("decision not kept", error=str(error))
            self._unkept = str(error)
        else:
            self._unkept = ""

    async def urgent(self, vehicle_id: VehicleId, ask: Ask, by: str) -> str:
        """Tell a vehicle to hold or to land while the journal cannot keep that; in words, what came of it.

        Raises `KeyError` for no such vehicle, or what can wait for the journal.
        """
        session = self._sessions.get(vehicle_id)
        if session is not None:
            session.hold_is_wanted()
        return await self._urgent.tell(self._vehicles[vehicle_id], ask, by)

    def may_return(self, state: FleetState, vehicle_id: VehicleId) -> tuple[Reason, ...]:
        """Why nothing would come of asking a vehicle to return now; empty where something would."""
        vehicle, around, at_s = state.vehicles[vehicle_id], self._surroundings, now_s()
        seen = (told := self.seen().get(vehicle_id)) and over_ground(told, vehicle, around)
        return () if seen is None else may_return(Sight(state, vehicle, seen, Watch(at_s), at_s), around)

    def _decide(self, state: FleetState) -> tuple[Event, ...]:
        """What the airspace of the files, where that is new, bars comes first; the rest at once after it."""
        if read := airspace_read(state, self._surroundings, now_s()):
            return read
        clocks = clock_news(state, now_s(), machine_ahead_s())
        decided = decide(state, self.seen(), self._surroundings, now_s(), self._dispatcher)
        return (*clocks, *self._control.went_well(state, now_s()), *decided)

    def undecided_s(self) -> float:
        """For how long nothing was decided, fleet time; infinite before the first decision."""
        return inf if self._decided_at_s is None else now_s() - self._decided_at_s

    async def _listening(self) -> None:
        """Wake whoever a fact concerns, so that nothing waits for the next tick."""
        with self._writer.subscribe() as feed:
            async for entry in feed:
                if isinstance(entry, Gap):
                    self._due.set()
                    continue
                _log.info("fact", seq=entry.seq, **fields(entry))
                self._pass_on(entry)

    def _pass_on(self, entry: Entry) -> None:
        match entry.event:
            case event if isinstance(event, DUE):
                self._due.set()
            case MissionPlanned(mission=mission):
                self.wake(mission.vehicle_id)
            case (
                OperatorAsked(vehicle_id=vehicle_id)
                | WayClosed(vehicle_id=vehicle_id)
                | MayMeet(vehicle_id=vehicle_id)
            ):
                self.wake(vehicle_id)
            case ClockDiffers():
                _log.warning("clock", told=describe(entry, self._writer.state).text)
            case OrderCancelled():
                self._due.set()
                for session in self._sessions.values():
                    session.wake()
            case _:
                pass

    def wake(self, vehicle_id: VehicleId) -> None:
        """Have a vehicle looked at now rather than at its next turn."""
        session = self._sessions.get(vehicle_id)
        if session is not None:
            session.wake()
