from __future__ import annotations

import pytest

from benchmarks.dispatch_meals_peer import rolling_horizon
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.meals.check import check
from orchestrator.dispatch.meals.solve import solve
from orchestrator.dispatch.routing.solution import Until
from tests.orchestrator.dispatch.meals.streets import street


@pytest.mark.parametrize("seed", range(3))
def test_the_papers_rolling_horizon_holds_and_ours_is_sooner_at_the_door(seed: int) -> None:
    problem = street(seed, 60, 8)
    peer, ours = (
        check(problem, rolling_horizon(problem)),
        check(problem, solve(problem, Until(rounds=150), 1)),
    )
    assert isinstance(peer, Outcome), peer
    assert isinstance(ours, Outcome), ours
    assert len(peer.unserved) <= 3
    assert ours.score < peer.score
