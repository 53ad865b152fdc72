"""The port through which the orchestrator commands anything that moves.

Owned by the orchestrator's needs; implemented by `vehicles.mavlink.drone`, `vehicles.mavlink.rover`
and, in simulation without sockets, by `sitl.direct.vehicle`. `tests/contracts` holds every implementation
to the same behaviour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from geofences.reason import Reason
from vehicles.mission import MissionId, ParcelId, VehicleId, VehiclePlan
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile
from vehicles.telemetry import LinkQuality, Telemetry


class VehicleError(Exception):
    """A fault while talking to a vehicle. An expected "no" is a `Refused`, never an exception."""


class LinkError(VehicleError):
    """The link itself cannot work: address in use, host unknown, socket closed."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The vehicle does, or has done, what was asked; seen in its state, not only acknowledged."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The vehicle will not, and says why. Nothing changed on it."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody knows whether it was done. `seen` says what the vehicle's state tells meanwhile.

    Never a licence to repeat: look at the telemetry first.
    """

    seen: str


Outcome = Accepted | Refused | Unanswered


@dataclass(frozen=True, slots=True)
class Grip:
    """Close the gripper or compartment around a parcel, on the ground."""

    parcel_id: ParcelId


@dataclass(frozen=True, slots=True)
class LetGo:
    """Open the gripper or compartment on the ground: the hub takes back whatever is in it.

    Only `parcel_id`, where that is given, of who can tell parcels apart: a person.
    """

    parcel_id: ParcelId | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Start the loaded mission from its first leg that moves. Arms if need be."""

    mission_id: MissionId


@dataclass(frozen=True, slots=True)
class Hold:
    """Stop where you are and stay."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with the mission from where it was left."""

    mission_id: MissionId


@dataclass(frozen=True, slots=True)
class Return:
    """Give the mission up and go home by the autopilot's own return."""


@dataclass(frozen=True, slots=True)
class Land:
    """Land (or stop) here and now, and disarm."""


@dataclass(frozen=True, slots=True)
class ShutDown:
    """Disarm on the ground. Refused while moving."""


Command = Grip | LetGo | Start | Hold | Resume | Return | Land | ShutDown


@runtime_checkable
class Wired(Protocol):
    """What can be told of a vehicle that is reached over links, even before it is first heard."""

    @property
    def links(self) -> tuple[LinkQuality, ...]:
        """How each of its links does, the preferred first."""

    @property
    def boots(self) -> int:
        """How often it was seen to restart."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What an operator should know of its links and its recording; not the vehicle's own words."""


@runtime_checkable
class Telling(Protocol):
    """A vehicle that says by itself when its state is another one, so that nobody need look often."""

    @property
    def heard_at_s(self) -> float | None:
        """When it was last heard (fleet time); None before the first time. At hand: no sample is made."""

    def tell(self, news: Callable[[], None]) -> None:
        """Call `news` from now on whenever its mode, arming, landing, progress or findings have changed.

        Not when it falls silent or strays: that shows only to who looks.
        """


@runtime_checkable
class Returning(Protocol):
    """A vehicle that can be asked how it would come home by itself."""

    async def own_return(self) -> OwnReturn | None:
        """As its parameters have it now; None where they do not tell, or it has no such return."""


@dataclass(frozen=True, slots=True)
class SpeedLimit:
    """The fastest that a vehicle's autopilot lets it go, and the parameter that says so."""

    name: str
    most_mps: float


@runtime_checkable
class Limited(Protocol):
    """A vehicle that can be asked how fast its autopilot lets it go."""

    async def speed_limit(self) -> SpeedLimit | None:
        """As its parameters have it now; None where they do not tell, or set no limit."""


class Vehicle(Protocol):
    """One vehicle, whatever it speaks. Entering connects and starts listening; leaving closes.

    At most one `load` or `command` is under way at a time; the owner (its session) awaits each.
    None of the methods raises for what a vehicle says or does not say; `LinkError` only when the
    link itself cannot work.
    """

    @property
    def vehicle_id(self) -> VehicleId:
        """The fleet's own name for it; not a MAVLink system id."""

    @property
    def profile(self) -> VehicleProfile:
        """What it can do."""

    @property
    def telemetry(self) -> Telemetry | None:
        """The latest sample, or None before the first coherent one."""

    async def load(self, plan: VehiclePlan) -> Outcome:
        """Give it fence, rally points and mission as one transaction, checked by reading back.

        Anything but `Accepted` leaves it with its former plan or none, never a mixture. Legs that
        happen on the pad (`PickUp` before the first `Travel`) are the session's, not the autopilot's.
        A vehicle under way (armed, not holding) is sent nothing: `Accepted` when it is seen to hold
        this very mission, as after a restart of the orchestrator, else `Refused`.
        """

    async def command(self, command: Command) -> Outcome:
        """Have it do one thing. `Accepted` only when its state shows it, not when it says so."""

    def attend(self) -> None:
        """Tell it that the fleet's control loop lives (MAVLink: the GCS heartbeat).

        Called at least once a second by the control loop and by nothing else, so that a hung
        orchestrator lets the autopilot fall back on its own link-loss behaviour.
        """

    async def __aenter__(self) -> Self:
        """Open the link."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the link; the vehicle goes on by itself."""
