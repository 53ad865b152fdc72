"""Simulated vehicles that are stepped together: a flock for each way of moving."""

from __future__ import annotations

from sitl import copter, corners, robot, wing
from sitl.consumption import copter_w, robot_w, wing_w
from sitl.flock import Flock
from sitl.movement import Movement
from vehicles.profile import Airframe, VehicleProfile

COPTER = Movement(
    move=copter.move,
    power_w=copter_w,
    lifted=copter.lifted,
    corner_mps=corners.corner_mps,
    early_m=copter.early_m,
    limit_mps=copter.limit_mps,
    braking_mps2=copter.BRAKING_MPS2,
)
WING = Movement(
    move=wing.move,
    power_w=wing_w,
    lifted=copter.lifted,
    corner_mps=wing.corner_mps,
    early_m=wing.early_m,
    limit_mps=copter.limit_mps,
    braking_mps2=copter.BRAKING_MPS2,
)
ROBOT = Movement(
    move=robot.move,
    power_w=robot_w,
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
