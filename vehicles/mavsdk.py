"""A vehicle through MAVSDK 4, in process: the same port as `vehicles.mavlink`, over another protocol stack.

MAVSDK finds the vehicle, carries the messages and transfers the lists (mission, fence, rally points). What it
would do on its own account is not used: it repeats commands blindly every half second, its `start_mission`
reports success when PX4 refused, its gripper plugin ends the process. So commands go as single messages
through our one exchange, and what was done is judged by the same decoder: see docs/decisions/0019.

MAVSDK has threads of its own: all it says is handed to the event loop. It sends a heartbeat a second whatever
becomes of us, and its watchdog cannot be reached from Python in 4.1. So it speaks as a companion computer,
whose heartbeats no autopilot takes for a ground station's; those are sent by `attend` alone (invariant 4).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from mavsdk import ComponentType, Configuration, Mavsdk, MavsdkError
from mavsdk.logging import log_subscribe
from mavsdk.plugins.mavlink_direct import (
    MavlinkDirect,
    MavlinkDirectError,
    MavlinkDirectResult,
    MavlinkMessage,
)
from mavsdk.plugins.mission_raw import MissionItem, MissionRaw, MissionRawError
from mavsdk.plugins.mission_raw import MissionRawResult as Raw

from vehicles.clock import now_s
from vehicles.mavlink.connect import craft
from vehicles.mavlink.contact import Contact, Hear
from vehicles.mavlink.exchanges.exchange import Exchange, Listen, Say
from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.tie import Carrying, Keeps, Tie
from vehicles.mavlink.plans.transfer import Declined, Download, Read, Silent, Upload, Uploaded
from vehicles.mavlink.wire.addresses import GCS_COMPONENT, GCS_SYSTEM
from vehicles.mavlink.wire.counts import Counts
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.layouts import layout
from vehicles.mavlink.wire.told import ReportLoss, Told, tell
from vehicles.mavlink.wire.wanted import WANTED, is_autopilot
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.telemetry import LinkQuality
from vehicles.vehicle import LinkError, Vehicle

_LOOK_EVERY_S = 0.2
_SCHEMES = ("udpin", "udpout", "tcpin", "tcpout", "serial")
_HEARD = tuple(sorted(found.name for message_id in WANTED if (found := layout(message_id)) is not None))
# What MAVSDK makes of a MAV_MISSION_RESULT, and back.
_RESULTS = {Raw.UNSUPPORTED: 3, Raw.TOO_MANY_MISSION_ITEMS: 4, Raw.INVALID_ARGUMENT: 5, Raw.DENIED: 14}
_MISSION_ERROR = 1
_REPORT_EVERY_MS = 200.0
"""GLOBAL_POSITION_INT is asked for at 5 Hz."""


def connect(
    url: str,
    vehicle_id: VehicleId,
    profile: VehicleProfile,
    identity: Identity = Identity(),  # noqa: B008 - a frozen value
    *,
    care: Care = Care.LEAVE,
    return_height_m: float | None = None,
) -> Vehicle:
    """The vehicle at a link that MAVSDK serves: `udpin:HOST:PORT`, `udpout:`, `tcpin:`, `tcpout:`, `serial:`.

    `care` and `return_height_m` are about its parameters, as in `vehicles.mavlink.connect`. Nothing is
    opened before the vehicle is entered. Raises `LinkError` for any other kind of link.
    """
    wire = _Wire(url, identity)
    contact = Contact(vehicle_id, profile, identity, wire.heard_by, converse=partial(_Exchange, wire))
    return craft(contact, care=care, return_height_m=return_height_m)


class _Wire(Carrying):
    """What a craft needs of its bond, done by one MAVSDK instance for this vehicle alone."""

    generation = 0
    refusals: tuple[str, ...] = ()

    def __init__(self, url: str, identity: Identity) -> None:
        scheme, _, place = url.partition(":")
        if scheme not in _SCHEMES or not place:
            raise LinkError(f"{url}: MAVSDK serves links of these kinds only: {', '.join(_SCHEMES)}")
        self.names = f"{url} (MAVSDK)"
        self.counts = Counts()
        self.unwanted: Counter[int] = Counter()  # it has no word for what nobody reads
        self.system_id: int | None = None
        self.component_id = identity.component_id
        self.missions: MissionRaw | None = None
        self._url = f"{scheme}://{place}"
        self._identity = identity
        self.hear: Hear = lambda _, __: None
        self._asker = 0
        self.heard_at_s: float | None = None
        self._loss = ReportLoss(_REPORT_EVERY_MS)
        self._mavsdk: Mavsdk | None = None
        self._direct: MavlinkDirect | None = None
        self._meeting: asyncio.Task[None] | None = None

    @property
    def links(self) -> tuple[LinkQuality, ...]:
        """One; its loss is the share of position reports missing: MAVSDK tells no sequence numbers."""
        return (LinkQuality(self.names, self.heard_at_s, self._loss.frac, best=True),)

    def heard_by(self, hear: Hear, _: Keeps) -> Tie:
        """Itself, once it knows who hears what it brings: one by one, for it keeps nothing."""
        self.hear = hear
        return self

    async def open(self) -> None:
        """Open the connection and begin to look for the vehicle. Raises `LinkError` when it cannot be had."""
        _be_quiet()
        ours = Configuration.create_with_component_type(ComponentType.COMPANION_COMPUTER)
        ours.system_id, ours.component_id = GCS_SYSTEM, GCS_COMPONENT
        self._mavsdk = Mavsdk(ours)
        try:
            await asyncio.to_thread(self._mavsdk.add_any_connection_with_handle, self._url)
        except MavsdkError as error:
            self._mavsdk.destroy()
            raise LinkError(f"{self.names}: {error}") from error
        self._meeting = asyncio.create_task(self._meet(self._mavsdk), name=f"meet {self.names}")

    async def _meet(self, mavsdk: Mavsdk) -> None:
        while True:
            for system in mavsdk.get_systems():
                if system.has_autopilot() and self._identity.system_id in {None, system.get_system_id()}:
                    self._begin(system)
                    return
            await asyncio.sleep(_LOOK_EVERY_S)

    def _begin(self, system: Any) -> None:  # noqa: ANN401 - MAVSDK has no types
        loop = asyncio.get_running_loop()
        self.system_id = system.get_system_id()
        self.missions = MissionRaw(system)
        self._direct = MavlinkDirect(system)

        def spoken(message: MavlinkMessage, _: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is over: nobody listens any more
                loop.call_soon_threadsafe(self._take, message)

        for name in _HEARD:
            self._direct.subscribe_message(name, spoken)

    def _take(self, told: MavlinkMessage) -> None:
        if (told.system_id, told.component_id) != (self.system_id, self.component_id):
            self.counts.foreign += 1
            return
        # To MAVSDK we are one component only: what is answered, is answered to whoever asked last.
        message = Told(told.message_name, json.loads(told.fields_json) | {"target_component": self._asker})
        if told.message_name == "HEARTBEAT" and not is_autopilot(message):
            self.counts.foreign += 1
            return
        if told.message_name == "GLOBAL_POSITION_INT":
            self._loss.count(message.time_boot_ms)
        self.counts.parsed += 1
        self.heard_at_s = at_s = now_s()
        self.hear(message, at_s)

    def send(self, message: Message, component_id: int) -> None:
        """Send one message, once; answers are `component_id`'s from now on."""
        self._asker = component_id
        self.send_all(message, component_id)

    def send_all(self, message: Message, _: int) -> None:
        """Send one message, once: there is one connection."""
        name, fields = tell(message)
        try:
            if self._direct is not None:
                self._direct.send_message(MavlinkMessage(message_name=name, fields_json=fields))
        except MavlinkDirectError as error:
            if error.result is not MavlinkDirectResult.CONNECTION_ERROR:  # that is silence, as of any link
                raise

    def restarted(self) -> None:
        """The vehicle began anew: so does its clock."""
        self._loss.restart()

    def close(self) -> None:
        """Close the connection and end MAVSDK's threads. Harmless when never opened."""
        if self._meeting is not None and self._mavsdk is not None:
            self._meeting.cancel()
            self._mavsdk.destroy()
        self._direct = self.missions = self._mavsdk = None


