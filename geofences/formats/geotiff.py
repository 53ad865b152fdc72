"""People on the ground from a GeoTIFF, as WorldPop and GHS-POP publish them: people in each cell, in degrees.

GeoTIFF 1.1 (OGC 19-008r4): ModelPixelScale, ModelTiepoint, the keys of the reference system; GDAL's text
for cells without data. Only WGS84 longitude and latitude (EPSG:4326) with square cells is read.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geofences.formats.reading import FormatError
from geofences.ground.population import PopulationGrid

_SCALE, _TIE_POINT, _TRANSFORMATION, _KEYS, _NO_DATA = 33550, 33922, 34264, 34735, 42113
_MODEL_TYPE, _RASTER_TYPE, _GEOGRAPHIC_TYPE = 1024, 1025, 2048
_GEOGRAPHIC, _POINTS, _WGS84 = 2, 2, 4326
_MOST_CELLS = 50_000_000
_EARTH_KM = 6371.0088
_SAME_FRAC = 1e-6
_BROKEN = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OSError, EOFError),
    *(ArithmeticError, struct.error, MemoryError),
)
"""What tifffile and its codecs raise on spoilt files."""


def is_geotiff(data: bytes) -> bool:
    """Whether it begins as a TIFF does, in either order of bytes, classic or big."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read(data: bytes) -> PopulationGrid:
    """Read the first image, one figure a cell: people. Raises `FormatError` naming what is wrong."""
    from tifffile import TiffFile  # noqa: PLC0415 - it loads slowly, and few need it

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what is wrong is told once, here
    try:
        with np.errstate(all="ignore"), TiffFile(BytesIO(data)) as file:
            page = file.pages.first
            shape = tuple(int(size) for size in page.shape)
            tags = {int(tag.code): tag.value for tag in page.tags}
            _check_shape(shape, str(page.dtype))
            figures = np.asarray(page.asarray(maxworkers=1), dtype=np.float64)
    except _BROKEN as error:
        raise FormatError("file", f"is a GeoTIFF that cannot be read: {error}") from error
    if figures.shape != shape:
        raise FormatError("file", f"holds {figures.shape} figures where it says {shape}")
    west_deg, north_deg, cell_deg = _placed(tags)
    south_deg = north_deg - cell_deg * shape[0]
    if not (-180.01 <= west_deg <= 180.0 and -90.01 <= south_deg <= north_deg <= 90.01):
        raise FormatError("ModelTiepoint", f"{west_deg:g}, {north_deg:g} is no corner in degrees")
    people = _without_gaps(figures, tags.get(_NO_DATA))
    return PopulationGrid(west_deg, south_deg, cell_deg, people / _cell_km2(shape[0], north_deg, cell_deg))


def _check_shape(shape: tuple[int, ...], kind: str) -> None:
    if len(shape) != 2 or not kind.startswith(("float", "int", "uint")):
        raise FormatError("file", f"is an image of {shape} {kind}; one number a cell is wanted")
    if not 1 <= shape[0] * shape[1] <= _MOST_CELLS:
        text = f"has {shape[0]} x {shape[1]} cells; at most {_MOST_CELLS:,} are read"
        raise FormatError("file", f"{text} (gdal_translate -projwin cuts)")


def _placed(tags: Mapping[int, Any]) -> tuple[float, float, float]:
    """The north-western corner and the size of a cell, degrees."""
    keys = _geo_keys(tags.get(_KEYS))
    if keys.get(_MODEL_TYPE) != _GEOGRAPHIC or keys.get(_GEOGRAPHIC_TYPE) != _WGS84:
        raise FormatError(
            "GeoKeyDirectory", "is not WGS84 longitude and latitude (gdalwarp -t_srs EPSG:4326)"
        )
    if _TRANSFORMATION in tags:
        raise FormatError("ModelTransformation", "is not read: cells must lie north up (gdalwarp)")
    scale, tie = _numbers(tags, _SCALE, "ModelPixelScale", 2), _numbers(tags, _TIE_POINT, "ModelTiepoint", 6)
    cell_deg = scale[0]
    if not 0.0 < cell_deg <= 10.0 or abs(scale[1] - cell_deg) > _SAME_FRAC * cell_deg:
        raise FormatError("ModelPixelScale", f"{scale[0]:g} x {scale[1]:g} degrees are no square cells")
    west_deg, north_deg = tie[3] - tie[0] * cell_deg, tie[4] + tie[1] * cell_deg
    half_deg = 0.5 * cell_deg if keys.get(_RASTER_TYPE) == _POINTS else 0.0
    return west_deg - half_deg, north_deg + half_deg, cell_deg


def _geo_keys(words: Any) -> dict[int, int]:  # noqa: ANN401 - what a tag holds
    """Keys with their value in place (GeoTIFF 7.1.1): four words each, after four of a header."""
    if not isinstance(words, Sequence) or not all(isinstance(word, int) for word in words):
        raise FormatError("GeoKeyDirectory", "is missing: where the image lies is not known")
    rows = [words[i : i + 4] for i in range(4, len(words) - 3, 4)]
    return {key: value for key, location, _, value in rows if location == 0}


def _numbers(tags: Mapping[int, Any], tag: int, name: str, least: int) -> list[float]:
    found = tags.get(tag)
    if not isinstance(found, Sequence) or isinstance(found, str | bytes) or len(found) < least:
        raise FormatError(name, "is missing")
    numbers = [float(value) for value in found]
    if not np.isfinite(numbers).all():
        raise FormatError(name, "is not finite")
    return numbers


def _without_gaps(figures: NDArray[np.float64], no_data: Any) -> NDArray[np.float64]:  # noqa: ANN401 - as above
    """Cells without data have nobody."""
    gaps = np.isnan(figures)
    if isinstance(no_data, str):
        try:
            gap = float(no_data.strip("\0 "))
        except ValueError as error:
            raise FormatError("GDAL_NODATA", f"{no_data[:20]!r} is no number") from error
        gaps |= np.isclose(figures, gap, rtol=1e-6, atol=0.0)
    people = np.where(gaps, 0.0, figures)
    if not (np.isfinite(people) & (people >= 0.0)).all():
        raise FormatError("file", "holds a figure that is negative or not finite, and not its GDAL_NODATA")
    return people


def _cell_km2(rows: int, north_deg: float, cell_deg: float) -> NDArray[np.float64]:
    """(rows, 1): the area of a cell of each row on a sphere."""
    edges_deg = np.clip(north_deg - cell_deg * np.arange(rows + 1), -90.0, 90.0)
    heights = -np.diff(np.sin(np.radians(edges_deg)))
    area: NDArray[np.float64] = np.maximum(_EARTH_KM**2 * np.radians(cell_deg) * heights, 1e-9)[:, None]
    return area
