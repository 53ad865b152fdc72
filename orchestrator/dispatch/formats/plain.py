"""What several families' files share: numbers in lines, windows that can be kept, ways in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.formats.family import BadInstance, Number, real_of

LARGEST = 20_000
"""More tasks or vehicles than this are refused: their matrices would not fit."""


MOST = 1e12
"""Numbers farther from 0 are refused: what is reckoned from them would not be finite, or not exact."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its number, from 1, and its words."""

    number: int
    words: tuple[str, ...]

    def reals(self, count: int) -> list[float]:
        """Its words, just so many finite numbers. Raises `BadInstance`."""
        if len(self.words) != count:
            raise BadInstance.at(self.number, f"{len(self.words)} values, not {count}")
        return [self.real(n) for n in range(count)]

    def real(self, position: int) -> Number:
        """A finite number, at most `MOST` from 0. Raises `BadInstance`."""
        word = self.words[position]
        try:
            number = real_of(word)
        except ValueError:
            raise BadInstance.at(self.number, f"{word!r} is not a number") from None
        if not isfinite(number):
            raise BadInstance.at(self.number, f"{word} is not finite")
        if abs(number) > MOST:
            raise BadInstance.at(self.number, f"{word} is beyond {MOST:g}")
        return number

    def whole(self, position: int) -> int:
        """A whole number. Raises `BadInstance`."""
        number = self.real(position)
        if number != int(number):
            raise BadInstance.at(self.number, f"{self.words[position]} is not a whole number")
        return int(number)


def lines_of(text: str) -> list[Line]:
    """The lines that are not blank."""
    rows = [Line(number, tuple(line.split())) for number, line in enumerate(text.splitlines(), 1)]
    return [row for row in rows if row.words]


@dataclass(frozen=True, slots=True)
class Site:
    """A customer or depot: the line that says so, its id, place, demand, window and service time."""

    line: int
    site_id: int
    east: Number
    north: Number
    demand: Number
    opens: Number
    closes: Number
    service: Number

    @staticmethod
    def of(line: Line, columns: int) -> Site:
        """From the first seven of so many columns. Raises `BadInstance`."""
        site = Site(line.number, line.whole(0), *line.reals(columns)[1:7])
        if site.closes < site.opens:
            raise BadInstance.at(line.number, f"closes at {site.closes:g}, before it opens at {site.opens:g}")
        if site.service < 0.0:
            raise BadInstance.at(line.number, f"a service time of {site.service:g} is below 0")
        return site


def distances(sites: Sequence[Site]) -> NDArray[np.float64]:
    """Euclidean, in double precision."""
    places = np.array([(site.east, site.north) for site in sites])
    apart = places[:, None, :] - places[None, :, :]
    away: NDArray[np.float64] = np.sqrt(np.square(apart).sum(axis=2))
    return away


def check_ids(sites: Sequence[Site]) -> None:
    """That they are numbered 0, 1, 2 ... Raises `BadInstance` at the first that is not."""
    for wanted, site in enumerate(sites):
        if site.site_id != wanted:
            raise BadInstance.at(site.line, f"number {site.site_id}, not {wanted}")


def check_count(line: int, what: str, count: int) -> None:
    """That there are at least one and not too many. Raises `BadInstance`."""
    if not 1 <= count <= LARGEST:
        raise BadInstance.at(line, f"{count} {what}, not 1 to {LARGEST}")


def check_reach(depot: Site, site: Site, way: Number, capacity: Number) -> None:
    """That a vehicle of its own could serve it. Raises `BadInstance`."""
    if abs(site.demand) > capacity:
        raise BadInstance.at(site.line, f"a demand of {site.demand:g} is more than a vehicle's {capacity:g}")
    begins = max(site.opens, depot.opens + way)
    if begins > site.closes:
        raise BadInstance.at(site.line, f"closes at {site.closes:g}, first reached at {begins:g}")
    if begins + site.service + way > depot.closes:
        raise BadInstance.at(
            site.line, f"served and back at {begins + site.service + way:g}, after {depot.closes:g}"
        )
