"""What `explain` says is so: each refusal goes with its cause, each cost is the solver's own.

Looks are taken out of a busy hour on paper: wind, a closed area, failures, couriers' shifts. Some orders are
pinned, forbidden or heavy besides, so that every kind of answer comes up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import inf
from random import Random

import pytest
from immutables import Map

from benchmarks.dispatch_paper import Paper
from geofences.reason import Because, Reason
from geofences.zone import ZoneId
from orchestrator.dispatch.horizon import HUB, NOTHING_PLANNED, Carrier, CarrierKind, Horizon, HorizonPlan
from orchestrator.dispatch.trips.plan import plan_ahead
from orchestrator.operations.dispatching.dispatcher import Dispatcher, improving
from orchestrator.operations.dispatching.horizon_view import view
from orchestrator.operations.dispatching.overrides import candidates
from orchestrator.operations.dispatching.quoting import asking
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.readiness import Seen
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import DropOffKind, LockerId
from orchestrator.record.events import Event, Quote
from orchestrator.record.state import FleetState, LinkState, ParcelPhase
from orchestrator.record.states.wishes import Wishes
from sitl.scenario import read_scenario
from sitl.setting import set_up
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Health, Landed, Shift, Telemetry

SEEDS = (7,)
LOOKS = 6
PARCELS = 3
AT_LENGTH = 2000
NEAR_EUR = 0.25
"""Neither search is exact."""


@dataclass(frozen=True)
class World:
    """All that an answer rests on."""

    state: FleetState
    seen: Seen
    around: Surroundings
    now_s: float

    def explain(self, parcel_id: ParcelId) -> dict[VehicleId, Quote]:
        asked = candidates(self.state, self.seen, self.around, self.now_s, parcel_id)
        told = asked.quotes() if asked else ()
        assert len({quote.vehicle_id for quote in told}) == len(told)
        return {quote.vehicle_id: quote for quote in told}

    def hub_of(self, parcel_id: ParcelId) -> str:
        keeper = self.state.parcels[parcel_id].keeper
        assert isinstance(keeper, AtHub)
        return keeper.hub_id


class Watching(Dispatcher):
    """The product's dispatcher, which keeps what it was asked while parcels wait."""

    def __init__(self) -> None:
        super().__init__(improving())
        self.looks: list[World] = []

    def __call__(
        self, state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
    ) -> tuple[Event, ...]:
        waiting = [one for one in state.parcels.values() if one.phase is ParcelPhase.WAITING]
        if waiting and not self.unfinished:
            self.looks.append(World(state, dict(seen.items()), surroundings, now_s))
        return super().__call__(state, seen, surroundings, now_s)


@cache
def looks(seed: int) -> tuple[tuple[World, ParcelId], ...]:
    """Waiting parcels of a sample of looks at a busy half hour."""
    hour = read_scenario("city-hour")
    demand = replace(hour.demand, orders=70, over_s=1500.0, asking_frac=0.0)  # on paper nobody fetches
    watching = Watching()
    Paper(set_up(replace(hour, seed=seed, demand=demand)), watching).run()
    rng = Random(seed)  # noqa: S311 - a sample, not a secret
    found = []
    for world in rng.sample(watching.looks, LOOKS):
        waiting = sorted(p for p, one in world.state.parcels.items() if one.phase is ParcelPhase.WAITING)
        chosen = rng.sample(waiting, min(PARCELS, len(waiting)))
        found += [(meddled(world, parcel_id, rng), parcel_id) for parcel_id in chosen]
    return tuple(found)


