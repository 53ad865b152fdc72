"""Seeded demand: who orders what, when, to where. The same seed gives the same orders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from geofences.position import distance_m
from orchestrator.ending import BadInput
from orchestrator.orders.carriage import unfit
from orchestrator.orders.order import DropOffKind, DropOffPlace, Hub, HubId, OrderId, Parcel
from orchestrator.orders.request import OrderRequest, ParcelRequest
from sitl.city.places import Places
from sitl.demand_asks import asking
from vehicles.cargo import Temperature
from vehicles.mission import ParcelId
from vehicles.profile import Kind, VehicleProfile

Serves = Callable[[Hub, DropOffPlace, VehicleProfile], bool]
"""Whether a kind of vehicle can bring anything from a hub to a place: zones, walls, the way."""

FIRST_WITHIN_S = 2.5
LOCKER_SHARE = 0.15
HEAVY_SHARE = 0.12
LIGHT_KG = (0.2, 0.7, 2.3)
"""Lowest, most likely, highest: meals, medicine. 86 % of Amazon parcels are under 5 lb (2.3 kg)."""
HEAVY_KG = (3.0, 8.0)
ROBOT_REACH_M = 550.0
"""Straight line from hub to door that a robot is asked to go: about 1 km along footpaths."""
QUICK_DEADLINE_S = (25 * 60, 40 * 60)
SLOW_DEADLINE_S = (38 * 60, 50 * 60)
"""For what only robots can bring."""
_FEW_HUBS = 2
_SHOP_ELSEWHERE = 0.5
"""How often somebody orders from another than the nearest of many hubs: what they want is sold there."""
_DRAWS = 200


@dataclass(frozen=True, slots=True)
class TimedOrderRequest:
    """An order as a customer would place it, and the fleet time (UTC seconds) at which it comes in."""

    at_s: float
    request: OrderRequest

    def later(self, by_s: float) -> TimedOrderRequest:
        """The same wish, made and due so many seconds later."""
        wish = self.request
        return TimedOrderRequest(
            self.at_s + by_s,
            replace(
                wish,
                deadline_s=wish.deadline_s + by_s,
                ready_at_s=None if wish.ready_at_s is None else wish.ready_at_s + by_s,
                earliest_at_s=None if wish.earliest_at_s is None else wish.earliest_at_s + by_s,
            ),
        )


@dataclass(frozen=True, slots=True)
class _Choice:
    """A place and the hub that serves it; `quick` when aircraft can."""

    place: DropOffPlace
    hub: Hub
    quick: bool


def demand(
    places: Places,
    serves: Serves,
    *,
    fleet: Mapping[HubId, Collection[VehicleProfile]],
    seed: int,
    count: int,
    over_s: float,
    start_s: float,
    flexible_frac: float = 0.0,
    asking_frac: float = 0.0,
) -> tuple[TimedOrderRequest, ...]:
    """`count` orders of one parcel each between `start_s` and `start_s + over_s`, the first at once.

    Each is one that some vehicle of its hub can carry there (`fleet` has the kinds at each hub). Places are
    not used twice before all have been. Arrivals are a Poisson process given its count. `flexible_frac` of
    the customers accept the nearest locker too; `asking_frac` ask for more, which some vehicle there can do.
    Raises `BadInput` when the fleet can serve no place, or `over_s` is too short for `count`.
    """
    if count < 1 or over_s <= FIRST_WITHIN_S:
        raise BadInput(f"count, over_s: needs an order at least and more than {FIRST_WITHIN_S} s")
    fleet = {hub_id: tuple(dict.fromkeys(kinds)) for hub_id, kinds in fleet.items()}
    rng = Random(seed)  # noqa: S311 - chance for a simulation, not a secret
    first_s = rng.uniform(0.5, FIRST_WITHIN_S)
    times = [first_s, *sorted(rng.uniform(first_s, over_s) for _ in range(count - 1))]
    heavy = frozenset(rng.sample(range(1, count + 1), round(HEAVY_SHARE * count)))
    asks = Random(f"asks {seed}")  # noqa: S311 - a stream of its own: whoever asks for nothing orders as before
    used, orders = set[DropOffPlace](), list[TimedOrderRequest]()
    for number, after_s in enumerate(times, start=1):
        mass_kg = _mass_kg(rng, fleet, heavy=number in heavy)
        choice = _choose(rng, places=places, serves=serves, fleet=fleet, mass_kg=mass_kg, used=used)
        used.add(choice.place)
        if len(used) == len(places.addresses) + len(places.lockers):
            used.clear()
        flexible = flexible_frac > 0.0 and rng.random() < flexible_frac
        low_s, high_s = QUICK_DEADLINE_S if choice.quick else SLOW_DEADLINE_S
        at_s = round(start_s + after_s, 3)
        request = OrderRequest(
            order_id=OrderId(f"O{number:03d}"),
            hub_id=choice.hub.hub_id,
            parcels=(ParcelRequest(mass_kg),),
            drop_off=choice.place,
            deadline_s=at_s + 60.0 * rng.randint(low_s // 60, high_s // 60),
            placed_by="demand",
            alternatives=_nearest_locker(places, choice.place) if flexible else (),
        )
        if asking_frac > 0.0 and asks.random() < asking_frac:
            request = asking(request, at_s, places, asks, partial(_able, places.hubs, fleet, serves))
        orders.append(TimedOrderRequest(at_s, request))
    return tuple(orders)


def _able(
    hubs: Collection[Hub],
    fleet: Mapping[HubId, Collection[VehicleProfile]],
    serves: Serves,
    wish: OrderRequest,
) -> bool:
    """Whether at each hub of a wish some kind can carry all of it to where it goes, and places take it."""
    to_locker = wish.drop_off.locker_id is not None
    if to_locker and (wish.skills or any(one.temperature is not Temperature.AMBIENT for one in wish.parcels)):
        return False
    parcels = [
        Parcel(ParcelId("wish"), one.mass_kg, one.size, one.temperature, one.most_aboard_s)
        for one in wish.parcels
    ]
    able = [
        kind
        for kind in {kind for kinds in fleet.values() for kind in kinds}
        if kind.kind is not Kind.ROBOT
        and (kind.ridden or wish.pick_up is None)
        and not any(unfit(kind, parcel, wish.skills) for parcel in parcels)
    ]
    stops = [wish.drop_off]
    if wish.pick_up is not None:
        stops.append(DropOffPlace(wish.pick_up.position, DropOffKind.DOORSTEP, wish.pick_up.label))
    return all(
        any(
            kind in able and all(serves(hub, stop, kind) for stop in stops)
            for kind in fleet.get(hub.hub_id, ())
        )
        for hub in hubs
        if hub.hub_id in wish.hub_ids
    )


def _nearest_locker(places: Places, place: DropOffPlace) -> tuple[DropOffPlace, ...]:
    others = [locker.drop_off for locker in places.lockers if locker.locker_id != place.locker_id]
    return (min(others, key=lambda one: distance_m(one.position, place.position)),) if others else ()


def _mass_kg(rng: Random, fleet: Mapping[HubId, Collection[VehicleProfile]], *, heavy: bool) -> float:
    """A parcel's mass, never above what the strongest of the fleet carries."""
    low_kg, likely_kg, high_kg = LIGHT_KG
    mass_kg = rng.uniform(*HEAVY_KG) if heavy else rng.triangular(low_kg, high_kg, likely_kg)
    most_kg = max((kind.max_payload_kg for kinds in fleet.values() for kind in kinds), default=0.0)
    return round(min(mass_kg, most_kg), 1)


