"""What a kind of vehicle can do. Pure data; one profile serves many vehicles."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum

from geofences.zone import Medium
from vehicles.cargo import ParcelSize, Skill, Temperature
from vehicles.handover import HOVER_RELEASE, Handover

ROTOR_SHARE = 0.8
"""Of its stalling speed, what a VTOL flies on its rotors."""


class Airframe(Enum):
    """How a vehicle moves, as far as its autopilot treats it differently.

    A VTOL takes off, hovers and lands on its rotors and flies between on a wing.
    """

    MULTICOPTER = "multicopter"
    VTOL = "vtol"
    ROVER = "rover"


class Kind(Enum):
    """What people call a vehicle."""

    DRONE = "drone"
    ROBOT = "robot"
    COURIER = "courier"


@dataclass(frozen=True, slots=True)
class VehicleProfile:
    """Abilities and limits of a vehicle kind.

    Speeds are over ground, metres per second; heights are metres above ground; energy is in
    watt-hours. `reserve_frac` is the share of the battery that no plan may touch.
    `nav_error_m` is the lateral error of navigation, `radius_m` that of the body: both widen
    every keep-out. `drag_power_w` is what moving at cruise speed costs beyond hovering (air)
    or standing (sidewalk, where it is rolling plus drive losses); for a VTOL it is all that level
    flight on the wing takes at cruise speed. `stall_mps` is the airspeed below which a VTOL flies on
    its rotors, 0 for everything without a wing.
    `handover` is what it has to hand a parcel over with. `compartments` is how many parcels it carries
    at once, each handed over by itself, none larger than `largest`; `temperatures` are the classes it keeps,
    `skills` what it can do at a hand-over. `ridden`: a person rides it, a courier, who may say no, has
    working hours, and is no machine to be fenced or switched off.
    `thrust_n` is what all rotors thrust with at most, hovering in standard air at sea level; `ceiling_amsl_m`
    is how high above the sea it flies in standard air: a density altitude. None: not known, not refused.
    Raises `ValueError` naming the field when a number is negative, not finite or zero where
    that makes no sense.
    """

    name: str
    medium: Medium
    cruise_mps: float
    climb_mps: float
    descend_mps: float
    mass_kg: float
    max_payload_kg: float
    battery_wh: float
    reserve_frac: float
    idle_w: float
    drag_power_w: float
    rotor_area_m2: float
    rotor_efficiency_frac: float
    charge_w: float
    max_wind_mps: float
    radius_m: float
    nav_error_m: float
    min_cruise_height_agl_m: float
    max_cruise_height_agl_m: float
    handover_height_agl_m: float
    load_s: float
    handover_s: float
    airframe: Airframe = Airframe.MULTICOPTER
    stall_mps: float = 0.0
    handover: Handover = HOVER_RELEASE
    compartments: int = 1
    ridden: bool = False
    largest: ParcelSize = ParcelSize.LARGE
    temperatures: tuple[Temperature, ...] = (Temperature.AMBIENT,)
    skills: tuple[Skill, ...] = ()
    thrust_n: float | None = None
    ceiling_amsl_m: float | None = None

    @property
    def kind(self) -> Kind:
        """What people call it."""
        if self.ridden:
            return Kind.COURIER
        return Kind.DRONE if self.medium is Medium.AIR else Kind.ROBOT

    @property
    def rotor_mps(self) -> float:
        """The fastest it goes on its rotors, over ground: a VTOL stays well below its wing's stall."""
        return min(self.cruise_mps, ROTOR_SHARE * self.stall_mps) if self.stall_mps else self.cruise_mps

    def __post_init__(self) -> None:
        self._check_figures()
        if self.reserve_frac >= 1.0:
            raise ValueError(f"reserve_frac: {self.reserve_frac} is not below 1")
        if (self.airframe is Airframe.ROVER) is not (self.medium is Medium.SIDEWALK):
            raise ValueError(f"airframe: a {self.airframe.value} does not move in medium {self.medium.value}")
        if self.compartments < 1:
            raise ValueError("compartments: must be 1 or more")
        _check_each_once("temperatures", self.temperatures)
        _check_each_once("skills", self.skills)
        if not self.temperatures:
            raise ValueError("temperatures: one is needed at least")
        if self.ridden and self.medium is Medium.AIR:
            raise ValueError("ridden: nobody rides what flies")
        if (self.airframe is Airframe.VTOL) is not (self.stall_mps > 0.0):
            raise ValueError("stall_mps: a VTOL has one, and nothing else has")

    def _check_figures(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float | int) and not 0.0 <= value < float("inf"):
                raise ValueError(f"{field.name}: {value} is not a finite number of 0 or more")
        for name in ("cruise_mps", "mass_kg", "battery_wh"):
            if getattr(self, name) == 0.0:
                raise ValueError(f"{name}: must be more than 0")


def _check_each_once(name: str, values: tuple[Enum, ...]) -> None:
    if len(set(values)) < len(values):
        raise ValueError(f"{name}: the same one twice")
