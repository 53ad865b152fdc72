"""Figures of the first decision: 3,000 parcels wait at one hub with 110 vehicles, and nothing is planned yet.

All of it is the product's: orders are taken in, so that their ways are known, then the dispatcher decides as
it does on the real loop, where a plan is an insertion in line and is improved in a thread. Decisions are
seconds of the processor; lag is by the machine's clock, beside the same loop's while nothing else runs.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from random import Random

from benchmarks import Figure
from benchmarks.dispatch_bodies import Body, Looks
from geofences import free_space
from orchestrator.dispatch.horizon import NOTHING_PLANNED
from orchestrator.dispatch.trips import plan as trips
from orchestrator.dispatch.trips.plan import plan_ahead
from orchestrator.operations.dispatching.admission import reaches_of
from orchestrator.operations.dispatching.dispatcher import Dispatcher, improving
from orchestrator.operations.dispatching.remembering import Question
from orchestrator.operations.dispatching.thinking import ROUNDS_BEHIND
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.orders.intake import intake
from orchestrator.orders.order import Hub, Order, OrderId, Pad, PadId
from orchestrator.orders.request import OrderRequest, ParcelRequest
from orchestrator.record.apply import apply
from orchestrator.record.events import (
    Entry,
    Event,
    HubOpened,
    LinkUp,
    MissionPlanned,
    OrderPlaced,
    VehicleJoined,
    VehicleReady,
)
from orchestrator.record.state import FleetState
from sitl.faults import Faults
from sitl.muster import Berth
from sitl.scenario import read_scenario
from sitl.setting import Setting, set_up

WAITING = 3000
_SEED = 1
_LAG_S, _PROBE_S = 5.0, 0.005


class Crowd:
    """A hub with all of a scenario's vehicles, at which so many parcels wait."""

    def __init__(self, setting: Setting, waiting: int) -> None:
        self.now_s = setting.scenario.start_utc_s
        self.around: Surroundings = setting.site.surroundings
        self.state = FleetState()
        hub = setting.places.hubs[0]
        berths = _at_one_hub(setting, hub)
        pads = tuple(berth.pad for berth in berths)
        self._put(HubOpened(replace(hub, pads=pads)))
        self.bodies = {}
        for berth in berths:
            self._put(VehicleJoined(berth.vehicle_id, berth.profile, hub.hub_id, berth.pad))
            self._put(LinkUp(berth.vehicle_id), VehicleReady(berth.vehicle_id))
            full_wh = berth.profile.battery_wh
            body = Body(
                berth.vehicle_id,
                berth.profile,
                berth.pad,
                Random(_SEED),  # noqa: S311 - chance for a simulation, not a secret
                Faults(()),
                self.now_s,
                full_wh,
                self.now_s,
            )
            self.bodies[berth.vehicle_id] = body
        self._take_in(setting, hub, waiting)
        self.looks = Looks(self.bodies, self.now_s)

    def _take_in(self, setting: Setting, hub: Hub, waiting: int) -> None:
        rng = Random(_SEED)  # noqa: S311 - as above
        places = cycle(setting.places.addresses)
        fleet = {hub.hub_id: [vehicle.profile for vehicle in self.state.vehicles.values()]}
        lockers = {locker.locker_id: locker for locker in self.around.lockers}
        reaches = reaches_of(self.state, self.around)
        number = 0
        while len(self.state.orders) < waiting:
            number += 1
            request = OrderRequest(
                OrderId(f"O{number}"),
                hub.hub_id,
                (ParcelRequest(round(rng.triangular(0.2, 2.3, 0.7), 1)),),
                next(places),
                self.now_s + rng.uniform(1500.0, 7200.0),
                "bench",
            )
            known = self.state.orders
            answer = intake(
                request,
                hubs=self.state.hubs,
                fleet=fleet,
                lockers=lockers,
                known=known,
                reaches=reaches,
                now_s=self.now_s,
            )
            if isinstance(answer, Order):
                self._put(OrderPlaced(answer))

    def _put(self, *events: Event) -> None:
        for event in events:
            self.state = apply(self.state, Entry(self.state.seq + 1, self.now_s, event))

    def decide(self, dispatcher: Dispatcher) -> tuple[Event, ...]:
        """What a dispatcher says next; it is journaled."""
        events = dispatcher(self.state, self.looks, self.around, self.now_s)
        self._put(*events)
        return events


