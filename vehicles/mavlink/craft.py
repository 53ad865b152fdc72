"""A vehicle behind its MAVLink links: what drones and rovers have in common."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from geofences.path import Waypoint
from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots.known import BY_MAV_AUTOPILOT, PX4, Autopilot, types_of
from vehicles.mavlink.autopilots.safe_set import needs_of
from vehicles.mavlink.exchanges.asking import ask_all
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.deeds import deed, go_to, refuse, stand_by, stand_down
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.mavlink.exchanges.incoming import to_heard
from vehicles.mavlink.exchanges.messages import Sample, Saying
from vehicles.mavlink.exchanges.outgoing import our_heartbeat, to_message
from vehicles.mavlink.exchanges.papers import Papers
from vehicles.mavlink.exchanges.parameters import Parameter, ReadParameters
from vehicles.mavlink.exchanges.setting import set_all, to_set
from vehicles.mavlink.exchanges.streams import Streams
from vehicles.mavlink.exchanges.upkeep import Care, Upkeep
from vehicles.mavlink.exchanges.why_not import WhyNot
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.bond import Bond
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.links.tie import SignerFor, Tie
from vehicles.mavlink.plans.able import encode_for, unable
from vehicles.mavlink.plans.load import PlanLoader
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.addresses import GCS_COMPONENT, GCS_SYSTEM
from vehicles.mavlink.wire.counts import Counts
from vehicles.mavlink.wire.frames import Message
from vehicles.mission import MissionId, PickUp, VehicleId, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Landed, LinkQuality, Mode, Telemetry
from vehicles.vehicle import Accepted, Command, Grip, LetGo, Outcome, Refused, Start

_HEARTBEAT = our_heartbeat()
_SHOWS_STATE = frozenset({"HEARTBEAT", "EXTENDED_SYS_STATE", "MISSION_CURRENT"})


class Craft:
    """Implements `vehicles.vehicle.Vehicle` over its links; `drone` and `rover` say how theirs differ."""

    def __init__(
        self,
        vehicle_id: VehicleId,
        profile: VehicleProfile,
        links: Sequence[Link],
        autopilot: Autopilot | None = None,
        identity: Identity = Identity(),  # noqa: B008 - a frozen value
        *,
        care: Care = Care.LEAVE,
        return_height_m: float | None = None,
        notices: Callable[[], tuple[str, ...]] = tuple,
        signer_for: SignerFor | None = None,
    ) -> None:
        self._vehicle_id, self._profile, self._recording = vehicle_id, profile, notices
        self._fixed, self._autopilot = autopilot, autopilot or PX4
        self._decoder = Decoder(self._autopilot, types_of(profile.airframe), profile.battery_wh)
        self._bond = self._tie(links, identity, signer_for)
        self._decoder.tie(self._bond, lambda: self.notices)
        self._exchange = self._converse()
        self._loader = PlanLoader(self._exchange, self._autopilot, self._decoder.texts)
        self._streams = Streams(self._exchange, self._bond, self._decoder)
        self._findings: dict[str, tuple[Reason, ...]] = {}
        self._papers = Papers(self, identity, self._exchange, partial(self._find, "identity"))
        needs = needs_of(profile, return_height_m)
        self._upkeep = Upkeep(self, self._exchange, needs, care, partial(self._find, "parameters"))
        self._keeping: tuple[asyncio.Task[None], ...] = ()

    def _tie(self, links: Sequence[Link], identity: Identity, signer_for: SignerFor | None) -> Tie:
        """What carries its messages (`vehicles.mavsdk` has another)."""
        kept = self._decoder.hear_kept
        return Bond(links, identity, self._hear, GCS_SYSTEM, signer_for, hear_kept=kept)

    def _converse(self) -> Exchange:
        """What asks it and waits."""
        return Exchange(self._say, lambda closely: self._bond.listen(closely=closely))

    @property
    def vehicle_id(self) -> VehicleId:
        """The fleet's own name for it; its links and its identity tie it to a machine."""
        return self._vehicle_id

    @property
    def profile(self) -> VehicleProfile:
        """What it can do."""
        return self._profile

    @property
    def telemetry(self) -> Telemetry | None:
        """The latest sample, or None before the first coherent one."""
        return self._decoder.telemetry

    @property
    def counts(self) -> Counts:
        """What became of everything that arrived on its links."""
        return self._bond.counts

    @property
    def links(self) -> tuple[LinkQuality, ...]:
        """How each of its links does."""
        return self._bond.links

    @property
    def notices(self) -> tuple[str, ...]:
        """What an operator should know of its links and its recording."""
        return (*self._recording(), *self._bond.refusals)

    @property
    def system_id(self) -> int | None:
        """Its MAVLink system id, once an autopilot was heard."""
        return self._bond.system_id

    @property
    def heard_at_s(self) -> float | None:
        """When it was last heard; None before the first time."""
        return self._bond.heard_at_s

    @property
    def holds(self) -> MissionId | None:
        """The mission of the plan that it holds whole; None: none of ours, or nobody knows."""
        return held.mission.mission_id if (held := self._loader.held) is not None else None

    @property
    def autopilot(self) -> Autopilot:
        """What it runs, as configured or as its heartbeat says; PX4 until one was heard."""
        return self._autopilot

    @property
    def boots(self) -> int:
        """How often it was seen to restart."""
        return self._decoder.boots

    async def __aenter__(self) -> Self:
        """Open the links and start listening. Raises `LinkError` when an endpoint cannot be had."""
        await self._bond.open()
        self._upkeep.begin()
        while_sure = self._papers.while_sure
        keeping = {
            "identity": self._papers.keep(),
            "streams": while_sure(self._streams.keep),
            "parameters": while_sure(self._upkeep.keep),
            "checks": while_sure(WhyNot(self, self._exchange).keep),
        }
        named = ((f"{what} of {self._vehicle_id}", keep) for what, keep in keeping.items())
        self._keeping = tuple(asyncio.create_task(keep, name=name) for name, keep in named)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and close the links; the vehicle goes on by itself."""
        self._bond.close()
        for task in self._keeping:
            task.cancel()
        for task in self._keeping:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._keeping = ()

    def attend(self) -> None:
        """Send a ground station heartbeat on every link: the autopilot's own link-loss watch feeds on it."""
        self._bond.send_all(_HEARTBEAT, GCS_COMPONENT)

    async def load(self, plan: VehiclePlan) -> Outcome:
        """Give it a plan as one transaction; see `plans.load`."""
        if isinstance(look := self._look(), Refused):
            return look
        if look.armed and await self._recognise(plan, look):
            return Accepted()
        if look.armed and look.mode is not Mode.HOLD:
            text = f"It is under way in mode {look.mode.value}; hold it before giving it another plan."
            return refuse(Because.BUSY, self._vehicle_id, text)
        encoded = encode_for(plan, look.position, self._profile, self._autopilot)
        if isinstance(encoded, Refused):
            return encoded
        if why_not := unable(encoded.mission, self._autopilot, look.winch):
            return why_not
        await self._ask_all(stand_by(look, self._autopilot, self._profile.airframe))
        airborne = look.armed and look.landed is not Landed.ON_GROUND
        former = self._loader.held
        outcome = await self._loader.load(encoded, airborne=airborne, seq=self._decoder.progress.seq)
        if (held := self._loader.held) is None or held is not former:
            self._decoder.expect(held.mission if held else None, self._loader.mission_list_id)
        return outcome

    async def _recognise(self, plan: VehiclePlan, look: Telemetry) -> bool:
        """Whether this is the very mission it has under way: read back, where a restart lost what we gave it.

        Two missions may have the same items, so one that was given under another id is not this one.
        """
        if self._loader.held is not None:
            return plan.mission.mission_id == look.progress.mission_id
        first = plan.mission.legs[0]
        begun = first.at.position if isinstance(first, PickUp) else look.position
        encoded = encode_for(plan, begun, self._profile, self._autopilot)
        if isinstance(encoded, Refused) or not await self._loader.recognise(encoded):
            return False
        self._decoder.recognise(encoded.mission)
        return True

    async def command(self, command: Command) -> Outcome:
        """Have it do one thing, after looking at it; see `deeds` and `command`."""
        if isinstance(look := self._look(), Refused):
            return look
        asked = deed(command, look, self.holds, self._autopilot, self._profile.airframe)
        if not isinstance(asked, tuple):
            return asked
        if isinstance(command, Start) and (replaced := await self._loader.replaced()):
            return replaced
        outcome = await self._ask_all(asked)
        if isinstance(command, Start) and await self._loader.checked_again(outcome):
            outcome = await self._ask_all(asked)
        if isinstance(command, Start) and not isinstance(outcome, Accepted):
            await self._ask_all(stand_down(look, self.telemetry))
        if isinstance(command, Grip) and isinstance(outcome, Accepted):
            self._decoder.gripped(command.parcel_id)
        if isinstance(command, LetGo) and isinstance(outcome, Accepted):
            self._decoder.let_go()
        return outcome

    async def _ask_all(self, requests: Sequence[Request]) -> Outcome:
        return await ask_all(self._exchange, requests, lambda: self.telemetry)

    async def go_to(self, at: Waypoint) -> Outcome:
        """Go there and hold; `at` is above home. Nobody verifies the way: for people who see the vehicle."""
        if isinstance(look := self._look(), Refused):
            return look
        asked = go_to(at, look)
        return await self._ask_all(asked) if isinstance(asked, tuple) else asked

    async def read_parameters(self, names: Sequence[str]) -> Mapping[str, Parameter | None]:
        """Its autopilot's parameters by name; None for each that it does not tell."""
        return await self._exchange.run(ReadParameters(names, self._autopilot.values))

    async def set_parameters(self, wanted: Mapping[str, float]) -> Outcome:
        """Set parameters, verified, on the ground and disarmed only; all are checked before any is set."""
        if isinstance(look := self._look(), Refused):
            return look
        if look.armed or look.landed is not Landed.ON_GROUND:
            return refuse(Because.BUSY, min(wanted), "Parameters are set on the ground and disarmed only.")
        told = await self.read_parameters(tuple(wanted))
        return await set_all(self._exchange, to_set(wanted, told, self._autopilot.values))

    async def set_rate(self, message_id: int, rate_hz: float) -> Outcome:
        """Have it send a message so often on the link that we talk on."""
        return await self._streams.set_rate(message_id, rate_hz)

    def sign(self, signer_for: SignerFor | None) -> bool:
        """Sign by these from now on, and believe what they vouch for; false where its driver cannot."""
        return self._bond.sign(signer_for)

    def _look(self) -> Telemetry | Refused:
        look = self.telemetry
        if self._papers.doubt is not None and self.system_id is not None:
            return Refused((self._papers.doubt,))
        if look is None:
            words = " ".join((f"No vehicle was heard on {self._bond.names} yet.", *self._decoder.notices()))
            return refuse(Because.LINK, self._vehicle_id, words)
        return look

    def _hear(self, message: Message, at_s: float) -> None:
        kind = message.get_type()
        if self._fixed is None and kind == "HEARTBEAT":
            self._learn(message.autopilot)
        elif kind == "AUTOPILOT_VERSION":
            self._papers.hear(message)
        texts = self._decoder.hear(message, at_s)
        if not self._exchange.busy:
            return
        for text in texts:
            self._exchange.hear(text)
        if heard := to_heard(message, self._autopilot.plan.first_item.mission_seq):
            self._exchange.hear(heard)
        if kind in _SHOWS_STATE and (sample := self._decoder.telemetry) is not None:
            self._exchange.hear(Sample(sample, self._decoder.mode_heard_at_s))

    def _learn(self, mav_autopilot: int) -> None:
        known = BY_MAV_AUTOPILOT.get(mav_autopilot)
        if known is not None and known is not self._autopilot:
            self._autopilot = self._decoder.autopilot = known
            self._loader = PlanLoader(self._exchange, known, self._decoder.texts)

    def _find(self, about: str, reasons: tuple[Reason, ...]) -> None:
        self._findings[about] = reasons
        self._decoder.find(tuple(reason for found in self._findings.values() for reason in found))

    def _say(self, saying: Saying, component_id: int) -> None:
        if self._bond.system_id is not None and self._papers.allows(saying):
            mission_seq = self._autopilot.plan.first_item.mission_seq
            message = to_message(saying, self._bond.system_id, self._bond.component_id, mission_seq)
            self._bond.send(message, component_id)
