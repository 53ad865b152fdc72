from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from benchmarks import BENCHES, Figure
from benchmarks.link_traffic import ATTITUDE, NORMAL_HZ, OWN_HZ, traffic
from orchestrator.commands.bench import run
from orchestrator.commands.bench import told as in_words
from orchestrator.ending import BadInput, Failed
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.wanted import WANTED

GOOD = Figure("frames", 2.0, 0.1, 20.0, "12 x", "M/s")
MISSED = Figure("frames", 0.2, 0.1, 2.0, "12 x", "M/s")
ALONE = Figure("round trip", 0.1, None, None, "0.15", "s")
BROKEN = Figure("frames", math.nan, 0.1, math.nan, "12 x", "M/s")


def told(*figures: Figure) -> list[dict[str, object]]:
    def bench(budget_s: float | None) -> Iterator[Figure]:
        assert budget_s is None
        yield from figures

    return run("some", {"some": bench}, lambda _: None)


def test_figures_are_told_with_their_peers_and_targets_and_a_missed_one_is_no_failure() -> None:
    assert [figure["ratio"] for figure in told(GOOD, MISSED, ALONE)] == [20.0, 2.0, None]
    assert told(ALONE)[0] == {
        "what": "round trip",
        "ours": 0.1,
        "peer": None,
        "ratio": None,
        "wanted": "0.15",
        "unit": "s",
    }


@pytest.mark.parametrize("figures", [(), (GOOD, BROKEN)], ids=["none", "nan"])
def test_a_figure_that_was_not_computed_fails(figures: tuple[Figure, ...]) -> None:
    with pytest.raises(Failed):
        told(*figures)


@pytest.mark.parametrize(
    ("number", "words"),
    [(101_234.4, "101,234"), (999.6, "1,000"), (999.4, "999"), (0.07, "0.07"), (-2.789, "-2.79")],
)
def test_figures_for_people_keep_all_digits_before_the_point(number: float, words: str) -> None:
    assert in_words(number) == words


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(BadInput, match="link"):
        run("lnik", BENCHES, lambda _: None)


def test_the_traffic_of_the_benchmark_is_what_px4_sends() -> None:
    frames = traffic(NORMAL_HZ, 5000)
    decisions = WANTED - {ATTITUDE}
    share = sum(int.from_bytes(frame[7:10], "little") in decisions for frame in frames) / len(frames)
    assert share == pytest.approx(0.17, abs=0.01)
    receiver = Receiver(lambda _: None, wanted=decisions)
    for frame in frames:
        receiver.feed(frame)
    assert (receiver.counts.broken, receiver.counts.foreign, receiver.loss.frac) == (0, 0, 0.0)
    assert receiver.counts.parsed == round(share * len(frames))


def test_all_of_an_orchestrators_own_streams_are_wanted() -> None:
    receiver = Receiver(lambda _: None)
    frames = traffic(OWN_HZ, 500)
    for frame in frames:
        receiver.feed(frame)
    assert receiver.counts.parsed == len(frames)
