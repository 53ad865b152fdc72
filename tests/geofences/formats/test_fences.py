"""Fences of ground stations and autopilots as zones; and which format a file is of."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from geofences.formats import any_zones
from geofences.formats.detect import Format, detect
from geofences.formats.keep_in import all_around, inside_of
from geofences.formats.reading import FormatError
from geofences.formats.zone_document import LARGEST_BYTES, MOST_FEATURES
from geofences.position import GeoPoint
from geofences.zone import Circle, Medium, Polygon
from tests.fuzz.zone_seeds import SEEDS

PLANS = Path(__file__).parents[4] / "shared/data/plans"
CORNERS = (GeoPoint(60.1, 24.9), GeoPoint(60.2, 24.9), GeoPoint(60.2, 25.0))


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_a_format_is_told_by_what_is_in_the_file(name: str) -> None:
    for data in SEEDS[name]:
        assert detect(data).format is Format(name)
        if not data.startswith(b"PK"):
            assert detect(b"\xef\xbb\xbf" + b"\n" * (data[:1] not in b"<Q") + data).format is Format(name)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"hello",
        b"# nothing\n",
        b"{}",
        b'{"type": "Topology"}',
        b"3",
        b"\x89PNG\r\n",
        b"%PDF-1.4",
    ],
)
def test_what_is_no_zone_file_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        any_zones.read(data)


def test_a_file_beyond_the_largest_is_refused_before_anything_is_done_with_it() -> None:
    with pytest.raises(FormatError, match="MiB"):
        any_zones.read(b"[" * (LARGEST_BYTES + 1))


@pytest.mark.parametrize(
    "data",
    [
        b"[" + b"[]," * MOST_FEATURES + b"[]]",
        b"AC P\n" * (MOST_FEATURES + 1),
        b"<kml>" + b"<Placemark/>" * (MOST_FEATURES + 1) + b"</kml>",
    ],
    ids=["json", "openair", "kml"],
)
def test_more_features_than_all_nations_have_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="features"):
        any_zones.read(data)


def test_a_million_corners_are_read() -> None:
    ring = [[24.0 + i / 1e6, 60.0 + (i % 2) / 100.0] for i in range(1_000_000)]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (zone,) = any_zones.read(orjson.dumps({"type": "FeatureCollection", "features": [feature]})).zones
    assert isinstance(zone.volumes[0].footprint, Polygon)
    assert len(zone.volumes[0].footprint.corners) == 1_000_000


@pytest.mark.parametrize("deep", [500, 100_000])
def test_deep_json_is_refused(deep: int) -> None:
    collection = '{"type":"GeometryCollection","geometries":[' * deep
    feature = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
    whole = f"{feature}{collection}{']}' * deep}}}]}}".encode()
    try:
        reading = any_zones.read(whole)
    except FormatError:
        return
    assert (reading.zones, len(reading.refused)) == ((), 1)


def test_a_plan_is_its_fence_and_names_what_else_it_holds() -> None:
    reading = any_zones.read(SEEDS["qgc_plan"][0])
    assert [zone.zone_id for zone in reading.zones] == [
        "geoFence.polygons[0]",
        "geoFence.polygons[1]",
        "geoFence.circles[0]",
    ]
    inclusion, exclusion, circle = (zone.volumes[0].footprint for zone in reading.zones)
    assert inside_of(inclusion) == CORNERS
    assert isinstance(exclusion, Polygon)
    assert isinstance(circle, Circle)
    assert {finding.field for finding in reading.findings} >= {"mission items", "rally points"}


def test_a_rovers_fence_binds_rovers() -> None:
    plan = orjson.loads(SEEDS["qgc_plan"][0])
    plan["mission"]["vehicleType"] = 10
    assert {zone.binds for zone in any_zones.read(orjson.dumps(plan)).zones} == {frozenset({Medium.SIDEWALK})}


def items(*rows: str) -> bytes:
    lines = [f"{n}\t0\t0\t{row}\t1" for n, row in enumerate(rows)]
    return "\r\n".join(["QGC WPL 110", *lines]).encode()


def corner(lat_deg: float, lon_deg: float, count: int = 3, command: int = 5001) -> str:
    return f"{command}\t{count}\t0\t0\t0\t{lat_deg}\t{lon_deg}\t0"


RING = [corner(place.lat_deg, place.lon_deg) for place in CORNERS]


def test_fences_among_mission_items() -> None:
    disc = "5004\t50\t0\t0\t0\t60.15\t24.95\t0"
    outside = [corner(place.lat_deg, place.lon_deg, command=5002) for place in CORNERS]
    reading = any_zones.read(items(*RING, *outside, disc, "5000\t0\t0\t0\t0\t60.1\t24.9\t0"))
    footprints = [zone.volumes[0].footprint for zone in reading.zones]
    assert footprints == [all_around(CORNERS), Polygon(CORNERS), Circle(GeoPoint(60.15, 24.95), 50.0)]
    assert [zone.zone_id for zone in reading.zones] == ["line 2", "line 5", "line 8"]


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        (RING[:2], "line 2"),
        ([*RING[:2], corner(60.2, 25.0, 4)], "line 4"),
        ([*RING[:2], corner(60.2, 25.0, command=5002)], "line 4"),
        ([corner(60.1, 24.9, 2)] * 2, "line 2, parameter 1"),
        ([corner(60.1, 24.9)] * 3, "line 2"),
        ([corner(91.0, 24.9), *RING[:2]], "line 2"),
        (["5003\t0\t0\t0\t0\t60.15\t24.95\t0"], "line 2, parameter 1"),
    ],
)
def test_a_fence_that_is_not_whole_is_refused(rows: list[str], field: str) -> None:
    with pytest.raises(FormatError) as error:
        any_zones.read(items(*rows))
    assert error.value.field == field


def test_a_fence_file_begins_with_its_return_point() -> None:
    (zone,) = any_zones.read(SEEDS["fen"][0]).zones
    assert inside_of(zone.volumes[0].footprint) == CORNERS
    bare = b"60.1 24.9\r\n60.2 24.9\r\n60.2 25.0\r\n"
    (zone,) = any_zones.read(bare).zones
    assert inside_of(zone.volumes[0].footprint) == CORNERS


@pytest.mark.parametrize(
    "data", [b"60.1 24.9\n60.2 24.9\n", b"60.1 24.9\n91 24.9\n60.2 25\n", b"RALLY 60.1\n"]
)
def test_a_bad_fence_file_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        any_zones.read(data)


GOOD = {
    "qgroundcontrol_sample",
    "qgroundcontrol_sample_with_survey",
    "qgroundcontrol_sample_with_digicam_control",
}


@pytest.mark.skipif(not PLANS.is_dir(), reason="../shared with the sample plans is not here")
def test_the_sample_plans_are_read_or_refused_as_they_should() -> None:
    files = sorted(PLANS.glob("*/*.plan"))
    assert len(files) == 12
    for file in files:
        if file.parent.name == "px4" or file.stem in GOOD:
            assert any_zones.read(file.read_bytes()).format == "qgc_plan"
        else:
            with pytest.raises(FormatError):
                any_zones.read(file.read_bytes())
