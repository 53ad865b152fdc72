"""A simulated vehicle in this process, without sockets: the `Vehicle` port over a `Flight`.

It answers as `vehicles.mavlink` does when it talks to the simulated autopilot, so that a run on virtual
time and a run over MAVLink differ in bytes, not in behaviour. Physics is stepped when somebody looks,
commands or waits, on the vehicle's own grid (see `sitl.flight`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from functools import lru_cache
from math import inf, isfinite
from types import TracebackType
from typing import Self, assert_never

from geofences.path import Waypoint
from geofences.position import LocalFrame, LocalPoint
from geofences.reason import Because, Reason
from geofences.terrain import Terrain
from sitl.copter import Air
from sitl.direct_look import land, landed, refused, settle, settle_load
from sitl.faults import Fault, Faults, Kind
from sitl.fence import Fence
from sitl.flight import Flight
from sitl.gripper import ACTUATION_S, Jaws
from sitl.ground import relief
from sitl.itinerary import Itinerary, bounds, itinerary, place
from sitl.onboard_mission import Finish
from sitl.said import Said, Severity
from sitl.settings import RETURN_HEIGHT_M, Settings
from sitl.swarm import Swarm
from vehicles.clock import now_s
from vehicles.mission import ParcelId, VehicleId, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Health, MissionProgress, Mode, Telemetry
from vehicles.vehicle import (
    Accepted,
    Command,
    Grip,
    Hold,
    Land,
    LetGo,
    Outcome,
    Refused,
    Resume,
    Return,
    ShutDown,
    Start,
    Unanswered,
)

FIRST_HEARD_S = 2.0
"""Observed on PX4: the first heartbeat comes 1.9 s after start."""

_STEADY_STEP_S = 0.4
_TRANSFER_S, _TRANSFER_ITEM_S = 0.3, 0.01
_ANSWER_S = 0.2
_GIVE_UP_S = 6.0
_WARNING_LASTS_S = 30.0


class DirectVehicle:
    """One vehicle at `home`, started when the port is entered. `seed` decides its gusts; see `Swarm`."""

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
    ) -> None:
        self._vehicle_id = vehicle_id
        self._profile, self._frame = profile, LocalFrame(home.position)
        self._seed = seed
        self._wind, self._battery_frac = wind, battery_frac
        self._faults = Faults(faults)
        self._swarm = swarm
        self._ground = relief(terrain, self._frame)
        self._home_amsl_m = None if terrain is None else terrain.height_amsl_m(home.position)
        self._flight: Flight | None = None
        self._itinerary: Itinerary | None = None
        self._legs_done = 0
        self._texts: list[tuple[float, str]] = []
        self._sample: Telemetry | None = None
        self._looked_at_s = -inf
        self._to_geo = lru_cache(maxsize=1)(self._frame.to_geo)  # what stands is projected once
        self._dice = random.Random(seed + 1)  # noqa: S311  # which messages get lost, not secrets

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
        flight, at_s = self._flight, now_s()
        if flight is None or (at_s == self._looked_at_s and self._sample is not None):
            return self._sample
        self._looked_at_s = at_s
        flight.look(self._heard_until_s(flight) if self._faults else at_s)
        seen_at_s = flight.at_s
        if self._sample is None or self._sample.heard_at_s < seen_at_s:
            age_s = seen_at_s - flight.boot_at_s
            if age_s >= FIRST_HEARD_S and (not self._faults or age_s <= self._silent_since_s(flight)):
                self._sample = self._read(flight)
        return self._sample

    async def __aenter__(self) -> Self:
        """Start the vehicle: it stands on its home and boots."""
        self._flight = Flight(
            self._profile,
            now_s(),
            self._seed,
            wind=self._wind,
            battery_frac=self._battery_frac,
            faults=self._faults,
            steady_step_s=_STEADY_STEP_S,
            swarm=self._swarm,
            ground=self._ground,
            settings=Settings(return_height_m=RETURN_HEIGHT_M),
        )
        self._flight.say = self._hear
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close; the vehicle is gone with its last reference."""

    def attend(self) -> None:
        """The fleet's control loop lives."""
        if self._flight is not None and not (self._faults and isfinite(self._silent_since_s(self._flight))):
            self._flight.guard.hear_station(self._flight)

    async def load(self, plan: VehiclePlan) -> Outcome:
        """Give it a plan; it takes as long as an upload with read-back does."""
        flight = self._heard_flight()
        if isinstance(flight, Refused):
            return flight
        held = self._itinerary.mission if self._itinerary else None
        if (settled := settle_load(plan, held, flight)) is not None:
            return settled
        trip = itinerary(plan.mission, self._frame, self._profile.medium, plan.home_amsl_m)
        corners = sum(len(keep_out.corners) for keep_out in plan.keep_outs)
        await asyncio.sleep(_TRANSFER_S + _TRANSFER_ITEM_S * (len(trip.steps) + corners))
        if self._is_lost(flight):
            await asyncio.sleep(_GIVE_UP_S)
            return Unanswered("Nothing was heard of it while its plan was sent")
        flight.touch(now_s())
        fence, rally, steps, index = flight.fence, flight.rally, flight.mission.steps, flight.mission.index
        flight.load_fence(Fence(bounds(self._frame, plan)))
        flight.rally = tuple(place(self._frame, point, plan.home_amsl_m) for point in plan.rally_points)
        flight.load(trip.steps, 0)
        await asyncio.sleep(flight.mission.checked_in_s(flight.airframe.age_s) + _ANSWER_S)
        if self._is_lost(flight):
            await asyncio.sleep(_GIVE_UP_S)
            return Unanswered("It fell silent before it said whether it can fly the plan")
        flight.touch(now_s())
        objection = flight.mission.refused or flight.guard.fence_objection
        if objection is not None:
            flight.load_fence(fence)
            flight.rally = rally
            flight.load(steps, index)
            await asyncio.sleep(flight.mission.checked_in_s(flight.airframe.age_s) + _ANSWER_S)
            text = f"The plan of mission {plan.mission.mission_id} was not taken. It says: {objection}"
            return refused(Because.AUTOPILOT, "plan", text)
        self._itinerary, self._legs_done, self._sample = trip, 0, None
        if flight.carrying and trip.loads:
            flight.airframe.payload_kg = sum(mass_kg for _, mass_kg in trip.loads)  # now its mass is known
        return Accepted()

    async def command(self, command: Command) -> Outcome:
        """Have it do one thing, after looking at it."""
        flight = self._heard_flight()
        if isinstance(flight, Refused):
            return flight
        look = self.telemetry
        held = self._itinerary.mission.mission_id if self._itinerary else None
        if look is not None and (settled := settle(command, look, held)) is not None:
            return settled
        objections: tuple[str, ...] = ()
        lost = self._is_lost(flight)
        if not lost:
            flight.touch(now_s())
            objections = self._do(flight, command)
            await asyncio.sleep(ACTUATION_S + _ANSWER_S if isinstance(command, Grip | LetGo) else _ANSWER_S)
            flight.touch(now_s())
            self._sample = None
            lost = self._is_lost(flight)
        if lost:
            await asyncio.sleep(_GIVE_UP_S)
            return Unanswered("It did not answer")
        if isinstance(command, Grip | LetGo) and flight.carrying is not isinstance(command, Grip):
            objections = ("The gripper did not move: failed.",)
        reasons = tuple(Reason(Because.AUTOPILOT, self._vehicle_id, text) for text in objections)
        return Refused(reasons) if reasons else Accepted()

    def _do(self, flight: Flight, command: Command) -> tuple[str, ...]:
        """Tell the autopilot; its objections."""
        objections: tuple[str, ...] = ()
        match command:
            case Grip(parcel_id):
                flight.airframe.grip(Jaws.CLOSED, self._mass_kg(parcel_id), flight.age_s)
            case LetGo():
                flight.airframe.grip(Jaws.OPEN, 0.0, flight.age_s)
            case Start():
                objections = flight.start(0)
            case Resume():
                objections = flight.choose(Mode.MISSION)
            case Hold():
                objections = flight.choose(Mode.HOLD)
            case Return():
                objections = flight.choose(Mode.RETURN)
            case Land():
                objections = land(flight)
            case ShutDown():
                objections = flight.disarm(by="external command")
            case _:
                assert_never(command)
        return objections

    def _mass_kg(self, parcel_id: ParcelId) -> float:
        """The parcel's mass by the plan it holds; half of what it can carry when the plan names it not."""
        loads = self._itinerary.loads if self._itinerary else ()
        return dict(loads).get(parcel_id, 0.5 * self._profile.max_payload_kg)

    def _heard_flight(self) -> Flight | Refused:
        if self._flight is None or self.telemetry is None:
            return refused(Because.LINK, self._vehicle_id, "Nothing was heard of it yet.")
        return self._flight

    def _silent_since_s(self, flight: Flight) -> float:
        """When the silence began that lasts now, seconds since start; infinite while it is heard."""
        return self._faults.silent_since_s(now_s() - flight.boot_at_s)

    def _heard_until_s(self, flight: Flight) -> float:
        """Fleet time up to which its messages have come through by now."""
        late_s = self._faults.value(Kind.LATE, flight.age_s)
        return min(now_s() - late_s, flight.boot_at_s + self._silent_since_s(flight))

    def _is_lost(self, flight: Flight) -> bool:
        """Whether what is sent now, or its answer, gets lost."""
        loss_frac = self._faults.value(Kind.LOSSY, now_s() - flight.boot_at_s)
        return isfinite(self._silent_since_s(flight)) or (loss_frac > 0.0 and self._dice.random() < loss_frac)

    def _hear(self, said: Said) -> None:
        if self._flight is not None and said.severity <= Severity.WARNING:
            self._texts.append((self._flight.at_s, said.text))

    def _read(self, flight: Flight) -> Telemetry:
        """The present state as a sample."""
        body = flight.airframe.body
        return Telemetry(
            heard_at_s=flight.at_s,
            position=self._to_geo(LocalPoint(body.east_m, body.north_m)),
            height_agl_m=body.height_agl_m,
            north_mps=body.north_mps,
            east_mps=body.east_mps,
            down_mps=-body.up_mps,
            heading_deg=body.heading_deg,
            battery_frac=flight.airframe.battery.frac,
            armed=flight.armed,
            landed=landed(flight),
            mode=flight.mode,
            progress=self._progress(flight),
            health=self._health(flight),
            carrying=flight.carrying,
            link_loss_frac=self._faults.value(Kind.LOSSY, flight.age_s),
            alt_amsl_m=None if self._home_amsl_m is None else self._home_amsl_m + body.height_agl_m,
        )

    def _progress(self, flight: Flight) -> MissionProgress:
        trip = self._itinerary
        if trip is None or not flight.mission.steps:
            return MissionProgress(None, 0)
        if flight.mission.finish is Finish.BY_MISSION:
            self._legs_done = len(trip.mission.legs)
        elif flight.armed and flight.mode is Mode.MISSION:
            self._legs_done = max(self._legs_done, trip.legs_done(flight.mission.index))
        return MissionProgress(trip.mission.mission_id, self._legs_done)

    def _health(self, flight: Flight) -> Health:
        self._texts = [(at_s, text) for at_s, text in self._texts if flight.at_s - at_s < _WARNING_LASTS_S]
        objections = () if flight.armed else flight.arming_objections()
        spoken = tuple(text for _, text in self._texts)
        return Health(not objections, flight.guard.failsafe, (*objections, *spoken))
