"""KML as authorities publish it: solids with walls, labels, closed lines, tables in descriptions."""

from __future__ import annotations

import html
import time

import pytest

from geofences.formats.html_words import limits_of, rows_of, text_of
from geofences.zone import Datum, Limit, Polygon, Restriction, Unit
from tests.geofences.formats.sound import noted, only
from tests.geofences.formats.test_kml import placemark, polygon, read

CORNERS = ("24.9,60.1", "25.0,60.1", "25.0,60.2")
INSIDE = "<Point><coordinates>24.99,60.12</coordinates></Point>"


def flat(height_m: float) -> str:
    return " ".join(f"{corner},{height_m}" for corner in (*CORNERS, CORNERS[0]))


def wall(a: str, b: str) -> str:
    return f"{a},0 {b},0 {b},300 {a},300 {a},0"


def solid(*more: str) -> str:
    walls = [wall(CORNERS[i - 1], CORNERS[i]) for i in range(3)]
    sides = (polygon(extrude=0, places=places) for places in (flat(300), flat(0), *walls, *more))
    return f"<MultiGeometry>{''.join(sides)}</MultiGeometry>"


def test_a_solid_is_one_area_whose_walls_are_its_edges() -> None:
    zone = only(read(placemark(solid())))
    (volume,) = zone.volumes
    assert isinstance(volume.footprint, Polygon)
    assert len(volume.footprint.corners) == 3
    assert (volume.lower, volume.upper) == (None, None)


def test_a_wall_elsewhere_refuses_the_zone() -> None:
    (refused,) = read(placemark(solid(wall("24.9,60.1", "24.8,60.1")))).refused
    assert "stands upright" in refused.reason
    assert read(placemark(polygon(extrude=0, places=wall("24.9,60.1", "25.0,60.1")))).refused != ()


def test_limits_on_lines_of_a_description_are_the_zones() -> None:
    told = html.escape("A circle<br/>Upper limit: 2000 FT SFC<br/>Lower limit: SFC<br/>Class:")
    zone = only(read(placemark(solid(), f"<name>R1</name><description>{told}</description>")))
    assert zone.volumes[0].lower == Limit(0.0, Datum.AGL)
    assert zone.volumes[0].upper == Limit(2000 * 0.3048, Datum.AGL, Unit.FT)
    assert zone.message == "A circle\nUpper limit: 2000 FT SFC\nLower limit: SFC\nClass:"


def test_two_upper_limits_in_a_description_are_none() -> None:
    told = "Upper limit: 1000 FT MSL\nLower limit: SFC\nUpper limit: 8000 FT MSL"
    assert limits_of(told) == {"lower": "SFC"}


def test_a_table_in_a_description_is_data_but_what_is_written_beside_it_goes_first() -> None:
    rows = {
        "Tipo / Restriction:": "REQ_AUTHORISATION",
        "Condiciones / Conditions": "ask &amp; wait",
        "Name": "the office",
        "Year": "2027",
    }
    table = "<table><tr><td>LP1</td></tr>" + "".join(
        f"<tr><td><b>{name}</b></td> <td>\n{value}</td></tr>" for name, value in rows.items()
    )
    data = f"<name>LP1</name><description><![CDATA[{table}</table>]]></description>"
    reading = read(placemark(polygon(), data))
    zone = only(reading)
    assert (zone.name, zone.restriction, zone.conditions) == (
        "LP1",
        Restriction.REQ_AUTHORISATION,
        "ask & wait",
    )
    assert ("Year", "2027") in rows_of(table).items()
    assert [field for field, _, _ in noted(reading)] == ["description"]


def test_a_label_in_the_area_of_its_name_is_no_zone_more() -> None:
    area = placemark(polygon())
    labelled = read(placemark(INSIDE) + area)
    assert (len(labelled.zones), labelled.refused, labelled.features_count) == (1, (), 1)
    assert noted(labelled)[-1][2] == "its label: no area"


def test_any_number_of_points_and_areas_of_one_name_is_read_in_bounded_time() -> None:
    began_s = time.process_time()
    beside = placemark(INSIDE.replace("24.99", "24.91"))
    reading = read((placemark(polygon()) + beside) * 1_500)
    assert (len(reading.zones), len(reading.refused)) == (1_500, 1_500)
    assert time.process_time() - began_s < 20.0


@pytest.mark.parametrize(
    "label",
    [
        placemark(INSIDE, "<name>Another</name>"),
        placemark(INSIDE.replace("24.99", "24.91")),
        placemark(INSIDE, ""),
    ],
    ids=["another name", "outside", "no name"],
)
def test_any_other_point_without_a_radius_is_refused(label: str) -> None:
    reading = read(placemark(polygon()) + label)
    assert (len(reading.zones), len(reading.refused), reading.features_count) == (1, 1, 2)


def test_a_closed_line_is_the_area_in_it() -> None:
    line = f"<LineString><coordinates>{flat(0)}</coordinates></LineString>"
    zone = only(read(placemark(line)))
    assert zone.volumes == only(read(placemark(polygon(extrude=0, places=flat(0))))).volumes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain, 3 < 4", "plain, 3 < 4"),
        ("<p>one</p><br>two &amp; <i>three</i>", "one\ntwo & three"),
        ("an <unclosed", "an <unclosed"),
        ("a" + "<" * 100_000, "a" + "<" * 100_000),
    ],
)
def test_words_of_html(text: str, words: str) -> None:
    assert text_of(text) == words
