"""Rings whose edges may run either way round the globe, or through one another."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from geofences.formats.notes import UnreadableError
from geofences.formats.reading import FormatError
from geofences.position import GeoPoint

_WIDEST_EDGE_DEG = 90.0
_NO_WIDTH_DEG = 1e-9
_HALF_TURN_DEG = 180.0


def check_width(corners: Sequence[GeoPoint], where: str) -> None:
    """Raises `UnreadableError` for a ring that encloses either what it is meant to or all the rest.

    An edge runs the short way, across the antimeridian where that is shorter. One of more than 90 degrees of
    longitude by the short way has no safe reading; nor has a ring from -180 to 180, which has no width, nor
    one about a pole, which has two insides.
    """
    turned_deg, least_deg, most_deg = 0.0, 0.0, 0.0
    for corner, following in zip(corners, (*corners[1:], corners[0]), strict=True):
        step_deg = (following.lon_deg - corner.lon_deg + 180.0) % 360.0 - 180.0
        if abs(step_deg) > _WIDEST_EDGE_DEG:
            ends = f"{corner.lon_deg:g} to {following.lon_deg:g}"
            raise UnreadableError(
                where, f"has an edge from longitude {ends}, which may run either way round the globe"
            )
        turned_deg += step_deg
        least_deg, most_deg = min(least_deg, turned_deg), max(most_deg, turned_deg)
    if abs(turned_deg) > _HALF_TURN_DEG:
        raise UnreadableError(where, "goes round a pole, with an inside on either side: draw it in parts")
    lons_deg = [corner.lon_deg for corner in corners]
    if most_deg - least_deg < _NO_WIDTH_DEG < max(lons_deg) - min(lons_deg):
        raise UnreadableError(
            where, "reaches from longitude -180 to 180 without a corner between: draw it in parts"
        )


def check_simple(corners: Sequence[GeoPoint], where: str) -> None:
    """Raises `UnreadableError` for a ring that has width whose edges cross or touch one another.

    What somebody draws in a moment and means as one area: a slip of the order of its corners leaves part of
    that outside. Names the place, in degrees.
    """
    lats_deg = [corner.lat_deg for corner in corners]
    drawn = shapely.Polygon(list(zip(unwrapped_deg(corners), lats_deg, strict=True)))
    if drawn.is_valid:
        return
    _, _, at = shapely.is_valid_reason(drawn).partition("[")  # "Self-intersection[24.95 60.15]"
    lon_deg, lat_deg = (float(number) for number in at.rstrip("]").split())
    raise UnreadableError(
        where, f"crosses itself at {lat_deg:.5f}, {lon_deg:.5f}: its corners are not in the order of its edge"
    )


def with_width(corners: Sequence[GeoPoint], where: str) -> None:
    """The same for a file that is read whole or not at all: raises `FormatError`."""
    try:
        check_width(corners, where)
    except UnreadableError as error:
        raise FormatError(error.field, error.reason) from error


def unwrapped_deg(corners: Sequence[GeoPoint]) -> list[float]:
    """The longitudes of a ring that has width, each the short way from the one before."""
    found = [corners[0].lon_deg]
    for corner in corners[1:]:
        found.append(found[-1] + (corner.lon_deg - found[-1] + 180.0) % 360.0 - 180.0)
    return found
