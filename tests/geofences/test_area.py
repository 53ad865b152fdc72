"""Beyond the area that is known nobody goes: not the planner, and not past the verifier."""

from __future__ import annotations

import pytest

from geofences.airspace import Airspace, Margins
from geofences.free_space import find_path
from geofences.path import NoPath, Path
from geofences.position import GeoPoint
from geofences.reason import Because
from geofences.zone import Medium, Polygon, Zone
from tests.geofences.field import (
    FRAME,
    GROUND_AMSL_M,
    NOON_S,
    at,
    box,
    flown,
    found,
    local,
    refused,
    timed,
    way,
    zone,
)

AREA = box(-500, -500, 500, 500)
CLOSE = Margins(5.0, 10.0)
UNKNOWN = "the area whose buildings and zones are known"


def known(*zones: Zone, area: Polygon = AREA) -> Airspace:
    return Airspace(FRAME, zones, (), GROUND_AMSL_M, area)


def between(sky: Airspace, start: tuple[float, float], goal: tuple[float, float]) -> Path | NoPath:
    return find_path(
        sky,
        way(*start),
        way(*goal),
        cruise_height_agl_m=50.0,
        from_s=NOON_S,
        until_s=NOON_S + 600,
        margins=CLOSE,
    )


@pytest.mark.parametrize("medium", [Medium.AIR, Medium.SIDEWALK])
def test_a_place_outside_is_forbidden_to_all_and_one_at_the_edge_is_not(medium: Medium) -> None:
    (reason,) = known().forbids(way(501, 0), medium, NOON_S, NOON_S + 60, CLOSE)
    assert (reason.because, reason.text) == (Because.AREA, f"lies outside {UNKNOWN}")
    assert known().forbids(way(499, 0), medium, NOON_S, NOON_S + 60, CLOSE) == ()


def test_a_path_that_leaves_is_a_break_where_it_does() -> None:
    out_and_back = timed((0, 0, 50, 0), (1000, 0, 50, 100), (0, 0, 50, 200))
    (broken,) = known().breaks(out_and_back, Medium.AIR, CLOSE)
    assert (broken.reason.because, broken.reason.text) == (Because.AREA, f"leaves {UNKNOWN}")
    assert broken.at_s == pytest.approx(NOON_S + 50, abs=0.01)
    assert local(broken.position) == pytest.approx((500, 0), abs=0.05)


def test_the_planner_refuses_an_end_outside() -> None:
    assert refused(between(known(), (0, 0), (0, 600))) == [f"the goal lies outside {UNKNOWN}"]
    assert refused(between(known(), (0, 600), (0, 0))) == [f"the start lies outside {UNKNOWN}"]


def test_the_way_round_is_taken_inside_even_where_it_is_longer_than_outside() -> None:
    wall = zone("W", box(-20, -400, 20, 560))
    unbounded = found(between(Airspace(FRAME, (wall,), (), GROUND_AMSL_M), (-100, 450), (100, 450)))
    assert max(local(w.position)[1] for w in unbounded.waypoints) > 560
    path = found(between(known(wall), (-100, 450), (100, 450)))
    assert min(local(w.position)[1] for w in path.waypoints) < -400
    assert known(wall).breaks(flown(path), Medium.AIR, CLOSE) == ()


def test_no_way_inside_says_so_and_names_what_closes_it_with_the_edge() -> None:
    across = zone("W", box(-20, -600, 20, 600))
    answer = between(known(across), (-100, 0), (100, 0))
    assert isinstance(answer, NoPath)
    assert [reason.because for reason in answer.reasons] == [Because.ZONE, Because.AREA]
    assert answer.reasons[0].text.startswith("the start is walled in by W")


def corners(*places: tuple[float, float]) -> tuple[GeoPoint, ...]:
    return tuple(at(*place) for place in places)


def test_an_area_may_turn_corners_and_have_holes_and_the_path_keeps_inside() -> None:
    shell = corners((-500, -500), (500, -500), (500, 500), (300, 500), (300, -300), (-500, -300))
    hole = corners((350, -100), (450, -100), (450, 100), (350, 100))
    sky = known(area=Polygon(shell, (hole,)))
    path = found(between(sky, (-490, -310), (400, 490)))
    assert sky.breaks(flown(path), Medium.AIR, CLOSE) == ()
    bends = [local(waypoint.position) for waypoint in path.waypoints[2:-2]]
    assert len(bends) == 2
    assert bends[0] == pytest.approx((300, -300), abs=0.1)
    assert bends[1] == pytest.approx((350, 100), abs=0.1)
    assert refused(between(sky, (-490, -310), (400, 0))) == [f"the goal lies outside {UNKNOWN}"]


def test_an_area_that_crosses_itself_is_refused() -> None:
    with pytest.raises(ValueError, match=r"area: Self-intersection"):
        known(area=Polygon(corners((-500, -500), (500, 500), (500, -500), (-500, 500))))
