"""What each way of moving brings: its law of motion, its corners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sitl.body import Line
from sitl.settings import Settings
from sitl.state import Cell
from sitl.steps import ChangeSpeed, Skip, Step
from vehicles.profile import VehicleProfile


@dataclass(frozen=True, slots=True)
class Movement:
    """One way of moving: `kind` is its law of motion and of power, of those in `sitl.stepping`.

    `lifted` tells whether a vehicle has left the ground by now (or rolls). The next three are asked once for
    each line: `corner_mps` is how fast it is left for the next, over ground and up, `early_m` how long before
    its end (with no next line: where it ends), `limit_mps` the fastest along it. `braking_mps2` is how hard
    it brakes for the end of one. `goes_on_with`: steps that it does not come to rest for.
    """

    kind: int
    lifted: Callable[[Cell], bool]
    corner_mps: Callable[[Line, Line, VehicleProfile, Settings], tuple[float, float]]
    early_m: Callable[[Line, Line | None, VehicleProfile], float]
    limit_mps: Callable[[Line, VehicleProfile], float]
    braking_mps2: float
    goes_on_with: tuple[type[Step], ...] = (ChangeSpeed, Skip)
