"""Write, read, and what comes back is what was written; what a format cannot hold is larger, and told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from shapely import Point

from geofences import when
from geofences.formats import any_zones, ed318_write, geojson_write, qgc_plan, qgc_plan_write
from geofences.formats.keep_in import all_around
from geofences.formats.plan_items import FenceDisc, FenceRing, PlanFile, PlanItem, Side
from geofences.formats.zone_geometry import outermost
from geofences.outline import outline
from geofences.path import Waypoint
from geofences.position import GeoPoint, LocalFrame
from geofences.zone import (
    Always,
    Applicability,
    Authority,
    Circle,
    Datum,
    DayEvent,
    Daylight,
    Exempt,
    Interval,
    Limit,
    Medium,
    Polygon,
    Purpose,
    Restriction,
    UasClass,
    Unit,
    Volume,
    Weekly,
    Zone,
    ZoneId,
)


def _box(lat_deg: float, lon_deg: float, half_deg: float) -> tuple[GeoPoint, ...]:
    """Corners about a place."""
    signs = ((-1, -1), (-1, 1), (1, 1), (1, -1))
    return tuple(GeoPoint(lat_deg + half_deg * a, lon_deg + half_deg * b) for a, b in signs)


WORDS = some.text("abc ÄЖ,\"'<&", max_size=12).map(str.strip)
PLACES = some.builds(GeoPoint, some.floats(-80.0, 80.0), some.floats(-40.0, 45.0))
RINGS = some.lists(PLACES, min_size=3, max_size=6, unique=True).map(tuple)
HOLED = some.builds(
    lambda lat, lon, size: Polygon(_box(lat, lon, size), (_box(lat, lon, size * 0.3),)),
    some.floats(-80.0, 80.0),
    some.floats(-40.0, 44.0),
    some.floats(0.001, 0.9),
)
POLYGONS = some.builds(Polygon, RINGS) | HOLED
CIRCLES = some.builds(Circle, PLACES, some.floats(1.0, 50_000.0))
METRES = some.integers(0, 90_000)


def limits(unit: Unit) -> some.SearchStrategy[tuple[Limit | None, Limit | None]]:
    """A lower and an upper limit of one unit; never upside down in one datum, which is read turned.

    Nor with its top on the ground, which is read as no top.
    """
    per_unit = 0.3048 if unit is Unit.FT else 1.0
    limit = some.builds(
        lambda value, datum: Limit(value * per_unit, datum, unit), METRES, some.sampled_from(Datum)
    )
    top = limit.filter(lambda found: found.value_m > 0.0 or found.datum is not Datum.AGL)
    pairs = some.tuples(some.none() | limit, some.none() | top)
    return pairs.filter(
        lambda pair: (
            not (pair[0] and pair[1])
            or pair[0].datum is not pair[1].datum
            or pair[0].value_m <= pair[1].value_m
        )
    )


VOLUMES = some.builds(
    lambda footprint, pair: Volume(footprint, pair[0], pair[1]),
    POLYGONS | CIRCLES,
    limits(Unit.M) | limits(Unit.FT),
)
INSTANTS = some.integers(0, 4_000_000_000).map(float)
SPANS = some.builds(
    lambda a, b: Interval(
        None if a is None else min(a, b or a), None if b is None else max(a or 0.0, b) + 60.0
    ),
    some.none() | INSTANTS,
    some.none() | INSTANTS,
)
INTERVALS = SPANS.filter(lambda span: span != Interval(None, None))
DAYS = some.frozensets(some.integers(0, 6), min_size=1)
HOURS = some.tuples(some.integers(0, 1438), some.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
WEEKLY = some.builds(
    lambda days, hours, span: Weekly(days, hours[0], hours[1], "UTC", span), DAYS, HOURS, SPANS
)
EVENTS = some.sampled_from(DayEvent)
DAYLIGHT = some.builds(
    lambda days, starts, ends, span: Daylight(days, starts, ends, span, ()),
    DAYS,
    EVENTS,
    EVENTS | some.integers(0, 1439),
    SPANS,
)
APPLICABILITY = some.lists(
    some.just(Always()) | INTERVALS | WEEKLY | DAYLIGHT, min_size=1, max_size=3, unique=True
).map(tuple)
AUTHORITIES = some.builds(
    lambda name, phone, purpose: Authority(name, phone=phone, purpose=purpose, interval_before="P1D"),
    WORDS,
    WORDS,
    some.none() | some.sampled_from(Purpose),
)
CODES = some.lists(some.sampled_from(("AIR_TRAFFIC", "NOISE", "OTHER")), max_size=2, unique=True)
EXEMPT = some.builds(Exempt, some.frozensets(some.sampled_from(UasClass)), some.sampled_from((0.0, 0.25)))


@some.composite
def zones(draw: some.DrawFn) -> Zone:
    """Any zone that ED-318 has words for."""
    volumes = tuple(draw(some.lists(VOLUMES, min_size=1, max_size=3)))
    applicability: tuple[Applicability, ...] = draw(APPLICABILITY)
    return Zone(
        zone_id=ZoneId(draw(some.text("ABC123", min_size=1, max_size=7))),
        name=draw(WORDS),
        restriction=draw(some.sampled_from(Restriction)),
        volumes=volumes,
        applicability=tuple(
            replace(entry, places=outermost(volumes)) if isinstance(entry, Daylight) else entry
            for entry in applicability
        ),
        binds=draw(some.frozensets(some.sampled_from(Medium), min_size=1)),
        reason=", ".join(draw(CODES)),
        message=draw(WORDS),
        authorities=tuple(draw(some.lists(AUTHORITIES, max_size=2, unique=True))),
        country=draw(some.sampled_from(("", "FIN"))),
        conditions=draw(WORDS),
        reason_info=draw(WORDS),
        exempt=draw(EXEMPT),
    )


FILES = some.lists(zones(), max_size=3, unique_by=lambda zone: zone.zone_id)


@given(FILES)
@settings(max_examples=150, deadline=None)
def test_ed318_comes_back_as_it_was(written: list[Zone]) -> None:
    reading = any_zones.read(ed318_write.write(written).data)
    assert reading.format == "ed318"
    assert reading.refused == ()
    assert list(reading.zones) == written


@given(FILES)
@settings(max_examples=150, deadline=None)
def test_geojson_comes_back_as_it_was_or_says_what_was_lost(written: list[Zone]) -> None:
    plain = [
        replace(zone, authorities=(), reason_info="", exempt=Exempt(), volumes=zone.volumes[:1])
        for zone in written
    ]
    result = geojson_write.write(plain)
    reading = any_zones.read(result.data)
    lost = {finding.zone_id for finding in result.findings}
    assert reading.refused == ()
    for before, after in zip(plain, reading.zones, strict=True):
        if before.zone_id not in lost:
            assert before == after
        assert after.volumes == before.volumes
        assert after.applicability in {before.applicability, (Always(),)}


@given(some.lists(POLYGONS | CIRCLES, max_size=4), some.lists(RINGS, max_size=2))
@settings(max_examples=100, deadline=None)
def test_a_fence_comes_back_as_it_was(
    keep_outs: list[Polygon | Circle], inside: list[tuple[GeoPoint, ...]]
) -> None:
    """But for holes, which a fence does not have."""
    areas = [*keep_outs, *(all_around(ring) for ring in inside)]
    made = [
        Zone(ZoneId(f"{i}"), "", Restriction.PROHIBITED, (Volume(area, None, None),))
        for i, area in enumerate(areas)
    ]
    first = any_zones.read(qgc_plan_write.write_zones(made).data)
    again = any_zones.read(qgc_plan_write.write_zones(first.zones).data)
    assert first.zones == again.zones
    expected = [
        Polygon(area.corners) if isinstance(area, Polygon) and area in keep_outs else area for area in areas
    ]
    assert {zone.volumes[0].footprint for zone in first.zones} == set(expected)


def test_a_plan_comes_back_as_it_was() -> None:
    here = GeoPoint(60.1, 24.9)
    plan = PlanFile(
        items=(
            PlanItem("mission.items[0]", 22, 3, (0.0, 0.0, 0.0, 1.0, 60.1, 24.9, 20.0)),
            PlanItem("mission.items[1]", 16, 3, (0.0, 0.0, 0.0, 1.0, 60.2, 24.9, 20.0), autocontinue=False),
        ),
        rings=(
            FenceRing(
                "geoFence.polygons[0]", Side.INSIDE, (here, GeoPoint(60.2, 24.9), GeoPoint(60.2, 25.0))
            ),
        ),
        discs=(FenceDisc("geoFence.circles[0]", Side.OUTSIDE, here, 50.0),),
        rally_points=(Waypoint(here, 30.0),),
        home=here,
        home_amsl_m=12.0,
        vehicle_type=10,
    )
    assert qgc_plan.read(qgc_plan_write.write(plan)) == plan


SQUARE = Polygon(tuple(GeoPoint(lat, lon) for lat, lon in ((60.1, 24.9), (60.1, 25.0), (60.2, 25.0))))


def zone(**members: object) -> Zone:
    plain = Zone(ZoneId("Z"), "", Restriction.PROHIBITED, (Volume(SQUARE, None, None),))
    return replace(plain, **members)  # type: ignore[arg-type]


def test_hours_of_a_place_with_summer_time_are_written_longer() -> None:
    office = Weekly(frozenset(range(5)), 480, 960, "Europe/Helsinki", Interval(None, None))
    written = ed318_write.write([zone(applicability=(office,))])
    (back,) = any_zones.read(written.data).zones
    assert [finding.field for finding in written.findings if "summer" in finding.read_as]
    for from_s, until_s in when.windows((office,), 1_767_225_600.0, 1_798_761_600.0):
        assert all(when.applies(back.applicability, at_s, at_s) for at_s in (from_s, until_s - 1.0))


def test_a_flight_level_is_written_where_it_may_come_to_lie() -> None:
    level = Limit(2895.6, Datum.AMSL, Unit.FL)
    written = ed318_write.write([zone(volumes=(Volume(SQUARE, level, level),))])
    (volume,) = any_zones.read(written.data).zones[0].volumes
    assert volume.lower is not None
    assert volume.upper is not None
    assert volume.lower.value_m < 1500.0
    assert volume.upper.value_m > 3400.0
    assert len([finding for finding in written.findings if finding.field.startswith("layer")]) == 2


def test_every_figure_of_a_limit_is_kept_in_geojson() -> None:
    lower, upper = Limit(5943.9048, Datum.AMSL, Unit.FL), Limit(915.0000000000001, Datum.AGL)
    written = geojson_write.write([zone(volumes=(Volume(SQUARE, lower, upper),))])
    (volume,) = any_zones.read(written.data).zones[0].volumes
    assert volume.lower is not None
    assert volume.lower.value_m == pytest.approx(lower.value_m, rel=1e-12)
    assert volume.upper == upper


def test_two_units_in_one_layer_of_ed318_become_metres_and_that_is_said() -> None:
    lower, upper = Limit(304.8, Datum.AGL, Unit.FT), Limit(915.0, Datum.AGL)
    written = ed318_write.write([zone(volumes=(Volume(SQUARE, lower, upper),))])
    (volume,) = any_zones.read(written.data).zones[0].volumes
    assert (volume.lower, volume.upper) == (Limit(304.8, Datum.AGL), upper)
    assert "layer.lower" in [finding.field for finding in written.findings]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"volumes": (Volume(SQUARE, None, Limit(120.0, Datum.AGL)),)}, ["limits"]),
        ({"applicability": (Interval(0.0, None),)}, ["applicability"]),
        ({"volumes": (Volume(replace(SQUARE, holes=(SQUARE.corners,)), None, None),)}, ["holes"]),
        ({"exempt": Exempt(below_kg=0.25)}, ["exempt"]),
        ({"binds": frozenset({Medium.SIDEWALK})}, ["binds"]),
        ({"restriction": Restriction.NO_RESTRICTION}, ["binds"]),
    ],
)
def test_a_fence_says_what_it_cannot_hold(changes: dict[str, object], fields: list[str]) -> None:
    written = qgc_plan_write.write_zones([zone(**changes)])
    assert [finding.field for finding in written.findings] == fields
    assert len(qgc_plan.read(written.data).rings) == (fields != ["binds"])


def test_an_inclusion_fence_closes_all_around_it_and_nothing_inside() -> None:
    ring = all_around(SQUARE.corners)
    frame = LocalFrame(GeoPoint(60.13, 24.97))
    area = outline(ring, frame).area
    inside, outside = frame.to_local(GeoPoint(60.13, 24.97)), frame.to_local(GeoPoint(60.19, 24.91))
    assert outline(SQUARE, frame).area.distance(area) == pytest.approx(0.0, abs=0.5)
    assert not area.covers(Point(inside.east_m, inside.north_m))
    assert area.covers(Point(outside.east_m, outside.north_m))
    assert area.covers(Point(80_000.0, 0.0))
