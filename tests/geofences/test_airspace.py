from __future__ import annotations

import pytest

from geofences.airspace import Margins
from geofences.obstacles import Obstacle
from geofences.reason import Because
from geofences.zone import Circle, Datum, Interval, Limit, Medium, Restriction, Weekly, ZoneId
from tests.geofences.field import NOON_S, airspace, at, box, local, timed, way, zone

CLOSE = Margins(5.0, 10.0)
NONE = Margins(0.0, 0.0)
SQUARE = box(-50, -50, 50, 50)


def test_a_reason_reads_as_a_sentence() -> None:
    sky = airspace(zone("EFHE-12", SQUARE), Obstacle("Kiasma", box(200, -10, 220, 10), 21.0))
    (first, second) = sky.breaks(timed((-300, 0, 20, 0), (300, 0, 20, 60)), Medium.AIR, CLOSE)
    assert first.reason.text == "crosses EFHE-12 'zone EFHE-12' (PROHIBITED, 0-150 m AGL, always)"
    assert (first.reason.because, first.reason.subject) == (Because.ZONE, "EFHE-12")
    assert second.reason.text == "crosses Kiasma (21 m high)"
    assert second.reason.because is Because.OBSTACLE


def test_a_break_tells_where_and_when_it_begins() -> None:
    sky = airspace(zone("A", SQUARE))
    (broken,) = sky.breaks(timed((-255, 0, 0, 0), (245, 0, 100, 100)), Medium.AIR, CLOSE)
    assert local(broken.position) == pytest.approx((-55, 0), abs=0.01)
    assert broken.height_agl_m == pytest.approx(40, abs=0.01)
    assert broken.at_s == pytest.approx(NOON_S + 40, abs=0.01)


def test_one_entry_for_each_zone_at_its_first_instant() -> None:
    sky = airspace(zone("A", SQUARE))
    there_and_back = timed((-255, 0, 50, 0), (245, 0, 50, 100), (-255, 0, 50, 200))
    assert [round(found.at_s - NOON_S) for found in sky.breaks(there_and_back, Medium.AIR, CLOSE)] == [40]


@pytest.mark.parametrize(("north_m", "broken"), [(54.9, True), (55.1, False)])
def test_the_lateral_margin_counts_to_the_centimetre(north_m: float, *, broken: bool) -> None:
    sky = airspace(zone("A", SQUARE))
    passing = timed((-300, north_m, 50, 0), (300, north_m, 50, 60))
    assert bool(sky.breaks(passing, Medium.AIR, CLOSE)) is broken


@pytest.mark.parametrize(("north_m", "broken"), [(104.98, True), (105.02, False)])
def test_a_circle_is_measured_as_a_circle(north_m: float, *, broken: bool) -> None:
    sky = airspace(zone("A", Circle(at(0, 0), 100.0)))
    passing = timed((-300, north_m, 50, 0), (300, north_m, 50, 60))
    assert bool(sky.breaks(passing, Medium.AIR, CLOSE)) is broken


@pytest.mark.parametrize(
    ("height_m", "broken"), [(19.9, False), (20.0, True), (129.9, True), (130.0, True), (130.1, False)]
)
def test_the_vertical_margin_counts(height_m: float, *, broken: bool) -> None:
    sky = airspace(zone("A", SQUARE, Limit(30, Datum.AGL), Limit(120, Datum.AGL)))
    over = timed((-300, 0, height_m, 0), (300, 0, height_m, 60))
    assert bool(sky.breaks(over, Medium.AIR, CLOSE)) is broken


def test_height_place_and_time_must_meet_in_one_instant() -> None:
    sky = airspace(zone("A", SQUARE, Limit(60, Datum.AGL), None))
    climbs_after = timed((-200, 0, 20, 0), (60, 0, 20, 30), (60, 0, 100, 60))
    climbs_over = timed((-200, 0, 20, 0), (200, 0, 100, 40))
    assert not sky.breaks(climbs_after, Medium.AIR, NONE)
    (broken,) = sky.breaks(climbs_over, Medium.AIR, NONE)
    assert local(broken.position) == pytest.approx((0, 0), abs=0.01)


