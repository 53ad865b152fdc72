from __future__ import annotations

from math import inf

import pytest

from geofences.ground.limits import Band, band, describe
from geofences.position import GeoPoint
from geofences.zone import Circle, Datum, Limit, Unit, Volume

SPOT = Circle(GeoPoint(60.17, 24.94), 100.0)


def agl(value_m: float) -> Limit:
    return Limit(value_m, Datum.AGL)


def amsl(value_m: float) -> Limit:
    return Limit(value_m, Datum.AMSL)


def wgs84(value_m: float) -> Limit:
    return Limit(value_m, Datum.WGS84)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (None, None, Band(-inf, inf)),
        (agl(30), agl(120), Band(30, 120)),
        (agl(0), agl(120), Band(-inf, 120)),
        (amsl(50), amsl(150), Band(30, 130)),
        (amsl(20), None, Band(-inf, inf)),
        (agl(30), amsl(150), Band(30, 130)),
        (wgs84(200), wgs84(300), Band(200 - 86 - 20, 300 + 107 - 20)),
    ],
)
def test_limits_over_ground_20_m_above_the_sea(
    lower: Limit | None, upper: Limit | None, expected: Band
) -> None:
    assert band(Volume(SPOT, lower, upper), ground=20.0) == expected


def test_a_top_below_its_floor_does_not_open_the_zone() -> None:
    over_a_hill = band(Volume(SPOT, agl(50), amsl(100)), ground=200.0)
    assert over_a_hill.meets(0.0, 0.0, 0.0)
    assert over_a_hill.meets(50.0, 50.0, 0.0)


def test_bands_are_closed_and_widened() -> None:
    assert Band(30, 120).meets(120, 150, 0)
    assert not Band(30, 120).meets(120.1, 150, 0)
    assert Band(30, 120).meets(125, 150, 5)
    assert Band(30, 120).meets(0, 25, 5)
    assert not Band(30, 120).meets(0, 24.9, 5)


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (agl(0), agl(150), "0-150 m AGL"),
        (agl(30), amsl(120.5), "30 m AGL to 120.5 m AMSL"),
        (None, agl(150), "up to 150 m AGL"),
        (amsl(50), None, "above 50 m AMSL"),
        (None, None, "all heights"),
    ],
)
def test_words(lower: Limit | None, upper: Limit | None, words: str) -> None:
    assert describe(Volume(SPOT, lower, upper)) == words


def test_words_keep_the_published_unit() -> None:
    feet = Limit(152.4, Datum.AGL, Unit.FT)
    level = Limit(2895.6, Datum.AMSL, Unit.FL)
    assert describe(Volume(SPOT, agl(0), feet)) == "0-500 ft AGL"
    assert describe(Volume(SPOT, agl(30), feet)) == "30 m to 500 ft AGL"
    assert describe(Volume(SPOT, feet, level)) == "500 ft AGL to FL 95"
    assert describe(Volume(SPOT, amsl(100), level)) == "100 m AMSL to FL 95"
