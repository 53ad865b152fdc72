from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from orchestrator.dispatch.formats import li_lim, routed, solomon, vrplib
from orchestrator.dispatch.formats.families import FAMILIES
from orchestrator.dispatch.formats.family import BadInstance, Outcome
from orchestrator.dispatch.formats.routed import Routed
from orchestrator.dispatch.routing.check import Broken
from orchestrator.dispatch.routing.problem import Visit
from orchestrator.dispatch.routing.search.solver import RuinAndRecreate
from orchestrator.dispatch.routing.solution import Solution, Until
from tests.fuzz.lines import spoilt

LI_LIM = """2 20 1
0 0 0 0 0 1000 0 0 0
1 3 4 10 0 900 10 0 2
2 6 8 -10 0 900 10 1 0
3 -3 4 15 100 200 10 0 4
4 -6 8 -15 0 900 10 3 0
"""
SOLOMON = """tiny

VEHICLE
NUMBER     CAPACITY
  3         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0     0      0      0   1000      0
    1      3     4     10      0    900     10
    2      6     8     10      0    900     10
    3     -3     4     15    100    200     10
"""
VRPLIB = """NAME: tiny
COMMENT: made here
TYPE: MTVRPTWR
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 4
VEHICLES: 1
CAPACITY: 20
SERVICE_TIME: 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 9
4 -3 4
DEMAND_SECTION
1 0
2 10
3 10
4 15
TIME_WINDOW_SECTION
1 0 1000
2 0 900
3 0 900
4 100 200
RELEASE_TIME_SECTION
1 0
2 0
3 0
4 60
VEHICLES_RELOAD_DEPOT_SECTION
1 1
DEPOT_SECTION
1
-1
EOF
"""
LONGEST = """NAME: tiny
TYPE: CVRP
DIMENSION: 4
CAPACITY: 100
EDGE_WEIGHT_TYPE: EUC_2D
DISTANCE: 41
SERVICE_TIME: 0
NODE_COORD_SECTION
1 0 0
2 10 0
3 20 0
4 0 10
DEMAND_SECTION
1 0
2 4
3 4
4 4
DEPOT_SECTION
1
-1
EOF
"""
FILES: dict[str, tuple[Callable[[str], Routed], str]] = {
    "li-lim": (li_lim.read, LI_LIM),
    "solomon": (solomon.read, SOLOMON),
    "vrplib": (vrplib.read, VRPLIB),
}


def solved(name: str) -> tuple[Routed, Solution, Outcome]:
    read, text = FILES[name]
    instance = read(text)
    solution = RuinAndRecreate().solve(instance.problem, Until(rounds=50), 1)
    outcome = routed.check(instance, solution)
    assert isinstance(outcome, Outcome)
    return instance, solution, outcome


def test_pairs_stay_together_and_in_order() -> None:
    _, _, outcome = solved("li-lim")
    assert sorted(outcome.routes[0]) == [1, 2, 3, 4]
    assert outcome.vehicles == 1  # the second vehicle is not needed: time and load allow one
    assert outcome.routes[0].index(1) < outcome.routes[0].index(2)
    assert outcome.routes[0].index(3) < outcome.routes[0].index(4)


@pytest.mark.parametrize(("name", "left"), [("li-lim", (3, 4)), ("solomon", (3,)), ("vrplib", (4,))])
def test_of_a_task_that_is_left_undone_all_its_stops_are_told(name: str, left: tuple[int, ...]) -> None:
    read, text = FILES[name]
    problem = (instance := read(text)).problem
    *done, last = range(len(problem.tasks))
    ways = [problem.tasks[task].ways[0] for task in done]
    route = [
        Visit(task, 0, pickup=pickup)
        for task, way in zip(done, ways, strict=True)
        for pickup, stop in ((True, way.pickup), (False, way.dropoff))
        if stop is not None
    ]
    nobody = ((),) * (len(problem.vehicles) - 1)
    outcome = routed.check(instance, Solution((tuple(route), *nobody), (last,)))
    assert isinstance(outcome, Outcome)
    assert outcome.unserved == left


