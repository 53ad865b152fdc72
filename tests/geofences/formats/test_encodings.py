"""The encodings that zone files come in: by their byte order mark, else UTF-8, else a stated guess."""

from __future__ import annotations

import codecs

import orjson
import pytest

from geofences.formats import any_zones
from geofences.formats.reading import FormatError
from tests.geofences.formats.sound import SOUND

MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
}
PLACE = "0\t60.1\t24.9\t0\t1"
FILES = {
    "ed318": orjson.dumps(SOUND).decode(),
    "openair": (
        "AC R\r\nAN Häfen 'Süd'\r\nAL GND\r\nAH 500ft AGL\r\n"
        "DP 60:10:00 N 024:50:00 E\r\nDP 60:10:00 N 024:52:00 E\r\nDP 60:11:00 N 024:52:00 E\r\n"
    ),
    "kml": (
        "<kml><Placemark><name>Häfen</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        "24.9,60.1 25.0,60.1 25.0,60.2 24.9,60.1</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark></kml>"
    ),
    "waypoints": "QGC WPL 110\r\n0\t1\t3\t5004\t90\t0\t0\t0\t60.1\t24.9\t0\t1\r\n",
    "fen": "# gezeichnet für Süd\n60.1 24.9\n60.1 25.0\n60.2 25.0\n60.1 24.9\n",
    "qgc_plan": orjson.dumps(
        {
            "fileType": "Plan",
            "version": 1,
            "mission": {"version": 2, "items": [], "plannedHomePosition": [60.1, 24.9, 0]},
            "geoFence": {
                "version": 2,
                "polygons": [],
                "circles": [{"inclusion": False, "circle": {"center": [60.1, 24.9], "radius": 90}}],
            },
            "rallyPoints": {"version": 2, "points": []},
        }
    ).decode(),
}


# XML in UTF-32 is none that its readers have to know
@pytest.mark.parametrize(
    ("kind", "encoding"), [(k, e) for k in FILES for e in MARKS if (k, e) != ("kml", "utf-32-le")]
)
def test_a_file_is_read_in_the_encoding_of_its_mark(kind: str, encoding: str) -> None:
    marked = any_zones.read(MARKS[encoding] + FILES[kind].encode(encoding))
    assert (marked.format, len(marked.zones)) == (kind, 1)
    assert marked == any_zones.read(FILES[kind].encode())


@pytest.mark.parametrize("kind", ["openair", "kml", "fen"])
def test_what_is_no_utf_8_is_taken_for_windows_1252_and_that_is_said(kind: str) -> None:
    guessed = any_zones.read(FILES[kind].encode("cp1252"))
    assert guessed.zones == any_zones.read(FILES[kind].encode()).zones
    (finding,) = [one for one in guessed.findings if one.read_as == "Windows-1252 text"]
    assert (finding.zone_id, finding.field) == ("", "file")


def test_a_declared_encoding_counts_before_any_guess() -> None:
    declared = '<?xml version="1.0" encoding="iso-8859-2"?>' + FILES["kml"].replace("Häfen", "Řeka")
    assert [zone.name for zone in any_zones.read(declared.encode("iso-8859-2")).zones] == ["Řeka"]


@pytest.mark.parametrize("kind", ["openair", "waypoints", "fen"])
def test_a_mark_that_the_text_belies_refuses_the_file(kind: str) -> None:
    broken = codecs.BOM_UTF16_LE + FILES[kind].encode("utf-16-le") + b"\x00\xdc"  # half of a pair, alone
    with pytest.raises(FormatError, match="UTF-16"):
        any_zones.read(broken)