class _Exchange(Exchange):
    """Our exchange, with whole lists transferred by MAVSDK; an empty one it cannot send, so that is ours."""

    def __init__(self, wire: _Wire, say: Say, listen: Listen) -> None:
        super().__init__(say, listen)
        self._wire = wire

    async def run(self, machine: Any) -> Any:  # noqa: ANN401 - each kind has an outcome of its own
        missions = self._wire.missions
        match machine:
            case Upload() if machine.items and missions is not None:
                async with self._turn:
                    return await _upload(missions, machine.part, machine.items)
            case Download() if missions is not None:
                async with self._turn:
                    return await _download(missions, machine.part)
            case _:
                return await super().run(machine)


async def _upload(
    missions: MissionRaw, part: PlanPart, items: Sequence[Item]
) -> Uploaded | Declined | Silent:
    upload = {
        PlanPart.MISSION: missions.upload_mission,
        PlanPart.FENCE: missions.upload_geofence,
        PlanPart.RALLY: missions.upload_rally_points,
    }[part]
    whole = [_to_mavsdk(part, seq, item) for seq, item in enumerate(items)]
    try:
        await _off_the_loop(lambda: upload(whole), missions.cancel_mission_upload)
    except MissionRawError as error:
        return _failure(error)
    return Uploaded()


async def _download(missions: MissionRaw, part: PlanPart) -> Read | Declined | Silent:
    download = {
        PlanPart.MISSION: missions.download_mission,
        PlanPart.FENCE: missions.download_geofence,
        PlanPart.RALLY: missions.download_rallypoints,
    }[part]
    try:
        items = await _off_the_loop(download, missions.cancel_mission_download)
    except MissionRawError as error:
        empty = error.result is Raw.NO_MISSION_AVAILABLE
        return Read(()) if empty else _failure(error)
    return Read(tuple(_from_mavsdk(item) for item in items))


def _failure(error: MissionRawError) -> Declined | Silent:
    if error.result in {Raw.TIMEOUT, Raw.NO_SYSTEM}:
        return Silent("the rest of the transfer")
    return Declined(_RESULTS.get(error.result, _MISSION_ERROR))


async def _off_the_loop(call: Callable[[], Any], give_up: Callable[[], object]) -> Any:  # noqa: ANN401
    """Run a blocking call of MAVSDK's. Cancelled, it is called off, and over before this returns."""
    running = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        with contextlib.suppress(MissionRawError):
            give_up()
        await asyncio.wait({running})
        running.exception()  # looked at, so that nobody complains that it was not
        raise


def _to_mavsdk(part: PlanPart, seq: int, item: Item) -> MissionItem:
    current = int(part is PlanPart.MISSION and seq == 0)  # else PX4 keeps the index of the mission before
    place = (item.lat_e7, item.lon_e7, item.z)
    return MissionItem(seq, item.frame, item.command, current, 1, *item.params, *place, part.value)


def _from_mavsdk(item: MissionItem) -> Item:
    params = (item.param1, item.param2, item.param3, item.param4)
    return Item(item.command, item.frame, params, item.x, item.y, item.z)


@cache
def _be_quiet() -> None:
    """Take MAVSDK's log lines off the terminal, once: what matters of them comes as results."""
    log_subscribe(lambda *_: True)
