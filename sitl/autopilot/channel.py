"""One link of a simulated vehicle, with what PX4 keeps apart for each: rates, numbers, texts, who listens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import Outgoing
from sitl.autopilot.rates import Rates
from sitl.autopilot.streams import Streams
from sitl.autopilot.texts import Texts
from sitl.autopilot.wire import Wire
from vehicles.mavlink.links.link import Link

_STATION_GONE_S = 2.5
"""Without a ground station's heartbeat for so long PX4 keeps its texts back (HEARTBEAT_TIMEOUT_US)."""


class Channel:
    """A link, and the vehicle's side of it. Answers go to the channel on which the question came."""

    def __init__(self, link: Link, onboard: Onboard, rates: Rates, wire: Wire, link_id: int) -> None:
        self.link = link
        self.wire = wire
        self.out = Outgoing(onboard.system_id, self._carry, link_id)
        self.streams = Streams(onboard, self.out, rates)
        self.texts = Texts(self.out)
        self._onboard = onboard
        self._station_heard_age_s: float | None = None

    def hear_station(self) -> None:
        """A ground station's heartbeat came on this link."""
        self._station_heard_age_s = self._onboard.age_s

    def tick(self) -> None:
        """Send what is due here."""
        age_s = self._onboard.age_s
        heard_s = self._station_heard_age_s
        if heard_s is not None and age_s - heard_s < _STATION_GONE_S:
            self.texts.flush(age_s)
        self.streams.tick()

    def _carry(self, frame: bytes) -> None:
        for after_s, delivered in self.wire.down(frame, self._onboard.age_s):
            if after_s > 0.0:
                asyncio.get_running_loop().call_later(after_s, partial(self.link.send, delivered))
            else:
                self.link.send(delivered)


@dataclass(frozen=True, slots=True)
class Peer:
    """Who asks: MAVLink system and component, and the link on which it does."""

    system_id: int
    component_id: int
    channel: Channel

    @property
    def out(self) -> Outgoing:
        """Where its answers go."""
        return self.channel.out
