"""A real courier's phone: what it shows and what was tapped on it; no network, whoever serves the page calls.

People tap things again when the link was away for a while, so every tap is harmless a second time: what is
done already is done. A tap that cannot be is answered with a sentence.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from math import cos, radians, sin

from geofences.position import GeoPoint, distance_m
from geofences.reason import Because
from vehicles.clock import now_s
from vehicles.courier import Ask, Card, No, Offer, Said, Tap, Yes
from vehicles.handset_trip import Here, Shown, Trip
from vehicles.mission import ParcelId, VehicleId
from vehicles.telemetry import Mode, Shift
from vehicles.vehicle import Grip, Hold, Land, LetGo, Resume, Return, ShutDown, Start

OFFER_S = 90.0
"""How long an offer stands before it counts as not answered, seconds."""

ASK_S = 45.0
"""How long any other card stands. Its session waits for it meanwhile, so it is short, and shown again."""

AT_HUB_M = 150.0
"""Between trips a courier so near the hub counts as standing at it: phones err by so much among houses."""

FAR_M = 500.0
"""Further away than this nobody is believed to be back at the hub."""


class Handset:
    """The `Phone` behind the courier's page. `home` is where the courier stands between trips.

    Taps return None when they count, else a sentence that says why they do not.
    """

    def __init__(self, vehicle_id: VehicleId, home: GeoPoint) -> None:
        self._vehicle_id = vehicle_id
        self._home = home
        self._last_card = 0
        self._tapped: asyncio.Future[Tap | None] | None = None
        self._here: Here | None = None
        self._heard_at_s: float | None = None
        self._words: tuple[str, ...] = ()
        self._goes_on = False
        self._break = False
        self.shown: Shown | None = None
        self.trip: Trip | None = None
        self.mode = Mode.HOLD
        self.holds: tuple[ParcelId, ...] = ()
        self.shift: Shift | None = None

    @property
    def pause(self) -> str:
        """Why the courier takes no trip just now; empty while they do."""
        if self.shift is None:
            return f"{self._vehicle_id} has not begun a shift."
        if now_s() >= self.shift.until_s:
            return f"The shift of {self._vehicle_id} is over."
        return f"{self._vehicle_id} is on a break." if self._break else ""

    @property
    def said(self) -> Said | None:
        """Its last word. Who is not at work and on no trip has nothing to say, and is not missed."""
        on_trip = self.trip is not None and self.trip.begun
        heard_at_s = now_s() if self.shift is None and not on_trip else self._heard_at_s
        if heard_at_s is None:
            return None
        rides = self._here if on_trip and self.mode is not Mode.HOLD else None
        turn = radians(rides.heading_deg) if rides else 0.0
        return Said(
            heard_at_s=heard_at_s,
            position=self._position(on_trip=on_trip),
            north_mps=rides.speed_mps * cos(turn) if rides else 0.0,
            east_mps=rides.speed_mps * sin(turn) if rides else 0.0,
            heading_deg=rides.heading_deg if rides else 0.0,
            battery_frac=1.0,  # a pedelec does not tell, and its rider swaps the pack
            on_trip=on_trip,
            mode=self.mode if on_trip else Mode.HOLD,
            mission_id=None if self.trip is None else self.trip.mission_id,
            stops_done=0 if self.trip is None else self.trip.legs_done,
            holds=self.holds,
            shift=self.shift,
            pause="" if on_trip else self.pause,
            words=self._words,
        )

    def _position(self, *, on_trip: bool) -> GeoPoint:
        """The phone's own, or by what was tapped last; at the hub where it is about there."""
        if self._here is not None:
            near = distance_m(self._here.position, self._home) <= AT_HUB_M
            return self._home if near and not on_trip else self._here.position
        done = [leg for n, leg in self.trip.stops if n <= self.trip.legs_done] if self.trip else []
        return done[-1].at.position if done and on_trip else self._home

    async def show(self, card: Card) -> Tap | None:
        """Show a card until it is tapped; None when nobody did in good time."""
        known = self._known(card)
        if known is not None:
            return known
        for_s = OFFER_S if isinstance(card, Offer) else ASK_S
        self._tapped = asyncio.get_running_loop().create_future()
        self.shown = Shown(self._next_card(), card, now_s() + for_s)
        try:
            async with asyncio.timeout(for_s):
                return await self._tapped
        except TimeoutError:
            return None
        finally:
            self.shown = self._tapped = None

    def _next_card(self) -> int:
        """Never a number from before a restart: a yes that is sent again would answer another question."""
        self._last_card = max(self._last_card + 1, int(now_s()))
        return self._last_card

    def _known(self, card: Card) -> Tap | None:
        """What was answered before it was asked: before a restart, by going on with a change, by a break."""
        match card:
            case Offer(plan) if self.trip is not None and self.trip.mission_id == plan.mission.mission_id:
                return Yes()
            case Offer() if self.pause and not (self.trip and self.trip.begun):
                return No(Because.DECLINED, self.pause)
            case Ask(Resume()) if self._goes_on:
                self._goes_on = False
                self.mode = Mode.MISSION
                return Yes()
            case _:
                return None

    def take_up(self, trip: Trip, holds: tuple[ParcelId, ...], shift: Shift) -> None:
        """Go on, after a restart, from what the record has of the trip; the phone is yet to call."""
        self.trip, self.holds, self.shift = trip, holds, shift
        self.mode = Mode.MISSION if trip.begun else Mode.HOLD

    def called(self, here: Here | None) -> None:
        """The phone called in, with where it is, if it knows."""
        self._heard_at_s = now_s()
        self._here = here if here is not None else self._here

    def drop_card(self) -> None:
        """Take back a card that is no longer meant: it counts as not answered."""
        self._tap(None)

    def forget_trip(self) -> None:
        """A trip that came to nothing, or is over, leaves the phone; the bag stays as it is."""
        self.trip = None

    def begin_shift(self, until_s: float) -> str | None:
        """The courier works from now until fleet time `until_s`; told again, it moves the end."""
        if until_s <= now_s():
            return "A shift ends in the future."
        self.shift = Shift(now_s() if self.shift is None else self.shift.from_s, until_s)
        self._break = False
        self._heard_at_s = now_s()
        return None

    def take_break(self) -> str | None:
        """No offers for now; a trip that has begun is finished first."""
        if self.shift is None:
            return "Your shift has not begun."
        self._break = True
        return None

    def end_shift(self) -> str | None:
        """The courier goes home; not with a trip, or parcels, still to be brought."""
        if (self.trip is not None and self.trip.begun) or self.holds:
            return "Finish your trip first, and hand in what you carry."
        self.shift, self.trip, self._here, self._break = None, None, None, False
        return None

    def answer(self, card_id: int, tap: Tap) -> str | None:
        """Yes or no to the card that is shown; the first one counts."""
        if self.shown is None or self.shown.card_id != card_id:
            return "This is no longer asked of you."
        if self._tapped is not None and self._tapped.done():
            return None if self._tapped.result() == tap else "You have answered this already."
        if isinstance(tap, Yes):
            self._do(self.shown.card)
        self._tap(tap)
        return None

    def _tap(self, tap: Tap | None) -> None:
        if self._tapped is not None and not self._tapped.done():
            self._tapped.set_result(tap)

    def _do(self, card: Card) -> None:
        match card:
            case Offer(plan):
                self._goes_on = self.trip is not None and self.trip.begun
                self.trip = Trip(plan, begun=self._goes_on)
                self._words = ()
            case Ask(Grip(parcel_id)):
                self.holds = (*self.holds, parcel_id)
            case Ask(LetGo()):
                self.holds, self._words = (), ()
            case Ask(Start() | Resume()):
                self.mode = Mode.MISSION
                self.trip = None if self.trip is None else replace(self.trip, begun=True)
            case Ask(Hold() | Land()):
                self.mode = Mode.HOLD
            case Ask(Return()):
                self.mode = Mode.RETURN
            case Ask(ShutDown()):
                self._end()

    def took(self, parcel_id: ParcelId) -> str | None:
        """A parcel of the trip is in the bag."""
        if self.trip is None or parcel_id not in {leg.parcel_id for _, leg in self.trip.stops}:
            return f"{parcel_id} is not of your trip."
        if self.trip.begun or parcel_id in self.holds:
            return None
        self.holds = (*self.holds, parcel_id)
        if self.shown is not None and self.shown.card == Ask(Grip(parcel_id)):
            self._tap(Yes())
        return None

    def arrived(self, parcel_id: ParcelId) -> str | None:
        """The courier stands where a parcel is to be handed over."""
        return self._go_on(None if self.trip is None else self.trip.at_stop(parcel_id), ())

    def handed_over(self, parcel_id: ParcelId) -> str | None:
        """It left the bag at its stop."""
        held = parcel_id in self.holds
        trip = self.trip and self.trip.past(parcel_id, handed_over=True, holds=held)
        why_not = self._go_on(trip, ())
        if why_not is None:
            self.holds = tuple(one for one in self.holds if one != parcel_id)
        return why_not

    def kept(self, parcel_id: ParcelId, why: str) -> str | None:
        """It stays in the bag and comes back to the hub."""
        held = parcel_id in self.holds
        return self._go_on(self.trip and self.trip.past(parcel_id, handed_over=False, holds=held), (why,))

    def _go_on(self, trip: Trip | str | None, words: tuple[str, ...]) -> str | None:
        if trip is None or isinstance(trip, str):
            return trip or "You are on no trip."
        if trip != self.trip:
            self.trip, self._words = trip, words
        return None

    def back(self) -> str | None:
        """Back at the hub: the trip is over, and what is left in the bag is handed in."""
        trip, here = self.trip, self._here
        if trip is None or not trip.begun:
            return None
        if self.mode is Mode.MISSION and trip.left:
            return f"{trip.left[0][1].parcel_id} is still to be brought."
        away_m = 0.0 if here is None else distance_m(here.position, self._home) - here.accuracy_m
        if away_m > FAR_M:
            return f"Your phone is {away_m / 1000.0:.1f} km from the hub."
        self._end()
        if self.shown is not None and self.shown.card == Ask(ShutDown()):
            self._tap(Yes())
        return None

    def _end(self) -> None:
        """Standing at the hub. What is left in the bag is asked for once the books have it on the shelf."""
        if self.trip is not None:
            self.trip = self.trip.over()
        self._here, self.mode = None, Mode.HOLD
