"""The state of simulated vehicles: a `Cell` of numbers for each; of many, rows that machine code steps.

Metres and m/s are east, north, up from each vehicle's own home; ages are seconds since it was started.
Whoever reads or writes a vehicle's numbers does it through its cell or a window on its row, which is alike.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import inf
from typing import Any, cast

import numpy as np


@dataclass(slots=True)
class Cell:
    """All numbers of one vehicle, at rest on its home and not started. Steps of motion write here."""

    seed: np.uint64
    east_m: float = 0.0
    """Where it takes itself to be."""
    north_m: float = 0.0
    height_m: float = 0.0
    pad_amsl_m: float = 0.0
    """How high its home is above the sea; and how much warmer the air is there than standard."""
    above_isa_k: float = 0.0
    ground_m: float = 0.0
    """How much higher than home the ground below it is."""
    east_mps: float = 0.0
    """Over ground."""
    north_mps: float = 0.0
    up_mps: float = 0.0
    heading_deg: float = 0.0
    end_east_m: float = 0.0
    """The line under way: its end, its direction, how fast it is left, the fastest along it."""
    end_north_m: float = 0.0
    end_height_m: float = 0.0
    unit_east: float = 0.0
    unit_north: float = 0.0
    unit_up: float = 1.0
    length_m: float = 0.0
    exit_mps: float = 0.0
    exit_up_mps: float = 0.0
    early_m: float = 0.0
    """How long before its end the line may be left for the next; and how near its height, for what flies."""
    early_up_m: float = inf
    limit_mps: float = 0.0
    cruises_mps: float = 0.0
    """Limits of a multicopter on the line: over ground, up and down; and of what it changes speed with."""
    rises_mps: float = 0.0
    sinks_mps: float = 0.0
    level_mps2: float = 3.0
    up_mps2: float = 4.0
    down_mps2: float = 3.0
    jerk_mps3: float = 4.0
    rises_age_s: float = 0.0
    """Its motors have their thrust by then; and its autopilot takes it to be in the air."""
    lifts_age_s: float = inf
    leans_rad: float = 0.785
    """By how much it may lean; by how much until it flies, and its age then."""
    leans_low_rad: float = 0.209
    leans_age_s: float = 0.0
    drifts: bool = False
    """It does not know its place: it stays level, sinks, and goes where its speed and the wind take it."""
    takes_off: bool = False
    """It rises from the ground: no faster than this while low, and with so little acceleration."""
    take_off_mps: float = 0.0
    take_off_mps2: float = 1.0
    free: bool = False
    """Its line begins where it was: it goes straight for the end, and not back to the line."""
    steered: bool = False
    """A computer on board asks for a speed, not for a place."""
    lands: bool = False
    """It sinks to the ground: no faster than this at last, and when it begins and ends to slow for that."""
    touch_mps: float = 0.0
    slows_at_m: float = 10.0
    slow_below_m: float = 5.0
    gain_east_mps2: float = 0.0
    """The motion that is asked of a multicopter: its acceleration, and by how much the body is behind it."""
    gain_north_mps2: float = 0.0
    gain_up_mps2: float = 0.0
    slip_east_mps: float = 0.0
    slip_north_mps: float = 0.0
    lag_east_m: float = 0.0
    lag_north_m: float = 0.0
    push_east_mps2: float = 0.0
    """What its controller has learnt to add against drag."""
    push_north_mps2: float = 0.0
    thrust_east_mps2: float = 0.0
    thrust_north_mps2: float = 0.0
    asked_mps: float = 0.0
    """The speed that a car's throttle asks for, and how fast it turns."""
    turn_degps: float = 0.0
    turning_mps: float = inf
    """The speed that it came into a turn with."""
    brakes_mps2: float = 1.2
    """How hard it brakes for the end of a line."""
    speeds_up_mps2: float = 1.0
    """And how hard what rolls speeds up."""
    drag_per_s: float = 0.0
    """Of the body, linear: so much less speed each second, of each m/s."""
    wind_east_mps: float = 0.0
    """The steady wind: where it blows to."""
    wind_north_mps: float = 0.0
    gust_east_mps: float = 0.0
    """What comes on top of it now; between the draws of two whole seconds it is interpolated."""
    gust_north_mps: float = 0.0
    gust_rms_mps: float = 0.0
    from_east_mps: float = 0.0
    from_north_mps: float = 0.0
    to_east_mps: float = 0.0
    to_north_mps: float = 0.0
    drawn_s: float = -1.0
    payload_kg: float = 0.0
    left_wh: float = 0.0
    used_wh: float = 0.0
    used_ah: float = 0.0
    """Charge, as if all its cells were in parallel."""
    full_wh: float = 0.0
    draw_w: float = 0.0
    """Power taken from the battery now."""
    standing_w: float = 0.0
    """Power on the ground, as the motors are now."""
    charging_w: float = 0.0
    """What a charger offers where it stands now."""
    boot_at_s: float = inf
    age_s: float = 0.0
    next_age_s: float = inf
    """The age up to which the next step goes."""
    off_age_s: float = inf
    """When it loses all power."""
    parked_step_s: float = 1.0
    steady_step_s: float = 0.1
    alert_until_age_s: float = 0.0
    temperature_deg_c: float = 15.0
    """Of the battery's cells; and of the air."""
    ambient_deg_c: float = 15.0
    cell_v: float = 0.0
    """Voltage of one cell, under load."""
    timer_age_s: float = inf
    """When its pilot wants to be asked."""
    look_age_s: float = 0.0
    """When its autopilot next looks around."""
    heard_age_s: float = inf
    """When it last heard its ground station; infinite: never."""
    quiet_silence_s: float = inf
    """Looking around finds nothing new for so long after that, near a place, with such a charge: `Quiet`."""
    quiet_east_m: float = 0.0
    quiet_north_m: float = 0.0
    quiet_m: float = inf
    quiet_above_frac: float = inf
    quiet_below_frac: float = inf
    mass_kg: float = 1.0
    """Constants of its kind. Empty, without a parcel."""
    idle_w: float = 0.0
    disc_kg_per_m: float = 1.0
    """Rotors: twice the density of the air at sea level times their area."""
    efficiency_frac: float = 1.0
    parasite_kg_per_m: float = 0.0
    """Power of drag for the cube of airspeed."""
    rolling_n: float = 0.0
    """Power of rolling for each m/s of the empty vehicle."""
    stall_mps: float = inf
    """Airspeed from which a wing carries it."""
    cruise_mps: float = 1.0
    climb_mps: float = 0.0
    descend_mps: float = 0.0
    wing_w: float = 0.0
    """Power of level flight on the wing at cruise speed, at `most_kg`."""
    most_kg: float = 1.0
    working: bool = False
    """The motors move it."""
    armed: bool = False
    grounded: bool = True
    """It stands on the ground."""
    quiet_rolling: bool = False
    """And while it still moves, or still stands."""
    awaiting: bool = False
    """Its pilot waits for the end of the line."""
    under_way: bool = False
    """It may follow the line in long steps."""
    arrived: bool = False
    """The line is done."""
    restless: bool = False
    """It is to be attended to after every step."""


