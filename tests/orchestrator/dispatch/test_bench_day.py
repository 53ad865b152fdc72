"""Days beside other policies: told as they end, and within a time."""

from __future__ import annotations

import pytest

from benchmarks import dispatch_day
from benchmarks.dispatch_day import OURS, Day, figures


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Which days were run, by which policy; each takes a minute of the machine's clock."""
    found: list[tuple[str, int]] = []

    def run(policy: str, seed: int) -> Day:
        found.append((policy, seed))
        on_time, cost_eur = (10, 1.0) if policy == OURS else (5, 2.0)
        return Day(10, 10, on_time, 8.0, cost_eur, 3.0)

    monkeypatch.setattr(dispatch_day, "run", run)
    monkeypatch.setattr(dispatch_day, "machine_steady_s", lambda: 60.0 * len(found))
    return found


def test_each_day_is_told_as_it_ends_and_all_of_them_beside_each_policy(ran: list[tuple[str, int]]) -> None:
    told = figures()
    first = next(told)
    assert len(ran) == 1
    assert (first.what[:11], first.ours) == ("day 7, ours", 100.0)
    rest = list(told)
    assert len(ran) == 3 * len(dispatch_day.SEEDS)
    (share,) = [row for row in rest if row.what.startswith("share of orders on time; beside greedy")]
    assert (share.ours, share.peer, share.ratio) == (100.0, 50.0, 2.0)


def test_no_day_is_begun_when_its_time_is_over(
    ran: list[tuple[str, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = list(figures(budget_s=200.0))
    assert sorted({seed for _, seed in ran}) == [7, 8]
    assert "day 9 and later ones are left out" in capsys.readouterr().err
    assert any(row.what.startswith("orders delivered") for row in rows)


def test_a_table_tells_what_each_came_to_with_its_seed(
    ran: list[tuple[str, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(figures(budget_s=1.0))
    assert {seed for _, seed in ran} == {7}
    rows = [line for line in capsys.readouterr().err.splitlines() if "10 of 10" in line]
    assert [OURS in rows[0], "greedy" in rows[1], "PyVRP" in rows[2]] == [True] * 3
    assert all(word in rows[0] for word in ("7", "10 (100.0 %)", "1.00", "3.00", "8.0"))
