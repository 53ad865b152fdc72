from __future__ import annotations

import io
import zipfile
from math import inf
from pathlib import Path

import numpy as np
import pytest

from geofences.formats import hgt
from geofences.formats.reading import FormatError
from geofences.ground.limits import Band, band
from geofences.ground.terrain import FlatGround, GroundSpan, SrtmTiles
from geofences.position import GeoPoint
from geofences.zone import Circle, Datum, Limit, Polygon, Unit, Volume

SHARED = Path(__file__).parents[4] / "shared/data/terrain/N42E001.hgt.zip"


def slope(void: tuple[int, int] | None = None) -> bytes:
    """A tile that rises by a metre with every post to the east, from 100 m."""
    posts = np.tile(np.arange(100, 1301), (1201, 1)).astype(">i2")
    if void is not None:
        posts[void] = -32768
    return posts.tobytes()


def zipped(name: str, data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return held.getvalue()


def box(south: float, west: float, north: float, east: float) -> Polygon:
    return Polygon(
        (GeoPoint(south, west), GeoPoint(south, east), GeoPoint(north, east), GeoPoint(north, west))
    )


def test_heights_are_interpolated_between_posts_and_unknown_beyond_the_tile() -> None:
    ground = SrtmTiles([hgt.read(slope(), "S34E151.hgt")])
    assert ground.height_amsl_m(GeoPoint(-33.5, 151.25)) == pytest.approx(400.0)
    assert ground.height_amsl_m(GeoPoint(-33.123, 151.25 + 0.5 / 1200)) == pytest.approx(400.5)
    assert ground.height_amsl_m(GeoPoint(-34.0, 152.0)) == pytest.approx(1300.0)
    assert ground.height_amsl_m(GeoPoint(-34.001, 151.5)) is None


def test_a_void_is_unknown_ground_and_so_is_an_area_that_has_one() -> None:
    ground = SrtmTiles([hgt.read(slope(void=(600, 300)), "N60E024.hgt")])
    assert ground.height_amsl_m(GeoPoint(60.5002, 24.2502)) is None
    assert ground.height_amsl_m(GeoPoint(60.5 + 2 / 1200, 24.25)) == pytest.approx(400.0)
    assert ground.span(box(60.49, 24.24, 60.51, 24.26)) is None
    beside = ground.span(box(60.41, 24.25, 60.42, 24.26))
    assert beside is not None
    assert beside.lowest_amsl_m == pytest.approx(400.0, abs=1.0)
    assert beside.highest_amsl_m == pytest.approx(412.0, abs=1.0)


def test_an_area_over_two_tiles_and_one_that_leaves_them() -> None:
    east = np.full((1201, 1201), 2000, dtype=">i2").tobytes()
    ground = SrtmTiles([hgt.read(slope(), "N60E024.hgt"), hgt.read(east, "N60E025.hgt")])
    both = ground.span(box(60.1, 24.9, 60.2, 25.1))
    assert both is not None
    assert both.lowest_amsl_m == pytest.approx(1180.0, abs=1.0)
    assert both.highest_amsl_m == 2000.0
    assert ground.span(box(60.1, 25.9, 60.2, 26.1)) is None
    circle = ground.span(Circle(GeoPoint(60.5, 24.5), 1000.0))
    assert circle is not None
    assert circle.lowest_amsl_m < 700.0 < circle.highest_amsl_m


def test_a_zipped_tile_may_name_itself_inside_or_outside() -> None:
    assert hgt.read(zipped("N10W020.hgt", slope()), "x.zip").west_deg == -20
    assert hgt.read(zipped("tile.hgt", slope()), "S01E005.hgt.zip").south_deg == -1


@pytest.mark.parametrize(
    ("data", "name", "field"),
    [
        (b"", "N60E024.hgt", "size"),
        (slope()[:-2], "N60E024.hgt", "size"),
        (slope(), "helsinki.hgt", "name"),
        (slope(), "N95E024.hgt", "name"),
        (slope(), "N60E180.hgt", "name"),
        (b"PK\x03\x04nonsense", "N60E024.hgt", "zip"),
        (zipped("readme.txt", b""), "N60E024.zip", "zip"),
        (zipped("N60E024.hgt", bytes(60_000_000)), "N60E024.zip", "size"),
    ],
)
def test_what_is_no_tile_is_refused(data: bytes, name: str, field: str) -> None:
    with pytest.raises(FormatError) as error:
        hgt.read(data, name)
    assert error.value.field == field


@pytest.mark.skipif(not SHARED.is_file(), reason="../shared with a real tile is not here")
def test_a_real_tile_with_voids() -> None:
    tile = hgt.read(SHARED.read_bytes(), SHARED.name)
    ground = SrtmTiles([tile])
    andorra_la_vella = ground.height_amsl_m(GeoPoint(42.5063, 1.5218))
    assert andorra_la_vella == pytest.approx(1023.0, abs=60.0)
    assert np.isnan(tile.heights_m).any()


def test_flat_ground() -> None:
    assert FlatGround(12.0).span(box(0, 0, 1, 1)) == GroundSpan(12.0, 12.0)
    assert FlatGround(12.0).height_amsl_m(GeoPoint(0, 0)) == 12.0


def volume(lower: Limit | None, upper: Limit | None) -> Volume:
    return Volume(Circle(GeoPoint(60.0, 25.0), 100.0), lower, upper)


def amsl(value_m: float, unit: Unit = Unit.M) -> Limit:
    return Limit(value_m, Datum.AMSL, unit)


def test_over_uneven_ground_a_zone_takes_all_heights_that_it_has_anywhere() -> None:
    hills = GroundSpan(20.0, 80.0)
    assert band(volume(amsl(130), amsl(250)), hills) == Band(50.0, 230.0)
    assert band(volume(amsl(80), amsl(250)), hills) == Band(-inf, 230.0)
    assert band(volume(Limit(30.0, Datum.AGL), amsl(100)), hills) == Band(20.0, 80.0)
    assert band(volume(Limit(30.0, Datum.AGL), Limit(90.0, Datum.AGL)), None) == Band(30.0, 90.0)


def test_over_unknown_ground_limits_above_the_sea_hold_from_the_ground_up() -> None:
    found = band(volume(amsl(1000), amsl(2000)), None)
    assert found.lower_agl_m == -inf
    assert found.upper_agl_m >= 2000.0 + 400.0


def test_a_flight_level_is_taken_where_cold_and_low_pressure_may_bring_it() -> None:
    found = band(volume(amsl(1981.2, Unit.FL), amsl(2895.6, Unit.FL)), GroundSpan(0.0, 0.0))
    assert 600.0 < found.lower_agl_m < 1981.2 - 820.0
    assert found.upper_agl_m > 2895.6 + 590.0
