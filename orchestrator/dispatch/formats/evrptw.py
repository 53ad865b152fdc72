"""Schneider's E-VRPTW files: a table of places, an empty line, then the vehicle's figures between slashes.

M. Schneider, A. Stenger, D. Goeke, Transportation Science 48(4), 2014. A solution is written as the verifier
of G. Hiermann reads it: the distance, then a route a line, the names of its places joined by ", ".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from orchestrator.dispatch.electric.check import check
from orchestrator.dispatch.electric.problem import Curve, Electric, Kind, Place, Quantity, Refill, Routes
from orchestrator.dispatch.electric.solve import prepare, solve
from orchestrator.dispatch.formats.family import BadInstance, Family, Outcome, real_of, text_of

_COLUMNS = ["StringID", "Type", "x", "y", "demand", "ReadyTime", "DueDate", "ServiceTime"]
_FIGURES = {
    "Q": "Vehicle fuel tank capacity",
    "C": "Vehicle load capacity",
    "r": "fuel consumption rate",
    "g": "inverse refueling rate",
    "v": "average Velocity",
}
_FIGURE = re.compile(r"(\w)\b[^/]*/([^/]*)/\s*")


def read(path: Path) -> Electric:
    """The instance in a file. Raises `BadInstance`, or `OSError` where it cannot be read."""
    return parse(text_of(path), path.stem)


def parse(text: str, name: str = "") -> Electric:
    """The instance in `text`. Raises `BadInstance` with line and reason."""
    lines = text.splitlines()
    if not lines or lines[0].split() != _COLUMNS:
        raise BadInstance.at(1, f"the columns {' '.join(_COLUMNS)} are wanted")
    places: list[Place] = []
    figures: dict[str, Quantity] = {}
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        if "/" in line:
            letter, value = _figure(number, line)
            if letter in figures:
                raise BadInstance.at(number, f"{letter}: given twice")
            figures[letter] = value
        elif figures:
            raise BadInstance.at(number, "a place after the vehicle's figures")
        else:
            places.append(_place(number, line))
    _must_be_whole(lines, places, figures)
    capacity = figures["Q"]
    curve = Curve.linear(capacity, max(figures["g"], 1e-9))
    return Electric(name, tuple(places), figures["C"], curve, figures["r"], figures["v"])


def _number(line: int, field: str, text: str, least: Quantity = -math.inf) -> Quantity:
    try:
        number = real_of(text)
    except ValueError:
        raise BadInstance.at(line, f"{field}: {text!r} is no number") from None
    if not math.isfinite(number) or abs(number) > 1e9:
        raise BadInstance.at(line, f"{field}: {text} is out of range")
    if number < least:
        raise BadInstance.at(line, f"{field}: {text} is below {least:g}")
    return number


def _figure(line: int, text: str) -> tuple[str, Quantity]:
    found = _FIGURE.fullmatch(text.strip())
    if not found or found[1] not in _FIGURES:
        raise BadInstance.at(line, f"one of {', '.join(_FIGURES)} and a number between slashes is wanted")
    value = _number(line, found[1], found[2].strip(), 0.0)
    if value == 0.0 and found[1] in "Qv":
        raise BadInstance.at(line, f"{found[1]}: must be above 0")
    return found[1], value


def _place(line: int, text: str) -> Place:
    parts = text.split()
    if len(parts) != len(_COLUMNS):
        raise BadInstance.at(line, f"{len(_COLUMNS)} columns are wanted, not {len(parts)}")
    try:
        kind = Kind(parts[1])
    except ValueError:
        raise BadInstance.at(line, f"Type: {parts[1]!r} is none of d, f, c") from None
    x, y = (_number(line, field, part) for field, part in zip("xy", parts[2:4], strict=True))
    rest = [_number(line, field, part, 0.0) for field, part in zip(_COLUMNS[4:], parts[4:], strict=True)]
    demand, ready, due, service = rest
    if due < ready:
        raise BadInstance.at(line, f"DueDate: {due:g} is before ReadyTime {ready:g}")
    return Place(parts[0], kind, x, y, demand, ready, due, service)


def _must_be_whole(lines: list[str], places: list[Place], figures: dict[str, Quantity]) -> None:
    last = len(lines)
    for letter, meaning in _FIGURES.items():
        if letter not in figures:
            raise BadInstance.at(last, f"{letter} ({meaning}) is missing")
    depots = sum(place.kind is Kind.DEPOT for place in places)
    if depots != 1:
        raise BadInstance.at(last, f"one depot is wanted, not {depots}")
    seen: set[str] = set()
    for number, place in _numbered(lines, places):
        if place.name in seen:
            raise BadInstance.at(number, f"StringID: {place.name} is given twice")
        seen.add(place.name)
        if place.demand > figures["C"]:
            raise BadInstance.at(number, f"demand: {place.demand:g} is above the capacity {figures['C']:g}")


def _numbered(lines: list[str], places: list[Place]) -> Iterator[tuple[int, Place]]:
    numbers = [n for n, line in enumerate(lines[1:], 2) if line.strip() and "/" not in line]
    return zip(numbers, places, strict=True)


def write(problem: Electric, found: Routes) -> str:
    """The solution file."""
    outcome = check(problem, found)
    distance = outcome.distance if isinstance(outcome, Outcome) else math.nan
    depot = problem.depot.name
    routes = (", ".join((depot, *route, depot)) for route in found.routes)
    return "\n".join((f"{distance:.3f}", *routes)) + "\n"


def _read_partial(path: Path) -> Electric:
    return replace(read(path), refill=Refill.PARTIAL)


FULL = Family("evrptw", read, prepare, solve, check, write)
"""As in the paper: every stay at a station charges to full."""

PARTIAL = Family("evrptw-partial", _read_partial, prepare, solve, check, write)
"""The same files, but a vehicle may leave a station before it is full: the solver says when."""
