"""Simulated couriers: people with moods, hours and luck, all of it from one seed.

A trip is worked out when it begins: the same ways and stops as planned, each ridden or done in a time of
its own (log-normal about the plan). Where somebody is at any instant is then a look-up, so that a courier
costs the simulation nothing while riding.
"""

from __future__ import annotations

import asyncio
import math
from bisect import bisect_right
from dataclasses import replace
from random import Random

from geofences.path import TimedPoint
from geofences.position import GeoPoint, distance_m
from geofences.reason import Because
from sitl.courier_trip import ORDINARY, Manner, Trip, trip_of
from vehicles.clock import iso, now_s
from vehicles.courier import Answer, Card, Errand, No, Offer, Said, Yes
from vehicles.mission import DropOff, ParcelId, PickUp, VehicleId, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Break, Mode, Shift
from vehicles.vehicle import Command, Grip, Hold, Land, LetGo, Resume, Return, ShutDown, Start

_TAP_S = (1.0, 4.0)
_THINKS_S = (2.0, 9.0)
_SWAPS_BELOW_FRAC = 0.55
_SWAP_S = 240.0


class SimulatedPhone:
    """The phone of one simulated courier who stands at `home`. `breaks` and `shift` are fleet times."""

    def __init__(
        self,
        vehicle_id: VehicleId,
        profile: VehicleProfile,
        home: GeoPoint,
        seed: int,
        *,
        shift: Shift | None = None,
        breaks: tuple[Shift, ...] = (),
        manner: Manner = ORDINARY,
    ) -> None:
        self._vehicle_id = vehicle_id
        self._profile = profile
        self._home = home
        self._rng = Random(seed)  # noqa: S311 - chance for a simulation, not a secret
        self._shift = shift
        self._breaks = breaks
        self._manner = manner
        self._plan: VehiclePlan | None = None
        self._trip: Trip | None = None
        self._held_at_s: float | None = None
        self._mode = Mode.HOLD
        self._bag: tuple[ParcelId, ...] = ()
        self._battery_frac = 1.0
        self._charged_at_s: float | None = None
        self._place = home
        self._legs_over = 0

    @property
    def said(self) -> Said:
        """Where the courier is and what they are at, now."""
        at_s = now_s()
        self._pass(at_s)
        position, north_mps, east_mps = self._motion(at_s)
        heading_deg = math.degrees(math.atan2(east_mps, north_mps)) % 360.0
        return Said(
            heard_at_s=at_s,
            position=position,
            north_mps=north_mps,
            east_mps=east_mps,
            heading_deg=heading_deg,
            battery_frac=self._battery_left_frac(at_s),
            on_trip=self._trip is not None,
            mode=self._mode if self._trip is not None else Mode.HOLD,
            mission_id=None if self._plan is None else self._plan.mission.mission_id,
            stops_done=self._legs_done(at_s),
            holds=self._bag,
            shift=self._span(at_s),
            pause=self._pause(at_s),
        )

    async def show(self, card: Card) -> Answer | None:
        """Read, think, tap."""
        low_s, high_s = _THINKS_S if isinstance(card, Offer) else _TAP_S
        await asyncio.sleep(self._rng.uniform(low_s, high_s))
        self._pass(now_s())
        return self._consider(card.plan) if isinstance(card, Offer) else self._do(card)

    def _consider(self, plan: VehiclePlan) -> Answer:
        """Another way is taken as it comes; a trip may be declined."""
        if self._trip is None:
            pause = self._pause(now_s())
            if pause:
                return No(Because.DECLINED, pause)
            if self._rng.random() < self._manner.declines_frac:
                return No(Because.DECLINED, f"{self._vehicle_id} does not want this trip.")
            self._legs_over = 0
        self._plan = plan
        return Yes()

    def _do(self, card: Errand) -> Answer:
        command: Command = card.command
        match command:
            case Grip(parcel_id):
                self._bag = (*self._bag, parcel_id)
            case LetGo(parcel_id):
                self._bag = tuple(one for one in self._bag if parcel_id not in (None, one))
            case Start():
                if self._plan is None:
                    return No(Because.INPUT, "There is no trip on the phone.")
                self._set_out(self._plan)
            case Resume():
                self._go_on()
            case Hold() | Land():
                self._stop()
            case Return():
                self._stop()
                self._go_straight_home()
                self._mode = Mode.RETURN
            case ShutDown():
                self._arrive(now_s())
        return Yes()

    def _set_out(self, plan: VehiclePlan) -> None:
        self._trip = self._as_it_will_go(plan)
        self._held_at_s = None
        self._mode = Mode.MISSION

    def _stop(self) -> None:
        if self._trip is not None and self._held_at_s is None:
            self._place = self._motion(now_s())[0]
            self._held_at_s = now_s()
            self._mode = Mode.HOLD

    def _go_on(self) -> None:
        """With the trip that was held, or along the other way that was shown meanwhile."""
        if self._trip is None or self._held_at_s is None:
            return
        if self._plan is not None and self._plan.mission.mission_id != self._trip.mission_id:
            self._trip = self._as_it_will_go(self._plan)
        else:
            self._trip = self._trip.later(now_s() - self._held_at_s)
        self._held_at_s = None
        self._mode = Mode.MISSION

    def _go_straight_home(self) -> None:
        if self._trip is None:
            return
        here = TimedPoint(replace(self._trip.points[0].waypoint, position=self._place), now_s())
        ride_s = 1.3 * distance_m(self._place, self._home) / self._profile.cruise_mps
        there = TimedPoint(replace(here.waypoint, position=self._home), now_s() + ride_s)
        legs_done = self._legs_over = self._legs_done(now_s())
        ends = (*self._trip.ends_at_s[:legs_done], *(there.at_s for _ in self._trip.legs[legs_done:]))
        missed = frozenset(leg.parcel_id for leg in self._trip.fetches) - frozenset(self._bag)
        self._trip = replace(
            self._trip, points=(here, there), ends_at_s=ends, kept=frozenset(self._bag), missed=missed
        )
        self._held_at_s = None

    def _as_it_will_go(self, plan: VehiclePlan) -> Trip:
        return trip_of(plan.mission, self._profile, self._manner, self._rng, now_s())

    def _pass(self, at_s: float) -> None:
        """What has come about by now: parcels handed over, the trip ended, the battery swapped."""
        if self._trip is None or self._held_at_s is not None:
            return
        for leg, end_s in zip(self._trip.legs, self._trip.ends_at_s, strict=True):
            if end_s > at_s:
                break
            if isinstance(leg, DropOff) and leg.parcel_id not in self._trip.kept:
                self._bag = tuple(parcel_id for parcel_id in self._bag if parcel_id != leg.parcel_id)
            if isinstance(leg, PickUp) and leg in self._trip.fetches:
                room = len(self._bag) < self._profile.compartments
                given = room and leg.parcel_id not in (*self._bag, *self._trip.missed)
                self._bag = (*self._bag, leg.parcel_id) if given else self._bag
        if at_s >= self._trip.ends_at_s[-1]:
            self._arrive(self._trip.ends_at_s[-1])

    def _arrive(self, at_s: float) -> None:
        if self._trip is None:
            return
        self._battery_frac = max(0.0, self._battery_frac - self._trip.energy_wh / self._profile.battery_wh)
        self._charged_at_s = at_s + _SWAP_S if self._battery_frac < _SWAPS_BELOW_FRAC else None
        self._place = self._trip.points[-1].waypoint.position
        if self._mode is not Mode.RETURN:
            self._legs_over = len(self._trip.legs)
        self._trip, self._held_at_s, self._mode = None, None, Mode.HOLD

    def _battery_left_frac(self, at_s: float) -> float:
        if self._charged_at_s is not None and at_s >= self._charged_at_s:
            self._battery_frac, self._charged_at_s = 1.0, None
        if self._trip is None:
            return self._battery_frac
        first_s, last_s = self._trip.points[0].at_s, self._trip.ends_at_s[-1]
        gone = min(1.0, max(0.0, (at_s - first_s) / max(1.0, last_s - first_s)))
        return max(0.0, self._battery_frac - gone * self._trip.energy_wh / self._profile.battery_wh)

    def _legs_done(self, at_s: float) -> int:
        if self._trip is None:
            return 0 if self._plan is None else self._legs_over
        if self._mode is Mode.RETURN:
            return self._legs_over
        until_s = at_s if self._held_at_s is None else self._held_at_s
        return bisect_right(self._trip.ends_at_s, until_s)

    def _motion(self, at_s: float) -> tuple[GeoPoint, float, float]:
        """Position and velocity over ground (north, east)."""
        if self._trip is None or self._held_at_s is not None:
            return self._place, 0.0, 0.0
        return self._trip.motion(at_s)

    def _pause(self, at_s: float) -> str:
        """Why the courier does not work just now; empty while they do."""
        if self._shift is not None and at_s < self._shift.from_s:
            return f"{self._vehicle_id}'s shift begins at {iso(self._shift.from_s)}."
        if self._shift is not None and at_s >= self._shift.until_s:
            return f"{self._vehicle_id}'s shift ended at {iso(self._shift.until_s)}."
        for pause in self._breaks:
            if pause.from_s <= at_s < pause.until_s and self._trip is None:
                return f"{self._vehicle_id} has a break until {iso(pause.until_s)}."
        if self._charged_at_s is not None:
            return f"{self._vehicle_id} changes the bicycle's battery."
        return ""

    def _span(self, at_s: float) -> Shift | None:
        """The shift, with the break that is under way or the next."""
        if self._shift is None:
            return None
        for pause in sorted(self._breaks, key=lambda pause: pause.from_s):
            if at_s < pause.until_s:
                rest = Break(pause.from_s, pause.until_s, pause.until_s - pause.from_s)
                return Shift(self._shift.from_s, self._shift.until_s, rest)
        return self._shift
