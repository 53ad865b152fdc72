"""Facts about vehicles, their links, and what people ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from orchestrator.orders.order import HubId, Pad
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile


@dataclass(frozen=True, slots=True)
class VehicleJoined:
    """A vehicle takes part: its abilities, its hub, and the pad that is always kept free for it."""

    vehicle_id: VehicleId
    profile: VehicleProfile
    hub_id: HubId
    pad: Pad


@dataclass(frozen=True, slots=True)
class VehicleLeft:
    """The vehicle takes part no more, or not as it did: the configuration has changed."""

    vehicle_id: VehicleId


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The vehicle is heard (again)."""

    vehicle_id: VehicleId


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The vehicle has been silent for too long. It flies on by its own plan."""

    vehicle_id: VehicleId
    last_position: GeoPoint
    last_heard_at_s: float


@dataclass(frozen=True, slots=True)
class PlaceLost:
    """The vehicle is heard, but nobody knows where it is: where and when it was known last, and why."""

    vehicle_id: VehicleId
    last_position: GeoPoint
    last_placed_at_s: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """It is known again where the vehicle is."""

    vehicle_id: VehicleId
    position: GeoPoint


@dataclass(frozen=True, slots=True)
class VehicleMissing:
    """The vehicle stayed silent past the end of its mission: what it carries counts as lost."""

    vehicle_id: VehicleId
    last_position: GeoPoint
    last_heard_at_s: float


@dataclass(frozen=True, slots=True)
class VehicleFaulted:
    """The vehicle, or the code that talks to it, cannot work; it takes no more work until it is ready."""

    vehicle_id: VehicleId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class VehicleTakenOver:
    """A pilot or another ground station commands it, on its mission: it is left to people.

    `holds`: they stopped it, and nobody here knows when it goes on.
    """

    vehicle_id: VehicleId
    reasons: tuple[Reason, ...]
    holds: bool = False


@dataclass(frozen=True, slots=True)
class VehicleLanded:
    """On its mission it stands on the ground, switched off, and not on its pad: people have to see to it."""

    vehicle_id: VehicleId
    position: GeoPoint


@dataclass(frozen=True, slots=True)
class LandingMissed:
    """It took the order to land, and is not down in the time that this takes at most."""

    vehicle_id: VehicleId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class VehicleWentOn:
    """One that stood still on its mission moves again, without an operator's word for it; why, where known.

    `by` had it stand still; empty where nobody here did.
    """

    vehicle_id: VehicleId
    reasons: tuple[Reason, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class VehicleReady:
    """The vehicle stands on its pad, healthy and charged enough for work."""

    vehicle_id: VehicleId


@dataclass(frozen=True, slots=True)
class VehicleNoticed:
    """What is amiss with how the vehicle is reached or recorded, beside its own words; nothing: no more.

    `notices` are sentences; each begins with what it is about, up to a colon, then details of that moment.
    """

    vehicle_id: VehicleId
    notices: tuple[str, ...]


class Ask(Enum):
    """What an operator may ask of a vehicle."""

    HOLD = "hold"
    RESUME = "resume"
    RETURN = "return"
    LAND = "land"


@dataclass(frozen=True, slots=True)
class OperatorAsked:
    """A person asked something of a vehicle; the session carries it out."""

    vehicle_id: VehicleId
    ask: Ask
    by: str


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """What came of it: done, or why not."""

    vehicle_id: VehicleId
    ask: Ask
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    """A person has seen an alert (by its key, see `state.Alert`)."""

    key: str
    by: str


VehicleFact = (
    VehicleJoined
    | VehicleLeft
    | LinkUp
    | LinkLost
    | PlaceLost
    | PlaceFound
    | VehicleMissing
    | VehicleFaulted
    | VehicleTakenOver
    | VehicleLanded
    | LandingMissed
    | VehicleWentOn
    | VehicleReady
    | VehicleNoticed
    | OperatorAsked
    | AskAnswered
    | AlertAcknowledged
)


def off_duty(reasons: tuple[Reason, ...]) -> bool:
    """Whether all that keeps a vehicle from work is its rider's shift, which is no fault."""
    return bool(reasons) and all(reason.because is Because.SHIFT for reason in reasons)
