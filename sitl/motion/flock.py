"""Vehicles that move alike, stepped together, each on the grid of its own age.

What becomes of one depends neither on who else is there nor on who looks when: each step of a vehicle goes
to the next multiple of its own step, which follows from its own state. Its autopilot is asked only
when something is due: a line is done, a timer runs out, the ground is left, the battery is empty. Until then
each vehicle is stepped by itself, one after the other; where they are many, by machine code.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from sitl.motion.compiled import machine_code
from sitl.motion.consumption import equip
from sitl.motion.movement import Movement
from sitl.motion.state import Cell, Rows
from sitl.motion.stepping import SAME_S, Halt, next_age_s, run, step_to
from vehicles.profile import VehicleProfile

_FEW = 8
"""So many at most are stepped as plain numbers, by Python: no compiler is loaded for them."""


class Flock:
    """Vehicles of one way of moving, and whom to call when something is due for one."""

    def __init__(self, movement: Movement) -> None:
        self.movement = movement
        self._law = int(movement.law)
        self.cells: list[Cell] = []
        """Each vehicle's numbers. Keep the list, not what is in it: many move into rows."""
        self._rows: Rows | None = None
        self._attend: list[Callable[[], None]] = []
        self._look: list[Callable[[], None]] = []
        self._soonest_at_s = inf

    def join(self, profile: VehicleProfile, seed: int) -> int:
        """One more vehicle, not started yet; its number in `cells`."""
        cell = Cell(np.uint64(seed % 2**64), brakes_mps2=self.movement.braking_mps2)
        equip(cell, profile)
        if self._rows is None and len(self.cells) == _FEW:
            self._rows = Rows()
            self.cells[:] = [self._rows.add(each) for each in self.cells]
        self.cells.append(cell if self._rows is None else self._rows.add(cell))
        self._attend.append(_nothing)
        self._look.append(_nothing)
        return len(self.cells) - 1

    @property
    def rows(self) -> np.ndarray | None:
        """The numbers of all, where they are so many that machine code steps them."""
        return None if self._rows is None else self._rows.rows

    def wake(self, index: int, attend: Callable[[], None], look: Callable[[], None]) -> None:
        """Whom to call when something is due for a vehicle, and twice a second to look around."""
        self._attend[index], self._look[index] = attend, look

    def look(self, at_s: float) -> None:
        """Let time pass up to each vehicle's last step at or before fleet time `at_s`."""
        index = 0
        while index < len(self.cells) and self._soonest_at_s <= at_s + SAME_S:
            index, due, looks, soonest_at_s = self._run(index, at_s)
            if due:
                self._attend[index]()
            if looks:
                self._look[index]()
            if index == len(self.cells):
                self._soonest_at_s = soonest_at_s

    def touch(self, index: int, age_s: float) -> None:
        """Let time pass for one vehicle, up to exactly this age, and have it attended to."""
        if age_s - self.cells[index].age_s > SAME_S:
            if self._rows is None:
                with np.errstate(over="ignore"):
                    step_to(self.cells, index, age_s, self._law)
            else:
                machine_code(step_to)(self._rows.rows, index, age_s, self._law)
            self._attend[index]()
        self.changed(index)

    def changed(self, index: int) -> None:
        """Something was decided for a vehicle: its next step may be sooner now."""
        cell = self.cells[index]
        cell.next_age_s = next_age_s(cell)
        self._soonest_at_s = min(self._soonest_at_s, cell.boot_at_s + cell.next_age_s)

    def _run(self, first: int, at_s: float) -> Halt:
        count = len(self.cells)
        if self._rows is not None:
            halt: Halt = machine_code(run)(self._rows.rows, first, count, at_s, self._law)
            return halt
        with np.errstate(over="ignore"):  # of the counters that gusts are drawn from
            return run(self.cells, first, count, at_s, self._law)


def _nothing() -> None:
    return None
