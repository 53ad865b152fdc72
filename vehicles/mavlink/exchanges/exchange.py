"""The one loop that asks and waits: all exchanges with one vehicle go through it, one at a time.

Identity: COMMAND_ACK and the mission protocol carry no sequence number, but they name the component
they answer. Each exchange speaks as another of our components in turn, so a late or doubled answer
to an earlier exchange is known as such and never taken for the answer to this one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import cycle
from typing import Protocol, TypeVar, get_args

from pymavlink.dialects.v20 import common

from vehicles.clock import now_s
from vehicles.mavlink.exchanges.messages import Addressed, Heard
from vehicles.mavlink.exchanges.sayings import Saying

IDENTITIES = tuple(range(common.MAV_COMP_ID_USER1, common.MAV_COMP_ID_USER1 + 8))
"""PX4 remembers 16 components on a link and answers no other: ours must stay few."""

_ADDRESSED = get_args(Addressed)
Outcome_co = TypeVar("Outcome_co", covariant=True)


class Machine(Protocol[Outcome_co]):
    """An exchange as a pure state machine: see `mission_transfer` and `command`."""

    @property
    def outcome(self) -> Outcome_co | None:
        """How it ended; None while it goes on."""

    @property
    def wake_at_s(self) -> float:
        """When `tick` is due if nothing is heard before."""

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Begin; what to say first."""

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        """Something was heard; what to say to it."""

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """Time has passed; what to say now."""

    def cancel(self) -> tuple[Saying, ...]:
        """The caller gave up; what to say last."""


Say = Callable[[Saying, int], None]
"""Sends as a given component of ours."""
Listen = Callable[[bool], None]
"""Is told when an exchange begins, so that what is heard comes at once, and when it is over."""


class Exchange:
    """Runs one machine at a time against one vehicle."""

    def __init__(self, say: Say, listen: Listen = lambda _: None) -> None:
        self._say = say
        self._listen = listen
        self._turn = asyncio.Lock()
        self._identities = cycle(IDENTITIES)
        self._identity: int | None = None
        self._inbox: asyncio.Queue[Heard] = asyncio.Queue()

    @property
    def busy(self) -> bool:
        """Whether an exchange is under way, so that samples are of use to it."""
        return self._identity is not None

    def hear(self, heard: Heard) -> None:
        """Pass on what was heard: what answers another exchange, or none, is dropped here."""
        if self._identity is None:
            return
        if isinstance(heard, _ADDRESSED) and heard.asker != self._identity:
            return
        self._inbox.put_nowait(heard)

    async def run(self, machine: Machine[Outcome_co]) -> Outcome_co:
        """Drive `machine` to its outcome, after those that came before. Fleet time throughout."""
        async with self._turn:
            self._listen(True)  # noqa: FBT003
            self._identity = identity = next(self._identities)
            try:
                return await self._drive(machine, identity)
            except asyncio.CancelledError:
                self._emit(machine.cancel(), identity)
                raise
            finally:
                self._identity = None
                self._inbox = asyncio.Queue()
                self._listen(False)  # noqa: FBT003

    async def _drive(self, machine: Machine[Outcome_co], identity: int) -> Outcome_co:
        self._emit(machine.start(now_s()), identity)
        while (outcome := machine.outcome) is None:
            try:
                async with asyncio.timeout(max(0.0, machine.wake_at_s - now_s())):
                    heard = await self._inbox.get()
            except TimeoutError:
                if self._inbox.empty():  # after a stall both are due: what was heard comes first
                    self._emit(machine.tick(max(now_s(), machine.wake_at_s)), identity)
                    continue
                heard = self._inbox.get_nowait()
            self._emit(machine.receive(heard, now_s()), identity)
            if self._inbox.empty() and now_s() >= machine.wake_at_s:
                self._emit(machine.tick(now_s()), identity)
        return outcome

    def _emit(self, sayings: tuple[Saying, ...], identity: int) -> None:
        for saying in sayings:
            self._say(saying, identity)
