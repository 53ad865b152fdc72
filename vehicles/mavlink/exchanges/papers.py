"""A vehicle's hardware id against the one that is meant: the wrong machine is commanded nothing.

While that is in doubt nothing else is asked of whoever is there, so the question waits for no other, and a
vehicle that is the right one is ready sooner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol

from pymavlink.dialects.v20 import common

from geofences.reason import Because, Reason
from vehicles.clock import now_s
from vehicles.mavlink.exchanges.asking import ask
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.mavlink.exchanges.rounds import LOOK_EVERY_S, until
from vehicles.mavlink.exchanges.sayings import SayCommand, Saying
from vehicles.mavlink.identity import Identity, uid_of
from vehicles.mavlink.wire.frames import Message
from vehicles.mission import VehicleId

SILENT_S = 5.0
"""After so long it may be another machine that speaks."""


class Bearer(Protocol):
    """Who shows its papers."""

    @property
    def vehicle_id(self) -> VehicleId:
        """The fleet's name for it."""

    @property
    def heard_at_s(self) -> float | None:
        """When it was last heard."""

    @property
    def boots(self) -> int:
        """How often it was seen to restart: another machine may be there since."""


class Papers:
    """Asks for the hardware id when the vehicle is met, and again when it was away; `find` is told doubts."""

    def __init__(
        self,
        bearer: Bearer,
        identity: Identity,
        exchange: Exchange,
        find: Callable[[tuple[Reason, ...]], None],
    ) -> None:
        self._bearer = bearer
        self._uid = identity.uid
        self._exchange = exchange
        self._find = find
        self._boots = 0
        self._sure, self._doubted = asyncio.Event(), asyncio.Event()
        self._sure.set()
        self.doubt: Reason | None = None
        if self._uid is not None:
            self._hold(f"{bearer.vehicle_id} has not told its hardware id yet.")

    def allows(self, saying: Saying) -> bool:
        """Whether this may be said to whoever is there: while in doubt, only the question who it is."""
        if self.doubt is None:
            return True
        match saying:
            case SayCommand(common.MAV_CMD_REQUEST_MESSAGE, params):
                return bool(params[0] == common.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
            case _:
                return False

    async def keep(self) -> None:
        """Runs until cancelled."""
        if self._uid is None:
            return
        self._tell()
        while True:
            await until(self._due)
            if self.doubt is None:
                self._hold(f"{self._bearer.vehicle_id} was away and has not told its hardware id since.")
                self._tell()
            if not self._silent:
                await self._ask()
            await asyncio.sleep(LOOK_EVERY_S)  # another machine answers at once, and is asked again

    def _due(self) -> bool:
        """Whether it was away, or is there and in doubt."""
        if self._bearer.heard_at_s is None:
            return False
        if self.doubt is not None:
            return not self._silent
        return self._silent or self._boots != self._bearer.boots

    @property
    def _silent(self) -> bool:
        heard_at_s = self._bearer.heard_at_s
        return heard_at_s is None or now_s() - heard_at_s > SILENT_S

    async def while_sure(self, keep: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run `keep` while there is no doubt: it is called off when one arises, and begun again after it."""
        while True:
            await self._sure.wait()
            keeping = asyncio.ensure_future(keep())
            doubted = asyncio.ensure_future(self._doubted.wait())
            try:
                await asyncio.wait({keeping, doubted}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                keeping.cancel()
                doubted.cancel()
                await asyncio.wait({keeping, doubted})
            if not keeping.cancelled():
                return keeping.result()

    async def _ask(self) -> None:
        wanted = (float(common.MAVLINK_MSG_ID_AUTOPILOT_VERSION),)
        request = Request("tell its hardware id", common.MAV_CMD_REQUEST_MESSAGE, wanted)
        await ask(self._exchange, request, lambda: None)

    def hear(self, version: Message) -> None:
        """An AUTOPILOT_VERSION came from the vehicle."""
        if self._uid is None:
            return
        self._boots = self._bearer.boots
        uid = uid_of(version)
        if uid == self._uid:
            self.doubt = None
            self._doubted.clear()
            self._sure.set()
        else:
            said = f"is {uid}" if uid else "is unknown to itself"
            name = self._bearer.vehicle_id
            self._hold(f"Another machine answers for {name}: its hardware id {said}, not {self._uid}.")
        self._tell()

    def _hold(self, text: str) -> None:
        self.doubt = Reason(Because.LINK, self._bearer.vehicle_id, text)
        self._sure.clear()
        self._doubted.set()

    def _tell(self) -> None:
        self._find((self.doubt,) if self.doubt is not None else ())
