"""What a customer asked for, and the things to be carried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from geofences.path import Waypoint
from geofences.position import GeoPoint
from vehicles.cargo import ParcelSize, Skill, Temperature
from vehicles.mission import ParcelId

OrderId = NewType("OrderId", str)
HubId = NewType("HubId", str)
PadId = NewType("PadId", str)
LockerId = NewType("LockerId", str)


@dataclass(frozen=True, slots=True)
class Pad:
    """A place at a hub where one vehicle stands, starts and ends: a landing pad or a robot's dock."""

    pad_id: PadId
    at: Waypoint


@dataclass(frozen=True, slots=True)
class Hub:
    """A store, micro-fulfilment centre or depot, where parcels wait and vehicles live."""

    hub_id: HubId
    name: str
    position: GeoPoint
    pads: tuple[Pad, ...]


class DropOffKind(Enum):
    """Where at the recipient's end the parcel goes."""

    DOORSTEP = "doorstep"
    PAD = "pad"
    KERB = "kerb"
    LOCKER = "locker"
    HUB = "hub"
    """Over a hub's counter: for the recipient to collect, or back to where a shop keeps its returns."""


@dataclass(frozen=True, slots=True)
class DropOffPlace:
    """The recipient's end: WGS84 position on the ground, kind, and an address for people.

    `locker_id` is set exactly when the kind is LOCKER, `hub_id` exactly when it is HUB.
    """

    position: GeoPoint
    kind: DropOffKind
    label: str
    locker_id: LockerId | None = None
    hub_id: HubId | None = None

    def __post_init__(self) -> None:
        if (self.kind is DropOffKind.LOCKER) != (self.locker_id is not None):
            raise ValueError("locker_id: needed for a locker, and only for a locker")
        if (self.kind is DropOffKind.HUB) != (self.hub_id is not None):
            raise ValueError("hub_id: needed for a hub, and only for a hub")


@dataclass(frozen=True, slots=True)
class Compartments:
    """How many compartments of each size a locker has, at least one in all."""

    small: int = 0
    medium: int = 0
    large: int = 0

    def __post_init__(self) -> None:
        for name in ("small", "medium", "large"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: must be 0 or more")
        if self.small + self.medium + self.large == 0:
            raise ValueError("a locker has one compartment at least")

    def of(self, size: ParcelSize) -> int:
        """How many there are of exactly this size."""
        return {ParcelSize.SMALL: self.small, ParcelSize.MEDIUM: self.medium}.get(size, self.large)


@dataclass(frozen=True, slots=True)
class Locker:
    """A parcel locker: WGS84 position on the ground before its doors, and a name for people.

    Without `compartments` nobody knows how many parcels it holds, and its own operator sees to that.
    `temperatures` is how it keeps parcels besides ambient.
    """

    locker_id: LockerId
    name: str
    position: GeoPoint
    compartments: Compartments | None = None
    temperatures: tuple[Temperature, ...] = ()

    def keeps(self, temperature: Temperature) -> bool:
        """Whether a parcel lies in it as it is to be kept."""
        return temperature is Temperature.AMBIENT or temperature in self.temperatures

    @property
    def drop_off(self) -> DropOffPlace:
        """The locker as a place to deliver to."""
        return DropOffPlace(self.position, DropOffKind.LOCKER, f"Locker, {self.name}", self.locker_id)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A thing to carry: mass in kilograms, more than 0; which compartments take it; how it is kept.

    `most_aboard_s`: how long it may be aboard, from pick-up to hand-over, seconds; None: as long as need be.
    """

    parcel_id: ParcelId
    mass_kg: float
    size: ParcelSize = ParcelSize.MEDIUM
    temperature: Temperature = Temperature.AMBIENT
    most_aboard_s: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.mass_kg < float("inf"):
            raise ValueError(f"mass_kg: {self.mass_kg} is not more than 0")
        if self.most_aboard_s is not None and not self.most_aboard_s > 0.0:
            raise ValueError(f"most_aboard_s: {self.most_aboard_s} is not more than 0")


class PickUpKind(Enum):
    """Where parcels are fetched that do not lie at a hub."""

    SHOP = "shop"
    LOCKER = "locker"
    DOORSTEP = "doorstep"


@dataclass(frozen=True, slots=True)
class PickUpPlace:
    """The sender's end, away from every hub: WGS84 position on the ground, kind, an address for people.

    `locker_id` is set exactly when the kind is LOCKER.
    """

    position: GeoPoint
    kind: PickUpKind
    label: str
    locker_id: LockerId | None = None

    def __post_init__(self) -> None:
        if (self.kind is PickUpKind.LOCKER) != (self.locker_id is not None):
            raise ValueError("locker_id: needed for a locker, and only for a locker")


@dataclass(frozen=True, slots=True)
class Order:
    """One customer's wish: parcels, at least one, to one place, from `earliest_at_s` to `deadline_s`.

    Times are fleet time, UTC seconds. `placed_by` names the integrator or person. `alternatives` are other
    places that the customer accepts, the most welcome first: for when nobody can come to `drop_off`.
    The parcels lie at `hub_id`, or may as well be taken from one of the hubs `also_at`; with a `pick_up` they
    are fetched there by a vehicle of `hub_id`. Nobody takes them before `ready_at_s`, and nobody hands them
    over before `earliest_at_s` (None: at any time). `skills` is what the hand-over needs.
    """

    order_id: OrderId
    hub_id: HubId
    parcels: tuple[Parcel, ...]
    drop_off: DropOffPlace
    placed_at_s: float
    deadline_s: float
    placed_by: str
    alternatives: tuple[DropOffPlace, ...] = ()
    ready_at_s: float | None = None
    earliest_at_s: float | None = None
    skills: tuple[Skill, ...] = ()
    also_at: tuple[HubId, ...] = ()
    pick_up: PickUpPlace | None = None

    @property
    def places(self) -> tuple[DropOffPlace, ...]:
        """Where it may go, the place that was asked for first, then what the customer also accepts."""
        return (self.drop_off, *self.alternatives)

    def __post_init__(self) -> None:
        if not self.parcels:
            raise ValueError("parcels: an order needs at least one")
        if self.deadline_s <= self.placed_at_s:
            raise ValueError("deadline_s: must be after placed_at_s")
        for name in ("ready_at_s", "earliest_at_s"):
            if (at_s := getattr(self, name)) is not None and at_s >= self.deadline_s:
                raise ValueError(f"{name}: must be before deadline_s")
        if len({self.hub_id, *self.also_at}) != 1 + len(self.also_at):
            raise ValueError("also_at: names a hub twice, or hub_id again")
        if self.also_at and self.pick_up is not None:
            raise ValueError("also_at: nothing lies at other hubs when it is fetched from pick_up")
        if self.pick_up is None and any(
            place.hub_id in (self.hub_id, *self.also_at) for place in self.places
        ):
            raise ValueError("drop_off: it lies at that hub already")
