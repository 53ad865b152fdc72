"""Which of several links is used: told times and losses, no wire."""

from __future__ import annotations

from collections.abc import Callable

from vehicles.mavlink.links.best_link import BestLink, Standing

Heard = Callable[[int, float], Standing]


def history(best: BestLink, heard: Heard, links: int = 2, until_s: float = 60.0) -> list[tuple[float, int]]:
    """Which link was the best from when on, with a look each 0.25 s."""
    changes = [(0.0, best.index)]
    for quarter in range(int(until_s * 4)):
        at_s = quarter / 4
        if best.look([heard(index, at_s) for index in range(links)], at_s):
            changes.append((at_s, best.index))
    return changes


def beating(at_s: float, loss_frac: float = 0.0, *, since_s: float = 0.0) -> Standing:
    """Heard once a second from `since_s` on."""
    return Standing(since_s + (at_s - since_s) // 1.0 if at_s >= since_s else None, loss_frac)


def test_the_first_link_heard_is_used_at_once() -> None:
    assert history(BestLink(), lambda index, at_s: beating(at_s) if index else Standing(None, 0.0)) == [
        (0.0, 0),
        (0.0, 1),
    ]


def test_another_takes_over_within_two_seconds_of_the_best_ones_last_word() -> None:
    def heard(index: int, at_s: float) -> Standing:
        return Standing(min(at_s, 20.0), 0.0) if index == 0 else beating(at_s)

    (_, first), (at_s, second) = history(BestLink(), heard)
    assert (first, second) == (0, 1)
    assert 21.0 < at_s <= 22.0


def test_a_vehicle_silent_on_all_links_is_no_reason_to_change() -> None:
    def heard(index: int, at_s: float) -> Standing:
        return Standing(min(at_s, 20.0), 0.0) if index == 0 else beating(min(at_s, 20.0))

    assert history(BestLink(), heard) == [(0.0, 0)]


def test_the_preferred_link_is_taken_again_once_it_was_good_for_ten_seconds() -> None:
    def heard(index: int, at_s: float) -> Standing:
        if index == 1:
            return beating(at_s)
        return beating(at_s) if at_s < 10.0 else Standing(9.0, 0.0) if at_s < 30.0 else beating(at_s)

    changes = history(BestLink(), heard)
    assert [index for _, index in changes] == [0, 1, 0]
    assert changes[2][0] == 40.0


def test_a_lossy_link_is_left_for_a_clean_one_but_only_after_a_while() -> None:
    changes = history(BestLink(), lambda index, at_s: beating(at_s, 0.3 if index == 0 else 0.02))
    assert changes == [(0.0, 0), (10.0, 1)]


def test_links_that_are_good_and_bad_in_turn_do_not_flap() -> None:
    def heard(index: int, at_s: float) -> Standing:
        bad = int(at_s // 5) % 2 == index
        return beating(at_s, 0.4 if bad else 0.0)

    assert history(BestLink(), heard, until_s=300.0) == [(0.0, 0)]


def test_losses_that_differ_little_are_no_reason_to_change() -> None:
    assert history(BestLink(), lambda index, at_s: beating(at_s, 0.15 - 0.15 * index)) == [(0.0, 0)]


def test_of_two_spare_links_the_one_that_loses_less_takes_over() -> None:
    def heard(index: int, at_s: float) -> Standing:
        if index == 0:
            return Standing(min(at_s, 5.0), 0.0)
        return beating(at_s, {1: 0.3, 2: 0.1}[index])

    assert [index for _, index in history(BestLink(), heard, links=3)] == [0, 2]
