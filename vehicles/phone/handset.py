"""A real courier's phone: what it shows and what was tapped on it; no network, whoever serves the page calls.

Three things make it up: the cards that are answered, the hours in which its rider works, and the ride that
they are at.
"""

from __future__ import annotations

from math import cos, radians, sin

from geofences.position import GeoPoint, distance_m
from geofences.reason import Because
from vehicles.clock import now_s
from vehicles.courier import Answer, Card, Errand, No, Offer, Said, Yes
from vehicles.mission import ParcelId, VehicleId
from vehicles.phone.cards import Cards
from vehicles.phone.hours import Hours
from vehicles.phone.ride import Ride
from vehicles.phone.trip import Here, Trip
from vehicles.telemetry import Break, Mode, Shift
from vehicles.vehicle import Resume, ShutDown

OFFER_S = 90.0
"""How long an offer stands before it counts as not answered, seconds."""

ERRAND_S = 45.0
"""How long any other card stands. Its session waits for it meanwhile, so it is short, and shown again."""

AT_HUB_M = 150.0
"""Between trips a courier so near the hub counts as standing at it: phones err by so much among houses."""


class Handset:
    """The `Phone` behind the courier's page. `home` is where the courier stands between trips.

    `rest` is the break that a shift has, counted from its beginning; one that ends earlier has none. What is
    tapped returns None when it counts, else a sentence that says why it does not.
    """

    def __init__(self, vehicle_id: VehicleId, home: GeoPoint, rest: Break | None = None) -> None:
        self._home = home
        self._here: Here | None = None
        self._heard_at_s: float | None = None
        self.vehicle_id = vehicle_id
        self.cards = Cards()
        self.hours = Hours(vehicle_id, rest)
        self.ride = Ride(self.cards)

    @property
    def said(self) -> Said | None:
        """Its last word. Who is not at work and on no trip has nothing to say, and is not missed."""
        ride, on_trip = self.ride, self.ride.on_trip
        heard_at_s = now_s() if self.hours.shift is None and not on_trip else self._heard_at_s
        if heard_at_s is None:
            return None
        rides = self._here if on_trip and ride.mode is not Mode.HOLD else None
        turn = radians(rides.heading_deg) if rides else 0.0
        return Said(
            heard_at_s=heard_at_s,
            position=self._position(on_trip=on_trip),
            north_mps=rides.speed_mps * cos(turn) if rides else 0.0,
            east_mps=rides.speed_mps * sin(turn) if rides else 0.0,
            heading_deg=rides.heading_deg if rides else 0.0,
            battery_frac=1.0,  # a pedelec does not tell, and its rider swaps the pack
            on_trip=on_trip,
            mode=ride.mode if on_trip else Mode.HOLD,
            mission_id=None if ride.trip is None else ride.trip.mission_id,
            stops_done=0 if ride.trip is None else ride.trip.legs_done,
            holds=ride.holds,
            shift=self.hours.working,
            pause="" if on_trip else self.hours.pause,
            words=ride.words,
        )

    def _position(self, *, on_trip: bool) -> GeoPoint:
        """The phone's own, or by what was tapped last; at the hub where it is about there."""
        if self._here is not None:
            near = distance_m(self._here.position, self._home) <= AT_HUB_M
            return self._home if near and not on_trip else self._here.position
        trip = self.ride.trip
        done = [leg for n, leg in trip.stops if n <= trip.legs_done] if trip else []
        return done[-1].at.position if done and on_trip else self._home

    async def show(self, card: Card) -> Answer | None:
        """Show a card until it is answered; None when nobody did in good time."""
        known = self._known(card)
        if known is not None:
            return known
        return await self.cards.show(card, OFFER_S if isinstance(card, Offer) else ERRAND_S)

    def _known(self, card: Card) -> Answer | None:
        """What was answered before it was asked: before a restart, by going on with a change, by a break."""
        trip, pause = self.ride.trip, self.hours.pause
        match card:
            case Offer(plan) if trip is not None and trip.mission_id == plan.mission.mission_id:
                return Yes()
            case Offer() if pause and not self.ride.on_trip:
                return No(Because.DECLINED, pause)
            case Errand(Resume()) if self.ride.goes_on():
                return Yes()
            case _:
                return None

    def take_up(
        self, trip: Trip | None, holds: tuple[ParcelId, ...], shift: Shift | None, *, on_break: bool
    ) -> None:
        """Go on, after a restart, from what the record has; the phone is yet to call."""
        self.ride.take_up(trip, holds)
        self.hours.take_up(shift, on_break=on_break)

    def called(self, here: Here | None) -> None:
        """The phone called in, with where it is, if it knows."""
        self._heard_at_s = now_s()
        self._here = here if here is not None else self._here

    def begin_shift(self, until_s: float) -> str | None:
        """The courier works from now until fleet time `until_s`."""
        why_not = self.hours.begin(until_s)
        if why_not is None:
            self._heard_at_s = now_s()
        return why_not

    def end_shift(self) -> str | None:
        """The courier goes home; not with a trip, or parcels, still to be brought."""
        if self.ride.on_trip or self.ride.holds:
            return "Finish your trip first, and hand in what you carry."
        self._here = None
        self.ride.forget()
        self.hours.end()
        return None

    def answer(self, card_id: int, answer: Answer) -> str | None:
        """Yes or no to the card that is shown; the first one counts."""
        card = self.cards.answer(card_id, answer)
        if isinstance(card, str):
            return card
        if isinstance(answer, Yes) and card is not None:
            self._do(card)
        return None

    def _do(self, card: Card) -> None:
        match card:
            case Offer(plan):
                self.ride.take_on(plan)
            case Errand(command):
                self.ride.do(command)
                if command == ShutDown():
                    self._here = None

    def back(self) -> str | None:
        """Back at the hub: the trip is over, what is asked with it; what is left in the bag is handed in."""
        if not self.ride.on_trip:
            return None
        here = self._here
        away_m = 0.0 if here is None else distance_m(here.position, self._home) - here.accuracy_m
        why_not = self.ride.not_back(away_m)
        if why_not is not None:
            return why_not
        self.ride.end()
        self._here = None
        over = self.cards.asks(Errand(ShutDown()))
        self.cards.clear(Yes() if over else No(Because.BUSY, f"{self.vehicle_id} is back at the hub."))
        return None
