"""One vehicle's session: looks, notes the facts, and drives the vehicle to what the state says.

The session is the only one to command its vehicle. Each round it looks anew at state and telemetry
and does one thing; what it remembers between rounds can be lost without harm (`watch.Watch`). Every
fact is decided in the writer's turn, on the newest state: a mission that was withdrawn meanwhile
takes no more facts.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from orchestrator.operations.carry_out import CarryOut
from orchestrator.operations.grounding import over_ground
from orchestrator.operations.monitor import observe
from orchestrator.operations.next_act import Nothing, next_act
from orchestrator.operations.notice import notice
from orchestrator.operations.noticing import note
from orchestrator.operations.pausing import IDLE_S, pause_s
from orchestrator.operations.readiness import fresh_for_s
from orchestrator.operations.sight import Sight, stands_idle
from orchestrator.operations.surroundings import Surroundings
from orchestrator.operations.watch import Watch
from orchestrator.record.events import Event, LinkLost
from orchestrator.record.journal import JournalError
from orchestrator.record.state import FleetState, LinkState
from orchestrator.record.writer import Writer
from vehicles.clock import now_s
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Vehicle, Wired

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

    def wake(self) -> None:
        """Look now rather than at the next sample: something about the vehicle was decided."""
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
        self._surroundings = surroundings
        self._hands.work_within(surroundings)

    async def run(self) -> None:
        """Open the link and work until cancelled."""
        async with self._vehicle:
            self._watch = Watch(now_s())
            wired = isinstance(self._vehicle, Wired)
            while True:
                try:
                    wait_s = await self._round_s()
                except JournalError as error:  # the link stays: a person may need it now
                    wait_s = UNKEPT_S
                    self._unkept(str(error))
                if wired:
                    await note(self._writer, self._vehicle)
                await self._pause(wait_s)

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
            return IDLE_S
        self._watch = notice(look)
        look = Sight(look.state, look.vehicle, seen, self._watch, look.now_s)
        if observe(look):
            await self._writer.write(lambda state: observe(self._look(state, seen)))
            look = self._look(self._writer.state, seen)
        act = next_act(look)
        if not isinstance(act, Nothing):
            self._watch = await self._hands.do(act, look)
        return pause_s(self._look(self._writer.state, seen))

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
        timer = asyncio.get_running_loop().call_later(wait_s, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            timer.cancel()
        self._woken.clear()
