"""The way home of a vehicle that came to rest nearer to a wall than plans keep."""

from __future__ import annotations

import pytest

from orchestrator.operations.homeward import plan_home
from orchestrator.operations.sight import Sight
from orchestrator.operations.watch import Watch
from tests.orchestrator.operations.town import D1, START_S, at, ready_fleet, sample, surroundings
from vehicles.mission import MissionId, VehiclePlan


@pytest.mark.parametrize(("off_m", "leaves"), [(6.0, True), (4.5, True), (2.0, False)])
def test_beside_a_wall_it_leaves_by_what_it_has_but_not_by_less_than_itself(
    off_m: float,
    leaves: bool,  # noqa: FBT001
) -> None:
    """The tower's west wall stands 230 m east; plans keep 4.8 m from it, 2.8 of them its own."""
    state = ready_fleet(D1)
    seen = sample(position=at(230.0 - off_m, 0.0), height_agl_m=30.0, armed=True, moving=True)
    look = Sight(state, state.vehicles[D1], seen, Watch(START_S), START_S)
    assert isinstance(plan_home(look, MissionId(7), surroundings()), VehiclePlan) is leaves
