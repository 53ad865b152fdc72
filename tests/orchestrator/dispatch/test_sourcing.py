"""Which hub brings an order: the cheapest, without going back and forth, and with reasons."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from geofences.reason import Because, Reason
from orchestrator.dispatch.sourcing import STAYS_S, WORTH_EUR, Answer, FromHub, Standing, choose, why
from orchestrator.orders.order import HubId

H1, H2 = HubId("H1"), HubId("H2")
NOW_S = 1_790_000_000.0
SHUT = (Reason(Because.WEATHER, "H1", "The wind is too strong."),)


def at(cost_eur: float, ahead: int = 0) -> FromHub:
    return FromHub(NOW_S + 600.0, cost_eur, ahead)


def test_the_first_choice_is_the_cheapest_and_a_tie_stays() -> None:
    new = Standing(H1, None)
    assert choose(new, {H1: at(3.0), H2: at(2.9)}, NOW_S) == H2
    assert choose(new, {H1: at(3.0), H2: at(3.0)}, NOW_S) == H1
    assert choose(new, {H1: SHUT, H2: at(30.0)}, NOW_S) == H2
    assert choose(new, {H1: SHUT, H2: SHUT}, NOW_S) is None


def test_it_moves_only_when_that_is_worth_it_and_not_at_once() -> None:
    long_ago, just_now = Standing(H1, NOW_S - STAYS_S), Standing(H1, NOW_S - STAYS_S + 1.0)
    assert choose(long_ago, {H1: at(3.0), H2: at(3.0 - WORTH_EUR)}, NOW_S) is None
    assert choose(long_ago, {H1: at(3.0), H2: at(1.5)}, NOW_S) == H2
    assert choose(just_now, {H1: at(3.0), H2: at(1.5)}, NOW_S) is None
    assert choose(long_ago, {H1: at(20.0), H2: at(17.0)}, NOW_S) is None, "a fifth of what it costs now"


def test_a_hub_that_cannot_is_left_at_once() -> None:
    assert choose(Standing(H1, NOW_S), {H1: SHUT, H2: at(9.0)}, NOW_S) == H2
    assert choose(Standing(H1, NOW_S), {H2: at(9.0)}, NOW_S) == H2, "it is closed"


def test_the_reasons_name_what_each_hub_would_take() -> None:
    answers: dict[HubId, Answer] = {H1: SHUT, H2: at(2.5, ahead=4)}
    assert [reason.text for reason in why(H2, answers)] == [
        "H2: 2.50 EUR, handed over at 14:23 UTC, 4 parcels before it.",
        "H1: The wind is too strong.",
    ]


@given(costs=st.lists(st.tuples(st.floats(0.5, 20.0), st.floats(0.5, 20.0)), min_size=1, max_size=40))
def test_nothing_goes_back_and_forth(costs: list[tuple[float, float]]) -> None:
    """However the costs swing, an order moves at most once in the time that it stays."""
    standing, moved_at_s = Standing(H1, None), list[float]()
    for n, (one, other) in enumerate(costs):
        now_s = NOW_S + 20.0 * n
        chosen = choose(standing, {H1: at(one), H2: at(other)}, now_s)
        if chosen is not None:
            moved_at_s.append(now_s)
            standing = Standing(chosen, now_s)
    assert all(later - before >= STAYS_S for before, later in pairwise(moved_at_s))