def test_distances_are_euclidean_in_double_precision() -> None:
    instance, _, _ = solved("solomon")
    there = [Visit(task, 0, pickup=False) for task in (0, 1)]
    alone = (Visit(2, 0, pickup=False),)
    outcome = routed.check(instance, Solution((tuple(there), alone, ()), ()))
    assert isinstance(outcome, Outcome)
    assert outcome.distance == pytest.approx(20.0 + 10.0)
    assert routed.write(instance, Solution((tuple(there), alone, ()), ())).splitlines() == [
        "Route #1: 1 2",
        "Route #2: 3",
        "Cost: 30",
    ]


def test_ways_are_cut_off_to_tenths_and_a_second_trip_waits_for_its_release() -> None:
    instance, solution, outcome = solved("vrplib")
    # 5.0 + 5.8 + 10.8 and twice 5.0, in tenths: sqrt(34) and sqrt(117) are cut off.
    assert outcome.distance == 50 + 58 + 108 + 50 + 50
    assert outcome.routes in {((2, 3, 1, 4),), ((3, 2, 1, 4),), ((4, 1, 2, 3),), ((4, 1, 3, 2),)}
    written = vrplib.write(instance, solution).splitlines()[0]
    assert written in {f"Route #1: {trips}" for trips in ("1 2 0 3", "2 1 0 3", "3 0 1 2", "3 0 2 1")}
    loaded = [stop.opens_at_s for task in instance.problem.tasks if (stop := task.ways[0].pickup)]
    assert loaded == [0.0, 0.0, 600.0]


def test_no_route_is_longer_than_a_file_allows_with_its_service_times() -> None:
    def found(text: str) -> tuple[tuple[int | str, ...], ...]:
        instance = vrplib.read(text)
        outcome = routed.check(instance, RuinAndRecreate().solve(instance.problem, Until(rounds=200), 1))
        assert isinstance(outcome, Outcome)
        assert outcome.unserved == ()
        return tuple(sorted(tuple(sorted(map(int, route))) for route in outcome.routes))

    assert found(LONGEST.replace("DISTANCE: 41", "COMMENT: none")) == ((2, 3, 4),)
    assert found(LONGEST) == ((2, 3), (4,))
    # The way round nodes 2 and 3 is 40; two services beside it are more than 41.
    assert found(LONGEST.replace("SERVICE_TIME: 0", "SERVICE_TIME: 1")) == ((2, 4), (3,))


