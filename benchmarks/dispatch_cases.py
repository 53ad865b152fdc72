"""The instances of the routing benchmark: files with their best known values, and two made here."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.data import instances, say_once
from benchmarks.dispatch_made import made_pairs, made_windows
from benchmarks.dispatch_table import Length
from orchestrator.dispatch.formats import li_lim, solomon, vrplib
from orchestrator.dispatch.formats.family import BadInstance, text_of
from orchestrator.dispatch.formats.routed import Routed
from orchestrator.dispatch.routing.problem import Problem
from orchestrator.ending import Failed

SEED = 1
_SHORT_S, _LONG_S = 3.0, 10.0
_FEW = 120

Reader = Callable[[str, str], Routed]

_READERS: Mapping[str, Reader] = MappingProxyType(
    {"li-lim": li_lim.read, "solomon": solomon.read, "homberger": solomon.read}
)


@dataclass(frozen=True, slots=True)
class Case:
    """An instance and its best known vehicles and distance, where there are such."""

    family: str
    name: str
    problem: Problem
    vehicles: int | None = None
    distance: Length | None = None
    peers: bool = True

    @property
    def limit_s(self) -> float:
        """How long each solver searches, as a rule."""
        return _SHORT_S if len(self.problem.tasks) < _FEW else _LONG_S


def cases() -> Iterator[Case]:
    """The instances there are, smaller ones first in each family; then those made here.

    Raises `Failed` for a file that cannot be read, with line and reason.
    """
    for family, read in _READERS.items():
        known = best_known(instances(family))
        found = [_read(path, read) for path in sorted(instances(family).glob("*.txt"))]
        for instance in sorted(found, key=lambda instance: len(instance.problem.tasks)):
            best = known.get(instance.name.lower(), (None, None))
            yield Case(family, instance.name, instance.problem, *best)
    for path in sorted(instances("mtvrptwr").glob("*.vrp")):
        instance = _read(path, vrplib.read)
        best_cost = _cost(path.with_suffix(".sol"))
        yield Case("mtvrptwr", path.stem, instance.problem, None, best_cost, peers=False)
    yield Case("made", "made, 500 pairs with windows", made_pairs(500, SEED))
    yield Case("made", "made, 1,000 customers with windows, distance", made_windows(1000, SEED))


def _read(path: Path, read: Reader) -> Routed:
    try:
        return read(text_of(path), path.stem)
    except BadInstance as error:
        raise Failed(f"{path}: {error}") from error


def best_known(family: Path) -> dict[str, tuple[int, Length]]:
    """Vehicles and distance by the instance's name in small letters, from the family's best_known.csv."""
    file = family / "best_known.csv"
    rows: Sequence[dict[str, str]] = []
    if not file.is_file():
        say_once(f"{file}: there is no such file, figures go without best known values")
    else:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    return {row["name"].lower(): (int(row["vehicles"]), float(row["distance"])) for row in rows}


def _cost(file: Path) -> Length | None:
    """What a CVRPLIB solution file says it costs."""
    lines = file.read_text().splitlines() if file.is_file() else []
    costs = [float(line.split(":")[1]) for line in lines if line.startswith("Cost:")]
    return costs[0] if costs else None
