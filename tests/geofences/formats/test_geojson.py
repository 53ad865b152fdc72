from __future__ import annotations

import orjson
import pytest

from geofences.formats.geojson import path_feature, zones_collection
from geofences.path import Path
from geofences.zone import Circle, Interval, Medium, Restriction
from tests.geofences.field import at, box, way, zone


def test_zones_for_the_console() -> None:
    both = frozenset({Medium.AIR, Medium.SIDEWALK})
    zones = [
        zone("A", box(0, 0, 100, 50), binds=both),
        zone("B", Circle(at(0, 0), 100.0), None, None, restriction=Restriction.CONDITIONAL),
    ]
    collection = orjson.loads(orjson.dumps(zones_collection(zones, 1000.0)))
    first, second = collection["features"]
    assert collection["type"] == "FeatureCollection"
    assert first["properties"] == {
        "id": "A",
        "name": "zone A",
        "restriction": "PROHIBITED",
        "lower": "0 m AGL",
        "upper": "150 m AGL",
        "when": "always",
        "active": True,
        "message": "",
        "binds": ["air", "sidewalk"],
        "text": "A 'zone A' (PROHIBITED, 0-150 m AGL, always)",
    }
    (ring,) = first["geometry"]["coordinates"]
    assert (len(ring), ring[0]) == (5, ring[-1])
    assert ring[0] == pytest.approx([24.94, 60.17], abs=1e-6)
    assert (second["properties"]["lower"], second["properties"]["upper"]) == (None, None)
    assert len(second["geometry"]["coordinates"][0]) == 65


@pytest.mark.parametrize(
    ("at_s", "active"), [(999.0, False), (1000.0, True), (1999.0, True), (2001.0, False)]
)
def test_a_zone_is_active_while_it_applies(at_s: float, *, active: bool) -> None:
    passing = zone("A", box(0, 0, 100, 50), when=(Interval(1000.0, 2000.0),))
    (feature,) = zones_collection([passing], at_s)["features"]
    assert feature["properties"]["active"] is active


def test_a_path_for_other_programs() -> None:
    path = Path((way(0, 0), way(0, 0, 60), way(300, 400, 60)), ("A 'zone A'",))
    feature = path_feature(path, {"duration_s": 40.0})
    assert feature["geometry"]["type"] == "LineString"
    assert [position[2] for position in feature["geometry"]["coordinates"]] == [0, 60, 60]
    assert feature["properties"]["length_m"] == pytest.approx(500, abs=0.01)
    assert feature["properties"]["avoided"] == ["A 'zone A'"]
    assert feature["properties"]["duration_s"] == 40.0
