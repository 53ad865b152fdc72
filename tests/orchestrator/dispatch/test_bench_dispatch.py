from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import BENCHES, dispatch, dispatch_cases
from benchmarks.dispatch import figures
from benchmarks.dispatch_cases import Case
from benchmarks.dispatch_made import made_windows
from benchmarks.dispatch_table import BEST, Row, table
from orchestrator.commands.bench import run
from orchestrator.dispatch.routing.problem import Problem
from orchestrator.dispatch.routing.solution import Solution
from orchestrator.ending import BadInput, Failed

NOWHERE = Path("/nonexistent")


def test_distances_of_a_family_are_compared_where_vehicles_are_equal() -> None:
    rows = [
        Row("one", (3, 110.0), {BEST: (3, 100.0), "peer": (4, 90.0)}),
        Row("one", (3, 130.0), {BEST: (3, 100.0), "peer": (3, 130.0)}),
        Row("one", (3, 100.0), {BEST: (2, 300.0)}),
        Row("two", (9, 105.0), {BEST: (None, 100.0)}),
    ]
    told = [(figure.what, figure.ours, figure.peer) for figure in table(rows)]
    assert told == [
        (f"whole family one, 3 instances: vehicles, all told; beside {BEST}", 9, 8),
        (
            f"whole family one, 2 of 3 instances, those of equal vehicles: mean distance over {BEST}",
            pytest.approx(20.0),
            None,
        ),
        ("whole family one, 2 instances: vehicles, all told; beside peer", 6, 7),
        ("whole family one, 1 of 2 instances, those of equal vehicles: mean distance over peer", 0.0, None),
        (
            f"whole family two, 1 of 1 instances, those of equal vehicles: mean distance over {BEST}",
            pytest.approx(5.0),
            None,
        ),
    ]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """One small instance, and these peers alone."""
    case = Case("made", "ten customers", made_windows(10, 1))

    def given(**peers: Callable[[Problem, float, int], Solution]) -> None:
        monkeypatch.setenv("SANDERLING_INSTANCES", str(NOWHERE))
        monkeypatch.setenv("SANDERLING_DELIVERY", str(NOWHERE))
        monkeypatch.setattr(dispatch, "cases", lambda: iter([case]))
        monkeypatch.setattr(dispatch, "PEERS", peers)
        monkeypatch.setattr(dispatch, "find_spec", lambda name: None if name == "absent" else object())

    return given


def test_a_peer_that_is_absent_or_fails_is_named_and_the_others_go_on(
    few: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    def lazy(problem: Problem, *_: float) -> Solution:
        return Solution(((),) * len(problem.vehicles), tuple(range(len(problem.tasks))))

    few(Absent=lazy, Lazy=lazy, Again=dispatch._ours)
    told = [figure.what for figure in figures(budget_s=0.3)]
    said = capsys.readouterr().err
    assert "Absent is not installed" in said
    assert "ten customers: Lazy: a solution leaves out 10 tasks" in said
    assert any("beside Again" in what for what in told)
    assert any(what.startswith("whole family made, 1 of 1") for what in told)
    assert not any("Lazy" in what or "Absent" in what for what in told)


def test_limits_are_shortened_to_a_budget(few: Callable[..., None]) -> None:
    asked: list[float] = []

    def peer(problem: Problem, limit_s: float, seed: int) -> Solution:
        asked.append(limit_s)
        return dispatch._ours(problem, limit_s, seed)

    few(Peer=peer)
    list(figures(budget_s=0.4))
    assert asked == [pytest.approx(0.2)]


def test_a_file_that_cannot_be_read_is_named_with_line_and_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "li-lim").mkdir()
    (tmp_path / "li-lim" / "torn.txt").write_text("3 200 1\n0 1 1 0 0\n")
    monkeypatch.setenv("SANDERLING_INSTANCES", str(tmp_path))
    with pytest.raises(Failed, match=r"torn\.txt: line 2: 5 values, not 9"):
        list(dispatch_cases.cases())


@pytest.mark.parametrize("budget_s", [0.0, -1.0, float("nan"), float("inf")])
def test_a_budget_must_be_above_zero(budget_s: float) -> None:
    with pytest.raises(BadInput, match="--budget-s"):
        run("dispatch", BENCHES, lambda _: None, budget_s)


def test_a_benchmark_that_keeps_no_budget_says_so() -> None:
    with pytest.raises(BadInput, match="--budget-s"):
        run("paths", BENCHES, lambda _: None, 10.0)
