"""What the gateway needs of the application behind it, as values and functions: nothing to inherit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geofences.reason import Reason
from geofences.zone import ZoneId
from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.door.access import AccessRules
from orchestrator.gateway.photos import NO_PHOTOS, Photos
from orchestrator.operations.dispatching.overrides import Candidates
from orchestrator.orders.intake import Rejected
from orchestrator.orders.order import Order
from orchestrator.orders.request import OrderRequest
from orchestrator.record.events import Ask, Entry
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from vehicles.mission import ParcelId, VehicleId
from vehicles.phone.handset import Handset
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Wired

Place = Callable[[OrderRequest], Awaitable[Order | Rejected]]
CloseArea = Callable[[PopUpZone, str], Awaitable[Sequence[Entry]]]
TellNow = Callable[[VehicleId, Ask, str], Awaitable[str]]
OpenArea = Callable[[ZoneId, str], Awaitable[Sequence[Entry]]]


@dataclass(frozen=True, slots=True)
class City:
    """The ground everything is drawn on: the map as gzipped GeoJSON, the zones as GeoJSON, and their frame.

    `bbox` is west, south, east, north in degrees. `zones` takes the instant (fleet time, UTC seconds)
    for which it says which zones are active.
    """

    map_gz: bytes
    zones: Callable[[float], bytes]
    attribution: str
    bbox: tuple[float, float, float, float]


def _unwired(_: VehicleId) -> None:
    return None


def _asleep(_: VehicleId) -> None:
    return None


def _decided_now_s() -> float:
    return 0.0


async def _nobody_told(vehicle_id: VehicleId, _: Ask, __: str) -> str:
    raise KeyError(vehicle_id)


def _it_may(_: FleetState, __: VehicleId) -> tuple[Reason, ...]:
    return ()


def _nobody(_: FleetState, __: ParcelId) -> Candidates | None:
    return None


@dataclass(frozen=True, slots=True)
class Service:
    """Everything the gateway works with.

    `telemetry` gives the newest sample of each vehicle heard; `place` runs intake in the writer's
    turn; `close_area` and `open_area` journal what somebody closes, and whose way that bars; `speed` is
    fleet seconds per second of the wall clock (1 in real operation); `console_dir` is the built page;
    `recent` are the journal's last entries from before the start; `wired` tells how a vehicle is reached,
    heard or not. `candidates` tells what there is to reckon with of who could bring a parcel that waits in
    a state; `pricing` is held while that is done beside the loop, so that it takes one core at most.
    `reckoning` is held by a request while ways are planned for it on the event loop: a thousand orders at
    once then keep a vehicle, or an operator's word to it, waiting for one of them, not for all. `handsets`
    are couriers' phones, `wake` has a vehicle looked at now, `photos` keeps pictures that prove hand-overs;
    `urgent` tells a vehicle to hold or land while the journal cannot keep that; `may_return` says why nothing
    would come of asking one to return (empty: something would); `undecided_s` is for how long
    nothing was decided (fleet seconds).
    """

    writer: Writer
    telemetry: Callable[[], Mapping[VehicleId, Telemetry]]
    place: Place
    close_area: CloseArea
    open_area: OpenArea
    city: City
    access: AccessRules
    tracking_secret: TrackingSecret
    console_dir: Path
    speed: float = 1.0
    recent: Iterable[Entry] = ()
    wired: Callable[[VehicleId], Wired | None] = _unwired
    candidates: Callable[[FleetState, ParcelId], Candidates | None] = _nobody
    handsets: Mapping[VehicleId, Handset] = field(default_factory=dict)
    wake: Callable[[VehicleId], None] = _asleep
    photos: Photos = NO_PHOTOS
    urgent: TellNow = _nobody_told
    may_return: Callable[[FleetState, VehicleId], tuple[Reason, ...]] = _it_may
    undecided_s: Callable[[], float] = _decided_now_s
    reckoning: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)
    pricing: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)