def test_a_route_that_is_too_long_does_not_pass_the_check() -> None:
    instance = vrplib.read(LONGEST)
    all_three = tuple(Visit(task, 0, pickup=False) for task in (1, 0, 2))
    nobody = ((),) * (len(instance.problem.vehicles) - 1)
    broken = routed.check(instance, Solution((all_three, *nobody), ()))
    assert isinstance(broken, Broken)
    assert "ends at" in broken.reasons[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("TYPE: CVRP", "TYPE: OVRP", "line 2: TYPE: OVRP is not read here"),
        ("DISTANCE: 41", "DISTANCE: 39", "line 16: there, served, back: 40, more than DISTANCE: 39"),
        ("SERVICE_TIME: 0", "SERVICE_TIME: 2", "line 16: there, served, back: 42, more than DISTANCE: 41"),
        ("DISTANCE: 41", "DISTANCE: -1", "line 6: DISTANCE: -1 is below 0"),
        (
            "DEMAND_SECTION",
            "TIME_WINDOW_SECTION\n1 0 99\n2 0 99\n3 0 99\n4 0 99\nDEMAND_SECTION",
            "line 6: a longest route (DISTANCE) is not kept beside time windows",
        ),
    ],
)
def test_what_a_vrplib_file_asks_that_is_not_kept_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(BadInstance) as refusal:
        vrplib.read(LONGEST.replace(old, new, 1))
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("opens", "service", "said"),
    [
        (885, 10, ""),
        (886, 10, "line 4: closes at 900, first reached from 1 at 901"),
        (700, 275, ""),
        (700, 276, "line 4: after 1 served and back at 1001, after 1000"),
    ],
)
def test_a_pair_that_cannot_be_served_together_is_refused(opens: int, service: int, said: str) -> None:
    """Each by itself can: there in 5 and in 10, from one to the other in 5, a service of 10 at the first."""
    text = LI_LIM.replace("4 10 0 900 10 0 2", f"4 10 {opens} 900 10 0 2")
    text = text.replace("-10 0 900 10 1 0", f"-10 0 900 {service} 1 0")
    if not said:
        assert li_lim.read(text).problem.tasks
        return
    with pytest.raises(BadInstance) as refusal:
        li_lim.read(text)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("li-lim", "1 3 4 10", "1 3 x 10", "line 3: 'x' is not a number"),
        ("li-lim", "1 3 4 10", "1 1e300 4 10", "line 3: 1e300 is beyond 1e+12"),
        ("vrplib", "3 0 900", "3 0 1e308", "1e308 is beyond 1e+12"),
        ("li-lim", "10 3 0", "10 1 0", "line 5: goes with 4, which goes with 1"),
        ("li-lim", "3 -3 4 15 100 200", "3 -3 4 15 200 100", "line 5: closes at 100"),
        ("li-lim", "3 -3 4 15 100", "7 -3 4 15 100", "line 5: number 7, not 3"),
        ("li-lim", "2 20 1", "2 12 1", "line 5: a demand of 15"),
        ("li-lim", "-15 0 900", "-14 0 900", "line 5: picks up 15"),
        (
            "solomon",
            "    3     -3     4     15    100    200",
            "    3     -3     4     15    1    2",
            "line 13: closes at 2, first reached at 5",
        ),
        ("solomon", "  3         20", "  0         20", "line 5: 0 vehicles"),
        ("solomon", "VEHICLE", "VEHICULE", "a line that begins with VEHICLE"),
        ("vrplib", "4 15", "4 25", "line 18: a demand of 25"),
        ("vrplib", "DIMENSION: 4", "DIMENSION: 5", "line 9: NODE_COORD_SECTION: 4 nodes, not 5"),
        ("vrplib", "CAPACITY: 20", "CAPACITY: 20\nMAX_TRIP: 3", "line 8: MAX_TRIP is not read here"),
        ("vrplib", "EUC_2D", "GEO", "line 4: EDGE_WEIGHT_TYPE: GEO"),
        ("vrplib", "3 0\n4 60", "3 0\n5 60", "RELEASE_TIME_SECTION: node 5, not 4"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_reason(name: str, old: str, new: str, said: str) -> None:
    read, text = FILES[name]
    assert old in text
    with pytest.raises(BadInstance) as refusal:
        read(text.replace(old, new, 1))
    assert said in str(refusal.value)


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)], ids=["some", "many"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_spoilt_files_are_read_or_refused(name: str, count: int) -> None:
    read, text = FILES[name]
    done = 0
    for spoilt_text in spoilt(text, count, 5):
        with suppress(BadInstance):
            assert read(spoilt_text).problem.tasks
            done += 1
    assert 0 < done < count


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_file_that_never_ends_is_refused_by_every_family(family: str, tmp_path: Path) -> None:
    for name in ("orders", "restaurants", "couriers", "instance_parameters"):  # mdrp reads four
        (tmp_path / f"{name}.txt").symlink_to("/dev/zero")
    with pytest.raises(BadInstance, match="larger than 64 MiB"):
        FAMILIES[family].read(tmp_path / "orders.txt")


@pytest.mark.parametrize("word", ["1_0", "\u0663", "0x10", "--1", "1e400"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_numbers_are_written_as_everywhere(name: str, word: str) -> None:
    read, text = FILES[name]
    lines = text.split("\n")
    at = max(n for n, line in enumerate(lines) if len(line.split()) > 1)
    lines[at] = " ".join([*lines[at].split()[:-1], word])
    with pytest.raises(BadInstance, match=rf"line {at + 1}: '?{word}'? is not"):
        read("\n".join(lines))