def meddled(world: World, parcel_id: ParcelId, rng: Random) -> World:
    """Now and then with an operator's word, a vehicle that is not heard, a parcel that is too heavy."""
    state, one = world.state, world.state.parcels[parcel_id]
    here = [v for v in state.vehicles.values() if v.hub_id == world.hub_of(parcel_id)]
    placed, some = state.orders[one.order_id], rng.choice(sorted(v.vehicle_id for v in here))
    wishes = rng.choice(
        (Wishes(), Wishes(pinned_to=some, by="anna"), Wishes(forbidden=(some,), by="anna"), Wishes())
    )
    mass_kg = rng.choice((one.parcel.mass_kg, 4.0, 30.0))
    declined = rng.choice((Map(), Map({some: world.now_s})))
    parcel = replace(one, parcel=replace(one.parcel, mass_kg=mass_kg), declined_at_s=declined)
    state = replace(
        state,
        orders=state.orders.set(one.order_id, replace(placed, wishes=wishes)),
        parcels=state.parcels.set(parcel_id, parcel),
    )
    deaf = rng.choice([v for v in here if v.mission_id is None] or here)
    if rng.random() < 0.5:
        lost = replace(deaf, link=LinkState.LOST)
        state = replace(state, vehicles=state.vehicles.set(deaf.vehicle_id, lost))
    return replace(world, state=state)


CASES = [pytest.param(seed, id=f"seed {seed}") for seed in SEEDS]


@pytest.mark.parametrize("seed", CASES)
def test_each_vehicle_of_the_hub_is_named_with_its_cost_or_its_refusal(seed: int) -> None:
    for world, parcel_id in looks(seed):
        told, hub_id = world.explain(parcel_id), world.hub_of(parcel_id)
        assert set(told) == {v for v, one in world.state.vehicles.items() if one.hub_id == hub_id}
        for quote in told.values():
            assert (quote.cost_eur is None) == (quote.handover_at_s is None)
            assert quote.cost_eur is not None or quote.reasons


@pytest.mark.parametrize("seed", CASES)
def test_a_refusal_goes_with_its_cause(seed: int) -> None:
    """One cause after the other is removed: what named it is told no more, and in the end nothing is."""
    seen = Counter[Because]()
    for world, parcel_id in looks(seed):
        for vehicle_id, quote in world.explain(parcel_id).items():
            mended, left = world, quote.reasons
            for _ in range(8):
                if not left:
                    break
                cause = left[0]
                seen[cause.because] += 1
                mended = without(mended, parcel_id, vehicle_id, cause)
                left = mended.explain(parcel_id)[vehicle_id].reasons
                assert cause not in left, f"{vehicle_id}, {parcel_id}: {cause}"
            assert not left, f"{vehicle_id}, {parcel_id}: {left}"
            assert mended.explain(parcel_id)[vehicle_id].cost_eur is not None
    assert seen.keys() >= {Because.PAYLOAD, Because.OPERATOR, Because.DECLINED, Because.LINK}


