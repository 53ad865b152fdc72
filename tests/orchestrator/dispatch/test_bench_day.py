"""Days beside other policies: told as they end, within a time, and without a peer that is missing."""

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
        return Day(1.0 if policy == OURS else 0.5, 1.0, 8.0, 1.0 if policy == OURS else 2.0, 3.0)

    monkeypatch.setattr(dispatch_day, "run", run)
    monkeypatch.setattr(dispatch_day, "machine_steady_s", lambda: 60.0 * len(found))
    monkeypatch.setattr(dispatch_day, "find_spec", lambda _: object())
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


def test_without_the_peer_it_says_so_and_the_others_go_on(
    ran: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dispatch_day, "find_spec", lambda _: None)
    rows = list(figures())
    assert "PyVRP is not installed" in capsys.readouterr().err
    assert {policy for policy, _ in ran} == {OURS, "greedy, the nearest free vehicle"}
    assert not any("PyVRP" in row.what for row in rows)


def test_no_day_is_begun_when_its_time_is_over(
    ran: list[tuple[str, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = list(figures(budget_s=200.0))
    assert sorted({seed for _, seed in ran}) == [7, 8]
    assert "day 9 and later ones are left out" in capsys.readouterr().err
    assert any(row.what.startswith("orders delivered") for row in rows)
