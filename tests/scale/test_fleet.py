"""Many vehicles at once, in processes of their own, held and commanded over real UDP."""

from __future__ import annotations

import pytest

from benchmarks.fleet_held import hold

COUNT, SECONDS = 60, 15.0


@pytest.mark.slow
@pytest.mark.parametrize("per_port", [1, 30], ids=["ports of their own", "30 to a port"])
def test_vehicles_that_fly_are_all_heard_and_commands_answered(per_port: int) -> None:
    """`sanderling bench fleet` does it with 1,000, and says how fast. Here: all heard and answered."""
    held = hold(COUNT, per_port, SECONDS)
    assert held.lost == 0
    assert len(held.took_s) > 100
    assert held.unanswered == 0
    assert held.messages_hz > 5.0
