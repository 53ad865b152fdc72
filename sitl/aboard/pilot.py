"""The pilot of a simulated vehicle: carries out a list of steps, one after the other."""

from __future__ import annotations

from math import inf
from typing import assert_never

from sitl.aboard.gripper import Gripper
from sitl.aboard.helm import Helm
from sitl.aboard.routine import Awaited, Routine, Sign, Until, carry_out
from sitl.motion.body import Body, Place
from sitl.motion.flock import Flock
from sitl.motion.limits import Touchdown
from sitl.motion.settings import Settings
from sitl.motion.steps import LandAt, Step
from vehicles.profile import VehicleProfile

_GROUND_M = 0.02


class Pilot:
    """Goes on with each step when what it waits for is there, and says when it wants to be asked again.

    Times are ages in seconds.
    """

    def __init__(
        self,
        flock: Flock,
        number: int,
        body: Body,
        profile: VehicleProfile,
        gripper: Gripper,
        *,
        settings: Settings,
    ) -> None:
        self.steps: tuple[Step, ...] = ()
        self.index = 0
        self.helm = Helm(flock, number, body, profile, settings)
        self._gripper = gripper
        self._routine: Routine | None = None
        self._awaited: Awaited | None = None
        """None: the step under way is done."""

    @property
    def step(self) -> Step | None:
        """The step under way; None when all are done."""
        return self.helm.step

    @property
    def is_landing(self) -> bool:
        """Whether the vehicle is on its last way down (or, on the ground, parking for good)."""
        return isinstance(self.step, LandAt)

    def engage(self, steps: tuple[Step, ...], index: int, now_s: float) -> None:
        """Carry out `steps` from `index` on, starting where the vehicle is; no steps: stop and stay."""
        self.steps = steps
        step = self._turn_to(index)
        self.helm.let_go(steps[:index])
        if step is not None:
            self._begin(step, self.helm.body.place, now_s)
            self.helm.spool_up()
        self._wait()

    def attend(self, now_s: float) -> list[int]:
        """Go on with the step under way and the next ones; the indices of those that are done by now."""
        reached = list[int]()
        while self.step is not None and self._is_there(now_s):
            if self._awaited is not None:
                self._go_on(now_s)
                continue
            reached.append(self.index)
            step = self._turn_to(self.index + 1)
            self.helm.cell.free = False
            if step is None:
                self.helm.rest()
            else:
                self._begin(step, self.helm.line.end, now_s)
        self._wait()
        return reached

    def _turn_to(self, index: int) -> Step | None:
        self.index = index
        self.helm.step = self.steps[index] if index < len(self.steps) else None
        self.helm.then = self.steps[index + 1 :]
        return self.helm.step

    def _begin(self, step: Step, start: Place, now_s: float) -> None:
        self._routine = carry_out(step, self.helm, self._gripper, start, now_s)
        self._awaited = next(self._routine, None)

    def _go_on(self, now_s: float) -> None:
        try:
            self._awaited = self._routine.send(now_s) if self._routine is not None else None
        except StopIteration:
            self._awaited = None

    def _is_there(self, now_s: float) -> bool:
        """Whether what the step under way waits for is there, or there is nothing more to wait for."""
        match self._awaited:
            case None:
                there = True
            case Until(age_s=age_s):
                there = now_s >= age_s
            case Sign.AT_END:
                there = self.helm.cell.arrived  # as the last step of motion has left it
            case Sign.NEVER:
                there = False
            case Touchdown() as touchdown:
                stands = self.helm.body.height_agl_m - self.helm.cell.ground_m <= _GROUND_M
                there = touchdown.believed(self.helm.settings, now_s, stands=stands)
            case _:
                assert_never(self._awaited)
        return there

    def _wait(self) -> None:
        """Say when to be asked again: at the end of the line, at a time, or after the next step already."""
        cell, awaited = self.helm.cell, self._awaited if self.step is not None else None
        cell.awaiting = awaited is Sign.AT_END or isinstance(awaited, Touchdown)
        if isinstance(awaited, Until):
            cell.timer_age_s = awaited.age_s
        else:
            cell.timer_age_s = inf if self.step is None or cell.awaiting else -inf