def _choose(
    rng: Random,
    *,
    places: Places,
    serves: Serves,
    fleet: Mapping[HubId, Collection[VehicleProfile]],
    mass_kg: float,
    used: set[DropOffPlace],
) -> _Choice:
    """Draw places until one can be served from a hub: the nearest that can."""
    lockers = [locker.drop_off for locker in places.lockers]
    for draw in range(_DRAWS if lockers or places.addresses else 0):
        pool = lockers if lockers and rng.random() < LOCKER_SHARE else places.addresses
        place = rng.choice(pool or lockers)
        if place in used and draw < _DRAWS // 2:
            continue
        hubs = sorted(places.hubs, key=lambda hub: (distance_m(hub.position, place.position), hub.hub_id))
        if len(hubs) > _FEW_HUBS and rng.random() < _SHOP_ELSEWHERE:
            hubs = [rng.choice(hubs), *hubs]
        for hub in hubs:
            away_m = distance_m(hub.position, place.position)
            able = {
                kind
                for kind in fleet.get(hub.hub_id, ())
                if mass_kg <= kind.max_payload_kg
                and (kind.kind is not Kind.ROBOT or away_m <= ROBOT_REACH_M)
                and serves(hub, place, kind)
            }
            if able:
                return _Choice(place, hub, quick=any(kind.kind is not Kind.ROBOT for kind in able))
    raise BadInput(f"fleet: no place within reach that it can bring {mass_kg:g} kg to")
