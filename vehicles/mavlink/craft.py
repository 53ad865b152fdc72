"""A vehicle behind its MAVLink links: what drones and rovers have in common."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from geofences.path import Waypoint
from geofences.reason import Because
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.autopilots.safe_set import needs_of
from vehicles.mavlink.contact import Contact
from vehicles.mavlink.exchanges.asking import ask_all
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.deeds import call_off, deed, go_to, refuse, stand_by, stand_down
from vehicles.mavlink.exchanges.parameters import Parameter, ReadParameters
from vehicles.mavlink.exchanges.setting import set_all, to_set
from vehicles.mavlink.exchanges.streams import Streams
from vehicles.mavlink.exchanges.upkeep import Care, Upkeep
from vehicles.mavlink.exchanges.why_not import WhyNot
from vehicles.mavlink.links.tie import SignerFor
from vehicles.mavlink.plans.able import encode_for, unable
from vehicles.mavlink.plans.taking_up import place_before
from vehicles.mavlink.wire.counts import Counts
from vehicles.mission import MissionId, PickUp, VehicleId, VehiclePlan
from vehicles.own_return import OwnReturn
from vehicles.profile import Airframe, VehicleProfile
from vehicles.telemetry import Landed, LinkQuality, Mode, Telemetry
from vehicles.vehicle import (
    Accepted,
    Command,
    Grip,
    LetGo,
    Outcome,
    Refused,
    Resume,
    SpeedLimit,
    Start,
    Unanswered,
)


class Craft:
    """Implements `vehicles.vehicle.Vehicle` over a `Contact`; `drone` and `rover` say how theirs differ."""

    def __init__(
        self, contact: Contact, *, care: Care = Care.LEAVE, return_height_m: float | None = None
    ) -> None:
        self._contact = contact
        self._streams = Streams(contact.exchange, contact.tie, contact.decoder)
        needs, find = needs_of(contact.profile, return_height_m), partial(contact.find, "parameters")
        learn = contact.decoder.learn_return
        self._upkeep = Upkeep(contact, contact.exchange, needs, care, find=find, learn=learn)
        self._keeping: tuple[asyncio.Task[None], ...] = ()

    @property
    def vehicle_id(self) -> VehicleId:
        """The fleet's own name for it; its links and its identity tie it to a machine."""
        return self._contact.vehicle_id

    @property
    def profile(self) -> VehicleProfile:
        """What it can do."""
        return self._contact.profile

    @property
    def telemetry(self) -> Telemetry | None:
        """The latest sample, or None before the first coherent one."""
        return self._contact.telemetry

    @property
    def counts(self) -> Counts:
        """What became of everything that arrived on its links."""
        return self._contact.tie.counts

    @property
    def links(self) -> tuple[LinkQuality, ...]:
        """How each of its links does."""
        return self._contact.tie.links

    @property
    def notices(self) -> tuple[str, ...]:
        """What an operator should know of its links and its recording."""
        return self._contact.notices

    @property
    def system_id(self) -> int | None:
        """Its MAVLink system id, once an autopilot was heard."""
        return self._contact.tie.system_id

    @property
    def heard_at_s(self) -> float | None:
        """When it was last heard; None before the first time."""
        return self._contact.heard_at_s

    @property
    def holds(self) -> MissionId | None:
        """The mission of the plan that it holds whole; None: none of ours, or nobody knows."""
        return held.mission.mission_id if (held := self._contact.loader.held) is not None else None

    @property
    def autopilot(self) -> Autopilot:
        """What it runs, as configured or as its heartbeat says; PX4 until one was heard."""
        return self._contact.autopilot

    @property
    def boots(self) -> int:
        """How often it was seen to restart."""
        return self._contact.boots

    async def __aenter__(self) -> Self:
        """Open the links and start listening. Raises `LinkError` when an endpoint cannot be had."""
        contact = self._contact
        await contact.tie.open()
        self._upkeep.begin()
        while_sure = contact.papers.while_sure
        keeping = {
            "identity": contact.papers.keep(),
            "streams": while_sure(self._streams.keep),
            "parameters": while_sure(self._upkeep.keep),
            "checks": while_sure(WhyNot(contact, contact.exchange).keep),
        }
        named = ((f"{what} of {self.vehicle_id}", keep) for what, keep in keeping.items())
        self._keeping = tuple(asyncio.create_task(keep, name=name) for name, keep in named)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and close the links; the vehicle goes on by itself."""
        self._contact.tie.close()
        for task in self._keeping:
            task.cancel()
        for task in self._keeping:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._keeping = ()

    def tell(self, news: Callable[[], None]) -> None:
        """Call `news` when its mode, arming, landing or progress is another one; see `Telling`."""
        self._contact.tell(news)

    def attend(self) -> None:
        """Send a ground station heartbeat on every link: the autopilot's own link-loss watch feeds on it."""
        self._contact.attend()

    async def load(self, plan: VehiclePlan) -> Outcome:
        """Give it a plan as one transaction; see `plans.load`."""
        if isinstance(look := self._contact.look(), Refused):
            return look
        if look.armed and await self._recognise(plan, look):
            return Accepted()
        if look.armed and look.mode is not Mode.HOLD:
            text = f"It is under way in mode {look.mode.value}; hold it before giving it another plan."
            return refuse(Because.BUSY, self.vehicle_id, text)
        encoded = encode_for(plan, look, self.profile, self.autopilot, look.position)
        if isinstance(encoded, Refused):
            return encoded
        if why_not := unable(encoded.mission, self.autopilot, look.winch):
            return why_not
        await self._ask_all(stand_by(look, self.autopilot, self.profile.airframe))
        airborne = look.armed and look.landed is not Landed.ON_GROUND
        loader, decoder = self._contact.loader, self._contact.decoder
        former = loader.held
        outcome = await loader.load(encoded, airborne=airborne, seq=decoder.progress.seq)
        if (held := loader.held) is None or held is not former:
            decoder.expect(held.mission if held else None, loader.mission_list_id)
        return outcome

    async def _recognise(self, plan: VehiclePlan, look: Telemetry) -> bool:
        """Whether this is the very mission it has under way: read back, where a restart lost what we gave it.

        Two missions may have the same items, so one that was given under another id is not this one.
        """
        loader = self._contact.loader
        if loader.held is not None:
            return plan.mission.mission_id == look.progress.mission_id
        first = plan.mission.legs[0]
        begun = first.at.position if isinstance(first, PickUp) else look.position
        encoded = encode_for(plan, look, self.profile, self.autopilot, begun)
        if isinstance(encoded, Refused) or not await loader.recognise(encoded):
            return False
        self._contact.decoder.recognise(encoded.mission)
        return True

    async def command(self, command: Command) -> Outcome:
        """Have it do one thing, after looking at it; see `deeds` and `command`."""
        if isinstance(look := self._contact.look(), Refused):
            return look
        loader, decoder = self._contact.loader, self._contact.decoder
        asked = deed(command, look, self.holds, self.autopilot, self.profile.airframe)
        if not isinstance(asked, tuple):
            return asked
        if isinstance(command, Start) and (replaced := await loader.replaced()):
            return replaced
        outcome = await (self._take_up(asked, look) if isinstance(command, Resume) else self._ask_all(asked))
        if isinstance(command, Start) and await loader.checked_again(outcome):
            outcome = await self._ask_all(asked)
        if isinstance(command, Start) and not isinstance(outcome, Accepted):
            await self._ask_all(stand_down(look, self.telemetry))
        if isinstance(command, Start) and isinstance(outcome, Refused):
            await self._ask_all(call_off(self.autopilot, self.profile.airframe, look))
        if isinstance(command, Grip) and isinstance(outcome, Accepted):
            decoder.gripped(command.parcel_id)
        if isinstance(command, LetGo) and isinstance(outcome, Accepted):
            decoder.let_go()
        return outcome

    async def _take_up(self, asked: Sequence[Request], look: Telemetry) -> Outcome:
        """Go on along its line: by way of the item before where it would climb off it; see `taking_up`."""
        loader, seq, before = self._contact.loader, self._contact.decoder.progress.seq, None
        if asked and loader.held is not None and self.profile.airframe is Airframe.MULTICOPTER:
            before = place_before(loader.held.mission.items, seq, look, self.autopilot.climbs_above_m)
        if before is None:
            return await self._ask_all(asked)
        if not await loader.jump(before):
            return Unanswered(f"It was to go on from item {before} of its mission, and does not show it.")
        outcome = await self._ask_all(asked)
        await loader.jump(seq)
        return outcome

    async def _ask_all(self, requests: Sequence[Request]) -> Outcome:
        return await ask_all(self._contact.exchange, requests, lambda: self.telemetry)

    async def go_to(self, at: Waypoint) -> Outcome:
        """Go there and hold; `at` is above home. Nobody verifies the way: for people who see the vehicle."""
        if isinstance(look := self._contact.look(), Refused):
            return look
        asked = go_to(at, look)
        return await self._ask_all(asked) if isinstance(asked, tuple) else asked

    async def read_parameters(self, names: Sequence[str]) -> Mapping[str, Parameter | None]:
        """Its autopilot's parameters by name; None for each that it does not tell."""
        return await self._contact.exchange.run(ReadParameters(names, self.autopilot.values))

    async def own_return(self) -> OwnReturn | None:
        """How it comes home by itself, by its parameters as they are now; see `Returning`."""
        told = await self.read_parameters(self.autopilot.return_names)
        values = {name: None if one is None else one.value for name, one in told.items()}
        return self.autopilot.own_return(values, self.profile.airframe)

    async def speed_limit(self) -> SpeedLimit | None:
        """How fast its autopilot lets it go, by its parameters as they are now; see `Limited`."""
        name = self.autopilot.speed_limits.get(self.profile.airframe)
        told = None if name is None else (await self.read_parameters((name,)))[name]
        return None if name is None or told is None or told.value <= 0.0 else SpeedLimit(name, told.value)

    async def set_parameters(self, wanted: Mapping[str, float]) -> Outcome:
        """Set parameters, verified, on the ground and disarmed only; all are checked before any is set."""
        if isinstance(look := self._contact.look(), Refused):
            return look
        if look.armed or look.landed is not Landed.ON_GROUND:
            return refuse(Because.BUSY, min(wanted), "Parameters are set on the ground and disarmed only.")
        told = await self.read_parameters(tuple(wanted))
        return await set_all(self._contact.exchange, to_set(wanted, told, self.autopilot.values))

    async def set_rate(self, message_id: int, rate_hz: float) -> Outcome:
        """Have it send a message so often on the link that we talk on."""
        return await self._streams.set_rate(message_id, rate_hz)

    def sign(self, signer_for: SignerFor | None) -> bool:
        """Sign by these from now on, and believe what they vouch for; false where its driver cannot."""
        return self._contact.tie.sign(signer_for)
