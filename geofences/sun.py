"""When the sun rises and sets: the NOAA solar calculator's equations.

Source: NOAA Global Monitoring Laboratory, "Solar Calculation Details" (NOAA_Solar_Calculations_day.xls),
after J. Meeus, Astronomical Algorithms (1991), chapters 25 and 28. NOAA states a minute of accuracy within
72 degrees of the equator and ten minutes beyond; `ALLOWANCE_S` and `POLAR_ALLOWANCE_S` are twice that.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, asin, cos, degrees, radians, sin, tan
from typing import assert_never

from geofences.position import GeoPoint
from geofences.zone import DayEvent

ALLOWANCE_S, POLAR_ALLOWANCE_S, _POLAR_DEG = 120.0, 1200.0, 72.0
_DAY_S = 86_400.0
_J2000_S = 946_728_000.0
"""2000-01-01 12:00 UTC, from which Julian centuries are counted."""
_RISE_DEG, _CIVIL_DEG = -0.833, -6.0
"""Altitude of the sun's centre: refraction and half the disc at rise and set; civil twilight."""


@dataclass(frozen=True, slots=True)
class SolarDay:
    """One day of the sun at a place, from midnight to midnight of its solar time, UTC seconds."""

    from_s: float
    until_s: float


def solar_day(number: int, at: GeoPoint) -> SolarDay:
    """The solar day at a place whose noon is nearest 12:00 local mean time of day `number` since 1970."""
    noon_s = number * _DAY_S + _DAY_S / 2.0 - at.lon_deg * 240.0
    noon_s -= _sun(noon_s)[1] * 60.0
    return SolarDay(noon_s - _DAY_S / 2.0, noon_s + _DAY_S / 2.0)


def event_s(event: DayEvent, number: int, at: GeoPoint) -> float | None:
    """When the event happens on a solar day, UTC seconds; None where it does not (polar day or night)."""
    day = solar_day(number, at)
    match event:
        case DayEvent.SR | DayEvent.SS:
            altitude_deg = _RISE_DEG
        case DayEvent.BMCT | DayEvent.EECT:
            altitude_deg = _CIVIL_DEG
        case _:
            assert_never(event)
    side = -1.0 if event in {DayEvent.SR, DayEvent.BMCT} else 1.0
    middle_s = (day.from_s + day.until_s) / 2.0
    at_s = middle_s
    for _ in range(2):  # the declination moves a little within the day
        hour_angle_deg = _hour_angle_deg(altitude_deg, at.lat_deg, _sun(at_s)[0])
        if hour_angle_deg is None:
            return None
        at_s = middle_s + side * hour_angle_deg * 240.0
    return at_s


def allowance_s(at: GeoPoint) -> float:
    """How far an event may be from the truth."""
    return POLAR_ALLOWANCE_S if abs(at.lat_deg) >= _POLAR_DEG - 1.0 else ALLOWANCE_S


def _hour_angle_deg(altitude_deg: float, lat_deg: float, declination_deg: float) -> float | None:
    lat, declination = radians(max(-89.999, min(89.999, lat_deg))), radians(declination_deg)
    reach_cos = sin(radians(altitude_deg)) / (cos(lat) * cos(declination)) - tan(lat) * tan(declination)
    return degrees(acos(reach_cos)) if -1.0 <= reach_cos <= 1.0 else None


def _sun(at_s: float) -> tuple[float, float]:
    """Declination in degrees, equation of time in minutes."""
    century = (at_s - _J2000_S) / (36_525.0 * _DAY_S)
    mean_deg = (280.46646 + century * (36_000.76983 + century * 0.0003032)) % 360.0
    anomaly = radians(357.52911 + century * (35_999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre_deg = (
        sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + sin(2.0 * anomaly) * (0.019993 - 0.000101 * century)
        + sin(3.0 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * century)
    apparent = radians(mean_deg + centre_deg - 0.00569 - 0.00478 * sin(node))
    seconds = 21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))
    obliquity = radians(23.0 + (26.0 + seconds / 60.0) / 60.0 + 0.00256 * cos(node))
    y, mean = tan(obliquity / 2.0) ** 2, radians(mean_deg)
    equation = (
        y * sin(2.0 * mean)
        - 2.0 * eccentricity * sin(anomaly)
        + 4.0 * eccentricity * y * sin(anomaly) * cos(2.0 * mean)
        - 0.5 * y * y * sin(4.0 * mean)
        - 1.25 * eccentricity * eccentricity * sin(2.0 * anomaly)
    )
    return degrees(asin(sin(obliquity) * sin(apparent))), 4.0 * degrees(equation)
