"""An independent check of a whole journal: nothing happened that must never happen.

Reads the entries alone and keeps its own small books; it shares no code with `apply`, whose work it
checks, and none with the planner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from geofences.corridor import Volume4D, first_meeting, sweep
from orchestrator.orders.order import HubId, OrderId
from orchestrator.record.cargo_books import CargoBooks
from orchestrator.record.events import (
    AirTaken,
    CustodyDoubted,
    CustodyTold,
    DeparturePostponed,
    Entry,
    Event,
    FetchFact,
    Found,
    LockerOpened,
    MissionChanged,
    MissionEnded,
    MissionFailed,
    MissionPlanned,
    MissionWithdrawn,
    OfferDeclined,
    OrderCancelled,
    OrderPlaced,
    ParcelCollected,
    ParcelDeferred,
    ParcelFetched,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    ParcelNotFetched,
    ParcelRecovered,
    ParcelReturned,
    ParcelTakenOff,
    PlaceChosen,
    PlanLoaded,
    VehicleJoined,
    VehicleLeft,
    VehicleMissing,
)
from orchestrator.record.load_books import LoadBooks
from orchestrator.record.locker_books import LockerBooks
from orchestrator.record.pad_books import PadBooks
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import MissionId, ParcelId, VehicleId

_SENDER, _HUB, _DELIVERED = "the sender", "the hub", "the recipient"


def broken_invariants(entries: Iterable[Entry]) -> tuple[str, ...]:
    """One sentence for each breach, in the order of the journal; empty when all is well.

    Checked: a parcel changes hands only from its one keeper, is picked up before it is handed over, and is
    delivered at most once; a vehicle has one mission at a time, and never more parcels of it aboard than it
    has room for; a locker never holds more than it has compartments for, and gives out only what it holds;
    nobody carries what they cannot keep or take, nor brings it before its time (`cargo_books`); no two pads
    are too near each other for whoever stands there (`pad_books`); no two own aircraft hold volumes that meet
    at one time; at the end every order is delivered, under way or explained.
    """
    books, cargo = _Books(), CargoBooks()
    for entry in entries:
        books.enter(entry)
        cargo.enter(entry)
    return (*books.broken, *books.boxes.broken, *books.pads.broken, *cargo.broken, *books.unexplained())


@dataclass(slots=True)
class _Held:
    vehicle_id: VehicleId
    volumes: tuple[Volume4D, ...]


def _volumes(intent: OperationalIntent) -> tuple[Volume4D, ...]:
    return sweep(
        intent.timed,
        radius_m=intent.radius_m,
        half_height_m=intent.half_height_m,
        early_s=intent.early_s,
        late_s=intent.late_s,
    )


@dataclass(slots=True)
class _Books:
    """Who holds what, as far as the entries say."""

    broken: list[str] = field(default_factory=list)
    keeper: dict[ParcelId, str] = field(default_factory=dict)
    parcels_of: dict[OrderId, set[ParcelId]] = field(default_factory=dict)
    explained: set[ParcelId] = field(default_factory=set)
    busy: dict[VehicleId, MissionId] = field(default_factory=dict)
    parcels_on: dict[MissionId, tuple[ParcelId, ...]] = field(default_factory=dict)
    room_of: dict[VehicleId, int] = field(default_factory=dict)
    held: dict[MissionId, _Held] = field(default_factory=dict)
    loads: LoadBooks = field(default_factory=LoadBooks)
    boxes: LockerBooks = field(default_factory=LockerBooks)
    pads: PadBooks = field(default_factory=PadBooks)

    def enter(self, entry: Entry) -> None:  # noqa: C901, PLR0912 - a case a fact
        """Book one entry, noting what it breaks."""
        said = f"entry {entry.seq}:"
        match entry.event:
            case OrderPlaced(order):
                self.boxes.expect(said, order)
                self.parcels_of[order.order_id] = {parcel.parcel_id for parcel in order.parcels}
                for parcel in order.parcels:
                    if parcel.parcel_id in self.keeper:
                        self.broken.append(f"{said} {parcel.parcel_id} exists twice")
                    self.keeper[parcel.parcel_id] = _HUB if order.pick_up is None else _SENDER
            case ParcelLoaded(vehicle_id, mission_id, parcel_id):
                self._pass_on(said, parcel_id, _HUB, vehicle_id)
                self.loads.take(mission_id, self._aboard(vehicle_id, mission_id))
            case ParcelFetched() | ParcelNotFetched() | ParcelTakenOff():
                self._of_fetches(said, entry.event)
            case PlanLoaded(_, mission_id):
                self.loads.plan_loaded(mission_id)
            case ParcelHandedOver(vehicle_id, _, parcel_id):
                self._pass_on(said, parcel_id, vehicle_id, _DELIVERED)
                self.boxes.put_in(said, parcel_id)
            case LockerOpened() | ParcelCollected() | ParcelRecovered():
                self._of_lockers(said, entry.event)
            case ParcelReturned(parcel_id, hub_id) | CustodyTold(parcel_id, Found.SHELF, hub_id):
                self._return(said, parcel_id, hub_id)
            case MissionPlanned():
                self.boxes.divert(entry.event)
                self._bind(said, entry.event)
            case MissionChanged(vehicle_id, mission_id, plan):
                if self.busy.pop(vehicle_id, None) != mission_id:
                    self.broken.append(f"{said} mission {mission_id} changed, but {vehicle_id} was not on it")
                self.held.pop(mission_id, None)
                self._bind(said, plan)
                self.loads.set_out(plan.mission.mission_id)
            case DeparturePostponed() | AirTaken():
                self._change_air(said, entry.event)
            case (
                MissionEnded(vehicle_id, mission_id)
                | MissionWithdrawn(vehicle_id, mission_id)
                | OfferDeclined(vehicle_id, mission_id)
            ):
                self._free(said, vehicle_id, mission_id, entry.event)
            case VehicleJoined() | VehicleLeft():
                self._of_fleet(said, entry.event)
            case _:
                self._explain(entry.event)

    def _of_fleet(self, said: str, event: VehicleJoined | VehicleLeft) -> None:
        self.pads.move(said, event)
        if isinstance(event, VehicleJoined):
            self.room_of[event.vehicle_id] = event.profile.compartments

    def _change_air(self, said: str, event: DeparturePostponed | AirTaken) -> None:
        """One that goes home takes what air it must: others keep clear of it from then on."""
        vehicle_id, mission_id = event.vehicle_id, event.mission_id
        self.held.pop(mission_id, None)
        if isinstance(event, AirTaken):
            self.held[mission_id] = _Held(vehicle_id, _volumes(event.intent))
        elif event.intent is not None:
            self._reserve(said, mission_id, vehicle_id, event.intent)

    def _return(self, said: str, parcel_id: ParcelId, hub_id: HubId) -> None:
        """To a hub's shelf, which may be where it was to go."""
        if self.keeper.get(parcel_id) in (_SENDER, _HUB, _DELIVERED, None):
            self.broken.append(f"{said} {parcel_id} came back from {self.keeper.get(parcel_id)}")
        self.keeper[parcel_id] = _DELIVERED if self.boxes.is_for(parcel_id, hub_id) else _HUB

    def _of_lockers(self, said: str, event: LockerOpened | ParcelCollected | ParcelRecovered) -> None:
        if isinstance(event, LockerOpened):
            self.boxes.open(said, event.locker)
            return
        self.boxes.take_out(said, event.parcel_id)
        if isinstance(event, ParcelRecovered):
            self.keeper[event.parcel_id] = _HUB
            self.explained.add(event.parcel_id)

    def _of_fetches(self, said: str, event: FetchFact) -> None:
        vehicle_id, parcel_id = event.vehicle_id, event.parcel_id
        if isinstance(event, ParcelFetched):
            self._pass_on(said, parcel_id, _SENDER, vehicle_id)
            self.boxes.fetch(parcel_id)
            return
        if isinstance(event, ParcelTakenOff):
            if self.keeper.get(parcel_id) == vehicle_id:
                self.keeper[parcel_id] = _HUB
            self._because(parcel_id, event.reasons)
            self.loads.leave(event.mission_id, parcel_id, self._aboard(vehicle_id, event.mission_id))
            return
        keeper = self.keeper.get(parcel_id)
        if keeper not in (_SENDER, vehicle_id):  # the locker may have told before that it was taken out
            self.broken.append(f"{said} {vehicle_id} did not get {parcel_id}, which {keeper} holds")
        self.keeper[parcel_id] = _SENDER
        self._because(parcel_id, event.reasons)

    def _pass_on(self, said: str, parcel_id: ParcelId, giver: str, taker: str) -> None:
        keeper = self.keeper.get(parcel_id)
        if keeper != giver:
            self.broken.append(f"{said} {giver} gave {parcel_id} to {taker}, but {keeper} held it")
        self.keeper[parcel_id] = taker
        if taker not in (_SENDER, _HUB, _DELIVERED):
            self._count(said, VehicleId(taker))

    def _count(self, said: str, vehicle_id: VehicleId) -> None:
        mission_id = self.busy.get(vehicle_id)
        carried = () if mission_id is None else self.parcels_on[mission_id]
        aboard = sum(self.keeper.get(parcel_id) == vehicle_id for parcel_id in carried)
        if aboard > self.room_of.get(vehicle_id, 1):
            self.broken.append(f"{said} {vehicle_id} holds {aboard} parcels, more than it has room for")

    def _bind(self, said: str, event: MissionPlanned) -> None:
        mission = event.mission
        if mission.vehicle_id in self.busy:
            other = self.busy[mission.vehicle_id]
            self.broken.append(f"{said} {mission.vehicle_id} got a mission while it had {other}")
        self.busy[mission.vehicle_id] = mission.mission_id
        self.parcels_on[mission.mission_id] = event.parcel_ids
        self.loads.plan(mission.mission_id, event.loads)
        self.explained -= set(event.parcel_ids)
        if event.intent is not None:
            self._reserve(said, mission.mission_id, mission.vehicle_id, event.intent)

    def _reserve(
        self, said: str, mission_id: MissionId, vehicle_id: VehicleId, intent: OperationalIntent
    ) -> None:
        mine = _volumes(intent)
        for other_id, other in sorted(self.held.items()):
            meeting = first_meeting(mine, other.volumes)
            if meeting is not None:
                where = f"at {meeting.position}, {meeting.height_agl_m:.0f} m, {meeting.at_s:.0f} s"
                who = f"missions {other_id} of {other.vehicle_id} and {mission_id} of {vehicle_id}"
                self.broken.append(f"{said} {who} hold the same volume {where}")
        self.held[mission_id] = _Held(vehicle_id, mine)

    def _free(
        self,
        said: str,
        vehicle_id: VehicleId,
        mission_id: MissionId,
        event: MissionEnded | MissionWithdrawn | OfferDeclined,
    ) -> None:
        if self.busy.pop(vehicle_id, None) != mission_id:
            self.broken.append(f"{said} mission {mission_id} ended, but {vehicle_id} was not on it")
        self.held.pop(mission_id, None)
        if isinstance(event, MissionEnded):
            return
        for parcel_id in self.parcels_on.get(mission_id, ()):
            held = isinstance(event, MissionWithdrawn) and parcel_id in event.aboard
            if self.keeper[parcel_id] != _SENDER and not held:
                self.keeper[parcel_id] = _HUB
            self._because(parcel_id, event.reasons)

    def _explain(self, event: Event) -> None:
        match event:
            case ParcelDeferred(parcel_id, reasons) | ParcelKept(parcel_id=parcel_id, reasons=reasons):
                self._because(parcel_id, reasons)
            case MissionFailed(_, mission_id, reasons):
                for parcel_id in self.parcels_on.get(mission_id, ()):
                    self._because(parcel_id, reasons)
            case OrderCancelled(order_id):
                self.explained |= self.parcels_of[order_id]
            case PlaceChosen(order_id, place):
                for parcel_id in self.parcels_of[order_id]:
                    self.boxes.choose(parcel_id, place)
            case VehicleMissing(vehicle_id):
                self._missing(vehicle_id)
            case CustodyDoubted(_, parcel_id):
                self.explained.add(parcel_id)
            case _:
                pass

    def _because(self, parcel_id: ParcelId, reasons: tuple[object, ...]) -> None:
        if reasons:
            self.explained.add(parcel_id)

    def _aboard(self, vehicle_id: VehicleId, mission_id: MissionId) -> list[ParcelId]:
        return [one for one in self.parcels_on.get(mission_id, ()) if self.keeper[one] == vehicle_id]

    def _missing(self, vehicle_id: VehicleId) -> None:
        if (mission_id := self.busy.get(vehicle_id)) is None:
            return
        self.explained |= set(self.parcels_on[mission_id])
        set_out = self.loads.is_ready(mission_id) or self._aboard(vehicle_id, mission_id)
        if not set_out:  # they are for another vehicle
            del self.busy[vehicle_id]
            self.held.pop(mission_id, None)

    def unexplained(self) -> tuple[str, ...]:
        """Parcels at the end that are neither delivered nor under way nor explained."""
        under_way = {p for mission_id in self.busy.values() for p in self.parcels_on[mission_id]}
        return tuple(
            f"at the end: {parcel_id} is with {keeper}, and nobody said why"
            for parcel_id, keeper in self.keeper.items()
            if keeper != _DELIVERED and parcel_id not in self.explained | under_way
        )
