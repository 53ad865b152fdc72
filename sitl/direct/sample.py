"""What a simulated vehicle in this process says of itself, as one `Telemetry`."""

from __future__ import annotations

from functools import lru_cache

from geofences.position import LocalFrame, LocalPoint
from sitl.aboard.flight import Flight
from sitl.aboard.onboard_mission import Finish
from sitl.aboard.said import Said, Severity
from sitl.aboard.way_home import own_return
from sitl.direct.itinerary import Itinerary
from sitl.direct.look import landed
from vehicles.mavlink.wire.quick import quick
from vehicles.mission import MissionId, ParcelId
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Health, MissionProgress, Mode, Telemetry

_WARNING_LASTS_S = 30.0
_sample_of, _health_of = quick(Telemetry), quick(Health)


class Sampler:
    """Of one vehicle whose home is the origin of `frame`, `home_amsl_m` above the sea where that is known."""

    def __init__(
        self, flight: Flight, profile: VehicleProfile, frame: LocalFrame, home_amsl_m: float | None
    ) -> None:
        self.trip: Itinerary | None = None
        """The plan that it holds."""
        self._flight = flight
        self._usual_kg = 0.5 * profile.max_payload_kg
        self._home_amsl_m = home_amsl_m
        self._own_return = own_return(flight.settings) if flight.airframe.flies else None
        self._to_geo = lru_cache(maxsize=1)(frame.to_geo)  # what stands is projected once
        self._legs_done = 0
        self._texts: list[tuple[float, str]] = []
        flight.say = self._hear

    @property
    def held(self) -> MissionId | None:
        """The mission of the plan that it holds."""
        return self.trip.mission.mission_id if self.trip else None

    def mass_kg(self, parcel_id: ParcelId) -> float:
        """The parcel's mass by the plan it holds; half of what it can carry when the plan names it not."""
        return dict(self.trip.loads if self.trip else ()).get(parcel_id, self._usual_kg)

    def take(self, trip: Itinerary) -> None:
        """It holds another plan."""
        self.trip, self._legs_done = trip, 0

    def sample(self) -> Telemetry:
        """Its present state."""
        flight = self._flight
        body = flight.airframe.body
        return _sample_of(
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
            progress=self._progress(),
            health=self._health(),
            carrying=flight.carrying,
            own_return=self._own_return,
            alt_amsl_m=None if self._home_amsl_m is None else self._home_amsl_m + body.height_agl_m,
        )

    def _hear(self, said: Said) -> None:
        if said.severity <= Severity.WARNING:
            self._texts.append((self._flight.at_s, said.text))

    def _progress(self) -> MissionProgress:
        trip, mission = self.trip, self._flight.mission
        if trip is None or not mission.steps:
            return MissionProgress(None, 0)
        if mission.finish is Finish.BY_MISSION:
            self._legs_done = len(trip.mission.legs)
        elif self._flight.armed and self._flight.mode is Mode.MISSION:
            self._legs_done = max(self._legs_done, trip.legs_done(mission.index))
        return MissionProgress(trip.mission.mission_id, self._legs_done)

    def _health(self) -> Health:
        flight = self._flight
        self._texts = [(at_s, text) for at_s, text in self._texts if flight.at_s - at_s < _WARNING_LASTS_S]
        objections = () if flight.armed else flight.arming_objections()
        spoken = tuple(text for _, text in self._texts)
        return _health_of(not objections, flight.guard.failsafe, (*objections, *spoken))