def _at_one_hub(setting: Setting, hub: Hub) -> list[Berth]:
    """All vehicles at the pads of one hub, several to a place: nothing here moves."""
    stands = {
        medium: cycle(setting.places.pads(hub.hub_id, medium))
        for medium in {b.profile.medium for b in setting.berths}
    }
    berths = []
    for berth in setting.berths:
        at = next(stands[berth.profile.medium]).at
        berths.append(replace(berth, hub=hub, pad=Pad(PadId(f"pad of {berth.vehicle_id}"), at)))
    return berths


def figures() -> Iterator[Figure]:
    """All of them."""
    free_space.get_ready()
    trips.get_ready()
    crowd = Crowd(set_up(read_scenario("city-day")), WAITING)
    gc.collect()
    gc.freeze()  # as `serve` does: what lasts, looked through for garbage, takes 0.2 s at any moment
    fleet = f"{WAITING:,} parcels waiting at one hub, {len(crowd.bodies)} vehicles"
    dispatcher = Dispatcher(improving(0))
    plan_s, _ = _took(lambda: crowd.decide(dispatcher))
    (question,) = dispatcher.questions()
    yield _plain(f"first decision, {fleet}: until there is a plan", 1e3 * plan_s, "100", "ms")
    given_s, count = plan_s, 0
    longest_s = plan_s
    while not count:
        took_s, events = _took(lambda: crowd.decide(dispatcher))
        given_s, longest_s = given_s + took_s, max(longest_s, took_s)
        count = sum(isinstance(event, MissionPlanned) for event in events)
    yield _plain(f"first decision, {fleet}: until the first mission is given", 1e3 * given_s, "-", "ms")
    insert_s = [_took(lambda: plan_ahead(question.horizon, NOTHING_PLANNED, 0))[0] for _ in range(20)]
    text = f"of that the insertion, {len(question.horizon.wanted)} parcels, in line: the longest of 20"
    yield _plain(text, 1e3 * max(insert_s), "-", "ms")
    while dispatcher.unfinished:
        longest_s = max(longest_s, _took(lambda: crowd.decide(dispatcher))[0])
    yield _plain(f"the longest turn of the loop until all is decided, {fleet}", 1e3 * longest_s, "-", "ms")
    idle_s, busy_s = asyncio.run(_lags(question))
    yield Figure(
        "lag of the loop, p99, while plans are improved flat out in a thread; beside the same loop alone",
        1e3 * busy_s,
        1e3 * idle_s,
        idle_s / busy_s,
        "50 ms",
        "ms",
    )


async def _lags(question: Question) -> tuple[float, float]:
    """The loop's lag alone and beside the thread that improves plans, p99 of some seconds each."""
    idle_s = await _lag_s()
    improving_on = asyncio.create_task(_improve_on(question))
    busy_s = await _lag_s()
    improving_on.cancel()
    return idle_s, busy_s


async def _improve_on(question: Question) -> None:
    while True:
        await asyncio.to_thread(plan_ahead, question.horizon, question.plan, ROUNDS_BEHIND // 10)


async def _lag_s() -> float:
    late_s: list[float] = []
    until_s = time.monotonic() + _LAG_S
    while (began_s := time.monotonic()) < until_s:
        await asyncio.sleep(_PROBE_S)
        late_s.append(time.monotonic() - began_s - _PROBE_S)
    return sorted(late_s)[int(0.99 * len(late_s))]


def _took(work: Callable[[], tuple[Event, ...] | object]) -> tuple[float, tuple[Event, ...]]:
    began_s = time.thread_time()
    found = work()
    return time.thread_time() - began_s, found if isinstance(found, tuple) else ()


def _plain(what: str, value: float, wanted: str, unit: str) -> Figure:
    return Figure(what, value, None, None, wanted, unit)
