"""What a simulated autopilot sends by itself on one link: which messages are due there, and how often."""

from __future__ import annotations

from math import inf

from sitl.autopilot.messages import SENT
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import Outgoing
from sitl.autopilot.rates import MOST_HZ, Rates
from sitl.autopilot.voice import Voice

FIRST_SENT_S = 0.3
_FIRST_HEARTBEAT_S = 1.2
"""Seconds after boot, by PX4's own clock, that its messages and then its heartbeats begin."""

_HEARTBEAT = 0


class Streams:
    """Which messages are due on a link whose default rates are `rates`."""

    def __init__(self, onboard: Onboard, out: Outgoing, rates: Rates) -> None:
        self._onboard = onboard
        self._out = out
        self._rates = rates
        self._interval_s: dict[int, float] = {}
        self._due_age_s: dict[int, float] = {}
        self._next_age_s = inf
        self.voice: Voice | None = None
        """Who sends some of it instead."""
        self.restart()

    def restart(self) -> None:
        """As after a boot: the default rates, and a pause before the first message."""
        age_s = self._onboard.flight.up_since_age_s
        self._interval_s = {number: 1.0 / rate_hz for number, rate_hz in self._rates.items()}
        self._due_age_s = dict.fromkeys(self._interval_s, age_s + FIRST_SENT_S)
        if _HEARTBEAT in self._due_age_s:
            self._due_age_s[_HEARTBEAT] = age_s + _FIRST_HEARTBEAT_S
        self._next_age_s = age_s
        if self.voice is not None:
            self.sing_with(self.voice)

    def sing_with(self, voice: Voice) -> None:
        """Leave to a chorus what it can send."""
        self.voice = voice
        voice.rest()
        for number, interval_s in self._interval_s.items():
            voice.set(number, interval_s, self._due_age_s[number])

    @property
    def shortest_s(self) -> float:
        """The shortest interval between two messages of one kind."""
        return min(self._interval_s.values(), default=1.0)

    def set_interval(self, number: int, interval_us: float) -> bool:
        """SET_MESSAGE_INTERVAL: -1 is off, 0 the default. False when there is no such message."""
        if number not in SENT:
            return False
        default_hz = self._rates.get(number, 0.0)
        interval_s = max(1.0 / MOST_HZ, interval_us / 1e6)
        if interval_us == 0.0:
            interval_s = 1.0 / default_hz if default_hz else 0.0
        if interval_us < 0.0 or interval_s == 0.0:
            interval_s = 0.0
            self._interval_s.pop(number, None)
            self._due_age_s.pop(number, None)
        else:
            self._interval_s[number] = interval_s
            self._due_age_s[number] = self._next_age_s = self._onboard.age_s
        if self.voice is not None:
            self.voice.set(number, interval_s, self._onboard.age_s)
        return True

    def interval_us(self, number: int) -> int:
        """The interval in force; 0 when it is off or no such message exists, as PX4 tells it."""
        return round(self._interval_s.get(number, 0.0) * 1e6)

    def send_now(self, number: int) -> bool:
        """REQUEST_MESSAGE. False when there is no such message or nothing to say."""
        if number not in SENT:
            return False
        shape, build = SENT[number]
        payload = build(self._onboard)
        if payload is None:
            return False
        self._out.send_packed(shape, payload)
        return True

    def tick(self) -> None:
        """Send what is due."""
        age_s = self._onboard.age_s + 1e-6
        if age_s < self._next_age_s:
            return
        soonest_s = inf
        for number, due_s in self._due_age_s.items():
            if self.voice is not None and self.voice.sings(number):
                continue
            if due_s <= age_s:
                interval_s = self._interval_s[number]
                due_s += interval_s  # noqa: PLW2901  # the next one
                if due_s <= age_s:
                    due_s = age_s + interval_s  # noqa: PLW2901  # too far behind to catch up
                self._due_age_s[number] = due_s
                self.send_now(number)
            soonest_s = min(soonest_s, due_s)
        self._next_age_s = soonest_s
