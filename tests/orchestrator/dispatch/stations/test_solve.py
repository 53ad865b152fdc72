from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.dispatch.formats import vrpd_stations
from orchestrator.dispatch.routing.solution import Until
from orchestrator.dispatch.stations.problem import Node
from orchestrator.dispatch.stations.solve import solve
from tests.orchestrator.dispatch.stations.blocks import TEXT, block
from tests.orchestrator.dispatch.stations.test_check import FLOWN, outcome_of


def test_the_best_of_all_ways_is_found() -> None:
    """A truck to 1 and back, and the drone on to 2: of all ways the one of least weighted kilometres."""
    problem = vrpd_stations.parse(TEXT)
    found = outcome_of(problem, solve(problem, Until(rounds=300), 1))
    assert found.score <= outcome_of(problem, FLOWN).score
    assert found.unserved == ()


@pytest.mark.parametrize("seed", range(6))
def test_drawn_blocks_hold_and_gain_by_searching(seed: int) -> None:
    problem = block(seed, 14)
    first = outcome_of(problem, solve(problem, Until(rounds=0), 1))
    found = outcome_of(problem, solve(problem, Until(rounds=250), 1))
    assert found.unserved == ()
    assert (found.vehicles, found.score) < (first.vehicles, first.score)


def test_drones_and_robots_are_used_where_they_help() -> None:
    found = [outcome_of(block(seed, 14), solve(block(seed, 14), Until(rounds=200), 1)) for seed in range(4)]
    assert all(float(str(one.more["drone_km"])) > 0 for one in found)
    assert any(float(str(one.more["robot_km"])) > 0 for one in found)


def test_who_cannot_be_served_is_named() -> None:
    problem = block(1, 6)
    nodes = list(problem.nodes)
    nodes[2] = Node(nodes[2].lat_deg, nodes[2].lon_deg, 0.0, 1.0, 1.0)
    lost = replace(problem, nodes=tuple(nodes))
    assert outcome_of(lost, solve(lost, Until(rounds=100), 1)).unserved == (2,)


def test_no_trucks_serve_nobody() -> None:
    problem = replace(block(1, 3), trucks=0)
    assert outcome_of(problem, solve(problem, Until(rounds=10), 1)).unserved == (1, 2, 3)


def test_rounds_alone_make_equal_searches_equal() -> None:
    problem = block(2, 10)
    assert solve(problem, Until(rounds=100), 3) == solve(problem, Until(rounds=100), 3)


def test_the_end_is_kept() -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.06  # a little more than a turn may take
        return now[0]

    solve(block(3, 10), Until(6.0, clock=clock), 1)
    assert 5.9 <= now[0] < 6.5
