"""One simulated vehicle behind one link: hears MAVLink, answers as PX4, lets its flight go on."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import LocalFrame
from geofences.zone import Medium
from sitl.autopilot.commands import Commands
from sitl.autopilot.items import Item, Part, Reader
from sitl.autopilot.messages import MAV_TYPES, REACHED_REPEATS
from sitl.autopilot.outgoing import AUTOPILOT_COMPONENT, Message, Outgoing
from sitl.autopilot.parameters import Parameters
from sitl.autopilot.store import Store
from sitl.autopilot.streams import Streams
from sitl.autopilot.texts import Texts
from sitl.autopilot.transfers import Peer, Transfers
from sitl.copter import Air
from sitl.faults import Fault, Faults, Kind
from sitl.flight import Flight
from sitl.said import Said, Severity
from vehicles.clock import now_s
from vehicles.mavlink.frames import Frame, parse, split
from vehicles.mavlink.link import Link
from vehicles.profile import VehicleProfile

FIRST_SENT_S = 1.9
"""Observed on PX4: the first heartbeat comes 1.9 s after start."""

_TICK_S = 0.1
_STATION_GONE_S = 10.0
_RALLY_COMPLAINT_S = 2.0


class Autopilot:
    """A vehicle at `home`, reached through `link`; `run` is its life.

    `parcel_kg` is what the wire cannot tell: how much mass a grab takes aboard. `store` is a file in which
    mission, fence and rally points survive a restart.
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
    ) -> None:
        self._link = link
        self._faults = Faults(faults)
        self._dice = random.Random(seed + 1)  # noqa: S311  # which frames get lost, not secrets
        self._rally_unusable = False
        self._next_complaint_age_s = 0.0
        self.frame = LocalFrame(home.position)
        self.home_amsl_m = home_amsl_m
        self.parcel_kg = 0.5 * profile.max_payload_kg if parcel_kg is None else parcel_kg
        self.reached_index = 0
        self.reached_repeats = 0
        self.flight = Flight(profile, 0.0, seed, wind=wind, battery_frac=battery_frac, faults=self._faults)
        self.out = Outgoing(system_id, self._send)
        self.reader = Reader(self.frame, home_amsl_m, rolls=profile.medium is Medium.SIDEWALK)
        self._texts = Texts(self.out)
        self.flight.say = self._texts.say
        self.flight.reached = self._reached
        self.transfers = Transfers(self.out, self._taken, self._texts.say)
        self.parameters = Parameters(self.flight.settings, self.out, MAV_TYPES[profile.medium])
        self._store = Store(store)
        self.streams = Streams(self)
        self.commands = Commands(self)

    @property
    def age_s(self) -> float:
        """Seconds since it was started; the state of the flight may be up to a step older."""
        return now_s() - self.flight.boot_at_s

    async def run(self) -> None:
        """Boot, and live until cancelled. Raises `LinkError` when the link cannot be opened."""
        self.flight.boot_at_s = now_s()
        self._restore()
        await self._link.open(self.hear)
        try:
            while True:
                await asyncio.sleep(min(_TICK_S, self.streams.shortest_s))
                self._tick()
        finally:
            self._link.close()

    def hear(self, datagram: bytes) -> bool:
        """Take a datagram; whether it held a frame that could be read."""
        late_s = self._faults.value(Kind.LATE, self.age_s)
        if self._is_lost():
            return False
        if late_s > 0.0:
            self.later(late_s, lambda: self._take(datagram))
            return True
        return self._take(datagram)

    def later(self, after_s: float, do: Callable[[], object]) -> None:
        """Do something a little later."""
        asyncio.get_running_loop().call_later(after_s, do)

    def _take(self, datagram: bytes) -> bool:
        self.flight.touch(now_s())
        read = False
        for frame in split(datagram):
            message = parse(frame) if isinstance(frame, Frame) else None
            if message is not None:
                read = True
                # What holds a number that no field of the flight can is a message not heard.
                with contextlib.suppress(ValueError, OverflowError):
                    self._hear(message)
        return read

    def _hear(self, message: Message) -> None:
        """Sort a message; what is meant for others, or for everybody, gets no answer."""
        kind = message.get_type()
        if kind == "HEARTBEAT":
            if message.type == common.MAV_TYPE_GCS:
                self.flight.guard.hear_station(self.flight)
            return
        if getattr(message, "target_system", None) != self.out.system_id:
            return
        if message.target_component not in {0, AUTOPILOT_COMPONENT}:
            return
        peer = Peer(message.get_srcSystem(), message.get_srcComponent())
        if kind in {"COMMAND_LONG", "COMMAND_INT"}:
            self.commands.hear(message, peer, now_s())
        elif kind == "MISSION_SET_CURRENT":
            self._set_current(message.seq)
        elif kind.startswith("MISSION_"):
            self.transfers.hear(message, peer, now_s())
        else:
            self.parameters.hear(message)

    def _set_current(self, seq: int) -> None:
        if seq < len(self.flight.mission.steps):
            self.flight.jump(seq)
            self.streams.send_now(common.MAVLINK_MSG_ID_MISSION_CURRENT)

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
            self.flight.say(Said(Severity.CRITICAL, f"Mission storage failed: {error.strerror}"))

    def _mean(self, part: Part, items: Sequence[Item]) -> None:
        """Have the airframe know what a list means."""
        if part is Part.MISSION:
            current = next((seq for seq, item in enumerate(items) if item.current == 1), None)
            self.flight.load(self.reader.steps(items), current)
        elif part is Part.FENCE:
            self.flight.load_fence(self.reader.fence(items))
        else:
            self.flight.rally = self.reader.rally(items)
            self._rally_unusable = len(self.flight.rally) < len(items)

    def _reached(self, index: int) -> None:
        self.reached_index, self.reached_repeats = index, REACHED_REPEATS
        self.streams.send_now(common.MAVLINK_MSG_ID_MISSION_ITEM_REACHED)

    def _tick(self) -> None:
        now = now_s()
        flight = self.flight
        flight.look(now)
        self.transfers.tick(now)
        self.commands.tick()
        if self.age_s < FIRST_SENT_S:
            return
        if self._rally_unusable and flight.age_s >= self._next_complaint_age_s:
            self._next_complaint_age_s = flight.age_s + _RALLY_COMPLAINT_S
            flight.say(Said(Severity.CRITICAL, "RTL: unsupported MAV_FRAME"))
        heard_s = flight.guard.station_heard_age_s
        if heard_s is not None and flight.age_s - heard_s < _STATION_GONE_S:
            self._texts.flush()
        self.streams.tick()

    def _is_lost(self) -> bool:
        age_s = self.age_s
        if self._faults.active(Kind.SILENT, age_s) or age_s >= self._faults.off_s:
            return True
        loss_frac = self._faults.value(Kind.LOSSY, age_s)
        return loss_frac > 0.0 and self._dice.random() < loss_frac

    def _send(self, frame: bytes) -> None:
        if self._is_lost():
            return
        late_s = self._faults.value(Kind.LATE, self.age_s)
        if late_s > 0.0:
            self.later(late_s, lambda: self._link.send(frame))
        else:
            self._link.send(frame)
