"""A day on paper: the product decides, plans and checks as ever; vehicles do what they are told, with luck.

Between two events nothing is computed, so that a whole day with thousands of orders takes minutes: intake,
dispatch, paths, traffic, verifier and record are the product's, links, sessions and motion are left out.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from math import inf
from random import Random

from benchmarks.dispatch_bodies import Body, Looks
from geofences.reason import Because, Reason
from orchestrator.operations.decide import decide
from orchestrator.operations.dispatching.admission import reaches_of
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups, closing
from orchestrator.orders.intake import intake
from orchestrator.orders.order import HubId, Order
from orchestrator.orders.request import OrderRequest
from orchestrator.record.apply import apply
from orchestrator.record.events import (
    Entry,
    Event,
    HubOpened,
    LinkLost,
    LinkUp,
    MissionEnded,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OfferDeclined,
    OrderPlaced,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    ParcelReturned,
    PlanLoaded,
    VehicleJoined,
    WayClosed,
)
from orchestrator.record.state import ON_PAPER, FleetState, LinkState, MissionPhase, MissionState
from sitl.changes import ANNOUNCER, PopUp, closed_by, failures, in_wind
from sitl.courier_trip import ORDINARY, trip_of, working_day
from sitl.faults import Faults
from sitl.muster import Berth
from sitl.run import finished
from sitl.scenario import Scenario
from sitl.setting import Setting, set_up
from sitl.vehicle_faults import faults_of
from vehicles.mission import DropOff, ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_TICK_S = 5.0
"""How often the fleet is looked at where nothing happens."""

_LONGEST_S = 3.0 * 3600.0
"""After the last order, when a day is over whatever is still open."""


@dataclass(slots=True)
class Paper:
    """A fleet that works through a scenario's orders as `dispatcher` decides."""

    setting: Setting
    dispatcher: Dispatcher
    state: FleetState = field(default_factory=FleetState)
    now_s: float = 0.0
    refused: int = 0
    _around: Surroundings | None = None
    _bodies: dict[VehicleId, Body] = field(default_factory=dict)
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _profiles: dict[HubId, list[VehicleProfile]] = field(default_factory=dict)

    def run(self) -> FleetState:
        """From the first order until all is over; the state then."""
        scenario = self.setting.scenario
        start_s = self.now_s = scenario.start_utc_s
        self._around = self.setting.site.surroundings
        self._join(start_s)
        for wish in self.setting.wishes(start_s):
            self._at(wish.at_s, partial(self._place, wish.request))
        changes, base = scenario.changes, self._present
        for edge_s in {e for spell in changes.spells for e in (spell.from_s, spell.until_s)}:
            self._at(start_s + edge_s, partial(self._blow, in_wind(base, changes, edge_s)))
        for popup in changes.pop_ups:
            self._at(start_s + popup.from_s, partial(self._close, popup))
        last_s = start_s + scenario.demand.over_s
        self._at(start_s, self._tick)
        while self._due and self.now_s < last_s + _LONGEST_S:
            at_s = self._due[0][0]
            self.now_s = max(self.now_s, at_s)
            while self._due and self._due[0][0] <= self.now_s:
                heapq.heappop(self._due)[2]()
            self._decide()
            if self.now_s > last_s and finished(self.state):
                break
        return self.state

    def _at(self, at_s: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._due, (at_s, next(self._order), do))

    def _tick(self) -> None:
        self._at(self.now_s + _TICK_S, self._tick)

    def _put(self, *events: Event) -> None:
        for event in events:
            self.state = apply(self.state, Entry(self.state.seq + 1, self.now_s, event))
            if isinstance(event, MissionPlanned):
                self._take_on(event)
            elif isinstance(event, WayClosed):
                self._turn_back(event)

    @property
    def _present(self) -> Surroundings:
        """What there is to plan against, once the day has begun."""
        if self._around is None:
            raise RuntimeError("the day has not begun")
        return self._around

    def _decide(self) -> None:
        looks = Looks(self._bodies, self.now_s)
        self._put(*decide(self.state, looks, self._present, self.now_s, self.dispatcher))
        while self.dispatcher.unfinished:
            self._put(*decide(self.state, looks, self._present, self.now_s, self.dispatcher))

    def _join(self, start_s: float) -> None:
        scenario, berths = self.setting.scenario, self.setting.berths
        self._put(*(HubOpened(hub) for hub in self.setting.places.hubs))
        machines = [berth.vehicle_id for berth in berths if not berth.profile.ridden]
        ills = failures(machines, scenario.changes, scenario.seed, scenario.demand.over_s)
        for seed, berth in enumerate(berths, start=scenario.seed * 1000):
            self._profiles.setdefault(berth.hub.hub_id, []).append(berth.profile)
            self._put(VehicleJoined(berth.vehicle_id, berth.profile, berth.hub.hub_id, berth.pad))
            self._put(LinkUp(berth.vehicle_id))
            faults = Faults(faults_of(berth.vehicle_id, ills))
            self._bodies[berth.vehicle_id] = _body(berth, seed, faults, start_s, scenario)
            since_s = _silences(self._bodies[berth.vehicle_id])
            for from_s, until_s in since_s:
                self._at(from_s + 5.0, partial(self._lose, berth.vehicle_id, from_s))
                self._at(until_s, partial(self._find, berth.vehicle_id))

    def _lose(self, vehicle_id: VehicleId, since_s: float) -> None:
        if self.state.vehicles[vehicle_id].link is LinkState.UP:
            self._put(LinkLost(vehicle_id, self._bodies[vehicle_id].pad.at.position, since_s))

    def _find(self, vehicle_id: VehicleId) -> None:
        if self.state.vehicles[vehicle_id].link is not LinkState.UP:
            self._put(LinkUp(vehicle_id))

    def _blow(self, around: Surroundings) -> None:
        self._around = around

    def _close(self, popup: PopUp) -> None:
        zone = closed_by(popup, self.now_s)
        self._put(*closing(zone, ANNOUNCER, self.state, self._present, self.now_s))

    def _place(self, request: OrderRequest) -> None:
        answer = intake(
            request,
            hubs=self.state.hubs,
            fleet=self._profiles,
            lockers={locker.locker_id: locker for locker in self._present.lockers},
            known=self.state.orders,
            reaches=reaches_of(self.state, around_popups(self._present, self.state.zones)),
            now_s=self.now_s,
        )
        if isinstance(answer, Order):
            self._put(OrderPlaced(answer))
        else:
            self.refused += 1

    def _take_on(self, planned: MissionPlanned) -> None:
        """A vehicle is given a mission: it prepares, and leaves when that is planned."""
        vehicle_id = planned.mission.vehicle_id
        body = self._bodies[vehicle_id]
        mission_id = planned.mission.mission_id
        if body.profile.ridden and body.rng.random() < ORDINARY.declines_frac:
            reason = Reason(Because.DECLINED, vehicle_id, f"{vehicle_id} declined the offer.")
            declined = OfferDeclined(vehicle_id, mission_id, (reason,))
            self._at(self.now_s + body.rng.uniform(3.0, 13.0), self._if_bound(planned, declined))
            return
        loaded = [ParcelLoaded(vehicle_id, mission_id, parcel_id) for parcel_id in planned.parcel_ids]
        self._at(self.now_s + 2.0, self._if_bound(planned, PlanLoaded(vehicle_id, mission_id), *loaded))
        self._at(planned.depart_at_s + 1.0, partial(self._leave, planned))

    def _if_bound(self, planned: MissionPlanned, *events: Event) -> Callable[[], None]:
        def put() -> None:
            vehicle = self.state.vehicles[planned.mission.vehicle_id]
            if vehicle.mission_id == planned.mission.mission_id:
                self._put(*events)

        return put

    def _mission(self, planned: MissionPlanned) -> MissionState | None:
        """The mission as it stands; None where it was taken back."""
        bound = self.state.vehicles[planned.mission.vehicle_id].mission_id
        return self.state.missions[bound] if bound == planned.mission.mission_id else None

    def _leave(self, planned: MissionPlanned) -> None:
        mission, vehicle_id = self._mission(planned), planned.mission.vehicle_id
        if mission is None:
            return
        body, mission_id = self._bodies[vehicle_id], planned.mission.mission_id
        weather = self._present.weather_refusal(body.profile)
        broken = body.broken(self.now_s) or body.silent_since_s(self.now_s) < inf
        if weather or broken or mission.phase in ON_PAPER:
            reason = Reason(Because.AUTOPILOT, vehicle_id, f"{vehicle_id} did not start.")
            self._put(MissionWithdrawn(vehicle_id, mission_id, weather or (reason,)))
            return
        ends_at_s, kept = _ends(body, planned, self.now_s)
        body.set_out(self.now_s, planned.energy_wh, ends_at_s[-1] - self.now_s)
        self._put(MissionStarted(vehicle_id, mission_id))
        for leg, at_s in zip(planned.mission.legs, ends_at_s, strict=True):
            if isinstance(leg, DropOff):
                at, parcel_id = leg.at.position, leg.parcel_id
                told: ParcelHandedOver | ParcelKept
                told = ParcelHandedOver(vehicle_id, mission_id, parcel_id, at)
                if leg.parcel_id in kept:
                    reason = Reason(Because.RECIPIENT, leg.parcel_id, "Nobody was met.")
                    told = ParcelKept(vehicle_id, mission_id, leg.parcel_id, (reason,))
                self._at(self._heard_s(body, at_s), partial(self._hand_over, planned, told))
        self._at(self._heard_s(body, ends_at_s[-1]), partial(self._end, planned))

    def _heard_s(self, body: Body, at_s: float) -> float:
        """When a fact of `at_s` becomes known: at once, unless the vehicle is silent then."""
        for from_s, until_s in _silences(body):
            if from_s <= at_s < until_s:
                return until_s + 0.5
        return at_s

    def _hand_over(self, planned: MissionPlanned, told: ParcelHandedOver | ParcelKept) -> None:
        mission = self._mission(planned)
        if mission is not None and mission.phase is MissionPhase.UNDER_WAY:
            self._put(told)

    def _end(self, planned: MissionPlanned) -> None:
        if self._mission(planned) is None:
            return
        vehicle_id, mission_id = planned.mission.vehicle_id, planned.mission.mission_id
        self._bodies[vehicle_id].come_back(self.now_s)
        vehicle = self.state.vehicles[vehicle_id]
        self._put(*(ParcelReturned(parcel_id, vehicle.hub_id) for parcel_id in vehicle.aboard))
        self._put(MissionEnded(vehicle_id, mission_id, planned.distance_m, planned.energy_wh))

    def _turn_back(self, told: WayClosed) -> None:
        """Its way is barred: it comes home with what it still has, in the time that it has been away."""
        mission = self.state.missions[told.mission_id]
        if mission.phase is MissionPhase.PARCEL_ABOARD:
            self._put(MissionWithdrawn(told.vehicle_id, told.mission_id, told.reasons))
        elif mission.phase is MissionPhase.UNDER_WAY and self.state.vehicles[told.vehicle_id].aboard:
            self._put(MissionFailed(told.vehicle_id, told.mission_id, told.reasons))


