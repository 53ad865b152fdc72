"""Independent books of what lies in lockers, from entries alone: no code shared with `apply_lockers`."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestrator.orders.order import DropOffPlace, HubId, Locker, LockerId, Order
from orchestrator.record.events import MissionPlanned
from vehicles.cargo import ParcelSize
from vehicles.mission import ParcelId

_RANK = {ParcelSize.SMALL: 0, ParcelSize.MEDIUM: 1, ParcelSize.LARGE: 2}


@dataclass(slots=True)
class LockerBooks:
    """For each locker that is counted, what was put in and not taken out; and where everything goes."""

    broken: list[str] = field(default_factory=list)
    room: dict[LockerId, tuple[int, int, int]] = field(default_factory=dict)
    inside: dict[LockerId, set[ParcelId]] = field(default_factory=dict)
    size_of: dict[ParcelId, int] = field(default_factory=dict)
    goes_to: dict[ParcelId, DropOffPlace] = field(default_factory=dict)
    asked_to: dict[ParcelId, DropOffPlace] = field(default_factory=dict)

    def open(self, said: str, locker: Locker) -> None:
        """A locker with so many compartments."""
        has = locker.compartments
        self.room[locker.locker_id] = (0, 0, 0) if has is None else (has.small, has.medium, has.large)
        self._count(said, locker.locker_id)

    def expect(self, said: str, order: Order) -> None:
        """Where an order's parcels go, how large they are, and in which locker they wait to be fetched."""
        for parcel in order.parcels:
            self.size_of[parcel.parcel_id] = _RANK[parcel.size]
            self.asked_to[parcel.parcel_id] = self.goes_to[parcel.parcel_id] = order.drop_off
            if order.pick_up is not None and order.pick_up.locker_id is not None:
                self._lay(said, order.pick_up.locker_id, parcel.parcel_id)

    def is_for(self, parcel_id: ParcelId, hub_id: HubId) -> bool:
        """Whether a parcel is to be brought to this hub."""
        return parcel_id in self.goes_to and self.goes_to[parcel_id].hub_id == hub_id

    def choose(self, parcel_id: ParcelId, place: DropOffPlace) -> None:
        """Somebody would have a parcel go there."""
        self.asked_to[parcel_id] = self.goes_to[parcel_id] = place

    def divert(self, planned: MissionPlanned) -> None:
        """A mission brings its parcels where they were asked for, but for those it diverts."""
        for parcel_id in planned.parcel_ids:
            if parcel_id in self.asked_to:
                self.goes_to[parcel_id] = self.asked_to[parcel_id]
        for one in planned.diversions:
            self.goes_to[one.parcel_id] = one.place

    def put_in(self, said: str, parcel_id: ParcelId) -> None:
        """Handed over: into a locker, if that is where it goes."""
        place = self.goes_to.get(parcel_id)
        if place is not None and place.locker_id is not None:
            self._lay(said, place.locker_id, parcel_id)

    def _lay(self, said: str, locker_id: LockerId, parcel_id: ParcelId) -> None:
        self.inside.setdefault(locker_id, set()).add(parcel_id)
        self._count(said, locker_id)

    def fetch(self, parcel_id: ParcelId) -> None:
        """Taken by a vehicle, out of a locker or from wherever it was."""
        for held in self.inside.values():
            held.discard(parcel_id)

    def take_out(self, said: str, parcel_id: ParcelId) -> None:
        """Collected, also over a hub's counter, or fetched back."""
        holders = [locker_id for locker_id, held in self.inside.items() if parcel_id in held]
        at_counter = parcel_id in self.goes_to and self.goes_to[parcel_id].hub_id is not None
        if not holders and not at_counter:
            self.broken.append(f"{said} {parcel_id} was taken out of a locker that does not hold it")
        for locker_id in holders:
            self.inside[locker_id].discard(parcel_id)

    def _count(self, said: str, locker_id: LockerId) -> None:
        """However they are laid out: those that need a size or a larger one have as many compartments."""
        if locker_id not in self.room:
            return
        held = [self.size_of.get(one, 0) for one in self.inside.get(locker_id, ())]
        for rank in range(3):
            if sum(size >= rank for size in held) > sum(self.room[locker_id][rank:]):
                self.broken.append(f"{said} {locker_id} holds more parcels than it has compartments for")
                return
