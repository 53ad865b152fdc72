"""Whatever happens in whatever order: one keeper, one delivery, and replay equals live.

Events are drawn from everything that could be claimed of a small fleet, half of the time only from what
may follow, so that long histories come about. What may not follow must change nothing.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orchestrator.orders.custody import AtHub, InLocker, Lost, OnVehicle, WithRecipient, WithSender
from orchestrator.orders.order import OrderId
from orchestrator.record.apply import IllegalEvent, apply
from orchestrator.record.codec import decode, encode
from orchestrator.record.events import (
    AlertAcknowledged,
    Ask,
    AskAnswered,
    BackOnPath,
    Entry,
    Event,
    LegDone,
    LinkLost,
    LinkUp,
    LowEnergy,
    MissionEnded,
    MissionFailed,
    MissionStarted,
    MissionWithdrawn,
    OfferDeclined,
    OffPath,
    OperatorAsked,
    OrderCancelled,
    OrderPlaced,
    ParcelCollected,
    ParcelDeferred,
    ParcelFetched,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    ParcelNotFetched,
    ParcelReturned,
    ParcelTakenOff,
    PlanLoaded,
    VehicleFaulted,
    VehicleMissing,
    VehicleReady,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.replay import rebuild
from orchestrator.record.state import FleetState, MissionPhase, MissionState, ParcelPhase, ParcelState
from orchestrator.traffic.intent import IntentState
from tests.orchestrator.record.story import (
    C1,
    CENTRE,
    D1,
    DOOR,
    H1,
    R1,
    START_S,
    WHY,
    courier_joins,
    opening,
    order,
    planned,
    planned_fetch,
    planned_round,
    to_fetch,
)
from vehicles.mission import MissionId, ParcelId, VehicleId

ORDERS = (
    order("O1", parcels=2),
    order("O2", locker="L7"),
    to_fetch("O3", parcels=2),
    to_fetch("O4", locker="L8"),
    to_fetch("O5", to_hub=True),
)
VEHICLES = (D1, R1, C1)
BUSY = {MissionPhase.PLANNED, MissionPhase.LOADED, MissionPhase.PARCEL_ABOARD, MissionPhase.UNDER_WAY}
BUSY |= {MissionPhase.GIVEN_UP, MissionPhase.LOST}


def claims(state: FleetState, vehicles: tuple[VehicleId, ...] = VEHICLES) -> list[Event]:
    """Everything that could be said now of these vehicles and all parcels, true or not."""
    parcels = sorted(state.parcels)
    missions = sorted(state.missions)[-3:]
    next_id = max(state.missions, default=0) + 1
    found: list[Event] = [
        *map(OrderPlaced, ORDERS[1:]),
        *(OrderCancelled(o.order_id, "anna") for o in ORDERS),
    ]
    found += [claim for parcel_id in parcels for claim in _of_parcel(parcel_id)]
    found += [claim for vehicle_id in vehicles for claim in _of_vehicle(vehicle_id)]
    for vehicle_id, parcel_id in product(vehicles, parcels):
        rest = tuple(other for other in parcels if other != parcel_id)
        lying = tuple(other for other in rest if isinstance(state.parcels[other].keeper, AtHub))
        found += _plans(MissionId(next_id), vehicle_id, (parcel_id, *rest), lying[:2])
    for vehicle_id, mission_id in product(vehicles, missions):
        found += _of_mission(vehicle_id, mission_id, parcels)
    return found + [AlertAcknowledged(key, "anna") for key in sorted(state.alerts)]


@cache
def _plans(
    mission_id: MissionId, vehicle_id: VehicleId, parcels: tuple[ParcelId, ...], lying: tuple[ParcelId, ...]
) -> tuple[Event, ...]:
    """The first alone, all on one round, the first fetched and others along. Flights never overlap here."""
    at_s = START_S + 10_000.0 * mission_id
    return (
        planned(mission_id, vehicle_id, parcels[0], at_s),
        planned_round(mission_id, vehicle_id, parcels, at_s),
        planned_fetch(mission_id, vehicle_id, parcels[:1], lying, at_s),
    )


def _of_parcel(parcel_id: ParcelId) -> list[Event]:
    return [
        ParcelDeferred(parcel_id, WHY),
        ParcelReturned(parcel_id, H1),
        ParcelCollected(parcel_id, "station"),
    ]


def _of_vehicle(vehicle_id: VehicleId) -> list[Event]:
    return [
        LinkUp(vehicle_id),
        LinkLost(vehicle_id, DOOR, START_S),
        VehicleMissing(vehicle_id, DOOR, START_S),
        VehicleFaulted(vehicle_id, WHY),
        VehicleReady(vehicle_id),
        OperatorAsked(vehicle_id, Ask.RETURN, "anna"),
        AskAnswered(vehicle_id, Ask.RETURN, done=False, text="No."),
    ]


def _of_mission(vehicle_id: VehicleId, mission_id: MissionId, parcels: list[ParcelId]) -> list[Event]:
    return [
        PlanLoaded(vehicle_id, mission_id),
        MissionStarted(vehicle_id, mission_id),
        *(LegDone(vehicle_id, mission_id, leg, CENTRE) for leg in (0, 2, 4)),
        MissionEnded(vehicle_id, mission_id, 10.0, 1.0),
        MissionWithdrawn(vehicle_id, mission_id, WHY),
        OfferDeclined(vehicle_id, mission_id, WHY),
        *(ParcelKept(vehicle_id, mission_id, parcel_id, WHY) for parcel_id in parcels),
        *(ParcelFetched(vehicle_id, mission_id, parcel_id, CENTRE) for parcel_id in parcels),
        *(ParcelTakenOff(vehicle_id, mission_id, parcel_id, WHY) for parcel_id in parcels),
        *(
            ParcelNotFetched(vehicle_id, mission_id, parcel_id, WHY, for_good)
            for parcel_id in parcels
            for for_good in (False, True)
        ),
        MissionFailed(vehicle_id, mission_id, WHY),
        OffPath(vehicle_id, mission_id, 9.0, DOOR),
        BackOnPath(vehicle_id, mission_id),
        LowEnergy(vehicle_id, mission_id, 0.3, 0.4),
        *(ParcelLoaded(vehicle_id, mission_id, parcel_id) for parcel_id in parcels),
        *(ParcelHandedOver(vehicle_id, mission_id, parcel_id, DOOR) for parcel_id in parcels),
    ]


class Fleet(RuleBasedStateMachine):
    step_s = 30.0

    def __init__(self) -> None:
        super().__init__()
        self.state = FleetState()
        self.replayed = FleetState()
        self.entries: list[Entry] = []
        self.delivered: set[ParcelId] = set()
        self.fetched: set[ParcelId] = set()
        for event in (*opening(ORDERS[0]), *courier_joins()):
            self.tell(event, 1.0)

    def claims(self) -> list[Event]:
        """What may be claimed now, of all that could be."""
        return claims(self.state)

    def tell(self, event: Event, after_s: float) -> bool:
        at_s = max(self.state.at_s, START_S) + after_s
        entry = Entry(self.state.seq + 1, at_s, event)
        try:
            self.state = apply(self.state, entry)
        except IllegalEvent:
            return False
        self.entries.append(entry)
        self.replayed = apply(self.replayed, decode(encode(entry)))
        if isinstance(event, ParcelFetched):
            assert event.parcel_id not in self.fetched
            self.fetched.add(event.parcel_id)
        if isinstance(event, ParcelNotFetched):  # a locker may have told otherwise a moment before
            assert event.parcel_id not in self.fetched or self._out_of_locker(event.parcel_id)
            self.fetched.discard(event.parcel_id)
        delivered = _delivered_by(self.state, event)
        assert delivered not in self.delivered
        if delivered is not None:
            self.delivered.add(delivered)
        return True

    @rule(data=st.data(), after_s=st.sampled_from([0.0, 30.0]))
    def somebody_claims_something(self, data: st.DataObject, after_s: float) -> None:
        before = self.state
        if not self.tell(data.draw(st.sampled_from(self.claims())), after_s):
            assert self.state is before

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        seq, at_s = self.state.seq + 1, self.state.at_s + self.step_s
        possible = [claim for claim in self.claims() if _follows(self.state, Entry(seq, at_s, claim))]
        if possible:  # else all orders are over, and everybody rests
            assert self.tell(data.draw(st.sampled_from(possible)), self.step_s)

    def _out_of_locker(self, parcel_id: ParcelId) -> bool:
        pick_up = self.state.orders[self.state.parcels[parcel_id].order_id].order.pick_up
        return pick_up is not None and pick_up.locker_id is not None

    @invariant()
    def each_parcel_has_one_keeper_that_knows_it(self) -> None:
        aboard = {p: v.vehicle_id for v in self.state.vehicles.values() for p in v.aboard}
        assert sum(len(v.aboard) for v in self.state.vehicles.values()) == len(aboard)
        for parcel_id, parcel in self.state.parcels.items():
            assert _phase_fits(parcel), parcel
            held_by = parcel.keeper.vehicle_id if isinstance(parcel.keeper, OnVehicle | Lost) else None
            assert aboard.get(parcel_id) == held_by
            assert (parcel.phase is ParcelPhase.DELIVERED) == (parcel_id in self.delivered)

    @invariant()
    def what_is_fetched_is_fetched_once_and_before_it_is_brought(self) -> None:
        for parcel_id, parcel in self.state.parcels.items():
            sent = self.state.orders[parcel.order_id].order.pick_up is not None
            waits = isinstance(parcel.keeper, WithSender) or (
                isinstance(parcel.keeper, InLocker) and parcel_id not in self.delivered
            )
            assert waits == (sent and parcel_id not in self.fetched)

    @invariant()
    def vehicles_are_bound_to_what_they_do(self) -> None:
        bound = {v.mission_id: v.vehicle_id for v in self.state.vehicles.values() if v.mission_id is not None}
        busy = {
            mission_id: mission.plan.mission.vehicle_id
            for mission_id, mission in self.state.missions.items()
            if mission.phase in BUSY
        }
        assert bound == busy
        for vehicle in self.state.vehicles.values():
            assert not (vehicle.ready and (vehicle.mission_id is not None or vehicle.aboard or vehicle.fault))

    @invariant()
    def intents_end_with_their_missions(self) -> None:
        for mission in self.state.missions.values():
            assert _intent_fits(mission), mission

    @invariant()
    def the_independent_check_agrees(self) -> None:
        assert [said for said in broken_invariants(self.entries) if "at the end" not in said] == []

    @precondition(lambda self: self.state.seq % 5 == 0)
    @invariant()
    def what_went_through_the_codec_comes_to_the_same(self) -> None:
        assert self.replayed == self.state

    def teardown(self) -> None:
        assert rebuild(decode(encode(entry)) for entry in self.entries) == self.state


def _delivered_by(after: FleetState, event: Event) -> ParcelId | None:
    """The parcel that was handed over by this, or came back to the hub that it was to go to."""
    match event:
        case ParcelHandedOver():
            return event.parcel_id
        case ParcelReturned() if after.parcels[event.parcel_id].phase is ParcelPhase.DELIVERED:
            return event.parcel_id
        case _:
            return None


def _follows(state: FleetState, entry: Entry) -> bool:
    try:
        apply(state, entry)
    except IllegalEvent:
        return False
    return True


def _phase_fits(parcel: ParcelState) -> bool:
    keepers: tuple[type[Any], ...]
    match parcel.phase:
        case ParcelPhase.WAITING | ParcelPhase.CANCELLED:
            keepers = (AtHub, WithSender, InLocker)
        case ParcelPhase.NOT_FETCHED:
            keepers = (WithSender, InLocker)
        case ParcelPhase.ASSIGNED:
            keepers = (AtHub, OnVehicle, WithSender, InLocker)
        case ParcelPhase.ON_THE_WAY:
            keepers = (OnVehicle,)
        case ParcelPhase.DELIVERED:
            laid = {OrderId("O2"): InLocker, OrderId("O5"): AtHub}.get(parcel.order_id)
            keepers = (WithRecipient,) if laid is None else (laid, WithRecipient)
        case ParcelPhase.LOST:
            keepers = (Lost,)
    return isinstance(parcel.keeper, keepers)


def _intent_fits(mission: MissionState) -> bool:
    if mission.intent_state is None:
        return mission.plan.intent is None
    over = mission.phase in {MissionPhase.ENDED, MissionPhase.WITHDRAWN}
    return (mission.intent_state is IntentState.ENDED) == over


TestFleet = Fleet.TestCase
TestFleet.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
