"""A plan over a link that loses three frames in ten each way, and through a restart in the middle."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

from sitl.autopilot.items import Part
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink.test_plan_faults import NEW, Fault, Stage, Trouble, on_its_way, staged
from vehicles.vehicle import Accepted, Outcome

LOSS_FRAC = 0.3


class Lossy(Trouble):
    """Loses frames by chance, and doubles a few."""

    def __init__(self, seed: int) -> None:
        super().__init__(None, -1)
        self._dice = random.Random(seed)  # noqa: S311

    def _carry(self, datagram: bytes, *, towards: bool) -> Sequence[tuple[float, bytes]]:
        del towards
        if self.armed and self._dice.random() < LOSS_FRAC:
            return ()
        return (
            (*on_its_way(datagram), *on_its_way(datagram))
            if self._dice.random() < 0.02
            else on_its_way(datagram)
        )


def loaded_over(trouble: Trouble, store: Path) -> tuple[Outcome, bool]:
    """How a load over that link ends, and whether it then holds all of the new plan, or no mission."""
    seen: list[tuple[Outcome, bool]] = []

    async def main() -> None:
        stage = Stage(trouble, store)
        async with stands.living(stage.live()), stage.drone, stands.living(stage.attend()):
            await stands.ready(stage.drone)
            trouble.armed = True
            outcome = await stage.drone.load(NEW)
            holds = {part: bool(stage.lists[part]) for part in Part}
            whole = all(holds.values()) if isinstance(outcome, Accepted) else not holds[Part.MISSION]
            seen.append((outcome, whole))

    run_virtual(main(), stands.START_UTC_S)
    return seen[0]


def test_three_frames_in_ten_lost_each_way_and_the_plan_arrives_nearly_always(tmp_path: Path) -> None:
    ends = [loaded_over(Lossy(seed), tmp_path / f"{seed}") for seed in range(60)]
    assert all(whole for _, whole in ends)
    assert sum(isinstance(outcome, Accepted) for outcome, _ in ends) >= 56


def test_a_restart_in_the_middle_of_the_mission_is_survived(tmp_path: Path) -> None:
    async def body(stage: Stage) -> None:
        stage.trouble.armed = True
        loading = asyncio.create_task(stage.drone.load(NEW))
        first = stage.autopilot
        assert await loading == Accepted()
        assert stage.autopilot is not first
        assert all(stage.lists.values())

    staged(Fault.REBOOT, 36, tmp_path / "store", body, airborne=False)
