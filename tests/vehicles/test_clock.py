"""Fleet time beside the machine's clock."""

from __future__ import annotations

import time

import pytest

from sitl.loop import run_virtual
from vehicles import clock


async def test_a_machine_whose_clock_nobody_set_is_not_ahead() -> None:
    assert abs(clock.machine_ahead_s()) < 1.0


@pytest.mark.parametrize("step_s", [37.0, -3600.0])
async def test_a_step_of_the_machines_clock_is_seen_and_fleet_time_goes_on(
    step_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_s, machines = clock.now_s(), time.time
    monkeypatch.setattr(time, "time", lambda: machines() + step_s)
    assert clock.machine_ahead_s() == pytest.approx(step_s, abs=1.0)
    assert 0.0 <= clock.now_s() - before_s < 1.0


def test_a_loop_that_makes_its_own_time_is_never_behind_the_machine() -> None:
    async def ahead_s() -> float:
        return clock.machine_ahead_s()

    assert run_virtual(ahead_s(), 1_000_000_000.0) == 0.0
