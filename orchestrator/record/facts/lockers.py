"""Facts about lockers and what lies in them."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.orders.order import HubId, Locker, LockerId
from vehicles.mission import ParcelId


@dataclass(frozen=True, slots=True)
class LockerOpened:
    """A locker with compartments of its own takes part from now on, or with others than before."""

    locker: Locker


@dataclass(frozen=True, slots=True)
class LockerClosed:
    """A locker takes part no more: the configuration has it no longer."""

    locker_id: LockerId


@dataclass(frozen=True, slots=True)
class ParcelCollected:
    """The recipient has taken a parcel out of its locker, as `by` says."""

    parcel_id: ParcelId
    by: str


@dataclass(frozen=True, slots=True)
class CompartmentEmpty:
    """A parcel was not in the compartment that was opened for it to be collected, as `by` says.

    That is somebody's word: who has the parcel is for people to find out.
    """

    parcel_id: ParcelId
    by: str


@dataclass(frozen=True, slots=True)
class LockerCodeMistaken:
    """Somebody typed a code at a locker that nothing lies there for, as `by` says.

    After some in a row it takes none, until somebody helps.
    """

    locker_id: LockerId
    by: str


@dataclass(frozen=True, slots=True)
class CollectionExpired:
    """Nobody has come for a parcel in a locker in good time: it is to be fetched back."""

    parcel_id: ParcelId


@dataclass(frozen=True, slots=True)
class ParcelRecovered:
    """A parcel that nobody came for was fetched out of its locker, and lies at its hub, as `by` says."""

    parcel_id: ParcelId
    hub_id: HubId
    by: str


LockerFact = (
    LockerOpened
    | LockerClosed
    | ParcelCollected
    | CollectionExpired
    | ParcelRecovered
    | LockerCodeMistaken
    | CompartmentEmpty
)
