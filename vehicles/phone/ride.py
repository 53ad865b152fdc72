"""What a courier is at, by their phone: the trip, how far it has come, and what is in the bag.

People tap things again when the link was away for a while, so every tap is harmless a second time: what is
done already is done. Taps return None when they count, else a sentence that says why they do not.
"""

from __future__ import annotations

from dataclasses import replace

from vehicles.courier import Errand, Yes
from vehicles.mission import ParcelId, PickUp, VehiclePlan
from vehicles.phone.cards import Cards
from vehicles.phone.trip import Trip
from vehicles.telemetry import Mode
from vehicles.vehicle import Command, Grip, Hold, Land, LetGo, Resume, Return, ShutDown, Start

FAR_M = 500.0
"""Further away than this nobody is believed to be back at the hub."""


class Ride:
    """`words` is what was said last of a stop that came to nothing. A tap may answer one of the `cards`."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self._goes_on = False
        self.trip: Trip | None = None
        self.mode = Mode.HOLD
        self.holds: tuple[ParcelId, ...] = ()
        self.words: tuple[str, ...] = ()

    @property
    def on_trip(self) -> bool:
        """Whether a trip has begun, and is not over."""
        return self.trip is not None and self.trip.begun

    def take_up(self, trip: Trip | None, holds: tuple[ParcelId, ...]) -> None:
        """Go on, after a restart, with what the record has."""
        self.trip, self.holds = trip, holds
        self.mode = Mode.MISSION if self.on_trip else Mode.HOLD

    def take_on(self, plan: VehiclePlan) -> None:
        """A trip; on one that has begun, another way for the rest of it."""
        self._goes_on = self.on_trip
        self.trip, self.words = Trip(plan, begun=self._goes_on), ()

    def goes_on(self) -> bool:
        """Whether the rider has gone on with another way already, before being asked to."""
        goes_on, self._goes_on = self._goes_on, False
        self.mode = Mode.MISSION if goes_on else self.mode
        return goes_on

    def forget(self) -> None:
        """A trip that came to nothing, or is over, leaves the phone; the bag stays as it is."""
        self.trip = None

    def do(self, command: Command) -> None:
        """What was asked is done."""
        match command:
            case Grip(parcel_id):
                self.holds = (*self.holds, parcel_id)
            case LetGo(parcel_id):
                self.holds = tuple(one for one in self.holds if parcel_id not in (None, one))
                self.words = ()
            case Start() | Resume():
                self.mode = Mode.MISSION
                self.trip = None if self.trip is None else replace(self.trip, begun=True)
            case Hold() | Land():
                self.mode = Mode.HOLD
            case Return():
                self.mode = Mode.RETURN
            case ShutDown():
                self.end()

    def took(self, parcel_id: ParcelId) -> str | None:
        """A parcel of the trip is in the bag."""
        if self.trip is None or parcel_id not in self.trip.loads:
            return f"{parcel_id} is not of your trip."
        if self.trip.begun or parcel_id in self.holds:
            return None
        self.holds = (*self.holds, parcel_id)
        if self._cards.asks(Errand(Grip(parcel_id))):
            self._cards.settle(Yes())
        return None

    def leave(self, parcel_id: ParcelId) -> None:
        """It is not to be taken along any more; what is in the bag of it is asked for."""
        if self.trip is None or parcel_id not in self.trip.loads:
            return
        self.trip = self.trip.without(parcel_id)
        if self._cards.asks(Errand(Grip(parcel_id))):
            self._cards.settle(None)

    def arrived(self, parcel_id: ParcelId) -> str | None:
        """The courier stands where a parcel is to be fetched or handed over."""
        return self._go_on(None if self.trip is None else self.trip.at_stop(parcel_id), ())

    def fetched(self, parcel_id: ParcelId) -> str | None:
        """It is in the bag, from where it was to be fetched."""
        before = self.trip
        why_not = self._go_on(before and before.fetched(parcel_id, got=True), ())
        if why_not is None and self.trip != before and parcel_id not in self.holds:
            self.holds = (*self.holds, parcel_id)
        return why_not

    def missed(self, parcel_id: ParcelId, why: str) -> str | None:
        """It was not given where it was to be fetched; the trip goes on without it."""
        return self._go_on(self.trip and self.trip.fetched(parcel_id, got=False), (why,))

    def not_inside(self, parcel_id: ParcelId) -> str | None:
        """It was not behind a locker's door, which told before that it was taken out."""
        why_not = self._go_on(self.trip and self.trip.not_inside(parcel_id), ())
        if why_not is None:
            self._let_go(parcel_id)
        return why_not

    def handed_over(self, parcel_id: ParcelId) -> str | None:
        """It left the bag at its stop."""
        held = parcel_id in self.holds
        why_not = self._go_on(self.trip and self.trip.past(parcel_id, handed_over=True, holds=held), ())
        if why_not is None:
            self._let_go(parcel_id)
        return why_not

    def kept(self, parcel_id: ParcelId, why: str) -> str | None:
        """It stays in the bag and comes back to the hub."""
        held = parcel_id in self.holds
        return self._go_on(self.trip and self.trip.past(parcel_id, handed_over=False, holds=held), (why,))

    def _let_go(self, parcel_id: ParcelId) -> None:
        self.holds = tuple(one for one in self.holds if one != parcel_id)

    def _go_on(self, trip: Trip | str | None, words: tuple[str, ...]) -> str | None:
        if trip is None or isinstance(trip, str):
            return trip or "You are on no trip."
        if trip != self.trip:
            self.trip, self.words = trip, words
        return None

    def not_back(self, away_m: float) -> str | None:
        """Why the trip is not over yet, for who says so at `away_m` metres from the hub; None when it is."""
        trip = self.trip
        if trip is not None and self.mode is Mode.MISSION and trip.left:
            stop = trip.left[0][1]
            return f"{stop.parcel_id} is still to be {'fetched' if isinstance(stop, PickUp) else 'brought'}."
        return f"Your phone is {away_m / 1000.0:.1f} km from the hub." if away_m > FAR_M else None

    def end(self) -> None:
        """Standing at the hub. What is left in the bag is asked for once the books have it on the shelf."""
        if self.trip is not None:
            self.trip = self.trip.over()
        self.mode = Mode.HOLD
