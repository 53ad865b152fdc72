"""Pieces of corridors in a grid over place and time, hashed: put in, taken out, and asked for what they meet.

M. Teschner, B. Heidelberger, M. Mueller, D. Pomeranets, M. Gross, "Optimized Spatial Hashing for Collision
Detection of Deformable Objects" (2003), with time for height. A piece stands in every cell that its box
touches. Two that meet share several cells as a rule, and are reported in one: that of the lower corner of
what their boxes share. Pieces of more than `MOST_CELLS` cells stand in none and are compared with all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import entry, inlined
from geofences.spacetime.columns import FROM, UNTIL
from geofences.spacetime.pieces import Pieces, high_m, low_m, meet

CELL_M, CELL_S = 300.0, 30.0
MOST_CELLS = 2048
_FAR_CELLS = 1e9
"""Cells are told apart by whole numbers of 32 bits."""

NONE = -1
PIECE, EAST, NORTH, TIME, NEXT = range(5)
ENTRY_WIDTH = 8
USED, FREE, FREE_COUNT = range(3)

Found = NDArray[np.int64]
Cell = tuple[int, int, int]
Cells = tuple[int, int, int, int, int, int]
"""First and last cell east, north and in time; the first is above the last where they are too many."""


class Grid(NamedTuple):
    """Pieces and where they stand.

    - `pieces` (n, 9), and whose each is: `NONE` where a row is free
    - `heads`: the first entry of each bucket, a power of two of them, and last that of the large pieces
    - `entries` (m, 8): a piece, a cell of it, the next entry of the bucket
    - `state`: how many entries were ever used, the first free one, how many of those are free
    """

    pieces: Pieces
    owners: NDArray[np.int32]
    heads: NDArray[np.int32]
    entries: NDArray[np.int32]
    state: NDArray[np.int64]


@inlined
def _cells(piece: Pieces, longest_s: float) -> Cells:
    low_e, high_e = np.floor(low_m(piece, 0) / CELL_M), np.floor(high_m(piece, 0) / CELL_M)
    low_n, high_n = np.floor(low_m(piece, 1) / CELL_M), np.floor(high_m(piece, 1) / CELL_M)
    low_t, high_t = np.floor(piece[FROM] / CELL_S), np.floor((piece[UNTIL] + longest_s) / CELL_S)
    many = (high_e - low_e + 1.0) * (high_n - low_n + 1.0) * (high_t - low_t + 1.0)
    far = max(abs(low_e), abs(high_e), abs(low_n), abs(high_n), abs(low_t), abs(high_t))
    if not (many <= MOST_CELLS and far < _FAR_CELLS):
        return 1, 0, 1, 0, 1, 0
    return int(low_e), int(high_e), int(low_n), int(high_n), int(low_t), int(high_t)


@inlined
def _bucket(heads: NDArray[np.int32], cell: Cell) -> int:
    mixed = (cell[0] * 73856093) ^ (cell[1] * 19349663) ^ (cell[2] * 83492791)
    return (mixed ^ (mixed >> 15)) & (len(heads) - 2)


@inlined
def _enter(g: Grid, bucket: int, piece: int, cell: Cell) -> None:
    n = g.state[FREE]
    if n != NONE:
        g.state[FREE] = g.entries[n, NEXT]
        g.state[FREE_COUNT] -= 1
    else:
        n = g.state[USED]
        g.state[USED] = n + 1
    g.entries[n, PIECE], g.entries[n, NEXT] = piece, g.heads[bucket]
    g.entries[n, EAST], g.entries[n, NORTH], g.entries[n, TIME] = cell
    g.heads[bucket] = n


@inlined
def _put(g: Grid, p: int) -> None:
    low_e, high_e, low_n, high_n, low_t, high_t = _cells(g.pieces[p], 0.0)
    if low_e > high_e:
        _enter(g, len(g.heads) - 1, p, (0, 0, 0))
    for e in range(low_e, high_e + 1):
        for n in range(low_n, high_n + 1):
            for t in range(low_t, high_t + 1):
                _enter(g, _bucket(g.heads, (e, n, t)), p, (e, n, t))


@inlined
def _take(g: Grid, p: int) -> None:
    low_e, high_e, low_n, high_n, low_t, high_t = _cells(g.pieces[p], 0.0)
    if low_e > high_e:
        _leave(g, len(g.heads) - 1, p)
    for e in range(low_e, high_e + 1):
        for n in range(low_n, high_n + 1):
            for t in range(low_t, high_t + 1):
                _leave(g, _bucket(g.heads, (e, n, t)), p)


@inlined
def _leave(g: Grid, bucket: int, p: int) -> None:
    """Take one entry of a piece out of a bucket: where it has several there, each is once taken."""
    before = i = np.int64(g.heads[bucket])
    while g.entries[i, PIECE] != p:
        before, i = i, np.int64(g.entries[i, NEXT])
    if before == i:
        g.heads[bucket] = g.entries[i, NEXT]
    else:
        g.entries[before, NEXT] = g.entries[i, NEXT]
    g.entries[i, NEXT] = g.state[FREE]
    g.state[FREE] = i
    g.state[FREE_COUNT] += 1


@inlined
def _report(found: Found, count: int, a: int, b: int) -> int:
    """One more pair; where there is no room it is counted all the same."""
    if count < len(found):
        found[count, 0], found[count, 1] = a, b
    return count + 1


@inlined
def _ask(g: Grid, piece: Pieces, number: int, owner: int, longest_s: float, found: Found, count: int) -> int:
    """Report each piece of others that this one meets; gives the new count."""
    cells = _cells(piece, longest_s)
    if cells[0] > cells[1]:
        for p in range(len(g.owners)):
            if g.owners[p] != NONE and g.owners[p] != owner and meet(piece, g.pieces[p], longest_s):
                count = _report(found, count, number, p)
        return count
    i = np.int64(g.heads[len(g.heads) - 1])
    while i != NONE:
        p = g.entries[i, PIECE]
        if g.owners[p] != owner and meet(piece, g.pieces[p], longest_s):
            count = _report(found, count, number, p)
        i = np.int64(g.entries[i, NEXT])
    for e in range(cells[0], cells[1] + 1):
        for n in range(cells[2], cells[3] + 1):
            for t in range(cells[4], cells[5] + 1):
                count = _ask_cell(g, piece, number, owner, longest_s, found, count, cells, (e, n, t))
    return count


@inlined
def _ask_cell(
    g: Grid,
    piece: Pieces,
    number: int,
    owner: int,
    longest_s: float,
    found: Found,
    count: int,
    cells: Cells,
    cell: Cell,
) -> int:
    e, n, t = cell
    i = np.int64(g.heads[_bucket(g.heads, cell)])
    while i != NONE:
        row = g.entries[i]
        if row[EAST] == e and row[NORTH] == n and row[TIME] == t:
            p = row[PIECE]
            if g.owners[p] != owner and meet(piece, g.pieces[p], longest_s):
                other = _cells(g.pieces[p], 0.0)
                first = max(cells[0], other[0]), max(cells[2], other[2]), max(cells[4], other[4])
                if first[0] == e and first[1] == n and first[2] == t:
                    count = _report(found, count, number, p)
        i = np.int64(row[NEXT])
    return count


_GRID = "float64[:,::1], int32[::1], int32[::1], int32[:,::1], int64[::1]"


@entry("int64(float64[:,::1])")
def room_for(pieces: Pieces) -> int:
    """How many entries these pieces need."""
    count = 0
    for p in range(len(pieces)):
        low_e, high_e, low_n, high_n, low_t, high_t = _cells(pieces[p], 0.0)
        count += max(1, (high_e - low_e + 1) * (high_n - low_n + 1) * (high_t - low_t + 1))
    return count


@entry(f"void({_GRID}, int64[::1])")
def put(
    pieces: Pieces,
    owners: NDArray[np.int32],
    heads: NDArray[np.int32],
    entries: NDArray[np.int32],
    state: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> None:
    """Put these rows of `pieces` into the cells; `room_for` them has been made."""
    g = Grid(pieces, owners, heads, entries, state)
    for p in numbers:
        _put(g, p)


@entry(f"void({_GRID}, int64[::1])")
def take(
    pieces: Pieces,
    owners: NDArray[np.int32],
    heads: NDArray[np.int32],
    entries: NDArray[np.int32],
    state: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> None:
    """Take rows out that are in."""
    g = Grid(pieces, owners, heads, entries, state)
    for p in numbers:
        _take(g, p)


@entry(f"int64({_GRID}, float64[:,::1], float64, int64[:,::1])")
def ask(
    pieces: Pieces,
    owners: NDArray[np.int32],
    heads: NDArray[np.int32],
    entries: NDArray[np.int32],
    state: NDArray[np.int64],
    mine: Pieces,
    longest_s: float,
    found: Found,
) -> int:
    """Pairs of a row of `mine`, some delay later, and a row of `pieces` that meet; gives their number."""
    g = Grid(pieces, owners, heads, entries, state)
    count = 0
    for i in range(len(mine)):
        count = _ask(g, mine[i], i, NONE, longest_s, found, count)
    return count


@entry(f"int64({_GRID}, int32[::1], int64[:,::1])")
def put_and_ask(
    pieces: Pieces,
    owners: NDArray[np.int32],
    heads: NDArray[np.int32],
    entries: NDArray[np.int32],
    state: NDArray[np.int64],
    whose: NDArray[np.int32],
    found: Found,
) -> int:
    """Put in all rows, each asked for what it meets of those before; `owners` is `NONE` until then."""
    g = Grid(pieces, owners, heads, entries, state)
    count = 0
    for p in range(len(pieces)):
        count = _ask(g, pieces[p], p, whose[p], 0.0, found, count)
        owners[p] = whose[p]
        _put(g, p)
    return count
