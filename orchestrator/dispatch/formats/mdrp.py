"""The Grubhub instances: a folder of four tables, columns between tabs; and the day's assignments.

A line of the solution file is the first file of the paper's evaluator: when it was assigned, when it was
picked up, the courier, the orders.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from orchestrator.dispatch.formats.family import BadInstance, Family, real_of, text_of
from orchestrator.dispatch.meals.check import check
from orchestrator.dispatch.meals.problem import Courier, Day, Meals, Minutes, Order, Rules, Spot
from orchestrator.dispatch.meals.solve import prepare, solve

_ORDERS = ("order", "x", "y", "placement_time", "restaurant", "ready_time")
_COURIERS = ("courier", "x", "y", "on_time", "off_time")
_RESTAURANTS = ("restaurant", "x", "y")
_RULES = (
    "meters_per_minute",
    "pickup service minutes",
    "dropoff service minutes",
    "target click-to-door",
    "maximum click-to-door",
    "pay per order",
    "guaranteed pay per hour",
)
_FILES = {
    "orders.txt": _ORDERS,
    "couriers.txt": _COURIERS,
    "restaurants.txt": _RESTAURANTS,
    "instance_parameters.txt": _RULES,
}


class _Row:
    """A line of one of the files."""

    def __init__(self, file: str, line: int, columns: tuple[str, ...], text: str) -> None:
        self.file, self.line = file, line
        words = [word.strip() for word in text.split("\t")]
        if len(words) != len(columns):
            raise self.bad(f"{len(columns)} columns are wanted, not {len(words)}")
        self._words = dict(zip(columns, words, strict=True))

    def bad(self, reason: str) -> BadInstance:
        return BadInstance.at(self.line, reason, self.file)

    def name(self, column: str) -> str:
        if not self._words[column]:
            raise self.bad(f"{column}: empty")
        return self._words[column]

    def number(self, column: str, least: Minutes = -math.inf) -> Minutes:
        text = self._words[column]
        try:
            number = real_of(text)
        except ValueError:
            raise self.bad(f"{column}: {text!r} is no number") from None
        if not math.isfinite(number) or abs(number) > 1e8:
            raise self.bad(f"{column}: {text} is out of range")
        if number < least:
            raise self.bad(f"{column}: {text} is below {least:g}")
        return number

    def spot(self) -> Spot:
        return self.number("x"), self.number("y")


def read(path: Path) -> Meals:
    """The instance in a folder, or in the folder of the file. Raises `BadInstance` or `OSError`."""
    folder = path if path.is_dir() else path.parent
    return parse({file: text_of(folder / file) for file in _FILES}, folder.name)


def parse(texts: dict[str, str], name: str = "") -> Meals:
    """The instance in the texts of the four files. Raises `BadInstance` with file, line and reason."""
    restaurants: dict[str, Spot] = {}
    for row in _rows("restaurants.txt", texts):
        _once(row, "restaurant", restaurants)
        restaurants[row.name("restaurant")] = row.spot()
    orders: dict[str, Order] = {}
    for row in _rows("orders.txt", texts):
        _once(row, "order", orders)
        orders[row.name("order")] = _order(row, restaurants)
    couriers: dict[str, Courier] = {}
    for row in _rows("couriers.txt", texts):
        _once(row, "courier", couriers)
        couriers[row.name("courier")] = _courier(row)
    rules = list(_rows("instance_parameters.txt", texts))
    if len(rules) != 1:
        raise BadInstance.at(2, f"one line of figures is wanted, not {len(rules)}", "instance_parameters.txt")
    return Meals(name, restaurants, tuple(orders.values()), tuple(couriers.values()), _rules(rules[0]))


def _rows(file: str, texts: dict[str, str]) -> Iterator[_Row]:
    lines = texts[file].splitlines()
    columns = _FILES[file]
    if not lines or tuple(word.strip() for word in lines[0].split("\t")) != columns:
        raise BadInstance.at(1, f"the columns {', '.join(columns)} are wanted, with tabs between them", file)
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            yield _Row(file, number, columns, line)


def _once(row: _Row, column: str, known: dict[str, Spot] | dict[str, Order] | dict[str, Courier]) -> None:
    if row.name(column) in known:
        raise row.bad(f"{column}: {row.name(column)} is given twice")


def _order(row: _Row, restaurants: dict[str, Spot]) -> Order:
    if row.name("restaurant") not in restaurants:
        raise row.bad(f"restaurant: {row.name('restaurant')} is not in restaurants.txt")
    placed = row.number("placement_time", 0.0)
    ready = row.number("ready_time", 0.0)
    if ready < placed:
        raise row.bad(f"ready_time: {ready:g} is before placement_time {placed:g}")
    if ready > 100_000:
        raise row.bad(f"ready_time: {ready:g} is above 100000")
    return Order(row.name("order"), row.spot(), placed, row.name("restaurant"), ready)


def _courier(row: _Row) -> Courier:
    on, off = row.number("on_time", 0.0), row.number("off_time", 0.0)
    if off <= on:
        raise row.bad(f"off_time: {off:g} is not after on_time {on:g}")
    return Courier(row.name("courier"), row.spot(), on, off)


def _rules(row: _Row) -> Rules:
    figures = [row.number(column, 0.0) for column in _RULES]
    if figures[0] == 0.0:
        raise row.bad(f"{_RULES[0]}: must be above 0")
    return Rules(*figures)


def write(problem: Meals, found: Day) -> str:
    """The assignment file of the paper's evaluator."""
    orders = {order.name: order for order in problem.orders}
    where = {courier.name: courier.at for courier in problem.couriers}
    lines = ["assignment_time,pickup_time,courier,orders"]
    for task in found.tasks:
        carried = [orders[name] for name in task.orders]
        there = problem.restaurants[carried[0].restaurant]
        arrived = task.told + problem.rules.travel(where[task.courier], there)
        picked_up = max(arrived + problem.rules.pickup_min / 2, *(order.ready for order in carried))
        lines.append(",".join((f"{task.told:g}", f"{picked_up:g}", task.courier, *task.orders)))
        where[task.courier] = carried[-1].at
    return "\n".join(lines) + "\n"


MDRP = Family("mdrp", read, prepare, solve, check, write)