def without(world: World, parcel_id: ParcelId, vehicle_id: VehicleId, cause: Reason) -> World:  # noqa: C901, PLR0911
    """The world in which that cause is no more."""
    state, one = world.state, world.state.parcels[parcel_id]
    placed, vehicle = state.orders[one.order_id], state.vehicles[vehicle_id]
    match cause.because:
        case Because.WEATHER:
            return replace(world, around=replace(world.around, wind_mps=0.0))
        case Because.PAYLOAD:
            lifts_n = None if vehicle.profile.thrust_n is None else 10.0 * vehicle.profile.thrust_n
            most_kg = one.parcel.mass_kg + 1.0
            return abler(world, vehicle.profile.name, max_payload_kg=most_kg, thrust_n=lifts_n)
        case Because.ENERGY:
            return abler(world, vehicle.profile.name, battery_wh=10.0 * vehicle.profile.battery_wh)
        case Because.MEDIUM:
            place = replace(placed.order.drop_off, kind=DropOffKind.DOORSTEP, locker_id=None)
            order = replace(placed.order, drop_off=place)
            orders = state.orders.set(one.order_id, replace(placed, order=order))
            return replace(world, state=replace(state, orders=orders))
        case Because.ZONE | Because.AREA:
            zone = ZoneId(cause.subject)
            zones = state.zones.delete(zone) if zone in state.zones else state.zones
            airspace = world.around.airspace.without_zone(zone)
            around = replace(world.around, airspace=airspace)
            return replace(world, around=around, state=replace(state, zones=zones))
        case Because.OPERATOR:
            orders = state.orders.set(one.order_id, replace(placed, wishes=Wishes()))
            return replace(world, state=replace(state, orders=orders))
        case Because.DECLINED:
            parcels = state.parcels.set(parcel_id, replace(one, declined_at_s=Map()))
            return replace(world, state=replace(state, parcels=parcels))
        case Because.LOCKER:
            boxed = state.boxed.set(LockerId(cause.subject), ())
            return replace(world, state=replace(state, boxed=boxed))
        case Because.SHIFT | Because.TIME_WINDOW:
            return looking(world, vehicle_id, shift=Shift(world.now_s, inf))
        case Because.LINK:
            up = replace(vehicle, link=LinkState.UP)
            heard = replace(world, state=replace(state, vehicles=state.vehicles.set(vehicle_id, up)))
            return looking(heard, vehicle_id, heard_at_s=world.now_s)
        case Because.BUSY | Because.HEALTH | Because.AUTOPILOT | Because.PAD:
            idle = replace(vehicle, mission_id=None, fault=(), asked=None, ready=True, aboard=(), refusals=0)
            freed = replace(world, state=replace(state, vehicles=state.vehicles.set(vehicle_id, idle)))
            return looking(
                freed,
                vehicle_id,
                armed=False,
                landed=Landed.ON_GROUND,
                position=vehicle.pad.at.position,
                carrying=False,
                health=Health(ready=True, failsafe=False),
            )
        case because:
            raise AssertionError(f"no remedy for {because}: {cause.text}")


def looking(world: World, vehicle_id: VehicleId, **values: object) -> World:
    seen: dict[VehicleId, Telemetry] = dict(world.seen)
    seen[vehicle_id] = replace(seen[vehicle_id], **values)  # type: ignore[arg-type]
    return replace(world, seen=seen)


def abler(world: World, kind: str, **values: float | None) -> World:
    """Where all vehicles of a kind can do more."""
    vehicles = world.state.vehicles
    for vehicle_id, vehicle in world.state.vehicles.items():
        if vehicle.profile.name == kind:
            profile: VehicleProfile = replace(vehicle.profile, **values)  # type: ignore[arg-type]
            vehicles = vehicles.set(vehicle_id, replace(vehicle, profile=profile))
    around = replace(world.around)  # which remembers nothing of what the kind could do before
    return replace(world, state=replace(world.state, vehicles=vehicles), around=around)


@pytest.mark.parametrize("seed", CASES)
def test_costs_are_what_planning_anew_at_length_comes_to(seed: int) -> None:
    """With the parcel pinned to that vehicle and without it: both plans at best, priced line by line."""
    priced = 0
    for world, parcel_id in looks(seed):
        horizon = horizon_of(world, parcel_id)
        rest = only(horizon, parcel_id, None)
        alone = plan_ahead(rest, NOTHING_PLANNED, AT_LENGTH)
        for vehicle_id, quote in world.explain(parcel_id).items():
            if quote.cost_eur is None:
                continue
            pinned = only(horizon, parcel_id, vehicle_id)
            planned = at_best(pinned, NOTHING_PLANNED, alone)
            assert planned.expected()[parcel_id][0] == vehicle_id
            added = euros(horizon, planned) - euros(horizon, at_best(rest, alone, planned))
            assert quote.cost_eur == pytest.approx(added, abs=NEAR_EUR), (parcel_id, vehicle_id)
            priced += 1
    assert priced > 30


def at_best(horizon: Horizon, *starts: HorizonPlan) -> HorizonPlan:
    """The cheapest that comes of going on at length from any of these plans."""
    plans = [plan_ahead(horizon, start, AT_LENGTH) for start in starts]
    return min(plans, key=lambda plan: euros(horizon, plan))


