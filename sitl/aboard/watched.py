"""What a failsafe sees of the flight that it watches, and what it may have it do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sitl.aboard.airframe import Airframe
from sitl.aboard.fence import Fence
from sitl.aboard.homing import Homing
from sitl.aboard.said import Said
from sitl.aboard.words import Cause
from sitl.faults import Faults
from sitl.motion.settings import Settings
from vehicles.telemetry import Mode


class Watched(Protocol):
    """The flight that is watched."""

    @property
    def age_s(self) -> float:
        """Seconds since it was started."""

    @property
    def settings(self) -> Settings:
        """Its parameters."""

    @property
    def faults(self) -> Faults:
        """What is broken."""

    @property
    def airframe(self) -> Airframe:
        """Where it is, its battery."""

    @property
    def homing(self) -> Homing:
        """Where its home is."""

    @property
    def fence(self) -> Fence:
        """The fence it holds."""

    @property
    def mode(self) -> Mode:
        """The mode in force."""

    @property
    def wanted_mode(self) -> Mode:
        """The mode that it was told last, whatever a failsafe made of it."""

    @property
    def armed(self) -> bool:
        """Whether its motors may run."""

    def tell(self, said: Said) -> None:
        """Say something."""

    def enter(self, mode: Mode, *, back: bool = False) -> None:
        """Go into a mode; a hold is where it comes to rest, or `back` where it is now."""

    def disarm(self, *, by: str, force: bool = False) -> tuple[str, ...]:
        """Stop the motors."""


@dataclass(frozen=True, slots=True)
class Enter:
    """Go into a mode at once; `back` as `Watched.enter` has it."""

    mode: Mode
    back: bool = False
    cause: Cause = Cause.GENERIC


@dataclass(frozen=True, slots=True)
class HoldThen:
    """Hold for COM_FAIL_ACT_T seconds first, so that a person can step in; then go into a mode."""

    mode: Mode
    cause: Cause = Cause.GENERIC


@dataclass(frozen=True, slots=True)
class Instead:
    """What comes after the hold that is under way is this mode now."""

    mode: Mode
    cause: Cause = Cause.GENERIC


@dataclass(frozen=True, slots=True)
class Terminate:
    """Stop the motors, wherever it is."""


Reaction = Enter | HoldThen | Instead | Terminate
"""What a failsafe does."""
