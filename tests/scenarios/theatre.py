"""A stage for whole-chain tests: a real writer and fleet over vehicles without sockets, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar

from orchestrator.operations.fleet import Fleet
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.orders.order import Order
from orchestrator.record.codec import decode, state_json
from orchestrator.record.events import (
    Ask,
    Entry,
    HubOpened,
    OperatorAsked,
    OrderCancelled,
    OrderPlaced,
    VehicleJoined,
)
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.replay import rebuild
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase
from orchestrator.record.writer import Writer
from sitl.direct.vehicle import DirectVehicle
from sitl.faults import Fault
from sitl.loop import run_virtual
from tests.orchestrator.operations.town import (
    H1,
    HUB,
    PADS,
    START_S,
    profile_of,
    surroundings,
)
from vehicles.mission import VehicleId, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Command, Outcome, Start, Vehicle

_T = TypeVar("_T")
V = TypeVar("V", bound=Vehicle)


class Outliving:
    """A vehicle that is there before and after a fleet: entering and leaving only opens the link.

    Keeps what it was told, so that a test can count commands.
    """

    def __init__(self, inner: DirectVehicle) -> None:
        self.inner = inner
        self.told: list[Command] = []
        self.loads: list[VehiclePlan] = []
        self.starting = asyncio.Event()
        self.attended_at_s: list[float] = []
        self._on = False

    @property
    def vehicle_id(self) -> VehicleId:
        return self.inner.vehicle_id

    @property
    def profile(self) -> VehicleProfile:
        return self.inner.profile

    @property
    def telemetry(self) -> Telemetry | None:
        return self.inner.telemetry

    async def load(self, plan: VehiclePlan) -> Outcome:
        self.loads.append(plan)
        return await self.inner.load(plan)

    async def command(self, command: Command) -> Outcome:
        self.told.append(command)
        if isinstance(command, Start):
            self.starting.set()
        return await self.inner.command(command)

    def attend(self) -> None:
        self.attended_at_s.append(asyncio.get_running_loop().time())
        self.inner.attend()

    async def __aenter__(self) -> Self:
        if not self._on:
            await self.inner.__aenter__()
            self._on = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The vehicle stays where it is."""

    @property
    def starts(self) -> int:
        return sum(isinstance(command, Start) for command in self.told)


@dataclass
class Stage(Generic[V]):
    """What a test plays on: the writer, the vehicles, and ways to wait in virtual time."""

    writer: Writer
    vehicles: dict[VehicleId, V]
    journal: MemoryJournal
    around: Surroundings
    fleet: Fleet
    _snapshots: list[FleetState] = field(default_factory=list)

    @property
    def state(self) -> FleetState:
        return self.writer.state

    def entries(self) -> list[Entry]:
        return [decode(line) for line in self.journal.lines()]

    def events(self, kind: type[_T]) -> list[_T]:
        return [entry.event for entry in self.entries() if isinstance(entry.event, kind)]

    async def place(self, *orders: Order) -> None:
        await self.writer.facts(*(OrderPlaced(order) for order in orders))

    async def cancel(self, order: Order) -> None:
        await self.writer.facts(OrderCancelled(order.order_id, "shop"))

    async def ask(self, vehicle_id: VehicleId, ask: Ask) -> None:
        await self.writer.facts(OperatorAsked(vehicle_id, ask, "olga"))

    async def until(self, what: Callable[[FleetState], bool], within_s: float) -> None:
        """Wait for a state that `what` accepts; fails after `within_s` of fleet time."""
        async with asyncio.timeout(within_s):
            with self.writer.subscribe() as news:
                while not what(self.state):
                    await news.get()

    async def until_phase(self, vehicle_id: VehicleId, phase: MissionPhase, within_s: float = 300.0) -> None:
        def reached(state: FleetState) -> bool:
            mission_id = state.vehicles[vehicle_id].mission_id
            return mission_id is not None and state.missions[mission_id].phase is phase

        await self.until(reached, within_s)

    async def until_phase_of_any(self, within_s: float) -> None:
        """Some vehicle is under way."""
        await self.until(
            lambda state: any(m.phase is MissionPhase.UNDER_WAY for m in state.missions.values()), within_s
        )

    async def until_over(self, within_s: float = 3600.0) -> None:
        """All parcels at an end and every vehicle free."""
        await self.until(over, within_s)


def over(state: FleetState) -> bool:
    ends = (ParcelPhase.DELIVERED, ParcelPhase.CANCELLED, ParcelPhase.LOST)
    settled = all(parcel.phase in ends for parcel in state.parcels.values())
    return settled and all(vehicle.mission_id is None for vehicle in state.vehicles.values())


def vehicle(vehicle_id: VehicleId, *faults: Fault, battery_frac: float = 1.0) -> Outliving:
    seed = sum(map(ord, vehicle_id))
    pad = PADS[vehicle_id].at
    return Outliving(
        DirectVehicle(vehicle_id, profile_of(vehicle_id), pad, seed, battery_frac=battery_frac, faults=faults)
    )


@asynccontextmanager
async def stage(
    vehicles: Iterable[V], journal: MemoryJournal | None = None, around: Surroundings | None = None
) -> AsyncIterator[Stage[V]]:
    """A fleet at work. A `journal` that is not empty is replayed, as after a crash."""
    journal = journal or MemoryJournal()
    around = around or surroundings()
    fleet = {v.vehicle_id: v for v in vehicles}
    ports: Mapping[VehicleId, Vehicle] = dict(fleet)
    async with Writer(journal) as writer:
        if not writer.state.hubs:
            members = (VehicleJoined(v.vehicle_id, v.profile, H1, PADS[v.vehicle_id]) for v in fleet.values())
            await writer.facts(HubOpened(HUB), *members)
        async with Fleet(writer, ports, around) as commands:
            it = Stage(writer, fleet, journal, around, commands)
            try:
                yield it
            except BaseException:
                print("\n".join(f"{e.at_s - START_S:8.1f} {describe(e)}" for e in it.entries()))  # noqa: T201
                raise
        check_replay(journal, writer.state)


def describe(entry: Entry) -> str:
    """One short line, for a test that failed."""
    event = entry.event
    names = ("vehicle_id", "mission_id", "parcel_id", "order_id", "leg_index", "ask", "text")
    values = [str(value) for name in names if (value := getattr(event, name, None)) is not None]
    reasons = [reason.text for reason in getattr(event, "reasons", ())]
    return " ".join([type(event).__name__, *values, *reasons])


def check_replay(journal: MemoryJournal, live: FleetState) -> None:
    replayed = rebuild(decode(line) for line in journal.lines())
    assert state_json(replayed) == state_json(live)


def play(scene: Callable[[], Awaitable[_T]], start_s: float = START_S) -> _T:
    """Run a scene on virtual time."""

    async def run() -> _T:
        return await scene()

    return run_virtual(run(), start_s)


__all__ = ["HUB", "Outliving", "Stage", "check_replay", "over", "play", "stage", "vehicle"]
