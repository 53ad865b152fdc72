"""Facts that a courier's phone brings: what proves a hand-over, what is the matter, who signs in as whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from vehicles.mission import MissionId, ParcelId, VehicleId


class Proof(Enum):
    """What shows that a parcel was handed over."""

    CODE = "code"
    """The recipient told the order's code."""

    PHOTO = "photo"
    """A picture of where it was left."""

    LOCKER = "locker"
    """It lies behind a locker's door."""


@dataclass(frozen=True, slots=True)
class HandOverProved:
    """`by` proves the hand-over of a parcel, a moment before the vehicle's own word that it is done.

    `photo_sha256` names the picture in hexadecimal digits, empty for other proofs.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId
    proof: Proof
    by: str
    photo_sha256: str = ""


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
