"""Room in a locker: which compartments are taken, which are promised, and whether one more parcel fits. Pure.

A parcel goes into the smallest free compartment that takes it; a larger one takes what a smaller one does. So
what is promised fits exactly when, for each size, no more parcels need that size or a larger one than there
are free compartments of it or larger (Hall's theorem for nested choices).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geofences.reason import Because, Reason
from orchestrator.orders.order import Locker
from vehicles.cargo import SIZES, ParcelSize

COLLECT_WITHIN_S = 24 * 3600.0
"""How long a parcel may wait in a locker for its recipient; then it is fetched back."""


MOST_WRONG_CODES = 10
"""After so many in a row a locker takes no code, until a parcel is said to have been taken out of it."""


@dataclass(frozen=True, slots=True)
class LockerRoom:
    """A locker, the compartments in it that are taken, and the parcels that are promised one, by size."""

    locker: Locker
    taken: tuple[ParcelSize, ...] = ()
    promised: tuple[ParcelSize, ...] = ()

    def free(self, size: ParcelSize) -> int:
        """How many compartments of exactly this size hold nothing; what is promised lies in none yet."""
        had = 0 if self.locker.compartments is None else self.locker.compartments.of(size)
        return had - self.taken.count(size)

    def compartment(self, parcel: ParcelSize) -> ParcelSize | None:
        """The smallest free compartment that takes the parcel; None when all are taken."""
        return next((size for size in _from(parcel) if self.free(size) > 0), None)

    def holding(self, parcel: ParcelSize) -> tuple[ParcelSize, LockerRoom] | None:
        """The compartment of one more parcel, and the room then; None when that breaks a promise."""
        size = self.compartment(parcel)
        if size is None:
            return None
        after = replace(self, taken=(*self.taken, size))
        return (size, after) if after.keeps else None

    def promising(self, parcel: ParcelSize) -> LockerRoom | None:
        """The room once one more parcel is promised a compartment; None when it cannot be kept."""
        if self.locker.compartments is None:
            return self
        after = replace(self, promised=(*self.promised, parcel))
        return after if after.keeps else None

    @property
    def keeps(self) -> bool:
        """Whether there is a compartment for everything that is promised one."""
        return all(
            sum(self.promised.count(size) for size in _from(least))
            <= sum(max(0, self.free(size)) for size in _from(least))
            for least in SIZES
        )

    def full(self, parcel: ParcelSize) -> Reason:
        """That there is no room for such a parcel, in words."""
        locker, had = self.locker, self.locker.compartments
        count = 0 if had is None else sum(had.of(size) for size in _from(parcel))
        inside = sum(size in _from(parcel) for size in self.taken)
        fitting = "1 compartment" if count == 1 else f"{count} compartments"
        coming = f", {len(self.promised)} more on the way" if self.promised else ""
        text = f"No room in {locker.name}: {fitting} for a {parcel.value} parcel, {inside} taken{coming}."
        return Reason(Because.LOCKER, locker.locker_id, text)


def _from(least: ParcelSize) -> Sequence[ParcelSize]:
    """A size and all larger ones, the smallest first."""
    return SIZES[SIZES.index(least) :]
