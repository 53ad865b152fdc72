"""The orchestrator at work, wired from its parts: record, writer, fleet, intake.

The same for real fleets, for simulated ones over UDP and for simulated ones on virtual time: only
the journal and the vehicles that are handed in differ.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass

from geofences import free_space
from geofences.reason import Reason
from geofences.zone import ZoneId
from orchestrator.dispatch.horizon import HorizonPlan
from orchestrator.dispatch.trips import plan as trips
from orchestrator.membership import changes
from orchestrator.operations.dispatching.admission import admitted
from orchestrator.operations.dispatching.dispatcher import Dispatcher, improving
from orchestrator.operations.dispatching.overrides import Candidates, candidates
from orchestrator.operations.dispatching.scouts import Ahead, Nobody, Scouts
from orchestrator.operations.fleet import Fleet
from orchestrator.operations.phones import handsets_of, take_up
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups, closing
from orchestrator.orders.intake import Rejected
from orchestrator.orders.order import Hub, HubId, Order, Pad
from orchestrator.orders.request import OrderRequest
from orchestrator.record.codec import decode
from orchestrator.record.events import (
    Ask,
    Entry,
    Event,
    OrderPlaced,
    VehicleJoined,
    ZoneRemoved,
)
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.journal import Journal, JournalError
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from vehicles.clock import now_s
from vehicles.mission import ParcelId, VehicleId
from vehicles.phone.handset import Handset
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Vehicle, Wired

_RECENT = 200
"""Entries from before the start that a console is shown."""


@dataclass(frozen=True, slots=True)
class Station:
    """A vehicle and the pad at a hub that is always kept free for it."""

    vehicle: Vehicle
    hub_id: HubId
    pad: Pad


class App:
    """The running orchestrator, made by `operating`.

    `recent` are the last entries that the journal held when it was opened; `telemetry` gives the
    newest sample of each vehicle that was ever heard.
    """

    def __init__(
        self,
        writer: Writer,
        fleet: Fleet,
        vehicles: Mapping[VehicleId, Vehicle],
        surroundings: Surroundings,
        recent: tuple[Entry, ...],
        *,
        scouts: Ahead,
        planned: Callable[[HubId], HorizonPlan],
    ) -> None:
        self.writer = writer
        self.recent = recent
        self.telemetry: Callable[[], Mapping[VehicleId, Telemetry]] = fleet.seen
        self._vehicles = vehicles
        self._wired = {name: one for name, one in vehicles.items() if isinstance(one, Wired)}
        self._surroundings = surroundings
        self._fleet = fleet
        self._scouts = scouts
        self._planned = planned

    @property
    def state(self) -> FleetState:
        """The committed state of the fleet."""
        return self.writer.state

    @property
    def handsets(self) -> dict[VehicleId, Handset]:
        """The phones of couriers that are reached by their page."""
        return handsets_of(self._vehicles)

    async def urgent(self, vehicle_id: VehicleId, ask: Ask, by: str) -> str:
        """Tell a vehicle to hold or to land while the journal cannot keep that; what came of it."""
        return await self._fleet.urgent(vehicle_id, ask, by)

    def may_return(self, state: FleetState, vehicle_id: VehicleId) -> tuple[Reason, ...]:
        """Why nothing would come of asking a vehicle to return now; empty where something would."""
        return self._fleet.may_return(state, vehicle_id)

    def undecided_s(self) -> float:
        """For how long nothing was decided, fleet seconds; infinite before the first decision."""
        return self._fleet.undecided_s()

    def wake(self, vehicle_id: VehicleId) -> None:
        """Have a vehicle looked at now rather than at its next turn."""
        self._fleet.wake(vehicle_id)

    def work_within(self, surroundings: Surroundings) -> None:
        """Take orders, plan and check against other surroundings from now on."""
        self._surroundings = surroundings
        self._fleet.work_within(surroundings)

    def wired(self, vehicle_id: VehicleId) -> Wired | None:
        """How a vehicle is reached, heard or not; None where that is not over links."""
        return self._wired.get(vehicle_id)

    def candidates(self, state: FleetState, parcel_id: ParcelId) -> Candidates | None:
        """For a parcel that waits in `state`, a committed one, what is known now of who could bring it."""
        around = around_popups(self._surroundings, state.zones)
        return candidates(state, self.telemetry(), around, now_s(), parcel_id, planned=self._planned)

    async def place(self, request: OrderRequest) -> Order | Rejected:
        """Take an order in: it is checked in the writer's turn, so against the newest state.

        Returns the order once it is in the journal, or why it is not; then nothing has changed.
        """
        await self._scouts.look(request, self.state, self._surroundings)
        outcome: list[Order | Rejected] = []

        def decide(state: FleetState) -> Sequence[Event]:
            around = around_popups(self._surroundings, state.zones)
            outcome.append(answer := admitted(request, state, around, now_s()))
            return (OrderPlaced(answer),) if isinstance(answer, Order) else ()

        await self.writer.write(decide)
        return outcome[-1]

    async def close_area(self, zone: PopUpZone, by: str) -> tuple[Entry, ...]:
        """Close an area, and tell whose way it bars, in the writer's turn; returns what was journaled.

        Raises `IllegalEvent` where one of that id is closed already or it says nothing sensible.
        """
        return await self.writer.write(lambda state: closing(zone, by, state, self._surroundings, now_s()))

    async def open_area(self, zone_id: ZoneId, by: str) -> tuple[Entry, ...]:
        """Open an area again. Raises `IllegalEvent` where none of that id is closed."""
        return await self.writer.write(lambda _: (ZoneRemoved(zone_id, by),))


@asynccontextmanager
async def operating(
    journal: Journal,
    hubs: Iterable[Hub],
    stations: Iterable[Station],
    surroundings: Surroundings,
    dispatcher: Dispatcher | None = None,
    *,
    thinking: bool = False,
) -> AsyncIterator[App]:
    """Run a fleet for as long as the context is open, going on from what the journal holds.

    Vehicles that the journal has and `stations` have not, or elsewhere, leave and join anew; raises
    `JournalError` where one of those is at work.

    On leaving, vehicles under way fly on by their own missions; the journal is closed with the
    final state, so that a replay can be checked against it.

    With `thinking`, plans are improved and ways for new orders found beside the event loop, as time allows
    (never on virtual time); it is entered before there are threads or sockets then (see `Scouts`).
    """
    free_space.get_ready()
    trips.get_ready()
    stations = tuple(stations)
    vehicles = {station.vehicle.vehicle_id: station.vehicle for station in stations}
    scouting: AbstractAsyncContextManager[Ahead] = Scouts(surroundings) if thinking else nullcontext(Nobody())
    async with scouting as scouts, journal, Writer(journal) as writer:
        recent = tuple(deque((decode(line, journal.name) for line in journal.lines()), maxlen=_RECENT))
        members = [_joined(station) for station in stations]
        try:
            await writer.write(lambda state: changes(state, hubs, members, surroundings.lockers))
        except IllegalEvent as error:
            raise JournalError(f"the configuration cannot follow the journal: {error}") from error
        for vehicle_id, handset in handsets_of(vehicles).items():
            take_up(writer.state, vehicle_id, handset)
        at_once = improving(0) if thinking else improving()
        dispatcher = dispatcher or Dispatcher(at_once)
        async with Fleet(writer, vehicles, surroundings, dispatcher, thinking=thinking) as fleet:
            planned = dispatcher.planned
            yield App(writer, fleet, vehicles, surroundings, recent, scouts=scouts, planned=planned)


def _joined(station: Station) -> VehicleJoined:
    vehicle = station.vehicle
    return VehicleJoined(vehicle.vehicle_id, vehicle.profile, station.hub_id, station.pad)
