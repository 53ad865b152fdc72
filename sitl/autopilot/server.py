"""One simulated vehicle behind its links: hears MAVLink, answers as PX4, lets its flight go on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from geofences.path import Waypoint
from geofences.position import LocalFrame
from sitl.aboard import words
from sitl.aboard.flight import Flight
from sitl.aboard.said import Said, Severity
from sitl.autopilot import shapes
from sitl.autopilot.channel import Channel
from sitl.autopilot.commands import Commands
from sitl.autopilot.deeds import Deeds
from sitl.autopilot.ears import Ears
from sitl.autopilot.estimate import Estimate
from sitl.autopilot.events import Events
from sitl.autopilot.grip import Grip
from sitl.autopilot.items import Item, Part, Reader, is_rally_point, landing
from sitl.autopilot.messages import REACHED_REPEATS, SENT, health
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.parameters import Parameters, made_for
from sitl.autopilot.rates import LIGHT, Rates
from sitl.autopilot.signing import Seal
from sitl.autopilot.singer import WORDS
from sitl.autopilot.store import Store
from sitl.autopilot.streams import FIRST_SENT_S
from sitl.autopilot.transfers import Transfers
from sitl.autopilot.voice import Voice
from sitl.autopilot.winch import Winch
from sitl.autopilot.wire import Wire
from sitl.faults import Fault, Faults, Kind
from sitl.motion.copter import Air
from sitl.motion.ground import relief
from sitl.motion.stepping import LOOK_EVERY_S
from sitl.motion.steps import Deliver, Lift
from sitl.motion.swarm import Swarm
from vehicles.clock import now_s
from vehicles.mavlink.links.link import Link
from vehicles.profile import Airframe, VehicleProfile

if TYPE_CHECKING:  # geometry is slow to load, and most fly over level ground
    from geofences.ground.terrain import Terrain

_TICK_S = 0.1
_SETTLED_S = 10.0
"""So long after it was told something, what follows from that by itself is there."""
_RALLY_COMPLAINT_S = 2.0


class Autopilot:
    """A vehicle at `home`, reached through `link` and perhaps `more_links`; `run` is its life.

    `parcel_kg` is what the wire cannot tell: how much mass a grab takes aboard. `store` is a file in which
    mission, fence and rally points survive a restart. `parameters` are set as if by its maker. `serial` is
    its hardware's number (AUTOPILOT_VERSION uid, uid2). `key`, 32 bytes: sign all that it sends and heed
    nothing else. `swarm`: with whom it is stepped. `terrain` is what it flies over and lands on, where the
    ground is not level. Raises `ValueError` for a parameter or key that cannot be.
    """

    def __init__(
        self,
        link: Link,
        profile: VehicleProfile,
        home: Waypoint,
        system_id: int,
        seed: int,
        *,
        home_amsl_m: float = 10.0,
        wind: Air | None = None,
        battery_frac: float = 1.0,
        faults: Iterable[Fault] = (),
        parcel_kg: float | None = None,
        store: Path | None = None,
        more_links: Sequence[Link] = (),
        rates: Rates = LIGHT,
        parameters: Mapping[str, float] | None = None,
        serial: int | None = None,
        key: bytes | None = None,
        has_winch: bool = False,
        swarm: Swarm | None = None,
        terrain: Terrain | None = None,
    ) -> None:
        known_faults, self.frame = Faults(faults), LocalFrame(home.position)
        self.reader = Reader(self.frame, home_amsl_m, profile.airframe, has_winch=has_winch)
        self.parameters = Parameters(profile.airframe, system_id, {**made_for(profile), **(parameters or {})})
        self.flight = Flight(
            profile,
            inf,
            seed,
            wind=wind,
            battery_frac=battery_frac,
            settings=self.parameters.settings,
            faults=known_faults,
            pad_amsl_m=home_amsl_m,
            swarm=swarm,
            ground=relief(terrain, self.frame),
        )
        self.flight.airframe.pilot.helm.lift = Lift.ROTORS if profile.airframe is Airframe.VTOL else None
        serial = system_id - 1 if serial is None else serial
        self.onboard = Onboard(self.flight, self.frame, system_id, serial, has_winch=has_winch)
        self.onboard.cells, self.onboard.estimate = self.parameters.cells, Estimate(seed)
        self.channels = tuple(
            Channel(one, self.onboard, rates, Wire(known_faults, seed + 1 + number), number)
            for number, one in enumerate((link, *more_links))
        )
        self._store = Store(store)
        self._furnish(0.5 * profile.max_payload_kg if parcel_kg is None else parcel_kg)
        self._ears.seal_with(Seal(key) if key is not None else None)

    def _furnish(self, parcel_kg: float) -> None:
        """Its parts, joined together."""
        self._voice: Voice | None = None
        self._stirred, self._tell_at_s = True, -inf
        self.transfers = Transfers(self._taken, self._say, self._current)
        self.onboard.plan_ids = self.transfers.plan_ids
        self._events = Events(self.onboard, tuple(channel.out for channel in self.channels))
        self._grip = Grip(self.flight, parcel_kg)
        self._winch = Winch(self.onboard)
        deeds = Deeds(self.flight, self.reader)
        self._ears = Ears(
            self.onboard,
            commands=Commands(self.onboard, deeds, self._grip, self._winch, self.parameters),
            transfers=self.transfers,
            parameters=self.parameters,
            events=self._events,
            channels=self.channels,
        )
        self._rally_unusable = False
        self._next_complaint_age_s = 0.0
        self._looked_age_s = 0.0
        self.parameters.changed = self.flight.airframe.pilot.helm.repace
        self.flight.say = self._say
        self.flight.reached = self._reached
        self.flight.homing.moved = self._rehome

    @property
    def age_s(self) -> float:
        """Seconds since it was started; the state of the flight may be up to a step older."""
        return self.onboard.age_s

    async def run(self) -> None:
        """Boot, and live until cancelled. Raises `LinkError` when a link cannot be opened."""
        await self.boot()
        try:
            while True:
                await asyncio.sleep(self.pause_s)
                self.tick()
        finally:
            self.close()

    async def boot(self) -> None:
        """Begin to live, now. Raises `LinkError` when a link cannot be opened."""
        self.flight.boot_at_s = now_s()
        self._restore()
        with contextlib.ExitStack() as unless_all_open:
            unless_all_open.callback(self.close)
            for channel in self.channels:
                await channel.link.open(partial(self._ears.hear, channel))
            unless_all_open.pop_all()

    def sing_with(self, voice: Voice) -> None:
        """Leave to a chorus what it can send; from now on it is to be ticked only when it `is_due`."""
        (channel,) = self.channels
        self._voice = channel.out.voice = voice
        self.flight.attended = self._ears.heeded = self._stir
        channel.streams.sing_with(voice)

    def _stir(self) -> None:
        self._stirred = True

    def is_due(self, at_s: float) -> bool:
        """Whether a tick at fleet time `at_s` may find anything to do, or anything new to say."""
        return self._voice is None or self._stirred or at_s >= self._tell_at_s

    @property
    def pause_s(self) -> float:
        """How long it may be left alone between two ticks."""
        return min(_TICK_S, *(channel.streams.shortest_s for channel in self.channels))

    def close(self) -> None:
        """Fall silent for good."""
        for channel in self.channels:
            channel.link.close()

    def hear(self, datagram: bytes) -> bool:
        """Take a datagram as from its first link; whether it held a frame that could be read."""
        return self._ears.hear(self.channels[0], datagram)

    def tick(self) -> None:
        """Let the flight go on to now, and send what is due."""
        now, flight = now_s(), self.flight
        flight.look(now)
        age_s = self.age_s
        if flight.faults.began(Kind.REBOOT, self._looked_age_s, age_s):
            self._reboot()
        self._looked_age_s = age_s
        self.transfers.tick(now)
        self.parameters.tick()
        self._grip.tick()
        self._winch.tick()
        if age_s - flight.up_since_age_s < FIRST_SENT_S:
            return
        if self._rally_unusable and flight.age_s >= self._next_complaint_age_s:
            self._next_complaint_age_s = flight.age_s + _RALLY_COMPLAINT_S
            flight.say(words.RALLY_UNUSABLE)
        self._events.tick()
        winch_is_due = self._winch.due()
        for channel in self.channels:
            channel.tick()
            if winch_is_due:
                self._winch.tell(channel.out)
        if self._voice is not None:
            self._pass_on(self._voice)

    def _pass_on(self, voice: Voice) -> None:
        """Have the chorus say what it is now; and go on by itself with what is not done yet."""
        (channel,) = self.channels
        voice.silent = bool(self.flight.faults) or channel.out.seal is not None
        words = (*(SENT[shape.number][1](self.onboard) for shape in WORDS[:-1]), self._events.latest)
        voice.tell(words, health(self.onboard), self.flight.up_since_age_s, self.onboard.home_above_m)
        busy = self.transfers.busy or self.parameters.busy or self._grip.busy
        waits = channel.texts.waiting or self.onboard.reached_repeats
        self._stirred = bool(busy or waits) or voice.silent or self._rally_unusable
        settled = self.age_s >= self._ears.heeded_age_s + _SETTLED_S
        self._tell_at_s = inf if settled else now_s() + LOOK_EVERY_S

    def _reboot(self) -> None:
        """The autopilot starts anew; what is stored survives, what it was told about rates does not."""
        self.flight.reboot()
        self.flight.say = self._say
        self.onboard.reached_repeats = 0
        self.onboard.named_mode = None
        self._events.restart()
        for channel in self.channels:
            channel.streams.restart()
            channel.texts.forget()

    def _say(self, said: Said) -> None:
        self._stirred = True
        self._events.say(said)
        for channel in self.channels:
            channel.texts.say(said, self.age_s)

    def _current(self) -> int:
        return self.flight.mission.index_told(self.flight.age_s)

    def _rehome(self) -> None:
        """Home is elsewhere: relative heights count from there, of what is flown, too."""
        self.reader.home_above_m = self.onboard.home_above_m
        self.flight.heed(self.reader.steps(self.transfers.lists[Part.MISSION]))
        self.flight.rally = self.reader.rally(self.transfers.lists[Part.RALLY])
        self._stirred = True

    def _restore(self) -> None:
        """Lists that were kept before a restart, fence first, so that the mission is checked against it."""
        kept = self._store.load()
        for part in (Part.FENCE, Part.RALLY, Part.MISSION):
            if kept[part]:
                self.transfers.lists[part] = kept[part]
                self._mean(part, kept[part])

    def _taken(self, part: Part, items: Sequence[Item]) -> None:
        """A list came in whole."""
        self._mean(part, items)
        try:
            self._store.keep(self.transfers.lists)
        except OSError as error:
            self._say(Said(Severity.CRITICAL, f"Mission storage failed: {error.strerror}"))

    def _mean(self, part: Part, items: Sequence[Item]) -> None:
        """Have the airframe know what a list means."""
        if part is Part.MISSION:
            current = next((seq for seq, item in enumerate(items) if item.current == 1), None)
            self.flight.load(self.reader.steps(items), current)
            self.flight.mission.landing = landing(items)
        elif part is Part.FENCE:
            self.flight.load_fence(self.reader.fence(items))
        else:
            self.flight.rally = self.reader.rally(items)
            self._rally_unusable = any(is_rally_point(item, usable=False) for item in items)

    def _reached(self, index: int) -> None:
        if isinstance(self.flight.mission.steps[index], Deliver):
            self._winch.deliver()
        self.onboard.reached_index, self.onboard.reached_repeats = index, REACHED_REPEATS
        self._stirred = True
        for channel in self.channels:
            channel.streams.send_now(shapes.MISSION_ITEM_REACHED.number)