def horizon_of(world: World, parcel_id: ParcelId) -> Horizon:
    hub_id = world.hub_of(parcel_id)
    vehicles = [v for _, v in sorted(world.state.vehicles.items()) if v.hub_id == hub_id]
    parcels = [
        p
        for _, p in sorted(world.state.parcels.items())
        if p.phase is ParcelPhase.WAITING and p.keeper == AtHub(vehicles[0].hub_id)
    ]
    return view(
        asking(world.state, world.seen, world.around, world.now_s, (vehicles[0].hub_id,)), vehicles, parcels
    ).horizon


def only(horizon: Horizon, parcel_id: ParcelId, vehicle_id: VehicleId | None) -> Horizon:
    """Where a parcel is one vehicle's, or not there at all."""
    if vehicle_id is None:
        return replace(horizon, wanted=tuple(one for one in horizon.wanted if one.parcel_id != parcel_id))
    barred = frozenset(carrier.vehicle_id for carrier in horizon.carriers) - {vehicle_id}
    wanted = [replace(one, barred=barred) if one.parcel_id == parcel_id else one for one in horizon.wanted]
    return replace(horizon, wanted=tuple(wanted))


def euros(horizon: Horizon, plan: HorizonPlan) -> float:
    """What a plan costs, by the prices of `docs/decisions/0032`, line by line."""
    carriers = {carrier.vehicle_id: carrier for carrier in horizon.carriers}
    kinds = {kind.name: kind for kind in horizon.kinds}
    spent = horizon.service.left_eur * len(plan.left)
    for vehicle_id, trips in plan.trips.items():
        carrier = carriers[vehicle_id]
        kind = kinds[carrier.kind]
        for trip in trips:
            spent += way_eur(horizon, carrier, kind, trip.parcel_ids)
            first_s = horizon.ways[kind.name].seconds_s[HUB, stop(horizon, trip.parcel_ids[0], kind)]
            depart_s = trip.handovers[0].at_s - first_s - kind.handover_s
            for given in trip.handovers:
                spent += kept_waiting_eur(horizon, kind, given.parcel_id, given.at_s, given.at_s - depart_s)
    return float(spent)


def stop(horizon: Horizon, parcel_id: ParcelId, kind: CarrierKind) -> int:
    return next(one for one in horizon.wanted if one.parcel_id == parcel_id).places[kind.name]


def way_eur(horizon: Horizon, carrier: Carrier, kind: CarrierKind, names: tuple[ParcelId, ...]) -> float:
    """The trip itself: once, by the hour from when it loads, by the metre, by the watt-hour, and wear."""
    way, rates = horizon.ways[kind.name], kind.rates
    stops = list(pairwise([HUB, *(stop(horizon, name, kind) for name in names), HUB]))
    seconds = sum(way.seconds_s[pair] for pair in stops) + kind.handover_s * len(names)
    seconds += kind.prepare_s + kind.load_s * len(names)
    metres, energy_wh = (sum(matrix[pair] for pair in stops) for matrix in (way.metres_m, way.energy_wh))
    running = rates.per_hour_eur * seconds / 3600.0 + rates.per_km_eur * metres / 1000.0
    return float(rates.per_trip_eur + running + rates.per_kwh_eur * energy_wh / 1000.0 + carrier.wear_eur)


def kept_waiting_eur(
    horizon: Horizon, kind: CarrierKind, parcel_id: ParcelId, at_s: float, after_s: float
) -> float:
    """What it costs to hand a parcel over then: waiting, being late, what was told, second choice."""
    one = next(each for each in horizon.wanted if each.parcel_id == parcel_id)
    service = horizon.service
    late_s = max(0.0, at_s + kind.later_frac * after_s - one.deadline_s)
    spent = service.wait_per_min_eur * (at_s - one.ready_at_s) / 60.0
    spent += service.late_eur * min(1.0, late_s / 60.0) + service.late_per_min_eur * late_s / 60.0
    spent += service.broken_per_min_eur * max(0.0, at_s - one.promised_s) / 60.0
    return one.weight_frac * spent + one.extra_eur.get(kind.name, 0.0)
