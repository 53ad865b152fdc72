"""Corridors by number, changed one by one, and asked which of them a new one meets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.spacetime import grid
from geofences.spacetime.nearness import Rows

_LEAST = 1024


class Held:
    """The corridors that are held, one for each number, as rows of `nearness`. Not for several threads."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._rows: dict[int, NDArray[np.int64]] = {}
        self._free: list[int] = list(range(_LEAST))
        self._found = np.empty((_LEAST, 2), np.int64)
        self._pieces = np.zeros((_LEAST, 9))
        self._owners = np.full(_LEAST, grid.NONE, np.int32)
        self._clear(4 * _LEAST)

    def __contains__(self, number: int) -> bool:
        """Whether a corridor of that number is held."""
        return number in self._rows

    def put(self, number: int, pieces: Rows) -> None:
        """Hold a corridor. Raises `ValueError` where one of that number is held already."""
        if number in self._rows:
            raise ValueError(f"number: {number!r} is held already")
        self._grow(len(pieces))
        rows = np.array([self._free.pop() for _ in range(len(pieces))], np.int64)
        self._pieces[rows], self._owners[rows] = pieces, 0
        self._rows[number] = rows
        for row in rows.tolist():
            self._numbers[row] = number
        if not self._has_room(pieces):
            self._clear(2 * (len(self._entries) + grid.room_for(np.ascontiguousarray(pieces))))
            rows = np.flatnonzero(self._owners != grid.NONE)
        grid.put(*self._arrays, rows)

    def take(self, number: int) -> None:
        """Hold it no more. Raises `KeyError` where none of that number is held."""
        rows = self._rows.pop(number)
        grid.take(*self._arrays, rows)
        self._owners[rows] = grid.NONE
        self._free.extend(rows.tolist())

    def met(self, pieces: Rows, longest_s: float = 0.0) -> tuple[NDArray[np.int64], list[int], Rows]:
        """Each pair of a row of `pieces` and one that is held that meet: the first, whose, and the second.

        They meet after some delay of `pieces` between 0 and `longest_s`, as far as times tell.
        """
        pieces = np.ascontiguousarray(pieces)
        count = grid.ask(*self._arrays, pieces, longest_s, self._found)
        if count > len(self._found):
            self._found = np.empty((2 * count, 2), np.int64)
            count = grid.ask(*self._arrays, pieces, longest_s, self._found)
        mine, theirs = self._found[:count].T
        return mine.copy(), [self._numbers[row] for row in theirs.tolist()], self._pieces[theirs]

    @property
    def _arrays(self) -> grid.Grid:
        return grid.Grid(self._pieces, self._owners, self._heads, self._entries, self._state)

    def _has_room(self, pieces: Rows) -> bool:
        unused = len(self._entries) - int(self._state[grid.USED]) + int(self._state[grid.FREE_COUNT])
        return grid.room_for(np.ascontiguousarray(pieces)) <= unused

    def _grow(self, more: int) -> None:
        old = len(self._owners)
        if more > len(self._free):
            size = 2 * (old + more)
            self._pieces = np.concatenate([self._pieces, np.zeros((size - old, 9))])
            self._owners = np.concatenate([self._owners, np.full(size - old, grid.NONE, np.int32)])
            self._free.extend(range(old, size))
        self._numbers.extend([grid.NONE] * (len(self._owners) - len(self._numbers)))

    def _clear(self, entries: int) -> None:
        """Make the cells empty, with room for that many entries."""
        self._entries = np.empty((entries, grid.ENTRY_WIDTH), np.int32)
        self._heads = np.full(2 ** int(np.ceil(np.log2(entries))) + 1, grid.NONE, np.int32)
        self._state = np.array([0, grid.NONE, 0], np.int64)