def _body(berth: Berth, seed: int, faults: Faults, start_s: float, scenario: Scenario) -> Body:
    profile = berth.profile
    shift, breaks = working_day(seed, start_s, scenario.demand.over_s) if profile.ridden else (None, ())
    rng = Random(seed)  # noqa: S311 - chance for a simulation, not a secret
    full_wh = profile.battery_wh
    return Body(berth.vehicle_id, profile, berth.pad, rng, faults, start_s, full_wh, start_s, shift, breaks)


def _silences(body: Body) -> Sequence[tuple[float, float]]:
    """From when until when it is not heard (fleet times)."""
    return tuple((body.born_at_s + a, body.born_at_s + b) for a, b in body.faults.silences())


def _ends(body: Body, planned: MissionPlanned, at_s: float) -> tuple[list[float], frozenset[ParcelId]]:
    """When each leg really ends, and what is not handed over."""
    mission = planned.mission
    if body.profile.ridden:
        trip = trip_of(mission, body.profile, ORDINARY, body.rng, at_s)
        return list(trip.ends_at_s), trip.kept
    stretch_frac = body.stretch_frac()
    ends = schedule(body.profile, mission.legs, 0.0).leg_ends_at_s
    return [at_s + stretch_frac * end_s for end_s in ends], frozenset()


def on_paper(scenario: Scenario, dispatcher: Dispatcher) -> tuple[FleetState, int]:
    """The state at the end of the day, and how many wishes were refused at the door."""
    paper = Paper(set_up(scenario), dispatcher)
    return paper.run(), paper.refused
