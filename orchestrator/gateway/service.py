"""What the gateway needs of the application behind it, as values and functions: nothing to inherit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geofences.zone import ZoneId
from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.access import AccessRules
from orchestrator.gateway.photos import NO_PHOTOS, Photos
from orchestrator.orders.intake import OrderRequest, Rejected
from orchestrator.orders.order import Order
from orchestrator.record.events import Ask, Entry, Quote
from orchestrator.record.writer import Writer
from orchestrator.record.zone_facts import PopUpZone
from vehicles.handset import Handset
from vehicles.mission import ParcelId, VehicleId
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


async def _nobody_told(vehicle_id: VehicleId, _: Ask, __: str) -> str:
    raise KeyError(vehicle_id)


def _nobody(_: ParcelId) -> Iterator[Quote]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Service:
    """Everything the gateway works with.

    `telemetry` gives the newest sample of each vehicle heard; `place` runs intake in the writer's
    turn; `close_area` and `open_area` journal what somebody closes, and whose way that bars; `speed` is
    fleet seconds per second of the wall clock (1 in real operation); `console_dir` is the built page;
    `recent` are the journal's last entries from before the start; `wired` tells how a vehicle is reached,
    heard or not. `candidates` tells what each vehicle would mean for a parcel that waits, one at a time.
    `reckoning` is held by a request while ways are planned for it on the event loop: a thousand orders at
    once then keep a vehicle, or an operator's word to it, waiting for one of them, not for all. `handsets`
    are couriers' phones, `wake` has a vehicle looked at now, `photos` keeps pictures that prove hand-overs;
    `urgent` tells a vehicle to hold or land while the journal cannot keep that.
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
    candidates: Callable[[ParcelId], Iterator[Quote]] = _nobody
    handsets: Mapping[VehicleId, Handset] = field(default_factory=dict)
    wake: Callable[[VehicleId], None] = _asleep
    photos: Photos = NO_PHOTOS
    urgent: TellNow = _nobody_told
    reckoning: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False)
