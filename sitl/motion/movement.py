"""What each way of moving brings: its law of motion, its corners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sitl.motion.body import Line
from sitl.motion.settings import Settings
from sitl.motion.state import Cell
from sitl.motion.stepping import Law
from sitl.motion.steps import ChangeSpeed, Skip, Step
from vehicles.profile import VehicleProfile


@dataclass(frozen=True, slots=True)
class Movement:
    """One way of moving: `law` is that of its motion and power.

    `lifted` tells whether a vehicle has left the ground by now (or rolls). The next three are asked once for
    each line: `corner_mps` is how fast it is left for the next, over ground and up, `early_m` how long before
    its end (with no next line: where it ends), `limit_mps` the fastest along it. `braking_mps2` is how hard
    it brakes for the end of one. `goes_on_with`: steps that it does not come to rest for.
    """

    law: Law
    lifted: Callable[[Cell], bool]
    corner_mps: Callable[[Line, Line, VehicleProfile, Settings], tuple[float, float]]
    early_m: Callable[[Line, Line | None, VehicleProfile], float]
    limit_mps: Callable[[Line, VehicleProfile], float]
    braking_mps2: float
    goes_on_with: tuple[type[Step], ...] = (ChangeSpeed, Skip)

    def joined(self, line: Line, after: Line | None, profile: VehicleProfile, settings: Settings) -> Line:
        """A line as it is flown when `after` comes next, or nothing: how soon it counts as done, how fast."""
        line = replace(line, early_m=self.early_m(line, after, profile))
        if after is None:
            return line
        corner_mps, up_mps = self.corner_mps(line, after, profile, settings)
        return replace(line, exit_mps=min(line.speed_mps, corner_mps), exit_up_mps=up_mps)
