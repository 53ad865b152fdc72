"""Reading OpenAir: records, arcs and limits; larger where a file is odd."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import shapely

from geofences.formats import any_zones
from geofences.formats.reading import FormatError, Reading
from geofences.outline import outline
from geofences.position import GeoPoint, LocalFrame, distance_m
from geofences.zone import Always, Circle, Datum, Interval, Limit, Polygon, Restriction, Unit
from tests.geofences.formats.sound import noted, only

FIXTURES = Path(__file__).parents[4] / "shared/data/geozones/openair-fixtures"
SQUARE = "DP 60:10:00 N 024:50:00 E\nDP 60:10:00 N 024:52:00 E\nDP 60:11:00 N 024:52:00 E\n"


def read(*lines: str) -> Reading:
    return any_zones.read("\n".join(lines).encode())


def one(body: str, *, cls: str = "AC R", low: str = "AL GND", high: str = "AH 500ft AGL") -> Reading:
    return read(cls, "AN Harbour", low, high, body)


def test_a_remark_after_a_semicolon_is_none_of_the_record() -> None:
    remarked = [f"{line} ;\t(by the railway: W*)" for line in SQUARE.splitlines()]
    reading = read("AC R", "AN Harbour; east", "AL GND ; as published", "AH 500ft AGL;", *remarked)
    assert only(reading).volumes == only(one(SQUARE)).volumes
    assert only(reading).name == "Harbour; east"
    assert reading.findings == ()


def test_how_a_class_is_drawn_is_no_airspace() -> None:
    style = ("AC Q", "SP 0,2,127,0,127", "SB -1,-1,-1")
    reading = read(*style, "AC R", "AN Harbour", "AL GND", "AH 500ft AGL", SQUARE, *style)
    assert only(reading).name == "Harbour"
    assert [finding.read_as for finding in reading.findings] == ["nothing"] * 6
    assert read(*style, "AN Lost").refused != ()
    assert read(style[0], "AN COLORENTRY", *style[1:]).refused == ()


def test_a_block_is_a_zone() -> None:
    reading = one(SQUARE)
    zone = only(reading)
    assert (reading.format, reading.findings) == ("openair", ())
    assert (zone.zone_id, zone.name, zone.restriction) == (
        "Harbour",
        "Harbour",
        Restriction.REQ_AUTHORISATION,
    )
    (volume,) = zone.volumes
    assert (volume.lower, volume.upper) == (Limit(0.0, Datum.AGL), Limit(152.4, Datum.AGL, Unit.FT))
    assert isinstance(volume.footprint, Polygon)
    assert volume.footprint.corners[0] == GeoPoint(60 + 10 / 60, 24 + 50 / 60)


@pytest.mark.parametrize(
    ("text", "lat_deg", "lon_deg"),
    [
        ("60:10:30 N 024:50:00 E", 60.175, 24.833333),
        ("60:10.5N 024:50.0 W", 60.175, -24.833333),
        ("60:10:30S,024:50:00E", -60.175, 24.833333),
        ("601030N 0245000E", 60.175, 24.833333),
        ("601030.00N 0245000.00E", 60.175, 24.833333),
        ("6010N 02450E", 60.166667, 24.833333),
        ("60.175 N 24.833333 E", 60.175, 24.833333),
        ("60 10 30 N 024 50 00 E", 60.175, 24.833333),
        ("60:09:90 N 024:50:00 E", None, None),
        ("60:09:60 N 024:49:60 E", 60.166667, 24.833333),
        ("60:10:30 024:50:00", None, None),
        ("95:10:30 N 024:50:00 E", None, None),
        ("", None, None),
    ],
)
def test_coordinates(text: str, lat_deg: float | None, lon_deg: float | None) -> None:
    reading = one(f"V X={text}\nDC 1\n")
    if lat_deg is None or lon_deg is None:
        assert [refused.field for refused in reading.refused] == ["line 5"]
        return
    footprint = only(reading).volumes[0].footprint
    assert isinstance(footprint, Circle)
    assert footprint.radius_m == 1852.0
    assert distance_m(footprint.centre, GeoPoint(lat_deg, lon_deg)) < 0.1


@pytest.mark.parametrize(
    ("text", "limit", "noted_too"),
    [
        ("FL 95", Limit(2895.6, Datum.AMSL, Unit.FL), False),
        ("FL095", Limit(2895.6, Datum.AMSL, Unit.FL), False),
        ("1000M MSL", Limit(1000.0, Datum.AMSL), False),
        ("300m AGL", Limit(300.0, Datum.AGL), False),
        ("2500 ft AMSL", Limit(762.0, Datum.AMSL, Unit.FT), False),
        ("2500 MSL", Limit(762.0, Datum.AMSL, Unit.FT), False),
        ("1000ft ASFC", Limit(304.8, Datum.AGL, Unit.FT), False),
        ("1000ft", Limit(304.8, Datum.AGL, Unit.FT), True),
        ("1000", Limit(304.8, Datum.AGL, Unit.FT), True),
        ("UNL", None, False),
        ("UNLIMITED", None, False),
        ("FL", None, True),
        ("BYNOTAM", None, True),
        ("", None, True),
    ],
)
def test_upper_limits(text: str, limit: Limit | None, *, noted_too: bool) -> None:
    reading = one(SQUARE, high=f"AH {text}")
    found = only(reading).volumes[0].upper
    assert (found is None) is (limit is None)
    if found is not None and limit is not None:
        assert (found.datum, found.unit) == (limit.datum, limit.unit)
        assert found.value_m == pytest.approx(limit.value_m)
    assert bool(reading.findings) is noted_too


def test_a_floor_without_a_datum_is_taken_low_and_limits_turned_are_turned_back() -> None:
    assert only(one(SQUARE, low="AL 1000ft")).volumes[0].lower == Limit(304.8, Datum.AMSL, Unit.FT)
    turned = only(one(SQUARE, low="AL FL 95", high="AH FL 65")).volumes[0]
    assert (turned.lower, turned.upper) == (
        Limit(1981.2, Datum.AMSL, Unit.FL),
        Limit(2895.6, Datum.AMSL, Unit.FL),
    )


def area_m2(reading: Reading) -> float:
    footprint = only(reading).volumes[0].footprint
    return float(shapely.area(outline(footprint, LocalFrame(GeoPoint(60.2, 24.9))).area))


def test_arcs_turn_the_way_they_are_told_and_the_way_is_forgotten_with_the_zone() -> None:
    ends = "DB 60:13:00 N 024:54:00 E, 60:11:00 N 024:54:00 E\n"
    clockwise = area_m2(one(f"V X=60:12:00 N 024:54:00 E\n{ends}"))
    other = area_m2(one(f"V X=60:12:00 N 024:54:00 E\nV D=-\n{ends}"))
    half_m2 = 3.14159 * 1857.5**2 / 2.0  # a minute of latitude here is 1,857 m
    assert clockwise == pytest.approx(half_m2, rel=0.01)
    assert other == pytest.approx(half_m2, rel=0.01)
    both = read("AC R", "AN A", "AL GND", "AH UNL", "V D=-", SQUARE, "AC R", "AN B", "AL GND", "AH UNL")
    assert [refused.zone_id for refused in both.refused] == ["B"]
    three_quarters = one("V X=60:12:00 N 024:54:00 E\nDA 1,0,270\nDP 60:12:00 N 024:54:00 E\n")
    assert area_m2(three_quarters) == pytest.approx(0.75 * 3.14159 * 1852.0**2, rel=0.002)
    quarter = one("V D=-\nV X=60:12:00 N 024:54:00 E\nDA 1,0,270\nDP 60:12:00 N 024:54:00 E\n")
    assert area_m2(quarter) == pytest.approx(0.25 * 3.14159 * 1852.0**2, rel=0.002)


def test_an_airway_is_a_strip_of_its_width() -> None:
    reading = one("V W=2\nDY 60:10:00 N 024:54:00 E\nDY 60:20:00 N 024:54:00 E\n")
    assert area_m2(reading) == pytest.approx(2 * 1852.0 * (18_575.0 + 2 * 1852.0), rel=0.01)


@pytest.mark.parametrize(
    ("times", "applies"),
    [
        (["2026-01-01T12:00Z/2026-01-01T13:00Z"], (Interval(1_767_268_800.0, 1_767_272_400.0),)),
        (["NONE/2026-01-01T12:00Z"], (Interval(None, 1_767_268_800.0),)),
        (["2026-01-01T12:00Z/NONE", "NONE"], (Always(),)),
        (["NONE/NONE"], (Always(),)),
        (["2026-01-01T13:00Z/2026-01-01T12:00Z"], (Always(),)),
        ([], (Always(),)),
    ],
)
def test_activation_times(times: list[str], applies: tuple[object, ...]) -> None:
    body = "".join(f"AA {text}\n" for text in times) + SQUARE
    assert only(one(body)).applicability == applies


@pytest.mark.parametrize(
    "body",
    [
        "",
        "DC 1\n",
        "V X=60:12:00 N 024:54:00 E\nDC 0\n",
        "V X=60:12:00 N 024:54:00 E\nDA 1,2\n",
        "V D=0\n" + SQUARE,
        "DB 60:12:00 N 024:54:00 E, 60:11:00 N 024:54:00 E\n",
        "V X=60:12:00 N 024:54:00 E\nDB 60:12:00 N 024:54:00 E\n",
        "DY 60:10:00 N 024:54:00 E\nDY 60:20:00 N 024:54:00 E\n",
        "DP 60:10:00 N 024:54:00 E\nDP 60:20:00 N 024:54:00 E\n",
        SQUARE + "DP nowhere\n",
        SQUARE + f"DP {'9' * 1000}\n",
    ],
)
def test_a_zone_whose_area_cannot_be_known_is_refused_and_the_others_are_read(body: str) -> None:
    reading = read("AC R", "AN Bad", "AL GND", "AH UNL", body, "AC P", "AN Good", "AL GND", "AH UNL", SQUARE)
    assert [zone.name for zone in reading.zones] == ["Good"]
    assert [refused.zone_id for refused in reading.refused] == ["Bad"]
    assert reading.refused[0].field.startswith("line ")
    assert reading.features_count == 2


def test_comments_unknown_records_and_blocks_without_a_class() -> None:
    reading = read(
        "* Made up", "AN A * said so", "AL GND", "AH UNL", "XY what", SQUARE, "AN B", "AL GND", SQUARE
    )
    assert [(zone.name, zone.restriction) for zone in reading.zones] == [
        ("A", Restriction.PROHIBITED),
        ("B", Restriction.PROHIBITED),
    ]
    assert ("line 5", '"XY what"', "nothing: no such record is known") in noted(reading)


REFUSED = {"insufficient-coordinates", "invalid-coordinates"}
NO_ZONES = {"license", "ignored-only"}


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared with the fixtures is not here")
def test_every_fixture_is_read_or_refused_as_its_name_says() -> None:
    files = sorted(FIXTURES.glob("*.txt"))
    assert len(files) == 44
    for file in files:
        if file.stem == "license":
            with pytest.raises(FormatError):
                any_zones.read(file.read_bytes())
            continue
        reading = any_zones.read(file.read_bytes())
        assert bool(reading.refused) is (file.stem in REFUSED), file.stem
        assert bool(reading.zones) is (file.stem not in REFUSED | NO_ZONES), file.stem


SAME_SHAPE = (
    "arc-angle-ccw",
    "arc-angle-cw",
    "arc-ccw",
    "arc-cw",
    "arc-cw-ccw",
    "arc-first",
    "circular",
    "polygon",
)


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared with the fixtures is not here")
@pytest.mark.parametrize("name", SAME_SHAPE)
def test_shapes_are_those_that_openaip_draws(name: str) -> None:
    mine = only(any_zones.read((FIXTURES / f"{name}.txt").read_bytes())).volumes[0].footprint
    theirs = orjson.loads((FIXTURES / f"{name}-result.json").read_bytes())["features"][0]["geometry"]
    corners = tuple(GeoPoint(lat, lon) for lon, lat in (place[:2] for place in theirs["coordinates"][0][:-1]))
    frame = LocalFrame(corners[0])
    a, b = outline(mine, frame).area, outline(Polygon(corners), frame).area
    assert shapely.area(shapely.symmetric_difference(a, b)) < 0.02 * shapely.area(b)


@pytest.mark.parametrize(
    ("old", "new"),
    [(" ", "\t"), ("DP ", "DP"), ("\n", "\r"), ("\n", "\r\n")],
    ids=["tabs", "no blank before a figure", "CR", "CRLF"],
)
def test_records_parted_in_other_ways_are_the_same(old: str, new: str) -> None:
    text = f"AC R\nAN Harbour\nAL GND\nAH 500ft AGL\n{SQUARE}"
    odd = any_zones.read(text.replace(old, new).encode())
    assert (only(odd), odd.findings) == (only(one(SQUARE)), ())


def test_a_variable_needs_no_blank() -> None:
    circle = "V X=60:10:00 N 024:50:00 E\nDC 0.5"
    assert only(one(circle.replace("V X", "VX"))).volumes == only(one(circle)).volumes


def test_a_top_with_a_dot_before_three_digits_is_of_thousands_and_a_floor_is_not() -> None:
    reading = one(SQUARE, low="AL 1.500 m MSL", high="AH 2.500 m MSL")
    (volume,) = only(reading).volumes
    assert (volume.lower, volume.upper) == (Limit(1.5, Datum.AMSL), Limit(2500.0, Datum.AMSL))
    assert noted(reading) == [("line 4", '"AH 2.500 m MSL"', "2500 m, the larger reading")]
