from __future__ import annotations

import pytest

from orchestrator.dispatch.formats import mdrp
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.meals.check import check
from orchestrator.dispatch.meals.problem import Day, Task
from orchestrator.dispatch.routing.check import Broken
from tests.orchestrator.dispatch.meals.streets import TEXTS

PROBLEM = mdrp.parse(TEXTS)
GOOD = Day((Task(101, "c1", ("o2", "o1")),), 0.25)
"""c1 is at r1 at 102, hand on meal at 112, off at 114; o2 at 116 + 2, off at 120; o1 at 131 + 2."""


def test_a_sound_day_is_measured_as_the_paper_says() -> None:
    outcome = check(PROBLEM, GOOD)
    assert isinstance(outcome, Outcome)
    more = outcome.more
    assert outcome.score == more["click_to_door_min"] == pytest.approx(((118 - 101) + (133 - 100)) / 2)
    assert more["ready_to_door_min"] == pytest.approx(((118 - 112) + (133 - 110)) / 2)
    assert more["ready_to_pickup_min"] == pytest.approx(1)
    assert (more["on_time"], more["late"], more["delivered"]) == (1.0, 0, 2)
    assert more["cost"] == max(20, 30) + 30
    assert more["slowest_decision_s"] == 0.25
    assert outcome.unserved == ()


def test_what_is_late_or_left_is_counted() -> None:
    outcome = check(PROBLEM, Day((Task(130, "c1", ("o1",)),)))
    assert isinstance(outcome, Outcome)
    assert outcome.more["late"] == 1
    assert outcome.more["on_time"] == 0.0
    assert outcome.more["overage_min"] == pytest.approx(131 + 2 + 2 + 10 + 2 - 100 - 40)
    assert outcome.unserved == ("o2",)


@pytest.mark.parametrize(
    ("tasks", "reason"),
    [
        ((Task(100, "c1", ("o2",)),), "told at 100, before it was placed"),
        ((Task(101, "c1", ("o1", "o1")),), "o1: assigned 2 times"),
        ((Task(101, "c1", ("o1",)), Task(102, "c2", ("o1",))), "o1: assigned 2 times"),
        ((Task(101, "c1", ("o1",)), Task(110, "c1", ("o2",))), "told at 110, free at"),
        ((Task(177, "c1", ("o1",)),), "off duty at 180"),
        ((Task(50, "c1", ("o1",)),), "told at 50, free at 60"),
        ((Task(101, "c9", ("o1",)),), "c9: no such courier"),
        ((Task(101, "c1", ("o9",)),), "o9: no such order"),
        ((Task(101, "c1", ()),), "c1: told nothing"),
    ],
)
def test_what_is_not_allowed_is_named(tasks: tuple[Task, ...], reason: str) -> None:
    broken = check(PROBLEM, Day(tasks))
    if reason == "off duty at 180":
        assert isinstance(broken, Outcome)  # picked up at 180, to the minute
        broken = check(PROBLEM, Day((Task(178, "c1", ("o1",)),)))
    assert isinstance(broken, Broken)
    assert reason in "; ".join(broken.reasons)
