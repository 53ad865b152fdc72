"""What a customer asked for, and the things to be carried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from geofences.path import Waypoint
from geofences.position import GeoPoint
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


@dataclass(frozen=True, slots=True)
class DropOffPlace:
    """The recipient's end: WGS84 position on the ground, kind, and an address for people.

    `locker_id` is set exactly when the kind is LOCKER.
    """

    position: GeoPoint
    kind: DropOffKind
    label: str
    locker_id: LockerId | None = None

    def __post_init__(self) -> None:
        if (self.kind is DropOffKind.LOCKER) != (self.locker_id is not None):
            raise ValueError("locker_id: needed for a locker, and only for a locker")


class ParcelSize(Enum):
    """Which compartments of a locker take a parcel: those of its size, and larger ones."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


SIZES = (ParcelSize.SMALL, ParcelSize.MEDIUM, ParcelSize.LARGE)
"""The smallest first."""


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
    """

    locker_id: LockerId
    name: str
    position: GeoPoint
    compartments: Compartments | None = None

    @property
    def drop_off(self) -> DropOffPlace:
        """The locker as a place to deliver to."""
        return DropOffPlace(self.position, DropOffKind.LOCKER, f"Locker, {self.name}", self.locker_id)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A thing to carry: mass in kilograms, more than 0; which compartment of a locker takes it."""

    parcel_id: ParcelId
    mass_kg: float
    size: ParcelSize = ParcelSize.MEDIUM

    def __post_init__(self) -> None:
        if not 0.0 < self.mass_kg < float("inf"):
            raise ValueError(f"mass_kg: {self.mass_kg} is not more than 0")


@dataclass(frozen=True, slots=True)
class Order:
    """One customer's wish: parcels, at least one, from a hub to one place, by `deadline_s`.

    Times are fleet time, UTC seconds. `placed_by` names the integrator or person. `alternatives` are other
    places that the customer accepts, the most welcome first: for when nobody can come to `drop_off`.
    """

    order_id: OrderId
    hub_id: HubId
    parcels: tuple[Parcel, ...]
    drop_off: DropOffPlace
    placed_at_s: float
    deadline_s: float
    placed_by: str
    alternatives: tuple[DropOffPlace, ...] = ()

    @property
    def places(self) -> tuple[DropOffPlace, ...]:
        """Where it may go, the place that was asked for first, then what the customer also accepts."""
        return (self.drop_off, *self.alternatives)

    def __post_init__(self) -> None:
        if not self.parcels:
            raise ValueError("parcels: an order needs at least one")
        if self.deadline_s <= self.placed_at_s:
            raise ValueError("deadline_s: must be after placed_at_s")
