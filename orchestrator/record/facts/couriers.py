"""Facts that a courier's phone brings: what proves a hand-over, what is the matter, who signs in as whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from orchestrator.orders.order import OrderId
from vehicles.mission import MissionId, ParcelId, VehicleId
from vehicles.telemetry import Shift


class Proof(Enum):
    """What shows that a parcel was handed over."""

    CODE = "code"
    """The recipient told the order's code."""

    PHOTO = "photo"
    """A picture of where it was left."""

    LOCKER = "locker"
    """It lies behind a locker's door."""

    COUNTER = "counter"
    """It lies on a hub's shelf, handed in over the counter."""


@dataclass(frozen=True, slots=True)
class HandOverProved:
    """`by` proves the hand-over of a parcel, a moment before the vehicle's own word that it is done.

    `photo_sha256` names the picture in hexadecimal digits, empty for other proofs. `age_checked`: they looked
    at a proof of the recipient's age.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId
    proof: Proof
    by: str
    photo_sha256: str = ""
    age_checked: bool = False


@dataclass(frozen=True, slots=True)
class HandCodeMistaken:
    """A courier showed a code for an order that is not its recipient's: after some, codes count no more."""

    vehicle_id: VehicleId
    order_id: OrderId
    by: str


@dataclass(frozen=True, slots=True)
class ShiftTold:
    """When a courier works, as `by` says: without a `shift` not at all, on a break not just now."""

    vehicle_id: VehicleId
    shift: Shift | None
    on_break: bool
    by: str


@dataclass(frozen=True, slots=True)
class BagTold:
    """What is in a courier's bag beside what is aboard by the books: taken before a trip, or brought back."""

    vehicle_id: VehicleId
    parcel_ids: tuple[ParcelId, ...]
    by: str


@dataclass(frozen=True, slots=True)
class CourierReported:
    """A courier says what is the matter, for people to help; empty: nothing any more."""

    vehicle_id: VehicleId
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class SignInGiven:
    """An operator made a link with which a courier signs in until `until_s` (UTC seconds)."""

    vehicle_id: VehicleId
    by: str
    until_s: float


CourierFact = CourierReported | SignInGiven | ShiftTold | BagTold | HandCodeMistaken
"""What is told of the person on a vehicle; a proof is a fact of its mission."""
