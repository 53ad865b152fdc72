"""Which messages an autopilot sends us, and how often: what a decision needs, and nothing else.

PX4 keeps stream rates for each link, so switching off what nobody here reads takes nothing from
anyone else. Give the orchestrator a link of its own. When another link becomes the best one, they
are set there.
"""

from __future__ import annotations

from collections.abc import Mapping

from pymavlink.dialects.v20 import common

from vehicles.clock import now_s
from vehicles.mavlink.exchanges.asking import ask
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.mavlink.exchanges.rounds import LOOK_EVERY_S, until
from vehicles.mavlink.links.tie import Streaming
from vehicles.mavlink.reading.decode import Decoder
from vehicles.vehicle import Accepted, Outcome, Refused

LEAST_OFTEN_S = 16.0
"""Who does not answer is asked less and less: where many do not, it may be the asking that drowns them. And
who sends what is wanted and nothing else is counted less and less."""
NOISE_HZ = 0.9
"""An unwanted message at this rate or more is switched off; rarer ones are not worth the asking."""
_OFF_US = -1.0


class Streams:
    """Keeps a vehicle's streams as wanted: set when it is first heard, after it restarts, on another link."""

    def __init__(self, exchange: Exchange, bond: Streaming, decoder: Decoder) -> None:
        self._exchange = exchange
        self._bond = bond
        self._decoder = decoder
        self._set_for: tuple[int, int] | None = None
        self._wanted: dict[int, float] = {}
        self._asked_off: set[int] = set()
        self._counted: Mapping[int, int] = {}
        self._counted_at_s = self._due_at_s = 0.0

    async def keep(self) -> None:
        """Runs until cancelled; may be called off and begun again."""
        patience_s, self._due_at_s = LOOK_EVERY_S, 0.0
        while True:
            await until(self._due)
            anew = self._anew
            changed = await self._once()
            patience_s = LOOK_EVERY_S if changed or anew else min(2.0 * patience_s, LEAST_OFTEN_S)
            self._due_at_s = now_s() + patience_s

    @property
    def _anew(self) -> bool:
        return self._set_for != (self._decoder.boots, self._bond.generation)

    def _due(self) -> bool:
        return self._bond.system_id is not None and (self._anew or now_s() >= self._due_at_s)

    async def _once(self) -> bool:
        """Ask for what is to be asked for just now; false when that was nothing, or was not answered."""
        now_is = (self._decoder.boots, self._bond.generation)
        if self._set_for != now_is:
            self._set_for = now_is
            self._bond.restarted()
            self._asked_off.clear()
            self._counted, self._counted_at_s = self._bond.unwanted, now_s()
            self._wanted = dict(self._decoder.autopilot.streams_hz)
        asked = bool(self._wanted)
        for message_id, rate_hz in tuple(self._wanted.items()):
            if not await self._set(message_id, rate_hz):
                return False  # look again later, let commands pass meanwhile
            del self._wanted[message_id]
        for message_id in self._noise():
            if not await self._set(message_id, 0.0):
                return False
            self._asked_off.add(message_id)
            asked = True
        return asked

    def _noise(self) -> tuple[int, ...]:
        before, self._counted = self._counted, self._bond.unwanted
        many = NOISE_HZ * max(now_s() - self._counted_at_s, LOOK_EVERY_S)
        self._counted_at_s = now_s()
        return tuple(
            sorted(
                message_id
                for message_id, count in self._counted.items()
                if count - before.get(message_id, 0) >= many and message_id not in self._asked_off
            )
        )

    async def set_rate(self, message_id: int, rate_hz: float) -> Outcome:
        """Have a message sent so often; 0 is never."""
        interval_us = 1e6 / rate_hz if rate_hz > 0.0 else _OFF_US
        command = common.MAV_CMD_SET_MESSAGE_INTERVAL
        request = Request(f"set the rate of message {message_id}", command, (float(message_id), interval_us))
        return await ask(self._exchange, request, lambda: None)

    async def _set(self, message_id: int, rate_hz: float) -> bool:
        return isinstance(await self.set_rate(message_id, rate_hz), Accepted | Refused)
