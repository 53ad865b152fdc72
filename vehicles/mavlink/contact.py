"""One vehicle's autopilot, in touch: what it says is heard, what is asked of it is said.

A `Craft` decides what to ask. Here is what it asks through, and all that is known of who is at the other
end: what it runs, which machine it is, what it last told, what it holds, what is held against it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.autopilots.known import BY_MAV_AUTOPILOT, PX4, types_of
from vehicles.mavlink.exchanges.deeds import refuse
from vehicles.mavlink.exchanges.exchange import Exchange, Listen, Say
from vehicles.mavlink.exchanges.incoming import to_heard
from vehicles.mavlink.exchanges.messages import Sample
from vehicles.mavlink.exchanges.outgoing import our_heartbeat, to_message
from vehicles.mavlink.exchanges.papers import Papers
from vehicles.mavlink.exchanges.sayings import Saying
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.tie import Keeps, Tie
from vehicles.mavlink.plans.load import PlanLoader
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.addresses import GCS_COMPONENT
from vehicles.mavlink.wire.frames import Message
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Refused

Hear = Callable[[Message, float], None]
TieBy = Callable[[Hear, Keeps], Tie]
"""Makes what carries a vehicle's messages, given who hears them one by one, and who all that was kept."""
_HEARTBEAT = our_heartbeat()
_SHOWS_STATE = frozenset({"HEARTBEAT", "EXTENDED_SYS_STATE", "MISSION_CURRENT"})


class Contact:
    """Over what `tie_by` makes. `autopilot` None: what its heartbeat says, PX4 until one was heard.

    `recording` tells what an operator should read of that. `converse` makes what asks it and waits.
    """

    def __init__(
        self,
        vehicle_id: VehicleId,
        profile: VehicleProfile,
        identity: Identity,
        tie_by: TieBy,
        *,
        autopilot: Autopilot | None = None,
        recording: Callable[[], tuple[str, ...]] = tuple,
        converse: Callable[[Say, Listen], Exchange] = Exchange,
    ) -> None:
        self.vehicle_id, self.profile = vehicle_id, profile
        self._fixed = autopilot is not None
        self._findings: dict[str, tuple[Reason, ...]] = {}
        self._news: Callable[[], None] = lambda: None
        self._shown: tuple[object, ...] = ()
        self.decoder = Decoder(autopilot or PX4, types_of(profile.airframe), profile.battery_wh)
        self.tie = tie_by(self._hear, self.decoder)
        self.decoder.tie(self.tie, recording)
        self.exchange = converse(self._say, lambda closely: self.tie.listen(closely=closely))
        self.loader = PlanLoader(self.exchange, self.autopilot, self.decoder.texts)
        self.papers = Papers(self, identity, self.exchange, partial(self.find, "identity"))

    @property
    def autopilot(self) -> Autopilot:
        """What it runs, as far as is known."""
        return self.decoder.autopilot

    @property
    def armed(self) -> bool:
        """Whether it is, by its last heartbeat."""
        return self.decoder.beat is not None and self.decoder.beat.armed

    @property
    def telemetry(self) -> Telemetry | None:
        """Its latest sample; None before the first coherent one."""
        return self.decoder.telemetry

    @property
    def heard_at_s(self) -> float | None:
        """When it was last heard; None before the first time."""
        return self.tie.heard_at_s

    @property
    def boots(self) -> int:
        """How often it was seen to restart."""
        return self.decoder.boots

    @property
    def notices(self) -> tuple[str, ...]:
        """What an operator should know of its links and its recording."""
        return self.decoder.notices

    def look(self) -> Telemetry | Refused:
        """Its latest sample, or why it must not be told anything just now."""
        look = self.telemetry
        if self.papers.doubt is not None and self.tie.system_id is not None:
            return Refused((self.papers.doubt,))
        if look is None:
            words = " ".join((f"No vehicle was heard on {self.tie.names} yet.", *self.notices))
            return refuse(Because.LINK, self.vehicle_id, words)
        return look

    def tell(self, news: Callable[[], None]) -> None:
        """Call `news` when its mode, arming, landing, progress or findings are others."""
        self._news = news

    def attend(self) -> None:
        """Our heartbeat, by every way there is."""
        self.tie.send_all(_HEARTBEAT, GCS_COMPONENT)

    def find(self, about: str, reasons: tuple[Reason, ...]) -> None:
        """What is held against it about one thing, in place of what was."""
        news = self._findings.get(about, ()) != reasons
        self._findings[about] = reasons
        self.decoder.find(tuple(reason for found in self._findings.values() for reason in found))
        if news:
            self._news()

    def _hear(self, message: Message, at_s: float) -> None:
        kind = message.get_type()
        if kind == "HEARTBEAT" and not self._fixed:
            self._learn(message.autopilot)
        elif kind == "AUTOPILOT_VERSION":
            self.papers.hear(message)
        texts = self.decoder.hear(message, at_s)
        shown = self.decoder.shown if kind in _SHOWS_STATE else None
        if shown is not None and shown != self._shown:
            self._shown = shown
            self._news()
        if not self.exchange.busy:
            return
        for text in texts:
            self.exchange.hear(text)
        if heard := to_heard(message, self.autopilot.plan.first_item.mission_seq):
            self.exchange.hear(heard)
        if shown is not None and (now := self.telemetry) is not None:
            self.exchange.hear(Sample(now, self.decoder.mode_heard_at_s))

    def _learn(self, mav_autopilot: int) -> None:
        known = BY_MAV_AUTOPILOT.get(mav_autopilot)
        if known is not None and known is not self.autopilot:
            self.decoder.autopilot = known
            self.loader = PlanLoader(self.exchange, known, self.decoder.texts)

    def _say(self, saying: Saying, component_id: int) -> None:
        tie = self.tie
        if tie.system_id is not None and self.papers.allows(saying):
            mission_seq = self.autopilot.plan.first_item.mission_seq
            tie.send(to_message(saying, tie.system_id, tie.component_id, mission_seq), component_id)
