"""A simulated vehicle in this process, without sockets: the `Vehicle` port over a `Flight`.

It answers as `vehicles.mavlink` does when it talks to the simulated autopilot, so that a run on virtual
time and a run over MAVLink differ in bytes, not in behaviour. Physics is stepped when somebody looks,
commands or waits, on the vehicle's own grid (see `sitl.aboard.flight`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from types import TracebackType
from typing import Self

from geofences.ground.terrain import Terrain
from geofences.path import Waypoint
from geofences.position import LocalFrame
from geofences.reason import Because, Reason
from sitl.aboard.fence import Fence
from sitl.aboard.flight import Flight, Lists
from sitl.aboard.gripper import ACTUATION_S
from sitl.direct.deeds import do
from sitl.direct.itinerary import bounds, itinerary, place
from sitl.direct.look import refused, settle, settle_load
from sitl.direct.reception import Reception
from sitl.direct.sample import Sampler
from sitl.faults import Fault, Faults
from sitl.motion.copter import Air
from sitl.motion.ground import relief
from sitl.motion.settings import RETURN_HEIGHT_M, Settings
from sitl.motion.swarm import Swarm
from vehicles.clock import now_s
from vehicles.handover import LETS_GO_S
from vehicles.mission import VehicleId, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Accepted, Command, Grip, LetGo, Outcome, Refused, Unanswered

FIRST_HEARD_S = 2.0
"""Observed on PX4: the first heartbeat comes 1.9 s after start."""

STEADY_STEP_S = 0.4
_TRANSFER_S, _TRANSFER_ITEM_S = 0.3, 0.01
_ANSWER_S = 0.2
_GIVE_UP_S = 6.0


@dataclass(frozen=True, slots=True)
class _Running:
    """What is there once it was started."""

    flight: Flight
    reception: Reception
    sampler: Sampler

    async def give(self, lists: Lists) -> None:
        """Give it a fence, rally points and a mission, and wait until it says whether it can fly that."""
        self.flight.take(lists)
        await asyncio.sleep(self.flight.mission.checked_in_s(self.flight.age_s) + _ANSWER_S)


class DirectVehicle:
    """One vehicle at `home`, started when the port is entered. `seed` decides its gusts; see `Swarm`.

    `home_amsl_m` is how high its home is above the sea where no `terrain` has it; None: it does not tell.
    """

    def __init__(
        self,
        vehicle_id: VehicleId,
        profile: VehicleProfile,
        home: Waypoint,
        seed: int,
        *,
        wind: Air | None = None,
        battery_frac: float = 1.0,
        faults: Iterable[Fault] = (),
        swarm: Swarm | None = None,
        terrain: Terrain | None = None,
        return_height_m: float = RETURN_HEIGHT_M,
        home_amsl_m: float | None = None,
    ) -> None:
        self._vehicle_id = vehicle_id
        self._profile, self._frame = profile, LocalFrame(home.position)
        self._seed = seed
        self._wind, self._battery_frac = wind, battery_frac
        self._faults = Faults(faults)
        self._disturbed = bool(self._faults)
        self._swarm = swarm
        self._ground = relief(terrain, self._frame)
        self._return_height_m = return_height_m
        self._home_amsl_m = home_amsl_m if terrain is None else terrain.height_amsl_m(home.position)
        self._running: _Running | None = None
        self._sample: Telemetry | None = None
        self._looked_at_s = -inf

    @property
    def vehicle_id(self) -> VehicleId:
        """The fleet's own name for it."""
        return self._vehicle_id

    @property
    def profile(self) -> VehicleProfile:
        """What it can do."""
        return self._profile

    @property
    def telemetry(self) -> Telemetry | None:
        """The latest sample, or None before the first; while it is silent, the last before that."""
        running, at_s = self._running, now_s()
        if running is None or (at_s == self._looked_at_s and self._sample is not None):
            return self._sample
        self._looked_at_s = at_s
        running.flight.look(running.reception.heard_until_s)
        self._hear(running)
        return self._sample

    def _hear(self, running: _Running) -> None:
        """Take a sample of its present state, if that is news and comes through."""
        flight, reception = running.flight, running.reception
        news = self._sample is None or self._sample.heard_at_s < flight.at_s
        if news and flight.age_s >= FIRST_HEARD_S and reception.hears(flight.at_s):
            self._sample = running.sampler.sample()

    async def __aenter__(self) -> Self:
        """Start the vehicle: it stands on its home and boots."""
        flight = Flight(
            self._profile,
            now_s(),
            self._seed,
            wind=self._wind,
            battery_frac=self._battery_frac,
            faults=self._faults,
            steady_step_s=STEADY_STEP_S,
            swarm=self._swarm,
            ground=self._ground,
            pad_amsl_m=self._home_amsl_m or 0.0,
            settings=Settings(return_height_m=self._return_height_m, command_wait_s=LETS_GO_S),
        )
        reception = Reception(flight, self._faults, self._seed + 1)
        sampler = Sampler(flight, self._profile, self._frame, self._home_amsl_m)
        self._running = _Running(flight, reception, sampler)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close; the vehicle is gone with its last reference."""

    def attend(self) -> None:
        """The fleet's control loop lives."""
        running = self._running
        if running is not None and not (self._disturbed and running.reception.silent):
            running.flight.guard.station.hear(running.flight)

    async def load(self, plan: VehiclePlan) -> Outcome:
        """Give it a plan; it takes as long as an upload with read-back does."""
        running = self._heard()
        if isinstance(running, Refused):
            return running
        flight, sampler = running.flight, running.sampler
        held = sampler.trip.mission if sampler.trip else None
        if (settled := settle_load(plan, held, flight)) is not None:
            return settled
        trip = itinerary(plan.mission, self._frame, self._profile.medium, plan.home_amsl_m)
        corners = sum(len(keep_out.corners) for keep_out in plan.keep_outs)
        await asyncio.sleep(_TRANSFER_S + _TRANSFER_ITEM_S * (len(trip.steps) + corners))
        if running.reception.loses():
            await asyncio.sleep(_GIVE_UP_S)
            return Unanswered("Nothing was heard of it while its plan was sent")
        flight.touch(now_s())
        before = flight.lists
        rally = tuple(place(self._frame, point, plan.home_amsl_m) for point in plan.rally_points)
        await running.give(Lists(Fence(bounds(self._frame, plan)), rally, trip.steps, 0))
        if running.reception.loses():
            await asyncio.sleep(_GIVE_UP_S)
            return Unanswered("It fell silent before it said whether it can fly the plan")
        flight.touch(now_s())
        against = flight.guard.fence.objections
        objection = flight.mission.refused or (against[0].text if against else None)
        if objection is not None:
            await running.give(before)
            text = f"The plan of mission {plan.mission.mission_id} was not taken. It says: {objection}"
            return refused(Because.AUTOPILOT, "plan", text)
        sampler.take(trip)
        self._sample = None
        if flight.carrying and trip.loads:
            flight.airframe.payload_kg = sum(mass_kg for _, mass_kg in trip.loads)  # now its mass is known
        return Accepted()

    async def command(self, command: Command) -> Outcome:
        """Have it do one thing, after looking at it."""
        running = self._heard()
        if isinstance(running, Refused):
            return running
        flight, look = running.flight, self.telemetry
        if look is not None and (settled := settle(command, look, running.sampler.held)) is not None:
            return settled
        objections: tuple[str, ...] = ()
        lost = running.reception.loses()
        if not lost:
            flight.touch(now_s())
            objections = do(flight, running.sampler, command)
            await asyncio.sleep(ACTUATION_S + _ANSWER_S if isinstance(command, Grip | LetGo) else _ANSWER_S)
            flight.touch(now_s())
            self._sample = None
            lost = running.reception.loses()
        if lost:
            await asyncio.sleep(_GIVE_UP_S)
            return Unanswered("It did not answer")
        if isinstance(command, Grip | LetGo) and flight.carrying is not isinstance(command, Grip):
            objections = ("The gripper did not move: failed.",)
        reasons = tuple(Reason(Because.AUTOPILOT, self._vehicle_id, text) for text in objections)
        return Refused(reasons) if reasons else Accepted()

    def _heard(self) -> _Running | Refused:
        if self._running is None or self.telemetry is None:
            return refused(Because.LINK, self._vehicle_id, "Nothing was heard of it yet.")
        return self._running
