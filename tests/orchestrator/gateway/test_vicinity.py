"""The piece of a map around a place, also where longitudes jump."""

from __future__ import annotations

import gzip

import orjson
import pytest

from orchestrator.gateway.showing.vicinity import Vicinity

WAYS = {
    "west of the line": [[179.9990, 0.0], [179.9991, 0.0]],
    "east of the line": [[-179.9990, 0.0], [-179.9991, 0.0]],
    "across": [[179.9999, 0.0], [-179.9999, 0.0]],
    "far away": [[179.9, 0.0], [179.91, 0.0]],
    "on the other side of the world": [[0.0, 0.0], [0.1, 0.0]],
}


@pytest.mark.parametrize("places", [[(180.0, 0.0)], [(-179.9999, 0.0)], [(179.9995, 0.0), (-179.9995, 0.0)]])
async def test_around_a_place_at_180_degrees_lies_what_is_on_both_sides(
    places: list[tuple[float, float]],
) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "LineString", "coordinates": way},
        }
        for name, way in WAYS.items()
    ]
    vicinity = Vicinity(gzip.compress(orjson.dumps({"type": "FeatureCollection", "features": features})))
    found = orjson.loads(await vicinity.around(places))["features"]
    names = [one["properties"]["name"] for one in found]
    assert names == ["west of the line", "east of the line", "across"]
