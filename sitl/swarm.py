"""Simulated vehicles that are stepped together: a flock for each way of moving."""

from __future__ import annotations

from geofences.zone import Medium
from sitl import copter, robot
from sitl.consumption import copter_w, robot_w
from sitl.flock import Flock
from sitl.movement import Movement
from vehicles.profile import VehicleProfile

COPTER = Movement(
    copter.move, copter_w, copter.lifted, copter.corner_mps, copter.limit_mps, copter.BRAKING_MPS2
)
ROBOT = Movement(robot.move, robot_w, robot.lifted, robot.corner_mps, robot.limit_mps, robot.BRAKING_MPS2)
_BY_MEDIUM = {Medium.AIR: COPTER, Medium.SIDEWALK: ROBOT}


class Swarm:
    """All vehicles of one process or run, or only one: it makes no difference to any of them."""

    def __init__(self) -> None:
        self._flocks = {medium: Flock(movement) for medium, movement in _BY_MEDIUM.items()}

    @property
    def flocks(self) -> tuple[Flock, ...]:
        """Those who move alike, together."""
        return tuple(self._flocks.values())

    def flock(self, profile: VehicleProfile) -> Flock:
        """Where vehicles of this kind belong."""
        return self._flocks[profile.medium]

    def look(self, at_s: float) -> None:
        """Let time pass for all, up to fleet time `at_s`."""
        for flock in self._flocks.values():
            flock.look(at_s)
