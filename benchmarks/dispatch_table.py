"""The table of whole families: what ours comes to over all instances, beside the best known and each peer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import TypeAlias

from benchmarks import Figure

Length: TypeAlias = float
"""In the file's unit."""

BEST = "the best known"


@dataclass(frozen=True, slots=True)
class Row:
    """What ours and others came to on one instance: vehicles and distance; None where nobody told it."""

    family: str
    ours: tuple[int, Length]
    others: Mapping[str, tuple[int | None, Length | None]] = field(default_factory=dict)


def table(rows: Sequence[Row]) -> Iterator[Figure]:
    """For each family, in the order in which they come, and each other: vehicles and mean distance.

    Distances are compared where vehicles are equal in number, or where nobody counts them.
    """
    for family in dict.fromkeys(row.family for row in rows):
        own = [row for row in rows if row.family == family]
        for other in dict.fromkeys(name for row in own for name in row.others):
            yield from _beside(family, other, [row for row in own if other in row.others])


def _beside(family: str, other: str, rows: Sequence[Row]) -> Iterator[Figure]:
    pairs = [(row.ours, row.others[other]) for row in rows]
    counted = [(ours[0], theirs[0]) for ours, theirs in pairs if theirs[0] is not None]
    if counted:
        mine, yours = sum(ours for ours, _ in counted), sum(theirs for _, theirs in counted)
        what = f"whole family {family}, {len(counted)} instances: vehicles, all told; beside {other}"
        yield Figure(what, mine, yours, yours / mine, "1 x" if other == BEST else "never more", "vehicles")
    over = [
        100.0 * (ours[1] / theirs[1] - 1.0)
        for ours, theirs in pairs
        if theirs[1] and theirs[0] in {None, ours[0]}
    ]
    if over:
        mean = fmean(over)
        where = f"{len(over)} of {len(rows)} instances, those of equal vehicles"
        what = f"whole family {family}, {where}: mean distance over {other}"
        yield Figure(what, mean, None, None, "0" if other == BEST else "not above 0", "%")
