"""What plans are made against: the airspace, the footpaths, the weather, and how far to keep away."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from geofences.airspace import Airspace, Margins
from geofences.path import TimedPath, Waypoint
from geofences.reason import Because, Reason
from geofences.sidewalk import Footpaths
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium
from orchestrator.operations.planning.verdicts import Verdicts
from orchestrator.operations.planning.ways import Ways
from orchestrator.orders.order import DropOffKind, DropOffPlace, Locker
from orchestrator.traffic.intent import OperationalIntent
from vehicles.atmosphere import Atmosphere
from vehicles.mission import LandingPlace
from vehicles.profile import VehicleProfile
from vehicles.wind import Wind

_AIR_MARGINS = Margins(lateral_m=2.0, vertical_m=5.0)
_GROUND_MARGINS = Margins(lateral_m=1.3, vertical_m=2.0)
_REACHED_BY = {
    DropOffKind.DOORSTEP: frozenset({Medium.AIR, Medium.SIDEWALK}),
    DropOffKind.PAD: frozenset({Medium.AIR}),
    DropOffKind.KERB: frozenset({Medium.SIDEWALK}),
    DropOffKind.LOCKER: frozenset({Medium.AIR, Medium.SIDEWALK}),
    DropOffKind.HUB: frozenset({Medium.SIDEWALK}),
}


class OwnReturnRule(Enum):
    """Whether a flight is planned from where the autopilot's own return would cross a zone.

    CLEAR: not where it does at the height that the vehicle tells; where it tells none, at every height that
    it may be flown at. ANY: it is; the mission's verified way home is relied upon alone.
    """

    CLEAR = "clear"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Volumes:
    """How wide an aircraft reserves around its timed path.

    `lateral_m` and `vertical_m` come on top of the vehicle's own size and navigation error;
    `early_s` and `late_s` are how far it may run ahead of or behind its plan and still conform
    (ASTM F3548-21 asks for conformance 95 % of the time).
    """

    lateral_m: float = 4.0
    vertical_m: float = 5.0
    early_s: float = 10.0
    late_s: float = 25.0

    def around(self, timed: TimedPath, profile: VehicleProfile) -> OperationalIntent:
        """What an aircraft of this kind reserves for a timed path."""
        return OperationalIntent(
            timed=timed,
            radius_m=profile.radius_m + profile.nav_error_m + self.lateral_m,
            half_height_m=self.vertical_m,
            early_s=self.early_s,
            late_s=self.late_s,
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything outside the fleet that a plan depends on. Replaced as a whole when any of it changes.

    `wind_mps` is the wind every plan reckons with, from any side. `margins` is the distance kept from zones
    and obstacles by aircraft, `ground_margins` from zones by ground vehicles (buildings do not bind them),
    both on top of the vehicle's own size and navigation error: 2 m from a zone for a sidewalk robot.
    `lockers` are all that parcels may be left in. `own_return` says what a zone across an autopilot's own
    straight way home means. `rally` are places kept free for aircraft that cannot go on. `return_height_m`
    is the least height above home at which autopilots return by themselves; None: the least cruise height of
    each profile. `home_tolerance_m`: by how much a vehicle's home may lie above or below where the area has
    it (any: nobody named that); None: as `watching.grounding` says.
    `aloft` is the wind by height, where it is known: what aircraft reckon with instead, and choose their
    heights by. `above_isa_k` is how much warmer the air is than the standard has it. `ways` remembers what
    the planner found here, `verdicts` what the verifier said of it, each for itself: memories of pure
    results, so two equal surroundings decide alike.
    """

    airspace: Airspace
    footpaths: Footpaths
    wind_mps: float = 0.0
    margins: Margins = _AIR_MARGINS
    ground_margins: Margins = _GROUND_MARGINS
    volumes: Volumes = Volumes()
    lockers: tuple[Locker, ...] = ()
    own_return: OwnReturnRule = OwnReturnRule.CLEAR
    rally: tuple[LandingPlace, ...] = ()
    return_height_m: float | None = None
    home_tolerance_m: float | None = None
    aloft: Wind | None = None
    above_isa_k: float = 0.0
    ways: Ways = field(default_factory=Ways, init=False, compare=False, repr=False)
    verdicts: Verdicts = field(default_factory=Verdicts, init=False, compare=False, repr=False)

    def margins_for(self, profile: VehicleProfile) -> Margins:
        """The margins around a vehicle's path: its body, its navigation error, and the distance to keep.

        The same for intake, planner and verifier: what one of them takes, the others do not refuse.
        """
        kept = self.margins if profile.medium is Medium.AIR else self.ground_margins
        own_m = profile.radius_m + profile.nav_error_m
        return Margins(lateral_m=kept.lateral_m + own_m, vertical_m=kept.vertical_m)

    def return_height_for_m(self, profile: VehicleProfile) -> float:
        """The least height above home at which an autopilot of this kind may return by itself."""
        return profile.min_cruise_height_agl_m if self.return_height_m is None else self.return_height_m

    def refusals(
        self, place: DropOffPlace, profile: VehicleProfile, from_s: float, until_s: float
    ) -> tuple[Reason, ...]:
        """Why a vehicle kind cannot serve a place at any time in the window; empty when it can.

        Asks only about the place itself: its kind, and the zones and obstacles over it.
        """
        if profile.medium not in _REACHED_BY[place.kind]:
            text = f"A {profile.name} does not serve a drop-off of kind {place.kind.value}."
            return (Reason(Because.MEDIUM, profile.name, text),)
        weather = self.weather_refusal(profile)
        if weather:
            return weather
        at = Waypoint(place.position, profile.handover_height_agl_m)
        return self.airspace.forbids(at, profile.medium, from_s, until_s, self.margins_for(profile))

    def wind_for(self, profile: VehicleProfile) -> float | Wind:
        """The wind that a vehicle of this kind reckons with: by height, or from ahead everywhere."""
        flies = profile.medium is Medium.AIR
        return self.aloft if flies and self.aloft is not None else self.wind_mps

    def air_for(self, profile: VehicleProfile) -> Atmosphere:
        """The air that a vehicle of this kind goes through; from the sea up where nobody knows the ground."""
        ground = self.airspace.ground
        if ground is None or is_uneven(ground):
            return Atmosphere(self.wind_for(profile), 0.0, self.above_isa_k)
        ground_m = ground.height_amsl_m(self.airspace.frame.origin) or 0.0
        return Atmosphere(self.wind_for(profile), ground_m, self.above_isa_k)

    def strongest_mps(self, profile: VehicleProfile, height_agl_m: float) -> float:
        """The most wind between the ground and a height, for a vehicle of this kind."""
        wind = self.wind_for(profile)
        return wind.strongest_mps(0.0, height_agl_m) if isinstance(wind, Wind) else wind

    def weather_refusal(self, profile: VehicleProfile) -> tuple[Reason, ...]:
        """One reason when the wind is above what the vehicle kind may work in: on its way to any height."""
        wind_mps = self.strongest_mps(profile, profile.min_cruise_height_agl_m)
        if wind_mps <= profile.max_wind_mps:
            return ()
        text = (
            f"Wind of {wind_mps:.0f} m/s is above the limit of a {profile.name}"
            f" ({profile.max_wind_mps:.0f} m/s)."
        )
        return (Reason(Because.WEATHER, profile.name, text),)