def test_limits_above_the_sea_are_taken_over_the_ground() -> None:
    sky = airspace(zone("A", SQUARE, Limit(60, Datum.AMSL), Limit(110, Datum.AMSL)))  # 50 to 100 m AGL
    assert not sky.forbids(way(0, 0, 49), Medium.AIR, NOON_S, NOON_S, NONE)
    assert sky.forbids(way(0, 0, 51), Medium.AIR, NOON_S, NOON_S, NONE)
    assert sky.forbids(way(0, 0, 99), Medium.AIR, NOON_S, NOON_S, NONE)
    assert not sky.forbids(way(0, 0, 101), Medium.AIR, NOON_S, NOON_S, NONE)


def test_a_zone_binds_only_while_it_applies() -> None:
    sky = airspace(zone("A", SQUARE, when=(Interval(NOON_S + 30, NOON_S + 60),)))
    crossing = ((-100.0, 0.0, 50.0), (100.0, 0.0, 50.0))
    assert not sky.breaks(timed((*crossing[0], 0), (*crossing[1], 29)), Medium.AIR, NONE)
    assert not sky.breaks(timed((*crossing[0], 60), (*crossing[1], 90)), Medium.AIR, NONE)
    (broken,) = sky.breaks(timed((*crossing[0], 10), (*crossing[1], 50)), Medium.AIR, NONE)
    assert broken.at_s == pytest.approx(NOON_S + 30)
    left_in_time = timed((*crossing[0], 0), (*crossing[1], 38))  # is past the square after 28.5 s
    assert not sky.breaks(left_in_time, Medium.AIR, NONE)


def test_waiting_until_a_zone_wakes_up_is_a_break() -> None:
    noon_to_one = Weekly(frozenset({0}), 12 * 60, 13 * 60, "UTC", Interval(None, None))
    sky = airspace(zone("A", SQUARE, when=(noon_to_one,)))
    assert not sky.forbids(way(0, 0, 30), Medium.AIR, NOON_S - 600, NOON_S - 1, NONE)
    (broken,) = sky.breaks(timed((0, 0, 30, -600), (0, 0, 30, 600)), Medium.AIR, NONE)
    assert broken.at_s == pytest.approx(NOON_S)


@pytest.mark.parametrize(
    ("restriction", "binds"),
    [
        (Restriction.PROHIBITED, True),
        (Restriction.REQ_AUTHORISATION, True),
        (Restriction.CONDITIONAL, True),
        (Restriction.NO_RESTRICTION, False),
    ],
)
def test_without_an_authorisation_all_but_no_restriction_bind(
    restriction: Restriction, *, binds: bool
) -> None:
    sky = airspace(zone("A", SQUARE, restriction=restriction))
    assert bool(sky.forbids(way(0, 0, 30), Medium.AIR, NOON_S, NOON_S, NONE)) is binds
    assert bool(sky.keep_outs(Medium.AIR, NOON_S, NOON_S, 0, 100)) is binds


def test_each_medium_has_its_own_zones_and_only_aircraft_meet_buildings() -> None:
    both = frozenset({Medium.AIR, Medium.SIDEWALK})
    sky = airspace(
        zone("air", SQUARE), zone("both", SQUARE, binds=both), Obstacle("hall", box(-10, -10, 10, 10), 20)
    )
    grounded = [found.subject for found in sky.forbids(way(0, 0), Medium.SIDEWALK, NOON_S, NOON_S, NONE)]
    aloft = [found.subject for found in sky.forbids(way(0, 0), Medium.AIR, NOON_S, NOON_S, NONE)]
    assert grounded == ["both"]
    assert aloft == ["air", "both", "hall"]


