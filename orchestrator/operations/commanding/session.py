"""One vehicle's session: looks, notes the facts, and drives the vehicle to what the state says.

The session is the only one to command its vehicle. Each round it looks anew at state and telemetry
and does one thing; what it remembers between rounds can be lost without harm (`watch.Watch`). Every
fact is decided in the writer's turn, on the newest state: a mission that was withdrawn meanwhile
takes no more facts.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from math import inf

import structlog

from orchestrator.operations.commanding.acts import Nothing
from orchestrator.operations.commanding.carry_out import CarryOut
from orchestrator.operations.commanding.next_act import next_act
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.grounding import over_ground
from orchestrator.operations.watching.leaving import enclosing
from orchestrator.operations.watching.monitor import observe
from orchestrator.operations.watching.notice import notice
from orchestrator.operations.watching.noticing import note, noticed
from orchestrator.operations.watching.pausing import IDLE_S, QUIET_S, idle_s, lost_in_s, pause_s
from orchestrator.operations.watching.readiness import fresh_for_s
from orchestrator.operations.watching.sight import Sight, stands_idle
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.events import Event, LinkLost
from orchestrator.record.journal import JournalError
from orchestrator.record.state import FleetState, LinkState
from orchestrator.record.writer import Writer
from vehicles.clock import now_s
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Telling, Vehicle, Wired

UNKEPT_S = 2.0
"""Until the next look after one whose facts could not be kept."""

_log = structlog.get_logger("fleet")


class Session:
    """Runs one vehicle until cancelled. `wake` cuts the wait for the next look short.

    Raises `LinkError` when the link cannot work, which its owner contains. While facts cannot be kept it does
    nothing with its vehicle, and looks again after a while.
    """

    def __init__(self, vehicle: Vehicle, writer: Writer, surroundings: Surroundings) -> None:
        self._vehicle = vehicle
        self._writer = writer
        self._surroundings = surroundings
        self._watch = Watch(0.0)
        self._hands = CarryOut(vehicle, writer, surroundings)
        self._woken = asyncio.Event()
        self._error = ""
        self._teller = vehicle if isinstance(vehicle, Telling) else None
        self._wired = vehicle if isinstance(vehicle, Wired) else None
        self._idle_until_s = -inf
        self._timer: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """Look now rather than at the next sample: something about the vehicle was decided, or is news."""
        self._idle_until_s = -inf
        self._woken.set()

    def hold_is_wanted(self) -> None:
        """Somebody had it stop without a word in the journal: it is not to be told to go on."""
        self._watch = replace(self._watch, hold_wanted_since_s=now_s())

    def _unkept(self, error: str) -> None:
        if error != self._error:
            _log.error("facts not kept", vehicle_id=self._vehicle.vehicle_id, error=error)
        self._error = error

    def work_within(self, surroundings: Surroundings) -> None:
        """Check departures and plan ways home against other surroundings from now on."""
        self._surroundings, self._idle_until_s = surroundings, -inf
        self._hands.work_within(surroundings)

    async def run(self) -> None:
        """Open the link and work until cancelled."""
        async with self._vehicle:
            self._watch = Watch(now_s())
            if self._teller is not None:
                self._teller.tell(self.wake)
            while True:
                try:
                    wait_s = await self._round_s()
                except JournalError as error:  # the link stays: a person may need it now
                    wait_s = UNKEPT_S
                    self._unkept(str(error))
                if self._wired is not None:
                    await note(self._writer, self._vehicle.vehicle_id, self._wired)
                await self._pause(wait_s)

    def _as_before_s(self) -> float | None:
        """How long one that stood idle at the last look, and told nothing since, can wait on; None: look."""
        at_s = now_s()
        if self._teller is None or at_s >= self._idle_until_s:
            return None
        heard_at_s, state, name = self._teller.heard_at_s, self._writer.state, self._vehicle.vehicle_id
        if heard_at_s is None or (self._wired is not None and noticed(state, name, self._wired)):
            return None
        return lost_in_s(state.vehicles[name], heard_at_s, at_s)

    async def _round_s(self) -> float:
        """One look and what comes of it; how long the next one can wait, seconds."""
        told = self._vehicle.telemetry
        if told is None:
            await self._never_heard()
            return IDLE_S
        member = self._writer.state.vehicles[self._vehicle.vehicle_id]
        seen = over_ground(told, member, self._surroundings)
        look = self._look(self._writer.state, seen)
        if stands_idle(look):
            self._idle_until_s = look.now_s + QUIET_S if look.watch.calm else -inf
            return idle_s(look, tells=self._teller is not None)
        self._watch = notice(look)
        look = Sight(look.state, look.vehicle, seen, self._watch, look.now_s)
        if observe(look):
            await self._writer.write(lambda state: observe(self._look(state, seen)))
            look = self._look(self._writer.state, seen)
        act = next_act(replace(look, enclosed=enclosing(self._surroundings, look)))
        if not isinstance(act, Nothing):
            self._watch = await self._hands.do(act, look)
        return pause_s(self._look(self._writer.state, seen), tells=self._teller is not None)

    def _look(self, state: FleetState, seen: Telemetry) -> Sight:
        return Sight(state, state.vehicles[self._vehicle.vehicle_id], seen, self._watch, now_s())

    async def _never_heard(self) -> None:
        """After a restart: the journal says that the link is up, and nothing comes."""
        begun_at_s = self._watch.begun_at_s
        member = self._writer.state.vehicles[self._vehicle.vehicle_id]
        if now_s() - begun_at_s <= fresh_for_s(member):
            return

        def lost(state: FleetState) -> tuple[Event, ...]:
            vehicle = state.vehicles[self._vehicle.vehicle_id]
            if vehicle.link is not LinkState.UP:
                return ()
            return (LinkLost(vehicle.vehicle_id, vehicle.pad.at.position, begun_at_s),)

        if lost(self._writer.state):
            await self._writer.write(lost)

    async def _pause(self, wait_s: float) -> None:
        self._wait_s(wait_s)
        try:
            await self._woken.wait()
        finally:
            if self._timer is not None:
                self._timer.cancel()
        self._woken.clear()

    def _wait_s(self, wait_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._waited)

    def _waited(self) -> None:
        """It was time for a look; where that would find all as before, the session sleeps on."""
        again_s = None
        try:
            again_s = self._as_before_s()
        finally:  # what fails here is the session's to meet, where it is contained
            if again_s is None:
                self._woken.set()
            else:
                self._wait_s(again_s)
