"""What a courier has taken on, as their phone shows it: pure. A tap that cannot be gets a sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import takewhile

from geofences.position import GeoPoint
from vehicles.mission import Dock, DropOff, MissionId, ParcelId, PickUp, VehiclePlan


@dataclass(frozen=True, slots=True)
class Here:
    """Where a phone is: WGS84, with the radius within which it holds that to be (68 %), metres.

    `heading_deg` is clockwise from north, of the movement at `speed_mps`.
    """

    position: GeoPoint
    accuracy_m: float
    speed_mps: float = 0.0
    heading_deg: float = 0.0


Stop = PickUp | DropOff
"""Where a courier does something on the way: a parcel is fetched there, or handed over."""


@dataclass(frozen=True, slots=True)
class Trip:
    """The legs that were taken on, how many of them are over, and whether it has begun.

    `missed` are the parcels that it was to take and did not: there is nothing to hand over of them.
    """

    plan: VehiclePlan
    begun: bool = False
    legs_done: int = 0
    missed: tuple[ParcelId, ...] = ()

    @property
    def mission_id(self) -> MissionId:
        """The mission that it is."""
        return self.plan.mission.mission_id

    @property
    def loads(self) -> tuple[ParcelId, ...]:
        """What it takes along from the hub: not what came off it before it began."""
        return tuple(leg.parcel_id for leg in self.plan.mission.loads if leg.parcel_id not in self.missed)

    @property
    def stops(self) -> tuple[tuple[int, Stop], ...]:
        """What is done on the way, each with the number of its leg; not the hand-overs of what was missed."""
        mission = self.plan.mission
        loaded = len(mission.loads)
        return tuple(
            (n, leg)
            for n, leg in enumerate(mission.legs)
            if (isinstance(leg, PickUp) and n >= loaded)
            or (isinstance(leg, DropOff) and leg.parcel_id not in self.missed)
        )

    @property
    def left(self) -> tuple[tuple[int, Stop], ...]:
        """The stops still ahead."""
        return tuple((n, leg) for n, leg in self.stops if n >= self.legs_done)

    @property
    def carried(self) -> tuple[ParcelId, ...]:
        """What is handed over on it, in that order."""
        return tuple(leg.parcel_id for _, leg in self.stops if isinstance(leg, DropOff))

    def together(self, kind: type[Stop], of: Collection[ParcelId]) -> tuple[ParcelId, ...]:
        """Which `of` these one tap is about: those whose next stops, of this kind, follow upon each other.

        While others come first: those behind it, of which the same may be said again; else all.
        """
        mine = [(n, leg.parcel_id) for n, leg in self.stops if isinstance(leg, kind) and leg.parcel_id in of]
        now = takewhile(lambda stop: isinstance(stop[1], kind) and stop[1].parcel_id in of, self.left)
        behind = tuple(parcel_id for n, parcel_id in mine if n < self.legs_done)
        at_once = tuple(leg.parcel_id for _, leg in now)
        return at_once or behind or tuple(parcel_id for _, parcel_id in mine)

    @property
    def arrived(self) -> bool:
        """Whether the courier stands where the next stop is."""
        return self.begun and any(n == self.legs_done for n, _ in self.stops)

    def at_stop(self, parcel_id: ParcelId) -> Trip | str:
        """The trip once the courier stands at a parcel's next stop; a stop that is over stays over."""
        n = self._stop([n for n, leg in self.stops if leg.parcel_id == parcel_id], parcel_id)
        if isinstance(n, str):
            return n
        if n > self.legs_done and self.left[0][0] != n:
            return f"{self.left[0][1].parcel_id} comes first."
        return replace(self, legs_done=max(n, self.legs_done))

    def fetched(self, parcel_id: ParcelId, *, got: bool) -> Trip | str:
        """The trip with this pick-up behind it, whether or not the parcel was given.

        What was said of it before may be said again, and not be changed.
        """
        n = self._stop(self._legs(PickUp, parcel_id), parcel_id)
        if isinstance(n, str):
            return n
        if n < self.legs_done:
            said = parcel_id not in self.missed
            return (
                self
                if said is got
                else f"{parcel_id} is {'fetched' if said else 'left where it was'} already."
            )
        if n != self.left[0][0]:
            return f"{self.left[0][1].parcel_id} comes first."
        missed = self.missed if got else (*self.missed, parcel_id)
        return replace(self, legs_done=n + 1, missed=missed)

    def without(self, parcel_id: ParcelId) -> Trip:
        """The trip once there is nothing to hand over of a parcel."""
        return self if parcel_id in self.missed else replace(self, missed=(*self.missed, parcel_id))

    def not_inside(self, parcel_id: ParcelId) -> Trip | str:
        """The trip once a parcel was not behind the locker's door that was opened for it."""
        given = any(n < self.legs_done for n in self._legs(DropOff, parcel_id))
        if not self.begun or given or not self._legs(PickUp, parcel_id):
            return f"{parcel_id} is not of your trip any more."
        return self.without(parcel_id)

    def past(self, parcel_id: ParcelId, *, handed_over: bool, holds: bool) -> Trip | str:
        """The trip with this hand-over behind it, whether or not it came about; `holds`: it is in the bag.

        What was said of it before may be said again, and not be changed.
        """
        n = self._stop(self._legs(DropOff, parcel_id), parcel_id)
        if isinstance(n, str):
            return n
        if n < self.legs_done:
            if holds is handed_over:
                return f"{parcel_id} is {'kept, to go back to the hub' if holds else 'handed over'} already."
            return self
        if n != self.left[0][0]:
            return f"{self.left[0][1].parcel_id} comes first."
        return replace(self, legs_done=n + 1)

    def over(self) -> Trip:
        """The trip once the courier is back at the hub."""
        legs = self.plan.mission.legs
        dock = next(n for n, leg in enumerate(legs) if isinstance(leg, Dock))
        return replace(self, begun=False, legs_done=max(self.legs_done, dock + 1))

    def _legs(self, kind: type[Stop], parcel_id: ParcelId) -> list[int]:
        return [n for n, leg in self.stops if isinstance(leg, kind) and leg.parcel_id == parcel_id]

    def _stop(self, found: list[int], parcel_id: ParcelId) -> int | str:
        """The first of these legs that is ahead, else the last."""
        if not self.begun:
            return "Your trip has not begun."
        if not found:
            return f"{parcel_id} is not of your trip."
        return next((n for n in found if n >= self.legs_done), found[-1])
