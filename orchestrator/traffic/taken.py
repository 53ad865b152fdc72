"""The air that is taken, as a grid over place and time that is changed by what changed, not made anew.

Decisions stay plain functions of what is held: each thread keeps, for each frame, the grid that it asked
last, and brings it to what it is asked about by the reservations that came and went since.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import local

import numpy as np
from numpy.typing import NDArray

from geofences.corridor import Volume4D, placed
from geofences.position import LocalFrame
from geofences.spacetime.nearness import Rows, rows
from vehicles.mission import VehicleId

_FRAMES = 4
"""Of how many frames grids are kept: a fleet in one town has one."""
_KEPT = local()


@dataclass(frozen=True, slots=True)
class Reservation:
    """The 4D volumes that one of our own aircraft holds, from take-off to standing on its pad.

    At least one volume, all in one frame. `rows` are the same as an array (`geofences.spacetime.nearness`).
    """

    vehicle_id: VehicleId
    volumes: tuple[Volume4D, ...]
    rows: Rows = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", rows(self.volumes))


def met(
    flight: Rows, frame: LocalFrame, held: Sequence[Reservation], longest_s: float = 0.0
) -> tuple[NDArray[np.int64], list[Reservation], Rows]:
    """Each pair of a row of `flight` and one that is held that meet: the first, whose, and the second.

    All in `frame`. They meet after some delay of `flight` between 0 and `longest_s`, as far as times tell.
    """
    return _grid(frame).met(tuple(held), flight, longest_s)


class _Grid:
    """What was held when a frame was asked about last."""

    def __init__(self, frame: LocalFrame) -> None:
        from geofences.spacetime.held import Held  # noqa: PLC0415 - numba takes a moment to load

        self._frame = frame
        self._grid = Held()
        self._held: tuple[Reservation, ...] = ()
        self._by_id: dict[int, Reservation] = {}

    def met(
        self, held: tuple[Reservation, ...], flight: Rows, longest_s: float
    ) -> tuple[NDArray[np.int64], list[Reservation], Rows]:
        if held is not self._held:
            self._bring_to(held)
        mine, whose, theirs = self._grid.met(flight, longest_s)
        return mine, [self._by_id[one] for one in whose], theirs

    def _bring_to(self, held: tuple[Reservation, ...]) -> None:
        """The same object is the same reservation: looking into them would be slow."""
        now = {id(one): one for one in held}
        for gone in self._by_id.keys() - now.keys():
            self._grid.take(gone)
        for come in now.keys() - self._by_id.keys():
            self._grid.put(come, self._placed(now[come]))
        self._held, self._by_id = held, now

    def _placed(self, one: Reservation) -> Rows:
        if one.volumes[0].frame == self._frame:
            return one.rows
        return rows([placed(volume, self._frame) for volume in one.volumes])


def _grid(frame: LocalFrame) -> _Grid:
    kept: OrderedDict[LocalFrame, _Grid] | None = getattr(_KEPT, "grids", None)
    if kept is None:
        kept = _KEPT.grids = OrderedDict()
    found = kept.pop(frame, None) or _Grid(frame)
    kept[frame] = found
    if len(kept) > _FRAMES:
        kept.popitem(last=False)
    return found
