"""Skies among the blocks of an airspace, kept: one that differs little from another is made by changing that.

What binds differs from height to height and from hour to hour by a few blocks only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace
from geofences.airways.sky import BEYOND, Sky, Walled, beyond, offset
from geofences.outline import Outline
from geofences.position import LocalPoint
from geofences.verifying.blocks import Block

_MOST_CHANGED_FRAC = 0.2
"""A change of more of a sky's solids than this takes as long as making it anew."""

_LITTLE_CHANGED_FRAC = 0.002
"""One that differs by no more is taken without looking at the others."""


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Which outlines a sky was drawn among: by identity, in order of that, each once.

    The first of `blocks` that has each stands at `where`; they keep the outlines alive, and with them what
    their identities mean.
    """

    lateral_m: float
    extent: BaseGeometry | None
    outlines: NDArray[np.int64]
    where: NDArray[np.int64]
    blocks: tuple[Block, ...]

    def only(self, chosen: NDArray[np.bool_]) -> list[Outline]:
        """Some of its outlines, in the order of the blocks."""
        return [self.blocks[i].outline for i in np.sort(self.where[chosen]).tolist()]

    def but_for(self, other: _Drawn) -> NDArray[np.bool_]:
        """Which of its outlines another does not have."""
        return np.isin(self.outlines, other.outlines, assume_unique=True, invert=True)


_RECENT: deque[tuple[_Drawn, Sky]] = deque(maxlen=16)
"""Whichever of them is taken, the sky that follows from it is the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The sky among some blocks of an airspace, in whose numbers it speaks."""

    sky: Sky
    _outlines: NDArray[np.int64]
    _blocks: NDArray[np.int64]
    """The block of each of these outlines, which are in order of their identity."""

    def shortest(self, start: LocalPoint, goal: LocalPoint) -> tuple[LocalPoint, ...] | Walled:
        """As `Sky.shortest`."""
        return self.sky.shortest(start, goal)

    def blocks(self, keys: tuple[Hashable, ...]) -> tuple[int, ...]:
        """The indices of the blocks that solids are made of, in order."""
        found: list[int] = []
        for key in keys:
            first, last = (int(np.searchsorted(self._outlines, id(key), side)) for side in ("left", "right"))
            found.extend(self._blocks[first:last].tolist())
        return tuple(sorted(found))


@lru_cache(maxsize=64)
def level_of(airspace: Airspace, blocks: tuple[int, ...], lateral_m: float, reach_m: float = 0.0) -> Level:
    """The level of these blocks of an airspace with a margin, for ends up to `reach_m` from its origin."""
    chosen = np.array(blocks, dtype=np.int64)
    outlines = airspace.outlines[chosen]
    unique, first = np.unique(outlines, return_index=True)
    drawn = _Drawn(lateral_m, airspace.extent, unique, chosen[first], airspace.blocks)
    order = np.argsort(outlines, kind="stable")
    return Level(_sky(drawn, reach_m), outlines[order], chosen[order])


def _sky(drawn: _Drawn, reach_m: float) -> Sky:
    """By changing the recent sky that differs least, the newest first, or anew."""
    least: tuple[int, _Drawn, Sky] | None = None
    for made, sky in reversed(tuple(_RECENT)):
        if made.lateral_m == drawn.lateral_m and sky.reaches_m(reach_m):
            changed = int(made.but_for(drawn).sum() + drawn.but_for(made).sum())
            changed += made.extent is not drawn.extent
            if least is None or changed < least[0]:
                least = (changed, made, sky)
            if least[0] <= _LITTLE_CHANGED_FRAC * len(drawn.outlines):
                break
    if least is not None and least[0] <= _MOST_CHANGED_FRAC * len(drawn.outlines):
        found = _changed(least[2], least[1], drawn)
    else:
        outlines = drawn.only(np.ones(len(drawn.outlines), np.bool_))
        found = Sky.of(_solids(outlines, drawn, drawn.extent), reach_m)
    _RECENT.append((drawn, found))
    return found


def _changed(sky: Sky, made: _Drawn, drawn: _Drawn) -> Sky:
    gone: list[Hashable] = list(made.only(made.but_for(drawn)))
    edge = drawn.extent
    if made.extent is edge:
        edge = None
    elif made.extent is not None:
        gone.append(BEYOND)
    return sky.changed(gone, _solids(drawn.only(drawn.but_for(made)), drawn, edge))


def _solids(
    outlines: list[Outline], drawn: _Drawn, extent: BaseGeometry | None
) -> dict[Hashable, BaseGeometry]:
    """An outline with a margin is always the same solid."""
    found: dict[Hashable, BaseGeometry] = {o: _offset(o, drawn.lateral_m) for o in outlines}
    if extent is not None:
        found[BEYOND] = _beyond(extent)
    return found


@lru_cache(maxsize=32768)
def _offset(outline: Outline, lateral_m: float) -> BaseGeometry:
    return offset(outline.area, lateral_m)


@lru_cache(maxsize=64)
def _beyond(extent: BaseGeometry) -> BaseGeometry:
    return beyond(extent)
