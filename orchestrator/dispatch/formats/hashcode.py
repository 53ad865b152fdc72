"""Google Hash Code 2016 "Delivery": the contest's input file, and its submission file of commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestrator.dispatch.drones.check import check
from orchestrator.dispatch.drones.problem import Act, Cell, Commands, Delivery, Order, Warehouse
from orchestrator.dispatch.drones.solve import prepare, solve
from orchestrator.dispatch.formats.family import BadInstance, Family, text_of

_LIMIT = 10_000
_MOST = {"rows": 10_000, "columns": 10_000, "drones": 10_000, "turns": 1_000_000, "payload": 10_000}


class _Lines:
    """The lines of a text, each as the numbers that are wanted of it."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        while self._lines and not self._lines[-1].strip():
            self._lines.pop()
        self.number = 0

    def numbers(self, names: str, count: int, least: int = 0, most: int = 10**6) -> list[int]:
        """The next line: `count` numbers from `least` to `most`."""
        self.number += 1
        if self.number > len(self._lines):
            raise BadInstance.at(self.number, f"{names}: the file ends before")
        words = self._lines[self.number - 1].split()
        if len(words) != count:
            raise BadInstance.at(self.number, f"{names}: {count} numbers are wanted, not {len(words)}")
        return [self._number(names, word, least, most) for word in words]

    def _number(self, names: str, word: str, least: int, most: int) -> int:
        if not (word.isascii() and word.isdecimal() and len(word) < 10):
            raise BadInstance.at(self.number, f"{names}: {word!r} is no number")
        if not least <= int(word) <= most:
            raise BadInstance.at(self.number, f"{names}: {word} is not from {least} to {most}")
        return int(word)

    def must_end(self) -> None:
        if self.number < len(self._lines):
            raise BadInstance.at(self.number + 1, "the file should end here")


def read(path: Path) -> Delivery:
    """The instance in a file. Raises `BadInstance`, or `OSError` where it cannot be read."""
    return parse(text_of(path), path.stem)


def parse(text: str, name: str = "") -> Delivery:
    """The instance in `text`. Raises `BadInstance` with line and reason."""
    lines = _Lines(text)
    figures = lines.numbers(", ".join(_MOST), len(_MOST), 1)
    for value, (what, most) in zip(figures, _MOST.items(), strict=True):
        if value > most:
            raise BadInstance.at(1, f"{what}: {value} is above {most}")
    rows, columns, drones, turns, payload = figures
    kinds = lines.numbers("product types", 1, 1, _LIMIT)[0]
    weights = lines.numbers("weights", kinds, 1, payload)
    sites = lines.numbers("warehouses", 1, 1, _LIMIT)[0]
    warehouses = tuple(_warehouse(lines, (rows, columns), kinds) for _ in range(sites))
    count = lines.numbers("orders", 1, 1, _LIMIT)[0]
    orders = tuple(_order(lines, (rows, columns), kinds) for _ in range(count))
    lines.must_end()
    return Delivery(name, rows, columns, drones, turns, payload, tuple(weights), warehouses, orders)


def _cell(lines: _Lines, size: Cell) -> Cell:
    row, column = lines.numbers("row, column", 2)
    if row >= size[0] or column >= size[1]:
        raise BadInstance.at(lines.number, f"row, column: ({row}, {column}) is outside the grid")
    return row, column


def _warehouse(lines: _Lines, size: Cell, kinds: int) -> Warehouse:
    return Warehouse(_cell(lines, size), tuple(lines.numbers("stock", kinds)))


def _order(lines: _Lines, size: Cell, kinds: int) -> Order:
    at = _cell(lines, size)
    count = lines.numbers("items", 1, 1, _LIMIT)[0]
    wanted: dict[int, int] = {}
    for product in lines.numbers("products", count, 0, kinds - 1):
        wanted[product] = wanted.get(product, 0) + 1
    return Order(at, tuple(sorted(wanted.items())))


def write(_problem: Delivery, found: Commands) -> str:
    """The submission file."""
    return "\n".join((str(len(found)), *_lines(found))) + "\n"


def _lines(found: Commands) -> Iterator[str]:
    for one in found:
        if one.act is Act.WAIT:
            yield f"{one.drone} W {one.place}"
        else:
            yield f"{one.drone} {one.act.value} {one.place} {one.product} {one.count}"


HASHCODE = Family("hashcode", read, prepare, solve, check, write)
