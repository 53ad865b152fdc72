"""The Amsterdam instances with drones and robot stations: titled sections, one after the other."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import TypeAlias

from orchestrator.dispatch.formats.family import BadInstance, Family, real_of, text_of
from orchestrator.dispatch.routing.solution import Until
from orchestrator.dispatch.stations.check import check
from orchestrator.dispatch.stations.problem import Node, Stations, Tours
from orchestrator.dispatch.stations.solve import solve

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MOST = 1000
_HEADS = (
    ("customers", "Number of Customers"),
    ("stations", "Number of Robot stations"),
    ("trucks", "Number of Trucks"),
    ("robots", "Number of Robots per station"),
    ("truck_kg", "Truck Capacity [kg]"),
    ("zones", "Number of no-fly zones:"),
    ("no_fly", "Nodes in no-fly zones:"),
    ("drone_mps", "Drone speed [m/s]"),
    ("battery_j", "Drone battery [J]"),
    ("robot_s", "Maximum robot driving time [s]"),
)


Quantity: TypeAlias = float


class _Lines:
    """The lines that say something, one after the other."""

    def __init__(self, text: str) -> None:
        blank = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
        self._lines = [(n, line.strip()) for n, line in enumerate(blank.splitlines(), 1) if line.strip()]
        self._at = 0
        self.number = 0

    def next(self, what: str) -> str:
        """The next line."""
        if self._at == len(self._lines):
            raise BadInstance.at(self.number + 1, f"{what}: the file ends before")
        self.number, line = self._lines[self._at]
        self._at += 1
        return line

    def title(self, wanted: str) -> None:
        """The next line, which must be this title."""
        if (found := self.next(wanted)) != wanted:
            raise self.bad(f"{wanted!r} is wanted, not {found[:40]!r}")

    def bad(self, reason: str) -> BadInstance:
        return BadInstance.at(self.number, reason)

    def quantity(self, what: str, text: str, least: Quantity, most: Quantity = 1e9) -> Quantity:
        """A number within bounds."""
        try:
            number = real_of(text)
        except ValueError:
            raise self.bad(f"{what}: {text!r} is no number") from None
        if not (math.isfinite(number) and least <= number <= most):
            raise self.bad(f"{what}: {text} is not from {least:g} to {most:g}")
        return number

    def whole(self, what: str, text: str, least: int, most: int) -> int:
        """A whole number."""
        if (number := self.quantity(what, text, least, most)) != int(number):
            raise self.bad(f"{what}: {text} is not whole")
        return int(number)

    def must_end(self) -> None:
        if self._at < len(self._lines):
            raise BadInstance.at(self._lines[self._at][0], "the file should end here")


def read(path: Path) -> Stations:
    """The instance in a file. Raises `BadInstance`, or `OSError` where it cannot be read."""
    return parse(text_of(path), path.stem)


def parse(text: str, name: str = "") -> Stations:
    """The instance in `text`. Raises `BadInstance` with line and reason."""
    lines = _Lines(text)
    heads: dict[str, str] = {}
    for field, title in _HEADS[:7]:
        lines.title(title)
        heads[field] = lines.next(title) if field != "no_fly" or heads["zones"] != "0" else ""
    counts = {}
    for field, title in _HEADS[:4]:
        counts[field] = lines.whole(title, heads[field], int(field == "customers"), _MOST)
    size = 1 + counts["customers"] + counts["stations"]
    no_fly = frozenset(lines.whole("no-fly node", word, 0, size - 1) for word in heads["no_fly"].split())
    if len(no_fly) != lines.whole(_HEADS[5][1], heads["zones"], 0, size):
        raise lines.bad(f"{len(no_fly)} nodes in no-fly zones, not {heads['zones']}")
    figures = {}
    for field, title in _HEADS[7:]:
        lines.title(title)
        figures[field] = lines.quantity(title, lines.next(title), 0.001)
    nodes = _nodes(lines, counts["customers"], counts["stations"])
    matrices = _matrices(lines, size)
    return Stations(
        name=name,
        nodes=nodes,
        customers=counts["customers"],
        trucks=counts["trucks"],
        robots=counts["robots"],
        truck_kg=lines.quantity(_HEADS[4][1], heads["truck_kg"], 0.0),
        no_fly=no_fly,
        truck_s=matrices["Truck driving time matrix [s]"],
        truck_m=_metres(matrices["Truck driving distance matrix [km]"]),
        robot_drive_s=matrices["Robot driving time matrix [s]"],
        robot_drive_m=_metres(matrices["Robot driving distance matrix [km]"]),
        **figures,
    )


def _nodes(lines: _Lines, customers: int, stations: int) -> tuple[Node, ...]:
    lines.title("Pacel weight [node] [kg]")
    size = 1 + customers + stations
    parcels = [_row(lines, node, "parcel", 1)[0] for node in range(size)]
    if not lines.next("Node").startswith("Node"):
        raise lines.bad("the heading of the nodes is wanted")
    nodes = []
    for node in range(size):
        if node in {0, 1, 1 + customers}:
            lines.title("Depot" if node == 0 else "Customers" if node == 1 else "Robot station")
        line = lines.next(f"node {node}")
        words = line.split("\t")
        lat, lon, ready, due = _numbers(lines, node, words, 4)
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise lines.bad(f"node {node}: ({lat:g}, {lon:g}) is no place")
        if due < ready:
            raise lines.bad(f"node {node}: t-stop {due:g} is before t-start {ready:g}")
        if parcels[node] < 0:
            raise lines.bad(f"node {node}: its parcel weighs {parcels[node]:g} kg")
        address = " ".join(word for word in words[5:] if word).strip()
        nodes.append(Node(lat, lon, ready, due, parcels[node], address))
    return tuple(nodes)


def _row(lines: _Lines, node: int, what: str, count: int) -> list[float]:
    words = lines.next(f"{what} {node}").split()
    if len(words) != count + 1:
        raise lines.bad(f"{what} {node}: {count + 1} columns are wanted, not {len(words)}")
    return _numbers(lines, node, words, count)


def _numbers(lines: _Lines, node: int, words: list[str], count: int) -> list[float]:
    if len(words) < count + 1:
        raise lines.bad(f"node {node}: {count + 1} columns are wanted, not {len(words)}")
    if words[0].strip() != str(node):
        raise lines.bad(f"node {node} is wanted, not {words[0][:20]!r}")
    return [lines.quantity(f"node {node}", word, -1e9) for word in words[1 : count + 1]]


def _matrices(lines: _Lines, size: int) -> dict[str, tuple[tuple[float, ...], ...]]:
    found = {}
    for unit in ("time matrix [s]", "distance matrix [km]"):
        for who in ("Truck driving", "Drone flying", "Robot driving"):
            title = f"{who} {unit}"
            lines.title(title)
            rows = []
            for _ in range(size):
                words = lines.next(title).split()
                if len(words) != size:
                    raise lines.bad(f"{title}: {size} columns are wanted, not {len(words)}")
                rows.append(tuple(lines.quantity(title, word, 0.0) for word in words))
            found[title] = tuple(rows)
    lines.must_end()
    return found


def _metres(rows: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(1000.0 * number for number in row) for row in rows)


def write(_problem: Stations, found: Tours) -> str:
    """The tours as JSON, one a line; the authors publish no format for solutions."""
    return "".join(
        json.dumps(
            {
                "stops": tour.stops,
                "sorties": [[sortie.leaves, sortie.customer, sortie.meets] for sortie in tour.sorties],
                "robots": {str(station): robots for station, robots in tour.robots.items()},
            }
        )
        + "\n"
        for tour in found.tours
    )


def _nothing() -> None:
    """There is nothing to compile."""


def _solve(problem: Stations, until: Until, seed: int) -> Tours:
    return solve(problem, until, seed)


STATIONS = Family("vrpd-stations", read, _nothing, _solve, check, write)
