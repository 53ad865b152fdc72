from __future__ import annotations

import pytest

from orchestrator.dispatch.drones.check import check
from orchestrator.dispatch.drones.problem import Act, Command, flight, points
from orchestrator.dispatch.formats import hashcode
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.check import Broken
from tests.orchestrator.dispatch.drones.grids import EXAMPLE, SAMPLE
from tests.orchestrator.dispatch.drones.test_hashcode_files import commands

PROBLEM = hashcode.parse(EXAMPLE)


def test_the_contests_sample_scores_what_the_contest_says() -> None:
    outcome = check(PROBLEM, commands(SAMPLE))
    assert isinstance(outcome, Outcome)
    assert outcome.score == 64 + 80 + 50
    assert (outcome.vehicles, outcome.unserved) == (2, ())
    assert outcome.routes == ((0, 0), (2, 1))


def test_distances_and_points_are_rounded_up() -> None:
    assert [flight((0, 0), to) for to in ((0, 0), (3, 4), (1, 1), (5, 5))] == [0, 5, 2, 8]
    assert [points(50, turn) for turn in (0, 18, 25, 49)] == [100, 64, 50, 2]
    assert points(300, 299) == 1


def test_nothing_done_scores_nothing() -> None:
    outcome = check(PROBLEM, ())
    assert isinstance(outcome, Outcome)
    assert (outcome.score, outcome.vehicles, outcome.unserved) == (0, 0, (0, 1, 2))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3 L 0 0 1", "command 1: no drone 3"),
        ("0 L 2 0 1", "command 1: no place 2"),
        ("0 L 0 3 1", "command 1: 1 of product 3"),
        ("0 L 0 0 0", "command 1: 0 of product 0"),
        ("0 L 0 0 6", "command 1: carries 600 of 500"),
        ("0 L 0 1 2", "warehouse 0 has too few of product 1"),
        ("0 D 0 0 1", "command 1: has only 0 of product 0"),
        ("0 L 0 0 2\n0 D 1 0 2", "order 1 wants no more of product 0"),
        ("0 L 0 1 1\n0 D 1 1 1", "order 1 wants no more of product 1"),
        ("0 W 0", "command 1: waits 0 turns"),
        ("0 W 47\n0 L 0 0 1\n0 D 0 0 1", "command 3: takes place in turn 50 of 50"),
    ],
)
def test_what_the_rules_forbid_is_named(text: str, reason: str) -> None:
    broken = check(PROBLEM, commands("n\n" + text))
    assert isinstance(broken, Broken)
    assert reason in "; ".join(broken.reasons)


def test_what_is_unloaded_can_be_loaded_in_the_same_turn_but_not_before() -> None:
    """Drone 0 brings the only product 1 of warehouse 0 to warehouse 1, there in turn 9."""
    bring = (Command(0, Act.LOAD, 0, 1, 1), Command(0, Act.UNLOAD, 1, 1, 1))
    for wait, sound in ((1, True), (0, False)):
        fetch = (Command(1, Act.LOAD, 1, 1, 10), Command(1, Act.WAIT, max(wait, 1)))
        last = (Command(2, Act.WAIT, 1), Command(2, Act.LOAD, 1, 1, 1))
        found = (*bring, *fetch, *(last if sound else (Command(2, Act.LOAD, 1, 1, 1),)))
        assert isinstance(check(PROBLEM, found), Outcome) is sound
