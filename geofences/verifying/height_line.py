"""Heights along a straight motion over uneven ground: exact, piece by piece.

An autopilot flies straight between two points above the sea, whatever the ground does below; what it has
under it changes with every cell of the height model. Over each cell the ground along a line is a parabola,
so that every question about heights is a question about the roots of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from geofences.ground.limits import reach_m
from geofences.ground.terrain import Terrain
from geofences.position import LocalFrame
from geofences.verifying.crossing import Motion
from geofences.zone import Datum, Limit

Parabolas = NDArray[np.float64]
"""(n, 3) figures a, b, c: a + b t + c t^2 where t runs from 0 to 1 over a piece; NaN where not known."""

Span = tuple[float, float]
"""From one share of a motion to another, closed."""

_STRAIGHT_M = 500.0
"""A straight line in the local frame is one in degrees too over so many metres, to a centimetre."""
_ROUNDING_M = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class HeightLine:
    """Heights above the ground and above the sea along a motion, over n pieces of it.

    `shares` are n + 1 rising shares of the motion. Where the ground is not known `agl` is NaN; where a
    motion begins or ends there, so is `amsl` all along it.
    """

    shares: NDArray[np.float64]
    agl: Parabolas
    amsl: Parabolas

    def known_at(self, share_frac: float) -> bool:
        """Whether the ground below is known."""
        return not np.isnan(self.agl[self._piece(share_frac)]).any()

    def _piece(self, share_frac: float) -> int:
        piece = int(np.searchsorted(self.shares, share_frac, side="right")) - 1
        return min(max(piece, 0), len(self.agl) - 1)

    def agl_m(self, share_frac: float, otherwise_agl_m: float) -> float:
        """The height above ground after a share of the motion; `otherwise_agl_m` where it is not known."""
        piece = self._piece(share_frac)
        from_frac, to_frac = self.shares[piece : piece + 2]
        t = (share_frac - from_frac) / (to_frac - from_frac)
        a, b, c = self.agl[piece]
        return otherwise_agl_m if np.isnan(a) else float(a + t * (b + t * c))

    @property
    def first_unknown_frac(self) -> float | None:
        """The first share at which the ground is not known."""
        unknown = np.flatnonzero(np.isnan(self.agl).any(axis=1))
        return float(self.shares[unknown[0]]) if len(unknown) else None

    def within(self, lower: Limit | None, upper: Limit | None, vertical_m: float) -> tuple[Span, ...]:
        """The spans in which the motion is between two limits of a zone, widened by `vertical_m`.

        At each place as `limits.band` has it over the ground there: a floor in the ground reaches down
        without end, limits that are upside down enclose what lies between. What is not known is inside.
        """
        above = [self._above(reach_m(limit)[0], limit.datum, vertical_m) for limit in _given(lower, upper)]
        below = [self._below(reach_m(limit)[1], limit.datum, vertical_m) for limit in _given(lower, upper)]
        sides = (above if lower is not None else [], below if upper is not None else [])
        return self._where(*sides, unknown=True)

    def lower_than(self, height_agl_m: float) -> tuple[Span, ...]:
        """The spans in which it is known to be at most this high above the ground."""
        return self._where([], [[_minus(-self.agl, -height_agl_m)]], unknown=False)

    def higher_than(self, height_agl_m: float) -> tuple[Span, ...]:
        """The spans in which it is known to be at least this high above the ground."""
        return self._where([[_minus(self.agl, height_agl_m)]], [], unknown=False)

    def _above(self, floor_m: float, datum: Datum, vertical_m: float) -> list[Parabolas]:
        """Figures one of which is 0 or more where the motion is above a floor, or the floor in the ground."""
        if datum is Datum.AGL:
            return [_minus(self.agl, floor_m - vertical_m if floor_m > 0.0 else -np.inf)]
        return [_minus(self.amsl, floor_m - vertical_m), _minus(self.amsl - self.agl, floor_m)]

    def _below(self, top_m: float, datum: Datum, vertical_m: float) -> list[Parabolas]:
        heights = self.agl if datum is Datum.AGL else self.amsl
        return [_minus(-heights, -top_m - vertical_m)]

    def _where(
        self, above: Sequence[Sequence[Parabolas]], below: Sequence[Sequence[Parabolas]], *, unknown: bool
    ) -> tuple[Span, ...]:
        """Where one figure of `above` and one of `below` is 0 or more; an empty list holds everywhere."""
        groups = [[figure for several in side for figure in several] for side in (above, below)]
        pieces = np.arange(len(self.agl))
        t = _tried([figure for side in groups for figure in side], len(pieces))
        inside = np.ones_like(t, dtype=bool)
        for side in groups:
            if side:
                inside &= np.any([_at_least_0(figure, t, unknown=unknown) for figure in side], axis=0)
        shares = self.shares[:-1, None] + t * np.diff(self.shares)[:, None]
        return _spans(shares.ravel(), inside.ravel())


def height_line(motion: Motion, terrain: Terrain, frame: LocalFrame) -> HeightLine:
    """Heights along a motion in `frame`: straight above the sea between its ends."""
    places = (motion.at(0.0)[:2], motion.at(1.0)[:2])
    shares, ground = ground_line(*places, terrain, frame)
    ends_m = terrain.heights_amsl_m(frame.to_geo_array(np.array(places)))
    amsl = _line(shares, motion.from_agl_m + ends_m[0], motion.to_agl_m + ends_m[1])
    return HeightLine(shares, amsl - ground, amsl)


def ground_line(
    start: tuple[float, float], end: tuple[float, float], terrain: Terrain, frame: LocalFrame
) -> tuple[NDArray[np.float64], Parabolas]:
    """The ground under a straight line between two places of `frame` (east, north), metres above the sea.

    The n + 1 rising shares of the line between which it is a parabola, and these n parabolas.
    """
    length_m = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    count = max(1, ceil(length_m / _STRAIGHT_M))
    cuts = np.linspace(0.0, 1.0, count + 1)
    places = frame.to_geo_array(np.outer(1.0 - cuts, start) + np.outer(cuts, end))
    steps = np.diff(places, axis=0)
    steps[:, 0] = (steps[:, 0] + 180.0) % 360.0 - 180.0  # across the antimeridian, the short way
    shares, degrees = [], []
    for cut, place, step in zip(cuts, places, steps, strict=False):
        kinks = np.concatenate([[0.0], terrain.kinks_frac(place, place + step), [1.0]])
        shares.append(cut + kinks[:-1] / count)
        inner = kinks[:-1, None] + np.diff(kinks)[:, None] * np.array([0.25, 0.5, 0.75])
        degrees.append((place + inner[..., None] * step).reshape(-1, 2))
    at = np.concatenate(degrees)
    at[:, 0] = (at[:, 0] + 180.0) % 360.0 - 180.0
    ground = _parabolas(terrain.heights_amsl_m(at).reshape(-1, 3))
    return np.append(np.concatenate(shares), 1.0), ground


def _given(*limits: Limit | None) -> list[Limit]:
    return [limit for limit in limits if limit is not None]


def _parabolas(heights_m: NDArray[np.float64]) -> Parabolas:
    """Through the heights at a quarter, a half and three quarters of each piece."""
    early, middle, late = heights_m.T
    bend = 8.0 * (early - 2.0 * middle + late)
    slope = 2.0 * (late - early) - bend
    return np.column_stack([middle - 0.5 * slope - 0.25 * bend, slope, bend])


def _line(shares: NDArray[np.float64], from_m: float, to_m: float) -> Parabolas:
    heights_m = from_m + shares * (to_m - from_m)
    return np.column_stack([heights_m[:-1], np.diff(heights_m), np.zeros(len(shares) - 1)])


def _minus(figure: Parabolas, by_m: float) -> Parabolas:
    moved = figure.copy()
    moved[:, 0] -= by_m
    return moved


def _tried(figures: Sequence[Parabolas], pieces: int) -> NDArray[np.float64]:
    """For each piece its ends, every root within, and what lies half way between two of those; sorted."""
    points = [np.zeros(pieces), np.ones(pieces)]
    with np.errstate(divide="ignore", invalid="ignore"):
        for a, b, c in (figure.T for figure in figures):
            root = np.sqrt(np.maximum(b * b - 4.0 * a * c, 0.0))
            q = -0.5 * (b + np.copysign(root, b))
            points += [a / q, q / c]
    t = np.column_stack(points)
    t = np.sort(np.where((t >= 0.0) & (t <= 1.0), t, 0.0), axis=1)
    return np.sort(np.concatenate([t, (t[:, 1:] + t[:, :-1]) / 2.0], axis=1), axis=1)


def _at_least_0(figure: Parabolas, t: NDArray[np.float64], *, unknown: bool) -> NDArray[np.bool_]:
    a, b, c = (column[:, None] for column in figure.T)
    height_m = a + t * (b + t * c)
    return np.where(np.isnan(height_m), unknown, height_m >= -_ROUNDING_M)


def _spans(shares: NDArray[np.float64], inside: NDArray[np.bool_]) -> tuple[Span, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    return tuple((float(shares[i]), float(shares[j - 1])) for i, j in edges.reshape(-1, 2).tolist())
