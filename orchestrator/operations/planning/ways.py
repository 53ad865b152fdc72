"""A memory of ways and drafts already found, so that a quote for a place seen before is a look-up.

A way depends on where it starts and ends, on the cruise height, the margins, and on which zones
bind while it is used; not on the hour as such. Two windows in which the same zones bind share
their results. Windows are widened outward to five minutes: a zone that begins within them is
avoided a little early, never late.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import TypeVar, cast

from geofences.airspace import Airspace
from geofences.zone import Medium

_BUCKET_S = 300.0
_CEILING_AGL_M = 1000.0
_MOST_RESULTS = 50_000
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when (fleet time, UTC seconds) a way is used."""

    from_s: float
    until_s: float

    def widened(self) -> Window:
        """The same window, outward to whole five minutes."""
        return Window(
            math.floor(self.from_s / _BUCKET_S) * _BUCKET_S, math.ceil(self.until_s / _BUCKET_S) * _BUCKET_S
        )


class Ways:
    """What was found in one airspace, on one set of footpaths, in one wind: of one `Surroundings`.

    Holds results of pure functions only: forgetting any of them changes no answer.
    """

    def __init__(self) -> None:
        self._results: dict[Hashable, object] = {}
        self._epochs: dict[tuple[Medium, Window], int] = {}
        self._numbers: dict[Hashable, int] = {}

    def recall(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """The result remembered under `key`, found first where it is new; the key names all it rests on."""
        try:
            return cast("_Found", self._results[key])
        except KeyError:  # keys take longer to hash than to look up: once is enough
            found = find()
        if len(self._results) >= _MOST_RESULTS:
            self._results.clear()
        self._results[key] = found
        return found

    def known(self, key: Hashable) -> object | None:
        """What is remembered under `key`, if anything is."""
        return self._results.get(key)

    def learn(self, found: Mapping[Hashable, object]) -> None:
        """Remember what was found elsewhere of one and the same surroundings."""
        if len(self._results) + len(found) > _MOST_RESULTS:
            self._results.clear()
        self._results.update(found)

    def __len__(self) -> int:
        """How much is remembered."""
        return len(self._results)

    def since(self, count: int) -> dict[Hashable, object]:
        """What was found since so much was remembered; where some was forgotten meanwhile, all there is."""
        known = len(self._results)
        return dict(islice(self._results.items(), count if count <= known else 0, None))

    def number(self, place: Hashable) -> int:
        """A place's own number here, from 0: for keys of pairs of places, which take long to hash."""
        return self._numbers.setdefault(place, len(self._numbers))

    def epoch(self, airspace: Airspace, medium: Medium, window: Window) -> int:
        """A number for the zones that bind in the widened window: the same in each process."""
        wide = window.widened()
        known = self._epochs.get((medium, wide))
        if known is None:
            bound = airspace.keep_outs(medium, wide.from_s, wide.until_s, 0.0, _CEILING_AGL_M)
            names = "\n".join(sorted({name for name, _ in bound}))
            known = int.from_bytes(blake2b(names.encode(), digest_size=8).digest())
            self._epochs[medium, wide] = known
        return known
