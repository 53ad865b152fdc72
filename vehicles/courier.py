"""A person with a phone as a `Vehicle`: what the fleet wants is a card on the phone, which gets an answer.

A card is an offer of a trip, or an errand, one thing to do now; its answer is yes or no. The phone is a port
of one method and one word: `show` a card and learn the answer, and what it `said` last. People may decline
an offer before a trip begins; that is no fault of theirs. Under way they are asked, not steered: whether
they do it, the phone tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, assert_never

from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from vehicles.mission import MissionId, ParcelId, VehicleId, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Shift, Telemetry
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


@dataclass(frozen=True, slots=True)
class Offer:
    """A trip: take it or leave it. On a trip already begun, another way for the rest of it."""

    plan: VehiclePlan


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do now."""

    command: Command


Card = Offer | Errand


@dataclass(frozen=True, slots=True)
class Yes:
    """It is done, or will be."""


@dataclass(frozen=True, slots=True)
class No:
    """Not me, or it cannot be done. `text` is a sentence; `because` tells a wish from a fault."""

    because: Because
    text: str


Answer = Yes | No


@dataclass(frozen=True, slots=True)
class Said:
    """The phone's last word: where it is (WGS84), what the person is at, what is in the bag.

    `stops_done` counts legs of the trip `mission_id`, as a vehicle's progress does. `shift` is when the
    person works; `pause` why not just now, empty while they do. `words` is what they have to say.
    """

    heard_at_s: float
    position: GeoPoint
    north_mps: float
    east_mps: float
    heading_deg: float
    battery_frac: float
    on_trip: bool
    mode: Mode
    mission_id: MissionId | None
    stops_done: int
    holds: tuple[ParcelId, ...]
    shift: Shift | None = None
    pause: str = ""
    words: tuple[str, ...] = ()


class Phone(Protocol):
    """A courier's phone, however it is reached."""

    @property
    def said(self) -> Said | None:
        """Its last word; None before the first."""

    async def show(self, card: Card) -> Answer | None:
        """Show a card and wait for the answer; None when none came in good time."""


_ROLLING_MPS = 0.3


class Courier:
    """The `Vehicle` port over a phone. Nothing is shown that the phone's last word has already settled."""

    def __init__(self, vehicle_id: VehicleId, profile: VehicleProfile, phone: Phone) -> None:
        if not profile.ridden:
            raise ValueError(f"profile: nobody rides a {profile.name}")
        self._vehicle_id = vehicle_id
        self._profile = profile
        self._phone = phone
        self._plan: VehiclePlan | None = None

    @property
    def vehicle_id(self) -> VehicleId:
        """The fleet's own name for the courier."""
        return self._vehicle_id

    @property
    def phone(self) -> Phone:
        """The phone behind it."""
        return self._phone

    @property
    def profile(self) -> VehicleProfile:
        """What a courier can do."""
        return self._profile

    @property
    def telemetry(self) -> Telemetry | None:
        """The phone's last word as a sample; None before the first."""
        said = self._phone.said
        return None if said is None else _sample(self._vehicle_id, said)

    async def __aenter__(self) -> Self:
        """Nothing to open: the phone calls in."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close; the person goes on with the trip."""

    def attend(self) -> None:
        """People need no heartbeat."""

    async def load(self, plan: VehiclePlan) -> Outcome:
        """Offer a trip. On a trip, another way is taken while holding only; the same trip is no news."""
        said = self._phone.said
        if said is None:
            return self._no(Because.LINK, "Nothing was heard of the phone yet.")
        if said.on_trip and said.mission_id == plan.mission.mission_id:
            return Accepted()
        if said.on_trip and said.mode is not Mode.HOLD:
            text = f"{self._vehicle_id} is on a trip; ask to hold before offering another way."
            return self._no(Because.BUSY, text)
        outcome = self._outcome(await self._phone.show(Offer(plan)))
        if isinstance(outcome, Accepted):
            self._plan = plan
        return outcome

    async def command(self, command: Command) -> Outcome:
        """Ask for one thing, after looking at what is the case already."""
        said = self._phone.said
        if said is None:
            return self._no(Because.LINK, "Nothing was heard of the phone yet.")
        settled = self._settle(command, said)
        return self._outcome(await self._phone.show(Errand(command))) if settled is None else settled

    def _settle(self, command: Command, said: Said) -> Outcome | None:  # noqa: PLR0911 - one answer a case
        moving = _moving(said)
        match command:
            case Start(mission_id) | Resume(mission_id) if said.mission_id != mission_id:
                return self._no(Because.INPUT, f"The phone shows {said.mission_id}, not trip {mission_id}.")
            case Start() | Resume() if said.on_trip and said.mode is Mode.MISSION:
                return Accepted()
            case Resume() if not said.on_trip:
                return self._no(Because.BUSY, "The trip has not begun: there is nothing to go on with.")
            case Grip() | LetGo() | ShutDown() if said.on_trip and moving:
                return self._no(Because.BUSY, "The courier is riding; that is done at rest.")
            case Grip(parcel_id) if parcel_id in said.holds:
                return Accepted()
            case LetGo(parcel_id) if parcel_id is not None and parcel_id not in said.holds:
                return Accepted()
            case ShutDown() | Land() if not said.on_trip:
                return Accepted()
            case Return() if not said.on_trip:
                return self._no(Because.BUSY, "The courier is on no trip to come home from.")
            case Grip() | LetGo() | Start() | Resume() | Hold() | Return() | Land() | ShutDown():
                return None
        assert_never(command)

    def _outcome(self, answer: Answer | None) -> Outcome:
        match answer:
            case Yes():
                return Accepted()
            case No(because, text):
                return self._no(because, text)
            case None:
                return Unanswered("nobody answered")
        assert_never(answer)

    def _no(self, because: Because, text: str) -> Refused:
        return Refused((Reason(because, self._vehicle_id, text),))


def _moving(said: Said) -> bool:
    return abs(said.north_mps) + abs(said.east_mps) > _ROLLING_MPS


def _sample(vehicle_id: VehicleId, said: Said) -> Telemetry:
    findings = (Reason(Because.SHIFT, vehicle_id, said.pause),) if said.pause else ()
    return Telemetry(
        heard_at_s=said.heard_at_s,
        position=said.position,
        height_agl_m=0.0,
        north_mps=said.north_mps,
        east_mps=said.east_mps,
        down_mps=0.0,
        heading_deg=said.heading_deg,
        battery_frac=said.battery_frac,
        armed=said.on_trip,
        landed=Landed.IN_MOTION if _moving(said) else Landed.ON_GROUND,
        mode=said.mode,
        progress=MissionProgress(said.mission_id, said.stops_done),
        health=Health(ready=not said.pause, failsafe=False, warnings=said.words, findings=findings),
        carrying=bool(said.holds),
        holds=said.holds,
        shift=said.shift,
    )
