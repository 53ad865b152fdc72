"""Skies among the blocks of an airspace, kept: one that differs little from another is made by changing that.

What binds differs from height to height and from hour to hour by a few blocks only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace
from geofences.outline import Outline
from geofences.position import LocalPoint
from geofences.sky import BEYOND, Sky, Walled, beyond, offset

_MOST_CHANGED_FRAC = 0.2
"""A change of more of a sky's solids than this takes as long as making it anew."""

_LITTLE_CHANGED_FRAC = 0.002
"""One that differs by no more is taken without looking at the others."""

_RECENT: deque[tuple[float, Sky]] = deque(maxlen=16)
"""With their margins. Whichever of them is taken, the sky that follows from it is the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The sky among some blocks of an airspace, in whose numbers it speaks."""

    sky: Sky
    _blocks: Mapping[Hashable, tuple[int, ...]]

    def shortest(self, start: LocalPoint, goal: LocalPoint) -> tuple[LocalPoint, ...] | Walled:
        """As `Sky.shortest`."""
        return self.sky.shortest(start, goal)

    def blocks(self, keys: tuple[Hashable, ...]) -> tuple[int, ...]:
        """The indices of the blocks that solids are made of, in order."""
        return tuple(sorted(i for key in keys for i in self._blocks.get(key, ())))


@lru_cache(maxsize=64)
def level_of(airspace: Airspace, blocks: tuple[int, ...], lateral_m: float, reach_m: float = 0.0) -> Level:
    """The level of these blocks of an airspace with a margin, for ends up to `reach_m` from its origin."""
    named: dict[Hashable, tuple[int, ...]] = {}
    solids: dict[Hashable, BaseGeometry] = {}
    for i in blocks:
        outline = airspace.blocks[i].outline
        named[outline] = (*named.get(outline, ()), i)
        solids[outline] = _offset(outline, lateral_m)
    if airspace.extent is not None:
        solids[BEYOND] = _beyond(airspace.extent)
    return Level(_sky(solids, lateral_m, reach_m), named)


def _sky(solids: Mapping[Hashable, BaseGeometry], lateral_m: float, reach_m: float) -> Sky:
    """By changing the recent sky that differs least, the newest first, or anew.

    An outline with a margin is always the same solid: what differs is told by the keys alone.
    """
    least: tuple[int, Sky, AbstractSet[Hashable], AbstractSet[Hashable]] | None = None
    for with_m, sky in reversed(tuple(_RECENT)):
        if with_m == lateral_m and sky.reaches_m(reach_m):
            gone, come = sky.solids.keys() - solids.keys(), solids.keys() - sky.solids.keys()
            if sky.solids.get(BEYOND) is not solids.get(BEYOND):
                gone, come = gone | (sky.solids.keys() & {BEYOND}), come | (solids.keys() & {BEYOND})
            if least is None or len(gone) + len(come) < least[0]:
                least = (len(gone) + len(come), sky, gone, come)
            if least[0] <= _LITTLE_CHANGED_FRAC * len(solids):
                break
    if least is not None and least[0] <= _MOST_CHANGED_FRAC * len(solids):
        come_in_order = {key: shape for key, shape in solids.items() if key in least[3]}
        made = least[1].changed(least[2], come_in_order)
    else:
        made = Sky.of(solids, reach_m)
    _RECENT.append((lateral_m, made))
    return made


@lru_cache(maxsize=32768)
def _offset(outline: Outline, lateral_m: float) -> BaseGeometry:
    return offset(outline.area, lateral_m)


@lru_cache(maxsize=64)
def _beyond(extent: BaseGeometry) -> BaseGeometry:
    return beyond(extent)
