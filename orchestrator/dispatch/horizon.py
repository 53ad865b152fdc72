"""A hub's near future as values: who can carry, what waits, what each way takes; and the plan for it.

Everything a solver needs and nothing of the fleet: it can be sent to another process, kept, and solved again.
Instants are fleet time, UTC seconds; money is euros.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import inf

import numpy as np
from numpy.typing import NDArray

from vehicles.mission import ParcelId, VehicleId
from vehicles.telemetry import Break

HUB = 0
"""The place where all trips begin and end."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What a kind of vehicle costs, euros: each trip, each hour on it, each kilometre, each kilowatt-hour."""

    per_trip_eur: float
    per_hour_eur: float
    per_km_eur: float
    per_kwh_eur: float


@dataclass(frozen=True, slots=True)
class Service:
    """What keeping people waiting costs, euros a parcel of weight 1.

    `late_eur` is for being late at all (all of it from a minute on), then `late_per_min_eur`; every minute
    until the hand-over costs `wait_per_min_eur`; one past what the recipient was told, `broken_per_min_eur`;
    a parcel that nobody is planned to carry, `left_eur`.
    """

    late_eur: float = 8.0
    late_per_min_eur: float = 0.5
    wait_per_min_eur: float = 0.05
    broken_per_min_eur: float = 0.1
    left_eur: float = 2000.0

    def lateness_eur(self, late_s: float) -> float:
        """What being so late costs, as `trips.costs` has it in machine code; in time costs nothing."""
        if late_s <= 0.0:
            return 0.0
        return self.late_eur * min(1.0, late_s / 60.0) + self.late_per_min_eur * late_s / 60.0


@dataclass(frozen=True, slots=True)
class CarrierKind:
    """What vehicles of one kind share. `later_frac`: by how much a trip outlasts its plan, as planned with.

    `handover_s` is for handing a parcel over, and for fetching one away from the hub. `full_wh` is what a
    plan may draw from a full battery, `ready_wh` what must be left to be sent out.
    It charges at `charge_w` up to `taper_frac` of that, from there on slower, down to `taper_share_frac`.
    """

    name: str
    load_s: float
    handover_s: float
    prepare_s: float
    turn_s: float
    full_wh: float
    ready_wh: float
    charge_w: float
    rates: Rates
    later_frac: float = 0.0
    taper_frac: float = 0.8
    taper_share_frac: float = 0.2


@dataclass(frozen=True, slots=True)
class Carrier:
    """One vehicle: when it can load next, until when it works, what a plan may draw from it then.

    `rest`: its rider's break, still to be had between two trips. `wear_eur` makes one that has worked more
    than its like a little dearer.
    """

    vehicle_id: VehicleId
    kind: str
    free_at_s: float
    left_wh: float
    room: int
    room_kg: float
    works_until_s: float = inf
    wear_eur: float = 0.0
    rest: Break | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One parcel to carry: to `places[kind]` by each kind that can (`extra_eur` where that is second best).

    It is fetched on the way at `pick_up`, or lies at the hub; nobody takes it before `ready_at_s`, hands it
    over before `earliest_at_s`, or has it aboard for longer than `most_aboard_s`. One that goes to the hub is
    handed over at its trip's end. `barred` are vehicles that may not carry it. `weight_frac` is how much it
    counts, 1 being ordinary.
    """

    parcel_id: ParcelId
    mass_kg: float
    ready_at_s: float
    deadline_s: float
    places: Mapping[str, int]
    weight_frac: float = 1.0
    promised_s: float = inf
    extra_eur: Mapping[str, float] = field(default_factory=dict)
    barred: frozenset[VehicleId] = frozenset()
    pick_up: int = HUB
    earliest_at_s: float = -inf
    most_aboard_s: float = inf


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """What a kind takes between places: arrays (places, places); infinite seconds: there is no way."""

    seconds_s: NDArray[np.float64]
    metres_m: NDArray[np.float64]
    energy_wh: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """One hub's problem at `now_s`."""

    now_s: float
    kinds: tuple[CarrierKind, ...]
    carriers: tuple[Carrier, ...]
    wanted: tuple[Wanted, ...]
    ways: Mapping[str, Way]
    service: Service = Service()


class Act(Enum):
    """What is done at a stop."""

    FETCH = "fetch"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Stop:
    """Away from the hub a parcel is fetched or handed over; it is done at `at_s`."""

    parcel_id: ParcelId
    at_s: float
    act: Act = Act.HAND_OVER


@dataclass(frozen=True, slots=True)
class Trip:
    """Where a vehicle goes from the hub, and back to it: its stops in order, and when it begins to get ready.

    What is not fetched on the way is loaded at the hub; what is, is fetched before it is handed over. What
    goes to the hub is handed over last.
    """

    stops: tuple[Stop, ...]
    begins_at_s: float = -inf

    @classmethod
    def handing_over(cls, parcel_ids: Iterable[ParcelId], at_s: Iterable[float]) -> Trip:
        """With these parcels, which all lie at the hub, handed over in this order at these times."""
        return cls(tuple(Stop(parcel_id, s) for parcel_id, s in zip(parcel_ids, at_s, strict=True)))

    @property
    def handovers(self) -> tuple[Stop, ...]:
        """Its hand-overs, in order."""
        return tuple(stop for stop in self.stops if stop.act is Act.HAND_OVER)

    @property
    def parcel_ids(self) -> tuple[ParcelId, ...]:
        """What it carries, in the order of hand-overs."""
        return tuple(stop.parcel_id for stop in self.handovers)


@dataclass(frozen=True, slots=True)
class HorizonPlan:
    """For each vehicle its trips in turn; what nobody is to carry as things stand; what it all costs."""

    trips: Mapping[VehicleId, tuple[Trip, ...]]
    left: tuple[ParcelId, ...] = ()
    cost_eur: float = 0.0

    def expected(self) -> dict[ParcelId, tuple[VehicleId, float]]:
        """Who is to hand over each parcel, and when."""
        return {
            stop.parcel_id: (vehicle_id, stop.at_s)
            for vehicle_id, trips in self.trips.items()
            for trip in trips
            for stop in trip.handovers
        }


NOTHING_PLANNED = HorizonPlan({})
