"""Population rasters as WorldPop and GHS-POP publish them, made up here."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from random import Random
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from geofences.formats import population
from geofences.formats.reading import FormatError
from geofences.ground.population import PopulationGrid
from geofences.position import GeoPoint, LocalFrame

PEOPLE = np.array([[1.0, 2.0, -99999.0], [4.0, np.nan, 6.0]], np.float32)
CELL_DEG = 1.0 / 1200.0
WEST_DEG, NORTH_DEG = 24.9, 60.2
GEOGRAPHIC = (1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)


def raster(
    people: NDArray[Any] = PEOPLE,
    *,
    scale: tuple[float, ...] | None = (CELL_DEG, CELL_DEG, 0.0),
    tie: tuple[float, ...] = (0.0, 0.0, 0.0, WEST_DEG, NORTH_DEG, 0.0),
    keys: tuple[int, ...] | None = GEOGRAPHIC,
    no_data: str | None = "-99999",
    **how: Any,  # noqa: ANN401 - tifffile's
) -> bytes:
    tags: list[tuple[Any, ...]] = [(33922, "d", len(tie), tie, True)]
    if scale is not None:
        tags.append((33550, "d", len(scale), scale, True))
    if keys is not None:
        tags.append((34735, "H", len(keys), keys, True))
    if no_data is not None:
        tags.append((42113, "s", len(no_data) + 1, no_data, True))
    file = BytesIO()
    tifffile.imwrite(file, people, extratags=sorted(tags), metadata=None, photometric="minisblack", **how)
    return file.getvalue()


def read(data: bytes) -> PopulationGrid:
    grid = population.read(data)
    assert isinstance(grid, PopulationGrid)
    return grid


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"compression": "deflate", "predictor": 3},
        {"compression": "lzw"},
        {"compression": "zstd"},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"tile": (16, 16), "compression": "deflate"},
        {"rowsperstrip": 1},
    ],
)
def test_people_in_cells_become_people_on_a_square_kilometre(how: dict[str, Any]) -> None:
    grid = read(raster(**how))
    assert (grid.west_deg, grid.cell_deg) == (WEST_DEG, CELL_DEG)
    assert grid.south_deg == pytest.approx(NORTH_DEG - 2 * CELL_DEG)
    km = 6371.0088 * np.radians(CELL_DEG)
    cell_km2 = km * km * np.cos(np.radians(60.2))
    expected = np.array([[1.0, 2.0, 0.0], [4.0, 0.0, 6.0]]) / cell_km2
    assert grid.people == pytest.approx(expected, rel=1e-4)
    frame = LocalFrame(GeoPoint(60.2, 24.9))
    north_west = frame.to_local(GeoPoint(NORTH_DEG - CELL_DEG / 2, WEST_DEG + CELL_DEG / 2))
    found = grid.people_per_km2(np.array([[north_west.east_m, north_west.north_m]]), frame)
    assert found == pytest.approx([1.0 / cell_km2], rel=1e-4)


def test_cells_told_by_their_middle_lie_half_a_cell_further() -> None:
    by_middle = read(raster(keys=(*GEOGRAPHIC[:11], 2, *GEOGRAPHIC[12:])))
    assert by_middle.west_deg == pytest.approx(WEST_DEG - CELL_DEG / 2)
    assert by_middle.south_deg == pytest.approx(NORTH_DEG - 1.5 * CELL_DEG)


def test_whole_numbers_and_doubles_are_figures_too() -> None:
    for kind in (np.uint8, np.int16, np.int32, np.float64):
        assert read(raster(np.array([[1, 2], [3, 4]], kind))).people.min() > 0.0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (raster(keys=None), "GeoKeyDirectory"),
        (raster(keys=(*GEOGRAPHIC[:15], 3067)), "GeoKeyDirectory"),
        (raster(keys=(*GEOGRAPHIC[:7], 1, *GEOGRAPHIC[8:])), "GeoKeyDirectory"),
        (raster(scale=None), "ModelPixelScale"),
        (raster(scale=(CELL_DEG, 2 * CELL_DEG, 0.0)), "ModelPixelScale"),
        (raster(scale=(100.0, 100.0, 0.0)), "ModelPixelScale"),
        (raster(tie=(0.0, 0.0, 0.0, 385_000.0, 6_670_000.0, 0.0)), "ModelTiepoint"),
        (raster(no_data=None), "file"),
        (raster(no_data="none"), "GDAL_NODATA"),
        (raster(np.zeros((4, 4), np.complex64)), "file"),
        (raster()[:60], "file"),
        (b"II*\0", "file"),
    ],
)
def test_what_cannot_be_laid_on_the_ground_is_refused_by_its_field(data: bytes, field: str) -> None:
    with pytest.raises(FormatError) as refused:
        population.read(data)
    assert refused.value.field == field


def test_a_spoilt_raster_is_read_or_refused() -> None:
    dice = Random(7)  # noqa: S311
    seeds = [raster(), raster(compression="deflate", predictor=3), raster(compression="lzw", tile=(16, 16))]
    for _ in range(300):
        spoilt = bytearray(dice.choice(seeds))
        for _ in range(dice.choice((1, 2, 5))):
            spoilt[dice.randrange(4, len(spoilt))] = dice.randrange(256)
        with suppress(FormatError):
            population.read(bytes(spoilt))
