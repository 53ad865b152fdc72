"""Reading KML and KMZ: areas and what is said beside them; nothing that attacks its reader."""

from __future__ import annotations

import io
import zipfile

import pytest

from geofences.formats import any_zones
from geofences.formats.reading import FormatError, Reading
from geofences.formats.zone_document import LARGEST_BYTES
from geofences.zone import Always, Circle, Datum, Interval, Limit, Polygon, Restriction, Unit
from tests.geofences.formats.sound import noted, only

RING = "24.9,60.1,50 25.0,60.1,50 25.0,60.2,80 24.9,60.1,50"
HOLE = "24.97,60.12 24.98,60.12 24.98,60.13 24.97,60.12"


def ring(places: str, bound: str = "outer") -> str:
    inner = f"<LinearRing><coordinates>{places}</coordinates></LinearRing>"
    return f"<{bound}BoundaryIs>{inner}</{bound}BoundaryIs>"


def polygon(*, mode: str = "relativeToGround", extrude: int = 1, more: str = "", places: str = RING) -> str:
    heights = f"<extrude>{extrude}</extrude><altitudeMode>{mode}</altitudeMode>"
    return f"<Polygon>{heights}{ring(places)}{more}</Polygon>"


def placemark(inside: str, data: str = "<name>Harbour</name>") -> str:
    return f"<Placemark>{data}{inside}</Placemark>"


def kml(inside: str, declared: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{declared}<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><Folder>{inside}</Folder></Document></kml>"
    ).encode()


def read(inside: str) -> Reading:
    return any_zones.read(kml(inside))


def data(**values: str) -> str:
    held = "".join(f'<Data name="{name}"><value>{text}</value></Data>' for name, text in values.items())
    return f"<name>Harbour</name><ExtendedData>{held}</ExtendedData>"


def test_a_polygon_reaches_from_the_ground_to_its_highest_corner() -> None:
    zone = only(read(placemark(polygon(more=ring(HOLE, "inner")))))
    (volume,) = zone.volumes
    assert isinstance(volume.footprint, Polygon)
    assert (len(volume.footprint.corners), len(volume.footprint.holes)) == (3, 1)
    assert (volume.lower, volume.upper) == (None, Limit(80.0, Datum.AGL))
    assert (zone.zone_id, zone.restriction, zone.applicability) == (
        "Harbour",
        Restriction.PROHIBITED,
        (Always(),),
    )


@pytest.mark.parametrize(
    ("mode", "extrude", "upper"),
    [
        ("absolute", 1, Limit(80.0, Datum.AMSL)),
        ("absolute", 0, None),
        ("clampToGround", 1, None),
        ("relativeToGround", 0, None),
    ],
)
def test_altitude_modes(mode: str, extrude: int, upper: Limit | None) -> None:
    reading = read(placemark(polygon(mode=mode, extrude=extrude)))
    assert only(reading).volumes[0].upper == upper
    assert ("Polygon" in {field for field, _, _ in noted(reading)}) is (upper is None)


def test_what_is_said_beside_an_area_goes_before_the_heights_of_its_corners() -> None:
    said = data(restriction="CONDITIONAL", LOWER_LIMIT="GND", Upper_Limit="400 ft AGL", colour="red")
    reading = read(placemark(polygon(), said + "<TimeSpan><begin>2026-01-01T00:00:00Z</begin></TimeSpan>"))
    zone = only(reading)
    assert zone.restriction is Restriction.CONDITIONAL
    assert zone.volumes[0].upper == Limit(pytest.approx(121.92), Datum.AGL, Unit.FT)  # type: ignore[arg-type]
    assert zone.volumes[0].lower == Limit(0.0, Datum.AGL)
    assert zone.applicability == (Interval(1_767_225_600.0, None),)
    assert noted(reading) == [("properties.colour", '"red"', "nothing")]


def test_collections_circles_and_labels() -> None:
    label = "<Point><coordinates>24.95,60.15</coordinates></Point>"
    both = read(placemark(f"<MultiGeometry>{polygon()}{polygon()}{label}</MultiGeometry>"))
    assert len(only(both).volumes) == 2
    circle = only(read(placemark(label, data(radius_m="350")))).volumes[0].footprint
    assert isinstance(circle, Circle)
    assert circle.radius_m == 350.0


@pytest.mark.parametrize(
    "inside",
    [
        placemark("<Point><coordinates>24.9,60.1</coordinates></Point>"),
        placemark("<LineString><coordinates>24.9,60.1 25.0,60.1</coordinates></LineString>"),
        placemark(""),
        placemark(polygon(places="24.9,60.1 25.0,60.1 24.9,60.1")),
        placemark(polygon(places="24.9,60.1 25.0,190 25.0,60.2 24.9,60.1")),
        placemark(polygon(places="a,b c,d e,f a,b")),
        placemark("<Polygon></Polygon>"),
        "<NetworkLink><name>More</name><Link><href>http://x.example/a.kml</href></Link></NetworkLink>",
    ],
)
def test_what_has_no_known_area_is_refused_and_counted(inside: str) -> None:
    reading = read(inside + placemark(polygon(), "<name>Good</name>"))
    assert [zone.name for zone in reading.zones] == ["Good"]
    assert (len(reading.refused), reading.features_count) == (1, 2)


@pytest.mark.parametrize(
    "bad", [b"<", b"<kml>", b"<gpx></gpx>", b"\x00<kml/>", b"<kml>\x01</kml>", b"<a:b/>"]
)
def test_what_is_no_kml_is_refused(bad: bytes) -> None:
    with pytest.raises(FormatError):
        any_zones.read(bad)


def test_entities_and_external_documents_are_refused() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    files = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    for declared in (laughs, files, "<!DOCTYPE kml>"):
        with pytest.raises(FormatError, match="document type"):
            any_zones.read(kml(placemark(polygon(), "<name>&b;&f;</name>"), declared))


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(FormatError, match="nested deeper"):
        any_zones.read(kml("<Folder>" * 100_000))


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in files.items():
            archive.writestr(name.replace("_", "."), inside)
    return held.getvalue()


def test_every_document_of_an_archive_is_read() -> None:
    one, two = kml(placemark(polygon(), "<name>One</name>")), kml(placemark(polygon(), "<name>Two</name>"))
    reading = any_zones.read(zipped(doc_kml=one, more_kml=two, icon_png=b"x"))
    assert [zone.name for zone in reading.zones] == ["One", "Two"]


def test_an_archive_is_unpacked_no_further_than_the_largest_file_that_is_read() -> None:
    bomb = zipped(doc_kml=b"<kml>" + b" " * (LARGEST_BYTES + 1))
    assert len(bomb) < 200_000
    with pytest.raises(FormatError, match="unpacks to more"):
        any_zones.read(bomb)
    for archive in (zipped(readme_txt=b""), zipped(doc_kml=kml(""))[:-30], b"PK\x03\x04"):
        with pytest.raises(FormatError, match="zip"):
            any_zones.read(archive)