_KINDS = {"np.uint64": np.uint64, "float": np.float64, "bool": np.bool_}
_NAMES = tuple(field.name for field in fields(Cell))
_ROW = np.dtype([(field.name, _KINDS[str(field.type)]) for field in fields(Cell)], align=True)
_ROOM = 16


class Rows:
    """The numbers of many vehicles, a row each, as machine code steps them."""

    def __init__(self) -> None:
        self.count = 0
        self.rows = np.zeros(0, _ROW)
        self._columns: dict[str, Any] = {}
        self._move_to(np.zeros(_ROOM, _ROW))

    def add(self, cell: Cell) -> Cell:
        """One more row with these numbers; a window on it, which is used as they were."""
        if self.count == len(self.rows):
            self._move_to(np.zeros(2 * self.count, _ROW))
        self.rows[self.count] = tuple(getattr(cell, name) for name in _NAMES)
        self.count += 1
        return cast("Cell", _Window(self._columns, self.count - 1))

    def _move_to(self, rows: np.ndarray) -> None:
        """Go on in a place with more room; windows stay good."""
        rows[: self.count] = self.rows[: self.count]
        self.rows = rows
        for name in _NAMES:
            column: Any = rows[name]
            self._columns[name] = memoryview(column)


class _Window:
    """Reads and writes one row, under the names of `Cell`."""

    __slots__ = ("columns", "index")

    def __init__(self, columns: dict[str, Any], index: int) -> None:
        self.columns = columns
        self.index = index


def _number(name: str) -> property:
    def read(window: _Window) -> Any:  # noqa: ANN401 - a number or a flag
        return window.columns[name][window.index]

    def write(window: _Window, value: float) -> None:
        window.columns[name][window.index] = value

    return property(read, write)


for _name in _NAMES:
    setattr(_Window, _name, _number(_name))
