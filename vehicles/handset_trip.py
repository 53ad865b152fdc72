"""What a courier has taken on, as their phone shows it: pure. A tap that cannot be gets a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geofences.position import GeoPoint
from vehicles.courier import Card
from vehicles.mission import Dock, DropOff, MissionId, ParcelId, VehiclePlan


@dataclass(frozen=True, slots=True)
class Here:
    """Where a phone is: WGS84, with the radius within which it holds that to be (68 %), metres.

    `heading_deg` is clockwise from north, of the movement at `speed_mps`.
    """

    position: GeoPoint
    accuracy_m: float
    speed_mps: float = 0.0
    heading_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A card on the phone, until fleet time `until_s`."""

    card_id: int
    card: Card
    until_s: float


@dataclass(frozen=True, slots=True)
class Trip:
    """The legs that were taken on, how many of them are over, and whether it has begun."""

    plan: VehiclePlan
    begun: bool = False
    legs_done: int = 0

    @property
    def mission_id(self) -> MissionId:
        """The mission that it is."""
        return self.plan.mission.mission_id

    @property
    def stops(self) -> tuple[tuple[int, DropOff], ...]:
        """Its hand-overs, each with the number of its leg."""
        legs = enumerate(self.plan.mission.legs)
        return tuple((n, leg) for n, leg in legs if isinstance(leg, DropOff))

    @property
    def left(self) -> tuple[tuple[int, DropOff], ...]:
        """The hand-overs still ahead."""
        return tuple((n, leg) for n, leg in self.stops if n >= self.legs_done)

    @property
    def arrived(self) -> bool:
        """Whether the courier stands where the next hand-over is."""
        legs = self.plan.mission.legs
        return self.begun and self.legs_done < len(legs) and isinstance(legs[self.legs_done], DropOff)

    def at_stop(self, parcel_id: ParcelId) -> Trip | str:
        """The trip once the courier stands where the parcel goes; a stop that is over stays over."""
        n = self._stop(parcel_id)
        if isinstance(n, str):
            return n
        if n > self.legs_done and self.left[0][0] != n:
            return f"{self.left[0][1].parcel_id} comes first."
        return replace(self, legs_done=max(n, self.legs_done))

    def past(self, parcel_id: ParcelId, *, handed_over: bool, holds: bool) -> Trip | str:
        """The trip with this hand-over behind it, whether or not it came about; `holds`: it is in the bag.

        What was said of it before may be said again, and not be changed.
        """
        n = self._stop(parcel_id)
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

    def _stop(self, parcel_id: ParcelId) -> int | str:
        if not self.begun:
            return "Your trip has not begun."
        found = [n for n, leg in self.stops if leg.parcel_id == parcel_id]
        return found[0] if found else f"{parcel_id} is not of your trip."
