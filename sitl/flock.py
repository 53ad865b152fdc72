"""Vehicles that move alike, stepped together, each on the grid of its own age.

What becomes of one depends neither on who else is there nor on who looks when: each step of a vehicle goes
to the next multiple of its own step, which follows from its own state. Its autopilot is asked only
when something is due: a line is done, a timer runs out, the ground is left, the battery is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from sitl.battery import charge, draw
from sitl.consumption import equip
from sitl.maths import MANY, ONE, Flags, Floats, Maths
from sitl.movement import Movement
from sitl.state import Cell, State, as_state
from sitl.turbulence import blow
from vehicles.profile import VehicleProfile

MOVING_STEP_S = 0.1
PARKED_STEP_S = 1.0
AT_REST_MPS = 0.3
ARRIVED_M = 0.5
PASSED_M = 0.1

_FEW = 16
"""So many at most are kept and stepped one by one, which is cheaper: a numpy call takes a microsecond."""

_EVEN_MPS2 = 0.05
_LOOK_EVERY_S = 0.5
_SAME_S = 1e-6


class Flock:
    """Vehicles of one way of moving, and whom to call when something is due for one."""

    def __init__(self, movement: Movement) -> None:
        self.movement = movement
        self.cells: list[Cell] = []
        """Each vehicle's numbers. Keep the list, not what is in it: many move into arrays."""
        self.state: State | None = None
        """The arrays, once there are many."""
        self._attend: list[Callable[[], None]] = []
        self._look: list[Callable[[], None]] = []
        self._soonest_at_s = inf

    def join(self, profile: VehicleProfile, seed: int) -> int:
        """One more vehicle, not started yet; its number in `cells`."""
        cell = Cell(seed % 2**64)
        equip(cell, profile)
        self.cells.append(cell)
        self._attend.append(_nothing)
        self._look.append(_nothing)
        if self.state is not None:
            self.state.add(cell)
            self.cells[-1] = self.state.cell(len(self.cells) - 1)
        elif len(self.cells) > _FEW:
            self.state = State(self.cells)
            self.cells[:] = [self.state.cell(index) for index in range(len(self.cells))]
        return len(self.cells) - 1

    def wake(self, index: int, attend: Callable[[], None], look: Callable[[], None]) -> None:
        """Whom to call when something is due for a vehicle, and twice a second to look around."""
        self._attend[index], self._look[index] = attend, look

    def look(self, at_s: float) -> None:
        """Let time pass up to each vehicle's last step at or before fleet time `at_s`."""
        while self._soonest_at_s <= at_s + _SAME_S:
            if self.state is None:
                self._step_few(self._soonest_at_s + _SAME_S)
            else:
                self._step_many(self.state, self._soonest_at_s + _SAME_S)

    def touch(self, index: int, age_s: float) -> None:
        """Let time pass for one vehicle, up to exactly this age, and have it attended to."""
        if age_s - self.cells[index].age_s > _SAME_S:
            cell = self.cells[index] if self.state is None else self.state.take(index)
            self._step_one(cell, age_s)
            if self.state is not None:
                self.state.put(index, cell)
            self._attend[index]()
        self.changed(index)

    def changed(self, index: int) -> None:
        """Something was decided for a vehicle: its next step may be sooner now."""
        cell = self.cells[index]
        cell.next_age_s = float(_next_age_s(ONE, as_state(cell)))
        self._soonest_at_s = min(self._soonest_at_s, cell.boot_at_s + cell.next_age_s)

    def _step_few(self, until_at_s: float) -> None:
        """Step each whose next step goes up to fleet time `until_at_s` at most, and do what is due then."""
        for index, cell in enumerate(self.cells):
            if cell.boot_at_s + cell.next_age_s > until_at_s:
                continue
            if self._step_one(cell, cell.next_age_s):
                self._attend[index]()
            if cell.look_age_s <= cell.age_s:
                cell.look_age_s = cell.age_s + _LOOK_EVERY_S
                self._look[index]()
            cell.next_age_s = float(_next_age_s(ONE, as_state(cell)))
        self._soonest_at_s = min(cell.boot_at_s + cell.next_age_s for cell in self.cells)

    def _step_one(self, cell: Cell, age_s: float) -> bool:
        """One vehicle up to this age; whether something is due for it then."""
        dt_s, cell.age_s = age_s - cell.age_s, age_s
        return bool(self._advance(ONE, as_state(cell), dt_s))

    def _step_many(self, state: State, until_at_s: float) -> None:
        """The same, all at once."""
        active = state.boot_at_s + state.next_age_s <= until_at_s
        dt_s = np.where(active, state.next_age_s - state.age_s, 0.0)
        state.age_s = np.where(active, state.next_age_s, state.age_s)
        due = self._advance(MANY, state, dt_s) & active
        for index in np.flatnonzero(due).tolist():
            self._attend[index]()
        looking = active & (state.look_age_s <= state.age_s)
        state.look_age_s = np.where(looking, state.age_s + _LOOK_EVERY_S, state.look_age_s)
        for index in np.flatnonzero(looking).tolist():
            self._look[index]()
        state.next_age_s = _next_age_s(MANY, state)
        self._soonest_at_s = float((state.boot_at_s + state.next_age_s).min())

    def _advance(self, maths: Maths, state: State, dt_s: Floats) -> Flags:
        """Motion and energy of `dt_s` seconds; for whom something is due then."""
        due = state.restless | (state.timer_age_s <= state.age_s)
        state.draw_w = state.standing_w
        if maths.any(state.working):
            blow(maths, state)
            self.movement.move(maths, state, dt_s * state.working)
            state.draw_w = maths.where(state.working, self.movement.power_w(maths, state), state.standing_w)
            self._see_arrivals(maths, state, dt_s)
            due = due | (state.awaiting & state.arrived) | (state.working & (state.left_wh <= 0.0))
            afoot = state.working & state.grounded
            if maths.any(afoot):
                due = due | (afoot & self.movement.lifted(maths, state))
        draw(maths, state, dt_s)
        if maths.any(state.charging_w > 0.0):
            charge(maths, state, dt_s)
        return due

    def _see_arrivals(self, maths: Maths, state: State, dt_s: Floats) -> None:
        """Which lines are done: passed, for those that are flown through; else stopped at their ends.

        And which may go on in long steps: those far from the end, or waiting for a timer.
        """
        east, north = state.end_east_m - state.east_m, state.end_north_m - state.north_m
        up = state.end_height_m - state.height_m
        left_m = east * state.unit_east + north * state.unit_north + up * state.unit_up
        flat2 = state.east_mps * state.east_mps + state.north_mps * state.north_mps
        speed2 = flat2 + state.up_mps * state.up_mps
        away2 = east * east + north * north
        stopped = (away2 + up * up < ARRIVED_M * ARRIVED_M) & (speed2 < AT_REST_MPS * AT_REST_MPS)
        passed = left_m <= maths.most(maths.most(state.exit_mps * dt_s, PASSED_M), state.early_m)
        passed = (passed & (state.exit_mps > 0.0)) | (away2 < state.early_m * state.early_m)
        high = up * up <= state.early_up_m * state.early_up_m
        state.arrived = (stopped & (state.early_m == 0.0)) | (passed & high)
        if maths.any(state.steady_step_s > MOVING_STEP_S):
            clear_m = speed2 / (2.0 * self.movement.braking_mps2)
            clear_m = clear_m + state.early_m + 2.0 * maths.sqrt(speed2) * state.steady_step_s + ARRIVED_M
            gain_e, gain_n, gain_u = state.gain_east_mps2, state.gain_north_mps2, state.gain_up_mps2
            even = gain_e * gain_e + gain_n * gain_n + gain_u * gain_u < _EVEN_MPS2 * _EVEN_MPS2
            even = even & (state.age_s >= state.rises_age_s) & (state.lands ^ True)
            following = state.awaiting & (state.length_m > 0.0) & (left_m > clear_m) & even
            state.under_way = following | ((state.awaiting ^ True) & (state.timer_age_s < inf))


def _next_age_s(maths: Maths, state: State) -> Floats:
    """Up to which age the next step goes: fine while anything may change; by its own state alone."""
    steady = state.working & state.under_way & (state.timer_age_s - state.age_s > state.steady_step_s)
    step_s = maths.where(steady, state.steady_step_s, MOVING_STEP_S)
    step_s = maths.where(state.armed, step_s, state.parked_step_s)
    step_s = maths.where(state.alert_until_age_s <= state.age_s, step_s, MOVING_STEP_S)
    next_age_s = (maths.floor(state.age_s / step_s + _SAME_S) + 1.0) * step_s
    return maths.where(next_age_s > state.off_age_s + _SAME_S, inf, next_age_s)


def _nothing() -> None:
    return None
