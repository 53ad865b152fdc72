from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.dispatch.electric.check import check
from orchestrator.dispatch.electric.problem import Curve, Electric, Kind, Place, Refill, Routes
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.check import Broken

LINE = Electric(
    "line",
    (
        Place("D", Kind.DEPOT, 0, 0, due=100),
        Place("S", Kind.STATION, 10, 0, due=100),
        Place("A", Kind.CUSTOMER, 20, 0, 3, 0, 50, 5),
        Place("B", Kind.CUSTOMER, 10, 10, 4, 40, 90, 5),
    ),
    7,
    Curve.linear(30, 1.0),
    1.0,
    1.0,
)
"""Out to A by S: there at 10 with 20 of 30 left, full at 20, at A at 30 until 35."""

GOOD = Routes((("S", "A", "S", "B"),), ((30.0, 30.0),))
"""Back at S at 45 with 10 left, full at 65, at B at 75 until 80, home at 94.1."""


def test_a_sound_route_is_measured() -> None:
    outcome = check(LINE, GOOD)
    assert isinstance(outcome, Outcome)
    assert outcome.distance == pytest.approx(20 + 10 + 10 + 200**0.5)
    assert (outcome.vehicles, outcome.unserved, outcome.routes) == (1, (), (("S", "A", "S", "B"),))


def test_the_times_are_those_of_the_paper() -> None:
    home = 80 + 200**0.5
    assert isinstance(check(_due(home + 1e-3), GOOD), Outcome)
    assert "reached at 94.1421" in _reasons(_due(home - 1e-3), GOOD)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (replace(LINE.places[3], demand=9.0), "asks for 9 of the 7 that a vehicle takes"),
        (replace(LINE.places[3], due=14.0), "reached at 14.1421 by the shortest way, due 14"),
        (
            replace(LINE.places[3], y=60.0),
            "no way there and back was found that a battery and the windows allow, by any stations",
        ),
    ],
)
def test_who_is_not_served_is_told_why(place: Place, reason: str) -> None:
    problem = replace(LINE, places=(*LINE.places[:3], place))
    outcome = check(problem, Routes((("S", "A", "S"),), ((30.0, 30.0),), ("B",)))
    assert isinstance(outcome, Outcome)
    assert outcome.more["unserved_because"] == {"B": reason}


def _due(at: float) -> Electric:
    depot, *rest = LINE.places
    return replace(LINE, places=(replace(depot, due=at), *rest))


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Routes((("S", "A", "S"),), ((30.0, 30.0),)), "B: served or left out 0 times"),
        (Routes((("S", "A", "S", "B"), ("B",)), ((30.0, 30.0), ())), "B: served or left out 2 times"),
        (Routes((("S", "A", "S", "B"),), ((30.0, 30.0),), ("B",)), "B: served or left out 2 times"),
        (Routes((("A", "B"),), ((),)), "B: reached with -4.14"),
        (Routes((("S", "A", "S", "B"),), ((30.0, 29.0),)), "charged to 29, not to full"),
        (Routes((("S", "A", "S", "B"),), ((30.0,),)), "1 charges at 2 stations"),
        (Routes((("B", "S", "A", "S"),), ((30.0, 30.0),)), "A: reached at"),
        (Routes((("S", "A", "D", "B"),), ((30.0,),)), "returns to the depot"),
        (Routes((("S", "A", "S", "Q"),), ((30.0, 30.0),)), "no such place: Q"),
        (Routes(GOOD.routes, ()), "charges of 0"),
    ],
)
def test_what_does_not_hold_is_named(found: Routes, reason: str) -> None:
    assert reason in _reasons(LINE, found)


def test_a_load_above_the_capacity_is_named() -> None:
    assert "carries 7 of 6" in _reasons(replace(LINE, load_capacity=6), GOOD)


def test_a_partial_charge_must_reach() -> None:
    partial = replace(LINE, refill=Refill.PARTIAL)
    enough = Routes(GOOD.routes, ((20.0, 24.2),))
    assert isinstance(check(partial, enough), Outcome)
    assert "D: reached with -0.04" in _reasons(partial, Routes(GOOD.routes, ((20.0, 24.1),)))
    assert "charged from 20 to 19" in _reasons(partial, Routes(GOOD.routes, ((19.0, 30.0),)))
    assert "charged from 20 to 31" in _reasons(partial, Routes(GOOD.routes, ((31.0, 30.0),)))


def test_a_bent_curve_takes_its_time() -> None:
    bent = replace(LINE, curve=Curve(((0.0, 0.0), (10.0, 20.0), (30.0, 30.0))))
    late = replace(
        bent, places=(LINE.places[0], LINE.places[1], replace(LINE.places[2], due=39.9), LINE.places[3])
    )
    on_time = replace(bent, places=(*LINE.places[:2], replace(LINE.places[2], due=40.1), LINE.places[3]))
    assert "A: reached at 40" in _reasons(late, GOOD)
    assert "A: reached" not in _reasons(on_time, GOOD)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        (((0.0, 0.0),), "two or more points"),
        (((1.0, 0.0), (2.0, 1.0)), "two or more points"),
        (((0.0, 0.0), (1.0, 0.0)), "does not lie after"),
        (((0.0, 0.0), (1.0, 1.0), (2.0, 3.0)), "becomes faster"),
    ],
)
def test_what_is_no_curve_is_refused(points: tuple[tuple[float, float], ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Curve(points)


def _reasons(problem: Electric, found: Routes) -> str:
    broken = check(problem, found)
    return "; ".join(broken.reasons) if isinstance(broken, Broken) else ""
