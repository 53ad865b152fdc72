"""Marks tell what is new in an airspace, in whatever process it was read."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from geofences.airspace import Airspace
from geofences.marks import marks, unmarked
from geofences.obstacles import Obstacle
from geofences.zone import Authority, Circle, Exempt, Interval, Medium, Polygon, Restriction, ZoneId
from tests.geofences.field import FRAME, airspace, at, zone

A = zone("A", Circle(at(0, 0), 100.0))
B = replace(zone("B", Circle(at(500, 0), 100.0)), binds=frozenset({Medium.AIR, Medium.SIDEWALK}))
SHED = Obstacle("Shed", Polygon((at(50, 50), at(60, 50), at(60, 60))), 4.0)

_PRINT = "from tests.geofences.test_marks import *; print(marks(Airspace(FRAME, (A, B), (SHED,), 0.0)))"


def test_what_is_published_otherwise_is_new_and_the_rest_is_not() -> None:
    before = marks(airspace(A, B))
    moved = replace(B, volumes=(replace(B.volumes[0], footprint=Circle(at(501, 0), 100.0)),))
    assert marks(airspace(B, A)) == before
    assert marks(airspace(A, moved)) != before
    now = airspace(A, moved, zone("C", Circle(at(900, 0), 100.0)))
    assert [block.reason("in").subject for block in unmarked(now, before).blocks] == ["B", "C"]
    assert unmarked(now, marks(now)).blocks == ()


def test_other_words_make_no_zone_new_and_all_that_binds_does() -> None:
    before = marks(airspace(A))
    authority = Authority("Traffic office", interval_before="P5D")
    words = {"name": "Park", "message": "Keep out", "reason": "DAR", "reason_info": "Birds", "country": "FIN"}
    assert marks(airspace(replace(A, **words, conditions="Ask", authorities=(authority,)))) == before  # type: ignore[arg-type]
    for bound in (
        replace(A, applicability=(Interval(0.0, 1.0),)),
        replace(A, exempt=Exempt(below_kg=0.25)),
        replace(A, binds=frozenset({Medium.SIDEWALK})),
        replace(A, restriction=Restriction.NO_RESTRICTION),
    ):
        assert marks(airspace(bound)) != before


def test_what_stands_on_the_ground_is_one_mark_and_nothing_has_none() -> None:
    assert marks(airspace()) == ()
    built = Airspace(FRAME, (A,), (SHED,), 0.0)
    new = unmarked(built, marks(airspace(A))).blocks
    assert [block.reason("in").subject for block in new] == ["Shed"]
    assert ZoneId("A") not in {block.reason("in").subject for block in new}


def test_another_process_gives_the_same_marks() -> None:
    mine = marks(Airspace(FRAME, (A, B), (SHED,), 0.0))
    for seed in ("1", "2"):
        told, env = [sys.executable, "-c", _PRINT], {"PYTHONHASHSEED": seed}
        ran = subprocess.run(told, capture_output=True, text=True, check=True, env=env)
        assert ran.stdout.strip() == str(mine)
