from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.dispatch.formats import vrpd_stations
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.check import Broken
from orchestrator.dispatch.stations.check import check
from orchestrator.dispatch.stations.problem import LIGHT, Sortie, Stations, Tour, Tours
from tests.orchestrator.dispatch.stations.blocks import TEXT

PROBLEM = vrpd_stations.parse(TEXT)
BOTH = Tours((Tour((1, 2), (), {}),))
FLOWN = Tours((Tour((1,), (Sortie(1, 2, 0),), {}),))
WALKED = Tours((Tour((1, 3), (), {3: ((2,),)}),))


def outcome_of(problem: Stations, found: Tours) -> Outcome:
    outcome = check(problem, found)
    assert isinstance(outcome, Outcome), outcome
    return outcome


def test_kilometres_of_drones_and_robots_count_less() -> None:
    assert outcome_of(PROBLEM, BOTH).score == pytest.approx(4.0)
    air_km = 1.11195 + 2.2239  # 1 to 2, and 2 to the depot
    assert outcome_of(PROBLEM, FLOWN).score == pytest.approx(2.0 + LIGHT * air_km, abs=1e-4)
    assert outcome_of(PROBLEM, WALKED).score == pytest.approx(3.0 + LIGHT * 1.0)


@pytest.mark.parametrize(
    ("tour", "reason"),
    [
        (Tour((1,), (), {}), "customer 2: served or left out 0 times"),
        (Tour((1, 2), (Sortie(0, 2, 1),), {}), "customer 2: served or left out 2 times"),
        (Tour((1, 3, 2, 3), (), {}), "station 3: visited 2 times"),
        (Tour((1, 9), (), {}), "no such node"),
        (Tour((1, 3), (Sortie(3, 2, 0),), {}), "no-fly zone at 3"),
        (Tour((1,), (Sortie(2, 2, 0),), {}), "does not meet its truck"),
        (Tour((1,), (Sortie(1, 2, 1),), {}), "does not meet its truck"),
        (Tour((1,), (), {3: ((2,),)}), "robots at 3, which is no station on the way"),
        (Tour((3,), (), {3: ((1,), (2,))}), "2 robots at station 3"),
    ],
)
def test_what_does_not_hold_is_named(tour: Tour, reason: str) -> None:
    broken = check(PROBLEM, Tours((tour,)))
    assert isinstance(broken, Broken)
    assert reason in "; ".join(broken.reasons)


def _with(node: int, **changed: float) -> Stations:
    nodes = list(PROBLEM.nodes)
    nodes[node] = replace(nodes[node], **changed)  # type: ignore[arg-type]
    return replace(PROBLEM, nodes=tuple(nodes))


@pytest.mark.parametrize(
    ("problem", "sound", "found"),
    [
        (replace(PROBLEM, truck_kg=2.9), replace(PROBLEM, truck_kg=3.0), BOTH),
        (replace(PROBLEM, robot_s=99), replace(PROBLEM, robot_s=100), WALKED),
        (replace(PROBLEM, trucks=0), PROBLEM, BOTH),
        (_with(2, ready_s=0, due_s=199), _with(2, ready_s=0, due_s=200), BOTH),
        (_with(2, ready_s=0, due_s=211), _with(2, ready_s=0, due_s=212), FLOWN),
        (_with(2, ready_s=0, due_s=199), _with(2, ready_s=0, due_s=200), WALKED),
        (_with(0, due_s=699), _with(0, due_s=700), BOTH),
        (_with(0, due_s=722), _with(0, due_s=723), FLOWN),
        (replace(PROBLEM, battery_j=14_000), replace(PROBLEM, battery_j=16_000), FLOWN),
    ],
)
def test_each_limit_is_held_where_it_lies(problem: Stations, sound: Stations, found: Tours) -> None:
    assert isinstance(check(problem, found), Broken)
    assert isinstance(check(sound, found), Outcome)
