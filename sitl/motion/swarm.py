"""Simulated vehicles that are stepped together: a flock for each way of moving."""

from __future__ import annotations

from sitl.motion import car, copter, corners, robot, wing
from sitl.motion.flock import Flock
from sitl.motion.movement import Movement
from sitl.motion.settings import Settings
from sitl.motion.stepping import Law
from sitl.motion.steps import ChangeSpeed, Grab, Release, Skip, Stay
from vehicles.profile import Airframe, VehicleProfile

COPTER = Movement(
    law=Law.COPTER,
    lifted=copter.lifted,
    corner_mps=corners.corner_mps,
    early_m=copter.early_m,
    limit_mps=copter.limit_mps,
    braking_mps2=copter.BRAKING_MPS2,
)
WING = Movement(
    law=Law.WING,
    lifted=copter.lifted,
    corner_mps=wing.corner_mps,
    early_m=wing.early_m,
    limit_mps=copter.limit_mps,
    braking_mps2=copter.BRAKING_MPS2,
)
ROBOT = Movement(
    law=Law.ROBOT,
    lifted=robot.lifted,
    corner_mps=robot.corner_mps,
    early_m=robot.early_m,
    limit_mps=robot.limit_mps,
    braking_mps2=robot.BRAKING_MPS2,
)
CAR = Movement(
    law=Law.CAR,
    lifted=robot.lifted,
    corner_mps=car.corner_mps,
    early_m=car.early_m,
    limit_mps=car.limit_mps,
    braking_mps2=car.BRAKING_MPS2,
    goes_on_with=(ChangeSpeed, Skip, Stay, Release, Grab),
)
_BY_AIRFRAME = {Airframe.MULTICOPTER: COPTER, Airframe.VTOL: WING, Airframe.ROVER: ROBOT}


class Swarm:
    """All vehicles of one process or run, or only one: it makes no difference to any of them."""

    def __init__(self) -> None:
        self._flocks = {airframe: Flock(movement) for airframe, movement in _BY_AIRFRAME.items()}
        self._cars = Flock(CAR)

    def flock(self, profile: VehicleProfile, settings: Settings) -> Flock:
        """Where vehicles of this kind, so set up, belong."""
        rolls = profile.airframe is Airframe.ROVER
        return self._cars if rolls and settings.is_car else self._flocks[profile.airframe]

    def look(self, at_s: float) -> None:
        """Let time pass for all, up to fleet time `at_s`."""
        for flock in (*self._flocks.values(), self._cars):
            flock.look(at_s)
