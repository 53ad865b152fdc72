"""The matching is exact, serves as many as can be, and does not care for names or order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofences.reason import Because, Reason
from orchestrator.dispatch.matching import Assignment, assign, cost_s, waiting_cost_s
from orchestrator.dispatch.offers import Offer
from orchestrator.dispatch.reasons import gist, refusals
from vehicles.mission import ParcelId, VehicleId

NOW_S = 1_700_000_000.0
Table = dict[ParcelId, dict[VehicleId, Offer | tuple[Reason, ...]]]


def no(because: Because, subject: str = "x", text: str = "It cannot.") -> tuple[Reason, ...]:
    return (Reason(because, subject, text),)


def offer(in_s: float, due_in_s: float = 1800.0, energy_wh: float = 0.0) -> Offer:
    return Offer(NOW_S + in_s, NOW_S + due_in_s, energy_wh)


def table(rows: Mapping[str, Mapping[str, Offer | tuple[Reason, ...]]]) -> Table:
    return {ParcelId(p): {VehicleId(v): answer for v, answer in row.items()} for p, row in rows.items()}


def pairs(rows: Mapping[str, Mapping[str, Offer | tuple[Reason, ...]]]) -> dict[str, str]:
    return dict(assign(table(rows)).pairs)


def worth(quotes: Table, chosen: Mapping[ParcelId, VehicleId]) -> tuple[int, float]:
    """(how many wait, total cost): what a matching is judged by, from scratch."""
    total = 0.0
    for parcel_id, answers in quotes.items():
        offers = [answer for answer in answers.values() if isinstance(answer, Offer)]
        if parcel_id in chosen:
            answer = answers[chosen[parcel_id]]
            assert isinstance(answer, Offer)
            total += cost_s(answer.handover_at_s, answer)
        elif offers:
            total += waiting_cost_s(offers)
    return len(quotes) - len(chosen), total


def brute_force(quotes: Table) -> tuple[int, float]:
    vehicles = sorted({v for answers in quotes.values() for v in answers})
    best = worth(quotes, {})
    for size in range(1, min(len(quotes), len(vehicles)) + 1):
        for some in combinations(quotes, size):
            for order in permutations(vehicles, size):
                chosen = dict(zip(some, order, strict=True))
                if all(isinstance(quotes[p].get(v), Offer) for p, v in chosen.items()):
                    best = min(best, worth(quotes, chosen))
    return best


offers = st.builds(offer, st.integers(0, 4000), st.integers(-600, 4000), st.integers(0, 300))
answers = st.one_of(offers, st.just(no(Because.ENERGY)))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    parcels, vehicles = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    return table(
        {
            f"P{p}": {f"V{v}": draw(answers) for v in range(vehicles) if draw(st.booleans())}
            for p in range(parcels)
        }
    )


@settings(max_examples=300, deadline=None)
@given(tables())
def test_it_is_as_good_as_trying_everything(quotes: Table) -> None:
    found = assign(quotes)
    chosen = dict(found.pairs)
    assert len(set(chosen.values())) == len(chosen) == len(found.pairs)
    assert {*chosen, *found.waiting} == set(quotes)
    assert not set(chosen) & set(found.waiting)
    waiting, cost = worth(quotes, chosen)
    best_waiting, best_cost = brute_force(quotes)
    assert waiting == best_waiting
    assert cost == pytest.approx(best_cost, abs=1e-3)


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_what_it_is_given_does_not_matter(quotes: Table, random: Random) -> None:
    rows = list(quotes.items())
    random.shuffle(rows)
    shuffled: Table = {}
    for parcel_id, row in rows:
        items = list(row.items())
        random.shuffle(items)
        shuffled[parcel_id] = dict(items)
    assert assign(shuffled) == assign(quotes)


@given(tables(), st.permutations(range(4)), st.permutations(range(4)))
def test_names_do_not_matter(quotes: Table, ps: list[int], vs: list[int]) -> None:
    def renamed(name: str, order: list[int]) -> str:
        return f"{name[0]}{order[int(name[1])]}"

    other: Table = {
        ParcelId(renamed(p, ps)): {VehicleId(renamed(v, vs)): a for v, a in row.items()}
        for p, row in quotes.items()
    }
    there = worth(other, dict(assign(other).pairs))
    assert there == pytest.approx(worth(quotes, dict(assign(quotes).pairs)), abs=1e-3)


def test_serving_both_beats_serving_one_well() -> None:
    near_only: dict[str, dict[str, Offer | tuple[Reason, ...]]] = {
        "P1": {"D1": offer(100), "D2": no(Because.ENERGY)},
        "P2": {"D1": offer(50), "D2": offer(3000)},
    }
    assert pairs(near_only) == {"P1": "D1", "P2": "D2"}


def test_more_parcels_than_vehicles_and_more_vehicles_than_parcels() -> None:
    assert len(pairs({f"P{p}": {"D1": offer(100)} for p in range(5)})) == 1
    assert pairs({"P1": {f"D{v}": offer(100 - v) for v in range(5)}}) == {"P1": "D4"}


def test_the_parcel_that_would_be_late_goes_first() -> None:
    both = {"P1": {"D1": offer(300, due_in_s=7200)}, "P2": {"D1": offer(400, due_in_s=600)}}
    assert pairs(both) == {"P2": "D1"}


def test_the_oldest_promise_goes_first_when_all_are_late() -> None:
    all_late = {f"P{n}": {"D1": offer(300, due_in_s=-3600 * n)} for n in range(1, 4)}
    assert pairs(all_late) == {"P3": "D1"}


def test_keeping_a_promise_beats_arriving_sooner_on_average() -> None:
    # D1 to P1 saves 300 s in sum, but then P2 comes 100 s late
    both = {
        "P1": {"D1": offer(200, due_in_s=5000), "D2": offer(900, due_in_s=5000)},
        "P2": {"D1": offer(600, due_in_s=1000), "D2": offer(1100, due_in_s=1000)},
    }
    assert pairs(both) == {"P1": "D2", "P2": "D1"}


def test_energy_decides_between_equals() -> None:
    assert pairs({"P1": {"D1": offer(100, energy_wh=40.0), "D2": offer(100, energy_wh=20.0)}}) == {"P1": "D2"}


def test_who_waits_because_others_are_served_is_told_so() -> None:
    found = assign(table({f"P{p}": {"D1": offer(100)} for p in range(2)}))
    (reason,) = next(iter(found.waiting.values()))
    assert (reason.because, reason.subject) == (Because.BUSY, "fleet")
    assert reason.text == "D1 could carry it but has a more urgent parcel."


def test_reasons_of_all_vehicles_are_summed_up() -> None:
    heavy = Reason(Because.PAYLOAD, "mass_kg", "4 kg is more than 2.5 kg.")
    row: dict[str, Offer | tuple[Reason, ...]] = {f"D{n}": (heavy,) for n in range(5)}
    row["R1"] = no(Because.ENERGY, "R1", "The battery is low.")
    found = assign(table({"P1": row}))
    assert [(r.because, r.text) for r in found.waiting[ParcelId("P1")]] == [
        (Because.PAYLOAD, "D0, D1, D2 and 2 more: 4 kg is more than 2.5 kg."),
        (Because.ENERGY, "R1: The battery is low."),
    ]


def test_what_never_passes_is_said_first_whoever_is_free() -> None:
    heavy = no(Because.PAYLOAD, "drone", "4 kg is more than 2.5 kg.")
    busy = no(Because.BUSY, "H1", "Busy, charging or not heard.")
    nobody_free = refusals(table({"P1": {"D1": busy, "D2": heavy, "R1": busy}})[ParcelId("P1")])
    assert [reason.because for reason in nobody_free] == [Because.PAYLOAD, Because.BUSY]
    rows: dict[str, dict[str, Offer | tuple[Reason, ...]]] = {
        "P1": {"D1": heavy, "R1": offer(100, 600)},
        "P2": {"D1": heavy, "R1": offer(100, 1200)},
    }
    (contested,) = assign(table(rows)).waiting.values()
    assert [reason.text for reason in contested] == [
        "D1: 4 kg is more than 2.5 kg.",
        "R1 could carry it but has a more urgent parcel.",
    ]
    assert gist(contested) == gist(nobody_free), "that R1 came free is no news"
    assert gist(contested) != gist(contested[1:]), "that no drone can carry it is"


@pytest.mark.parametrize(("row", "said"), [({}, "No vehicle is based"), ({"D1": ()}, "gave no reason")])
def test_nobody_waits_without_a_word(row: dict[str, tuple[Reason, ...]], said: str) -> None:
    found = assign(table({"P1": row}))
    assert said in found.waiting[ParcelId("P1")][0].text


def test_nothing_to_do() -> None:
    assert assign({}) == Assignment((), {})


@pytest.mark.parametrize("figures", [(float("nan"), 0.0, 0.0), (0.0, float("inf"), 0.0), (0.0, 0.0, -1.0)])
def test_an_offer_is_made_of_figures(figures: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"handover_at_s|deadline_s|energy_wh"):
        Offer(*figures)
