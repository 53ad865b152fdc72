"""How many people there are on the ground: an Esri ASCII grid in degrees, a GeoTIFF, or GeoJSON areas.

The grid is Esri's "ASCII raster" (ncols, nrows, xllcorner or xllcenter, yllcorner or yllcenter, cellsize,
NODATA_value, then rows from north to south) of people per square kilometre, in degrees; cells without data
have nobody. A GeoTIFF holds people in each cell (see `geotiff`).
Areas are Polygons and MultiPolygons with `people_per_km2`, or `class`: one
of SORA 2.5's steps of population density by the words below, taken at the step's upper bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from geofences.formats import geotiff
from geofences.formats.reading import FormatError
from geofences.formats.ring_width import with_width
from geofences.ground.population import PopulatedArea, PopulatedAreas, Population, PopulationGrid
from geofences.position import GeoPoint
from geofences.zone import Polygon

CLASSES = {
    "controlled": 0.0,
    "water": 0.0,
    "remote": 5.0,
    "lightly populated": 50.0,
    "sparsely populated": 500.0,
    "suburban": 5_000.0,
    "urban": 50_000.0,
    "high density": 100_000.0,
    "assembly": 500_000.0,
}
"""SORA 2.5, its quantitative bands of population density; the last two have no upper bound there."""

_MOST_CELLS = 50_000_000
_KEYS = {"ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "nodata_value"}


def read(data: bytes) -> Population:
    """Read a file of any of these kinds, told by its content. Raises `FormatError` naming the field."""
    if geotiff.is_geotiff(data):
        return geotiff.read(data)
    return _read_areas(data) if data.lstrip()[:1] == b"{" else _read_grid(data)


def _read_grid(data: bytes) -> PopulationGrid:
    lines = data.split(b"\n")
    head: dict[str, float] = {}
    for line in lines[:6]:
        words = line.split()
        if len(words) != 2 or words[0].lower().decode("latin-1") not in _KEYS:
            break
        head[words[0].lower().decode("latin-1")] = _number(words[1], words[0].decode("latin-1"))
    columns, rows = (_count(head, name) for name in ("ncols", "nrows"))
    cell_deg = head.get("cellsize", 0.0)
    if not 0.0 < cell_deg <= 10.0:
        raise FormatError("cellsize", "must be more than 0 and at most 10 degrees")
    west_deg = _corner_deg(head, "xll", cell_deg, 180.0)
    south_deg = _corner_deg(head, "yll", cell_deg, 90.0)
    try:
        figures = np.array(b" ".join(lines[len(head) :]).split(), dtype=np.float64)
    except ValueError as error:
        raise FormatError("rows", f"hold something that is no number: {error}") from error
    if figures.size != columns * rows:
        raise FormatError("rows", f"hold {figures.size} figures, not {columns} x {rows}")
    people = np.where(figures == head.get("nodata_value", -9999.0), 0.0, figures)
    if not (np.isfinite(people) & (people >= 0.0)).all():
        raise FormatError("rows", "hold a figure that is negative or not finite")
    return PopulationGrid(west_deg, south_deg, cell_deg, people.reshape(rows, columns))


def _number(word: bytes, field: str) -> float:
    try:
        return float(word)
    except ValueError as error:
        raise FormatError(field, f"{word.decode('latin-1')!r} is no number") from error


def _count(head: dict[str, float], name: str) -> int:
    found = head.get(name, 0.0)
    if not 1 <= found <= _MOST_CELLS or found != int(found):
        raise FormatError(name, "must be a whole number of 1 or more")
    return int(found)


def _corner_deg(head: dict[str, float], name: str, cell_deg: float, most_deg: float) -> float:
    found = head.get(f"{name}corner")
    centre = head.get(f"{name}center")
    corner = found if found is not None else None if centre is None else centre - cell_deg / 2.0
    if corner is None or not -most_deg <= corner <= most_deg:
        raise FormatError(f"{name}corner", f"must be within -{most_deg:g} to {most_deg:g} degrees")
    return corner


def _read_areas(data: bytes) -> PopulatedAreas:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FormatError("file", f"is no JSON: {error}") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise FormatError("features", "must be a list")
    several = (_areas(feature, f"features[{number}]") for number, feature in enumerate(features))
    return PopulatedAreas(tuple(area for areas in several for area in areas))


def _areas(feature: Any, field: str) -> list[PopulatedArea]:  # noqa: ANN401 - what JSON holds
    try:
        geometry, properties = feature["geometry"], feature["properties"] or {}
        kind, coordinates = geometry["type"], geometry["coordinates"]
        polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}[kind]
        rings = [[[GeoPoint(float(y), float(x)) for x, y, *_ in ring] for ring in one] for one in polygons]
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{field}.geometry", "must be a Polygon or MultiPolygon in degrees") from error
    people = _people_per_km2(properties, field)
    if any(len(ring) < 4 for one in rings for ring in one) or not all(rings):
        raise FormatError(f"{field}.geometry", "has a ring of fewer than four corners")
    for ring in (ring[:-1] for one in rings for ring in one):
        with_width(ring, f"{field}.geometry")
    return [
        PopulatedArea(Polygon(tuple(one[0][:-1]), tuple(tuple(hole[:-1]) for hole in one[1:])), people)
        for one in rings
    ]


def _people_per_km2(properties: Any, field: str) -> float:  # noqa: ANN401 - what JSON holds
    if not isinstance(properties, dict):
        raise FormatError(f"{field}.properties", "must be an object")
    people, word = properties.get("people_per_km2"), properties.get("class")
    if people is None and isinstance(word, str) and word.strip().lower() in CLASSES:
        return CLASSES[word.strip().lower()]
    if people is None and word is not None:
        raise FormatError(f"{field}.class", f"{word!r} is none of {', '.join(CLASSES)}")
    if isinstance(people, bool) or not isinstance(people, int | float) or not 0.0 <= people < float("inf"):
        raise FormatError(f"{field}.people_per_km2", "must be a number of 0 or more")
    return float(people)
