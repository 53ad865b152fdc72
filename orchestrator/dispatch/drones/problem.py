"""The delivery problem of Google's Hash Code 2016 as values.

Drones fly between the cells of a grid, the Euclidean distance rounded up in turns, and carry products from
warehouses with stock to orders. Loading and delivering takes a turn for each kind of product. An order that
is complete in turn t of T (the first is 0) scores 100 (T - t) / T, rounded up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

Cell: TypeAlias = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Where it is, and how many of each product it has."""

    at: Cell
    stock: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Where it goes, and how many of which products; products ascend."""

    at: Cell
    wanted: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An instance; all drones begin at the first warehouse. Warehouses and orders are numbered from 0."""

    name: str
    rows: int
    columns: int
    drones: int
    turns: int
    payload: int
    weights: tuple[int, ...]
    warehouses: tuple[Warehouse, ...]
    orders: tuple[Order, ...]


class Act(Enum):
    """What a command does; the value is its letter."""

    LOAD = "L"
    UNLOAD = "U"
    DELIVER = "D"
    WAIT = "W"


@dataclass(frozen=True, slots=True)
class Command:
    """What a drone does next.

    For WAIT `place` is how many turns; else it is a warehouse, or to DELIVER an order, and `count` of
    `product` change hands there.
    """

    drone: int
    act: Act
    place: int
    product: int = 0
    count: int = 0


Commands: TypeAlias = tuple[Command, ...]


def flight(one: Cell, other: Cell) -> int:
    """Turns from one cell to another."""
    square = (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
    root = math.isqrt(square)
    return root if root * root == square else root + 1


def points(turns: int, complete_in: int) -> int:
    """What an order scores that is complete in a turn."""
    return -(-100 * (turns - complete_in) // turns)
