"""Simulated vehicles that are stepped together: a flock for each way of moving."""

from __future__ import annotations

from sitl import copter, corners, robot, stepping, wing
from sitl.flock import Flock
from sitl.movement import Movement
from vehicles.profile import Airframe, VehicleProfile

COPTER = Movement(
    kind=stepping.COPTER,
    lifted=copter.lifted,
    corner_mps=corners.corner_mps,
    early_m=copter.early_m,
    limit_mps=copter.limit_mps,
    braking_mps2=copter.BRAKING_MPS2,
)
WING = Movement(
    kind=stepping.WING,
    lifted=copter.lifted,
    corner_mps=wing.corner_mps,
    early_m=wing.early_m,
    limit_mps=copter.limit_mps,
    braking_mps2=copter.BRAKING_MPS2,
)
ROBOT = Movement(
    kind=stepping.ROBOT,
    lifted=robot.lifted,
    corner_mps=robot.corner_mps,
    early_m=robot.early_m,
    limit_mps=robot.limit_mps,
    braking_mps2=robot.BRAKING_MPS2,
)
_BY_AIRFRAME = {Airframe.MULTICOPTER: COPTER, Airframe.VTOL: WING, Airframe.ROVER: ROBOT}


class Swarm:
    """All vehicles of one process or run, or only one: it makes no difference to any of them."""

    def __init__(self) -> None:
        self._flocks = {airframe: Flock(movement) for airframe, movement in _BY_AIRFRAME.items()}

    def flock(self, profile: VehicleProfile) -> Flock:
        """Where vehicles of this kind belong."""
        return self._flocks[profile.airframe]

    def look(self, at_s: float) -> None:
        """Let time pass for all, up to fleet time `at_s`."""
        for flock in self._flocks.values():
            flock.look(at_s)
