"""A step of motion and energy of one vehicle, and its next ones until its autopilot is to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from math import floor, inf, sqrt
from typing import NamedTuple

from sitl.motion import car, copter, robot, wing
from sitl.motion.battery import charge, draw
from sitl.motion.compiled import compiled
from sitl.motion.consumption import copter_w, robot_w, wing_w
from sitl.motion.state import Cell
from sitl.motion.turbulence import blow

MOVING_STEP_S = 0.1
PARKED_STEP_S = 1.0
LOOK_EVERY_S = 0.5
AT_REST_MPS = 0.3
ARRIVED_M = 0.5
PASSED_M = 0.1
SAME_S = 1e-6

_EVEN_MPS2 = 0.05


class Law(IntEnum):
    """The ways of moving, as machine code tells them apart."""

    COPTER = 0
    WING = 1
    ROBOT = 2
    CAR = 3


class Halt(NamedTuple):
    """Where the stepping of many came to: those before this `number` are up to date.

    `due`: the autopilot of that one is to attend to it; `looks`: it is to look around. When all are up to
    date, the next step of any is due at `soonest_at_s`.
    """

    number: int
    due: bool
    looks: bool
    soonest_at_s: float


def run(cells: Sequence[Cell], first: int, count: int, until_at_s: float, law: int) -> Halt:
    """Step each vehicle from number `first` up to its last step at or before fleet time `until_at_s`.

    Halts at the first that something is due for. `law` is the number of a `Law`.
    """
    for index in range(first, count):
        state = cells[index]
        state.next_age_s = next_age_s(state)
        while state.boot_at_s + state.next_age_s <= until_at_s + SAME_S:
            due = _step(state, state.next_age_s, law)
            looks = state.look_age_s <= state.age_s
            if looks:
                state.look_age_s = state.age_s + LOOK_EVERY_S
                if _is_quiet(state):
                    looks = False
                    state.look_age_s = min(state.look_age_s, state.heard_age_s + state.quiet_silence_s)
            if due or looks:
                return Halt(index, due, looks, until_at_s)
            state.next_age_s = next_age_s(state)
    soonest_at_s = inf
    for index in range(count):
        soonest_at_s = min(soonest_at_s, cells[index].boot_at_s + cells[index].next_age_s)
    return Halt(count, due=False, looks=False, soonest_at_s=soonest_at_s)


def step_to(cells: Sequence[Cell], index: int, age_s: float, law: int) -> None:
    """Step one vehicle up to exactly this age."""
    _step(cells[index], age_s, law)


@compiled
def next_age_s(state: Cell) -> float:
    """Up to which age the next step goes: fine while anything may change; by its own state alone."""
    step_s = MOVING_STEP_S
    if state.alert_until_age_s <= state.age_s:
        if not state.armed:
            step_s = state.parked_step_s
        elif state.working and state.under_way and state.timer_age_s - state.age_s > state.steady_step_s:
            step_s = state.steady_step_s
    age_s = (floor(state.age_s / step_s + SAME_S) + 1.0) * step_s
    return inf if age_s > state.off_age_s + SAME_S else age_s


@compiled
def _step(state: Cell, age_s: float, law: int) -> bool:
    """Motion and energy up to an age; whether something is due for it then."""
    dt_s = age_s - state.age_s
    state.age_s = age_s
    due = state.restless or state.timer_age_s <= age_s
    state.draw_w = state.standing_w
    if state.working:
        blow(state)
        _move(state, dt_s, law)
        state.draw_w = _power_w(state, law)
        _see_arrival(state, dt_s)
        due = due or (state.awaiting and state.arrived) or state.left_wh <= 0.0
        due = due or (state.grounded and _lifted(state, law))
    draw(state, dt_s)
    if state.charging_w > 0.0:
        charge(state, dt_s)
    return due


@compiled
def _is_quiet(state: Cell) -> bool:
    """Whether looking around would find nothing new; see `sitl.motion.quiet`."""
    unheard = state.age_s >= state.heard_age_s + state.quiet_silence_s
    if unheard or robot.lifted(state) != state.quiet_rolling:
        return False
    left_frac = state.left_wh / state.full_wh
    if left_frac < state.quiet_above_frac or left_frac >= state.quiet_below_frac:
        return False
    east_m, north_m = state.east_m - state.quiet_east_m, state.north_m - state.quiet_north_m
    gone2 = east_m * east_m + north_m * north_m
    return gone2 == 0.0 or gone2 < state.quiet_m * state.quiet_m


@compiled
def _move(state: Cell, dt_s: float, law: int) -> None:
    if law == Law.ROBOT:
        robot.move(state, dt_s)
    elif law == Law.WING and not state.drifts:
        wing.move(state, dt_s)
    elif law == Law.CAR:
        car.move(state, dt_s)
    elif state.drifts:
        copter.sink(state, dt_s)
    else:
        copter.move(state, dt_s)


@compiled
def _power_w(state: Cell, law: int) -> float:
    if law in (Law.ROBOT, Law.CAR):
        return robot_w(state)
    return wing_w(state) if law == Law.WING else copter_w(state)


@compiled
def _lifted(state: Cell, law: int) -> bool:
    return robot.lifted(state) if law in (Law.ROBOT, Law.CAR) else copter.lifted(state)


@compiled
def _see_arrival(state: Cell, dt_s: float) -> None:
    """Whether its line is done: passed, if it is flown through; else stopped at its end, or on the ground.

    And whether it may go on in long steps: far from the end, or waiting for a timer.
    """
    east, north = state.end_east_m - state.east_m, state.end_north_m - state.north_m
    up = state.end_height_m - state.height_m
    left_m = east * state.unit_east + north * state.unit_north + up * state.unit_up
    flat2 = state.east_mps * state.east_mps + state.north_mps * state.north_mps
    speed2 = flat2 + state.up_mps * state.up_mps
    away2 = 0.0 if state.lands else east * east + north * north
    up = state.ground_m - state.height_m if state.lands else up
    stopped = away2 + up * up < ARRIVED_M * ARRIVED_M and speed2 < AT_REST_MPS * AT_REST_MPS
    passed = left_m <= max(state.exit_mps * dt_s, PASSED_M, state.early_m) and state.exit_mps > 0.0
    passed = passed or away2 < state.early_m * state.early_m
    high = up * up <= state.early_up_m * state.early_up_m
    state.arrived = (stopped and state.early_m == 0.0) or (passed and high)
    if state.steady_step_s > MOVING_STEP_S:
        clear_m = speed2 / (2.0 * state.brakes_mps2)
        clear_m += state.early_m + 2.0 * sqrt(speed2) * state.steady_step_s + ARRIVED_M
        gain_e, gain_n, gain_u = state.gain_east_mps2, state.gain_north_mps2, state.gain_up_mps2
        even = gain_e * gain_e + gain_n * gain_n + gain_u * gain_u < _EVEN_MPS2 * _EVEN_MPS2
        even = even and state.age_s >= state.rises_age_s and not state.lands
        following = state.awaiting and state.length_m > 0.0 and left_m > clear_m and even
        state.under_way = following or (not state.awaiting and state.timer_age_s < inf)
