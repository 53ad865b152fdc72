"""What each way of moving brings: a step of motion, its power, its corners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sitl.body import Line
from sitl.maths import Flags, Floats, Maths
from sitl.settings import Settings
from sitl.state import State
from vehicles.profile import VehicleProfile


@dataclass(frozen=True, slots=True)
class Movement:
    """One way of moving. The first three work on one vehicle or on all, by the `Maths` they are given.

    `move` lets so many seconds pass (0: it stays as it is). `power_w` is the electrical power of what moves.
    `lifted` tells what has left the ground by now (or rolls). The next three are asked once for each line:
    `corner_mps` is how fast it is left for the next, over ground and up, `early_m` how long before its end
    (with no next line: where it ends), `limit_mps` the fastest along it. `braking_mps2` is how hard it brakes
    for the end of one.
    """

    move: Callable[[Maths, State, Floats], None]
    power_w: Callable[[Maths, State], Floats]
    lifted: Callable[[Maths, State], Flags]
    corner_mps: Callable[[Line, Line, VehicleProfile, Settings], tuple[float, float]]
    early_m: Callable[[Line, Line | None, VehicleProfile], float]
    limit_mps: Callable[[Line, VehicleProfile], float]
    braking_mps2: float
