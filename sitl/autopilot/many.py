"""Many simulated vehicles in one process: stepped together, and kept alive by one timer, in turn.

Each has its own socket, as each has its own address in the world. What they send is spread evenly over the
tenth of a second in which each has its turn: a thousand datagrams at once would be more than
the buffers of whoever listens hold. They boot as evenly over the half second between two of a vehicle's looks
around: were all to look around at once, whoever asks one of them something would wait for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from sitl.aboard.onboard_mission import VALIDATION_S
from sitl.autopilot.server import Autopilot
from sitl.motion.body import Place
from sitl.motion.stepping import LOOK_EVERY_S
from sitl.motion.steps import GoTo, Step, TakeOff
from sitl.motion.swarm import Swarm
from vehicles.clock import now_s

if TYPE_CHECKING:
    from sitl.autopilot.ether import Ether

_TURN_S = 0.1
_TURNS = 20
_LAPS = 60
_READY_S = 6.0
_PATROL_HEIGHT_M = 50.0


class Many:
    """Vehicles of one swarm; `run` is their life."""

    def __init__(self, autopilots: Sequence[Autopilot], swarm: Swarm, ether: Ether | None = None) -> None:
        self._autopilots = tuple(autopilots)
        self._swarm = swarm
        self._ether = ether

    async def run(self) -> None:
        """Boot, and live until cancelled. Raises `LinkError` when a link cannot be opened."""
        try:
            for autopilot in self._autopilots:
                await autopilot.boot()
                await asyncio.sleep(LOOK_EVERY_S / len(self._autopilots))
            sing, count = self._together()
            turns = [self._autopilots[turn::count] for turn in range(count)]
            due_at_s = now_s()
            for turn in cycle(turns):
                # Behind time (a slow machine, a debugger) turns come later, not in a burst to make up for it.
                due_at_s = max(due_at_s + _TURN_S / count, now_s() - _TURN_S)
                await asyncio.sleep(due_at_s - now_s())
                at_s = now_s()
                self._swarm.look(at_s)
                for autopilot in turn:
                    if autopilot.is_due(at_s):
                        autopilot.tick()
                sing(at_s)
        finally:
            for autopilot in self._autopilots:
                autopilot.close()

    def _together(self) -> tuple[Callable[[float], None], int]:
        """Who sends what all say alike, and in how many turns: at once, where no buffer can overflow."""
        if self._ether is None:
            return (lambda _: None), _TURNS
        from sitl.autopilot.chorus import Chorus  # noqa: PLC0415 - it loads compiled code

        return Chorus(self._autopilots, self._ether).sing, 1

    async def patrol(self, side_m: float) -> None:
        """Have all go round a square of `side_m` beside their homes, again and again, without being told.

        A load to measure with: they fly, and nobody has had to give a thousand vehicles a plan.
        """
        await asyncio.sleep(_READY_S)
        for autopilot in self._autopilots:
            autopilot.flight.touch(now_s())
            autopilot.flight.load(_square(side_m, flies=autopilot.flight.airframe.flies), 0)
        await asyncio.sleep(VALIDATION_S + _TURN_S)
        for autopilot in self._autopilots:
            autopilot.flight.touch(now_s())
            autopilot.flight.start(0)


def _square(side_m: float, *, flies: bool) -> tuple[Step, ...]:
    height_m = _PATROL_HEIGHT_M if flies else 0.0
    corners = ((0.0, 0.0), (0.0, side_m), (side_m, side_m), (side_m, 0.0))
    lap = tuple(GoTo(Place(east_m, north_m, height_m)) for east_m, north_m in corners)
    return ((TakeOff(height_m),) if flies else ()) + lap * _LAPS
