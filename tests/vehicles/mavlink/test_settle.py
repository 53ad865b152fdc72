"""How long a vehicle may take to find a mission flyable: real PX4 reads its fence first, 0.1 s a corner."""

from __future__ import annotations

import pytest
from pymavlink.dialects.v20 import common

from vehicles.mavlink.exchanges.messages import Current
from vehicles.mavlink.plans.settle import Expected, Failure, Settle, Settled

FLYABLE = Current(0, 3, common.MISSION_STATE_NOT_STARTED)
CHECKING = Current(0, 3, common.MISSION_STATE_NO_MISSION)


@pytest.mark.parametrize(("corners", "taken"), [(0, False), (64, True)], ids=["no-fence", "full-fence"])
def test_a_full_fence_is_waited_for(corners: int, taken: bool) -> None:  # noqa: FBT001 - a case
    settle = Settle(Expected(3, 0, {}, 0.0, (), corners))
    settle.start(100.0)
    settle.receive(CHECKING, 101.0)
    settle.tick(107.9)
    settle.receive(FLYABLE, 108.0)
    assert isinstance(settle.outcome, Settled if taken else Failure)
