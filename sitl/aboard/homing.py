"""Where home is: PX4 sets it anew where it stands before it takes off (HomePosition.cpp, COM_HOME_EN)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from sitl.motion.body import Place
from sitl.motion.settings import Settings
from vehicles.telemetry import Mode

if TYPE_CHECKING:  # both know where the pad is from here
    from sitl.aboard.airframe import Airframe
    from sitl.aboard.onboard_mission import OnboardMission

_MOVED_M, _RISEN_M = 1.0, 1.5
"""PX4 takes itself to stand elsewhere than at home from so far on (kMinHomePositionChangeEPH, EPV)."""

HOME = Place(0.0, 0.0, 0.0)
"""The pad where a vehicle is started: where its heights count from, and its home until it has another."""


class Homed(Protocol):
    """A flight that has a home."""

    settings: Settings
    mission: OnboardMission
    mode: Mode
    armed: bool
    airframe: Airframe


class Homing:
    """One vehicle's home, east and north of its pad and above it, metres.

    `by_hand`: somebody set it, and it stays. `seen` tells where the vehicle takes itself to be, `moved` is
    called when home has become another place.
    """

    def __init__(self, seen: Callable[[], Place]) -> None:
        self.place = HOME
        self.by_hand = False
        self.seen = seen
        self.moved: Callable[[], None] = lambda: None

    def watch(self, flight: Homed) -> None:
        """Standing disarmed, home is here, once this is no longer where home was."""
        if flight.armed or not flight.airframe.on_ground or not _may_move(flight):
            return
        here, home = self.seen(), self.place
        level = Place(here.east_m, here.north_m, home.height_agl_m)
        if level.away_m(home) > _MOVED_M or abs(here.height_agl_m - home.height_agl_m) > _RISEN_M:
            self._settle()

    def leave(self, flight: Homed) -> None:
        """It arms, or leaves the ground: home is here, to the decimetre."""
        if _may_move(flight):
            self._settle()

    def put_here(self) -> None:
        """Home is here, because somebody says so; from now on it may move by itself again."""
        self._put(self.seen(), by_hand=False)

    def put(self, place: Place) -> None:
        """Home is there, because somebody says so."""
        self._put(place, by_hand=True)

    def _settle(self) -> None:
        if not self.by_hand:
            self._put(self.seen(), by_hand=False)

    def _put(self, place: Place, *, by_hand: bool) -> None:
        self.by_hand = by_hand
        if place != self.place:
            self.place = place
            self.moved()


def _may_move(flight: Homed) -> bool:
    """Whether PX4 would set home by itself now: not in a mission, nor does a rover that is to return."""
    in_mission = flight.mode is Mode.MISSION and not flight.mission.is_over
    rolls_back = flight.mode is Mode.RETURN and not flight.airframe.flies
    return bool(flight.settings.homes_by_itself) and not in_mission and not rolls_back