def test_a_zone_above_the_street_does_not_stop_a_robot() -> None:
    both = frozenset({Medium.AIR, Medium.SIDEWALK})
    sky = airspace(zone("high", SQUARE, Limit(30, Datum.AGL), None, binds=both))
    assert not sky.forbids(way(0, 0), Medium.SIDEWALK, NOON_S, NOON_S, CLOSE)


def test_a_courtyard_is_free_but_its_walls_are_near() -> None:
    yard = box(-20, -20, 20, 20)
    hall = Obstacle("hall", type(yard)(SQUARE.corners, (yard.corners,)), 20)
    sky = airspace(hall)
    assert not sky.forbids(way(0, 0), Medium.AIR, NOON_S, NOON_S, CLOSE)
    assert [str(reason) for reason in sky.forbids(way(17, 0), Medium.AIR, NOON_S, NOON_S, CLOSE)] == [
        "comes within 5 m of hall (20 m high)"
    ]


def test_keep_outs_are_zones_that_bind_in_the_window_and_band() -> None:
    later = zone("later", SQUARE, when=(Interval(NOON_S + 1000, None),))
    sky = airspace(
        zone("low", SQUARE, upper=Limit(30, Datum.AGL)),
        zone("round", Circle(at(0, 0), 50)),
        later,
        Obstacle("hall", SQUARE, 100),
    )
    assert [name for name, _ in sky.keep_outs(Medium.AIR, NOON_S, NOON_S + 10, 40, 120)] == ["round"]
    assert [name for name, _ in sky.keep_outs(Medium.AIR, NOON_S, NOON_S + 1000, 0, 120)] == [
        "low",
        "round",
        "later",
    ]
    ((_, polygon),) = sky.keep_outs(Medium.AIR, NOON_S, NOON_S, 40, 40)
    assert len(polygon.corners) == 64


def test_an_airspace_with_nothing_in_it_forbids_nothing() -> None:
    assert airspace().breaks(timed((0, 0, 0, 0), (100, 0, 10, 10)), Medium.AIR, CLOSE) == ()


@pytest.mark.parametrize("value_m", [-1.0, float("nan"), float("inf")])
def test_margins_and_heights_must_be_numbers_of_zero_or_more(value_m: float) -> None:
    with pytest.raises(ValueError, match="lateral_m"):
        Margins(value_m, 0)
    with pytest.raises(ValueError, match="vertical_m"):
        Margins(0, value_m)


def test_an_obstacle_has_a_height() -> None:
    with pytest.raises(ValueError, match="height_agl_m"):
        Obstacle("pit", SQUARE, -1.0)


def test_a_zone_added_and_taken_away_leaves_all_else_as_it_was() -> None:
    tower = Obstacle("Kiasma", box(200, -10, 220, 10), 21.0)
    before = airspace(zone("A", SQUARE), tower)
    through = timed((-300, 0, 20, 0), (300, 0, 20, 60))
    both = before.with_zone(zone("B", box(60, -50, 90, 50)))
    assert [found.reason.subject for found in both.breaks(through, Medium.AIR, CLOSE)] == ["A", "B", "Kiasma"]
    assert [block for block in both.blocks if block in before.blocks] == list(before.blocks)
    gone = both.without_zone(ZoneId("A"))
    assert [found.reason.subject for found in gone.breaks(through, Medium.AIR, CLOSE)] == ["B", "Kiasma"]
    assert both.without_zone(ZoneId("B")).breaks(through, Medium.AIR, CLOSE) == before.breaks(
        through, Medium.AIR, CLOSE
    )
    assert [found.reason.subject for found in before.breaks(through, Medium.AIR, CLOSE)] == ["A", "Kiasma"]


def test_a_zone_of_a_known_id_opens_nothing() -> None:
    both = airspace(zone("A", SQUARE)).with_zone(zone("A", box(500, 500, 510, 510)))
    assert both.breaks(timed((0, 0, 20, 0), (10, 0, 20, 60)), Medium.AIR, CLOSE)
    assert both.without_zone(ZoneId("A")).zones == ()
    with pytest.raises(ValueError, match="no zone is called 'B'"):
        both.without_zone(ZoneId("B"))
