"""What one vehicle is asked to do, independent of any protocol.

A `Mission` is a list of legs done in order. It always ends with a `Dock`: a mission carries its
own way home, so that a vehicle that nobody can reach any more still comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NewType

from geofences.formats.plan_items import Bound, FenceDisc, FenceRing, PlanItem, Side
from geofences.path import Path, Waypoint
from geofences.position import GeoPoint
from vehicles.handover import HOVER_RELEASE, Handover

VehicleId = NewType("VehicleId", str)
ParcelId = NewType("ParcelId", str)
MissionId = NewType("MissionId", int)
"""1 to 2**32 - 1, so that it fits MAVLink's `opaque_id`. Unique within a journal."""


@dataclass(frozen=True, slots=True)
class PickUp:
    """Take a parcel aboard in `service_s` seconds.

    Before the first movement the vehicle stands on its pad or dock and is loaded there; later in a mission
    it fetches the parcel at `at`: a shop, a door, a locker.
    """

    parcel_id: ParcelId
    mass_kg: float
    at: Waypoint
    service_s: float


@dataclass(frozen=True, slots=True)
class Travel:
    """Follow a path at `speed_mps` over ground; climbs and descents are part of the path.

    `wing`: whether a VTOL flies all of it on its wing, or none; None leaves it to how long each line is.
    """

    path: Path
    speed_mps: float
    wing: bool | None = None


@dataclass(frozen=True, slots=True)
class DropOff:
    """Hand a parcel over at `at` (a hover height for drones, ground for robots), taking `service_s`.

    A drone that lands for it does so under `at`, and is at `at` again when it is done.
    """

    parcel_id: ParcelId
    mass_kg: float
    at: Waypoint
    service_s: float
    handover: Handover = HOVER_RELEASE


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay where the vehicle is for `service_s` seconds."""

    service_s: float


@dataclass(frozen=True, slots=True)
class Dock:
    """Land on, or drive onto, the pad or dock at `at`, and shut down (disarmed) there."""

    at: Waypoint


Leg = PickUp | Travel | DropOff | Wait | Dock


@dataclass(frozen=True, slots=True)
class Mission:
    """Legs for one vehicle, in order, at least one, the last one a `Dock`.

    Raises `ValueError` for an id out of range or a mission that does not end docked.
    """

    mission_id: MissionId
    vehicle_id: VehicleId
    legs: tuple[Leg, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.mission_id < 2**32:
            raise ValueError(f"mission_id: {self.mission_id} is not within 1..2**32-1")
        if not self.legs or not isinstance(self.legs[-1], Dock):
            raise ValueError("legs: a mission must end with a Dock")

    @property
    def loads(self) -> tuple[PickUp, ...]:
        """What it takes aboard at its hub, before it moves."""
        found: list[PickUp] = []
        for leg in self.legs:
            if not isinstance(leg, PickUp):
                break
            found.append(leg)
        return tuple(found)

    @property
    def most_aboard(self) -> int:
        """How many of its parcels are aboard at once, where each is handed over as planned."""
        picked = {leg.parcel_id for leg in self.legs if isinstance(leg, PickUp)}
        first = sum(isinstance(leg, DropOff) and leg.parcel_id not in picked for leg in self.legs)
        changes = (isinstance(leg, PickUp) - isinstance(leg, DropOff) for leg in self.legs)
        return max(accumulate(changes, initial=first))

    @property
    def fetches(self) -> tuple[PickUp, ...]:
        """What it takes aboard on its way, away from its hub."""
        later = self.legs[len(self.loads) :]
        return tuple(leg for leg in later if isinstance(leg, PickUp))


@dataclass(frozen=True, slots=True)
class LandingPlace:
    """Where a vehicle may land that cannot go on: on the ground, kept free for that."""

    name: str
    at: Waypoint


@dataclass(frozen=True, slots=True)
class Alternate:
    """The best landing for a part of a flight, seconds after its departure, and the verified way there.

    `path`, which takes `energy_wh`, is the dearest of the ways there in that part: from where the flight is
    at `dearest_after_s`. `given`: the autopilot
    has it as a rally point, since its own straight way there is free too.
    """

    name: str
    at: Waypoint
    path: Path
    energy_wh: float
    after_s: float
    until_after_s: float
    dearest_after_s: float
    given: bool = False


@dataclass(frozen=True, slots=True)
class KeepOut:
    """A ring the autopilot's own fence must not let the vehicle into: at least 3 corners, open."""

    zone_id: str
    corners: tuple[GeoPoint, ...]


@dataclass(frozen=True, slots=True)
class KeepIn:
    """A ring the vehicle must not leave: at least 3 corners, open. PX4 wants it inside all of them."""

    zone_id: str
    corners: tuple[GeoPoint, ...]


@dataclass(frozen=True, slots=True)
class FenceCircle:
    """A circle of the autopilot's fence, and the side of it on which the vehicle has to stay."""

    zone_id: str
    side: Side
    centre: GeoPoint
    radius_m: float


@dataclass(frozen=True, slots=True)
class VehiclePlan:
    """What a vehicle is given as one transaction: mission, fence and rally points (heights AGL).

    `home_amsl_m`: how high the ground at its home is, where the levels of its points (`Waypoint.level_m`) are
    heights above the sea; None over flat ground, where they are heights above home.
    With a `script` the vehicle is given those items, as they stand in a plan file, in place of the
    mission's legs: the legs then say where the items lead, for whoever verifies it, and its progress
    counts items.
    """

    mission: Mission
    keep_outs: tuple[KeepOut, ...] = ()
    rally_points: tuple[Waypoint, ...] = ()
    keep_ins: tuple[KeepIn, ...] = ()
    circles: tuple[FenceCircle, ...] = ()
    script: tuple[PlanItem, ...] = ()
    home_amsl_m: float | None = None

    def bounds(self) -> Iterator[Bound]:
        """Its fence."""
        for keep_out in self.keep_outs:
            yield FenceRing(keep_out.zone_id, Side.OUTSIDE, keep_out.corners)
        for keep_in in self.keep_ins:
            yield FenceRing(keep_in.zone_id, Side.INSIDE, keep_in.corners)
        for circle in self.circles:
            yield FenceDisc(circle.zone_id, circle.side, circle.centre, circle.radius_m)
