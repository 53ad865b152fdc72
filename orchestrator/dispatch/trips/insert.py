"""The best place in a vehicle's plan for one more parcel, in machine code."""

from __future__ import annotations

from typing import NamedTuple

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.trips.costs import INFINITE, row_eur
from orchestrator.dispatch.trips.tables import Floats, Ints, Row, Tables

ALONE, WITHIN, HEAD = 0, 1, 2
"""How a node is put into a row: as a trip of its own, in the midst or at the end of one, at its beginning."""


class Plan(NamedTuple):
    """All vehicles' rows with the flags that begin trips, how long each row is, and what each costs."""

    rows: Ints
    begins: Ints
    sizes: Ints
    costs_eur: Floats


class Spot(NamedTuple):
    """Where a parcel goes in a row: its first node at `at`, in which mode; handed over at `to` if fetched."""

    parcel: int
    at: int
    mode: int
    to: int


class Scratch(NamedTuple):
    """A row that is tried, one with a parcel's first node only, and its times by node."""

    row: Ints
    begins: Ints
    half_row: Ints
    half_begins: Ints
    times: Floats


@inlined
def row_of(plan: Plan, carrier: int) -> Row:
    """A vehicle's row; not for kernels that make arrays, which would count its users."""
    return Row(plan.rows[carrier], plan.begins[carrier], plan.sizes[carrier])


@inlined
def _put(row: Row, node: int, at: int, mode: int, into: Row) -> None:
    """The row with a node put in at `at`."""
    for i in range(at):
        into.nodes[i], into.begins[i] = row.nodes[i], row.begins[i]
    into.nodes[at], into.begins[at] = node, 0 if mode == WITHIN else 1
    for i in range(at, row.size):
        into.nodes[i + 1], into.begins[i + 1] = row.nodes[i], row.begins[i]
    if mode == HEAD and at < row.size:
        into.begins[at + 1] = 0
    into.begins[0] = 1


@inlined
def put_in(t: Tables, plan: Plan, carrier: int, spot: Spot, s: Scratch) -> int:
    """Write the row with a parcel put in; its size."""
    row, whole, parcel = row_of(plan, carrier), Row(s.row, s.begins, 0), spot.parcel
    if t.parcels[parcel].fetched == 0:
        _put(row, parcel, spot.at, spot.mode, whole)
        return row.size + 1
    half = Row(s.half_row, s.half_begins, row.size + 1)
    _put(row, parcel + len(t.parcels), spot.at, spot.mode, half)
    _put(half, parcel, spot.to, WITHIN, whole)
    return row.size + 2


@inlined
def _last_to(t: Tables, row: Row, spot: Spot) -> int:
    """The last place where a parcel that is fetched there can be handed over: its trip's end."""
    if t.parcels[spot.parcel].fetched == 0 or spot.mode == ALONE:
        return spot.at + 1
    end = spot.at + 1 if spot.mode == HEAD else spot.at
    while end < row.size and row.begins[end] == 0:
        end += 1
    return end + 1


@inlined
def best_place(t: Tables, plan: Plan, carrier: int, parcel: int, s: Scratch) -> tuple[float, Spot]:
    """The cheapest way to put a parcel into a vehicle's plan: added euros (infinite: none), and where."""
    best, where = INFINITE, Spot(parcel, -1, 0, 0)
    row, cost = row_of(plan, carrier), plan.costs_eur[carrier]
    size, fetched = row.size, t.parcels[parcel].fetched
    if t.may[carrier, parcel] == 0 or size + 1 + fetched > plan.rows.shape[1]:
        return best, where
    modes = 1 if t.carriers[carrier].room < 2 and fetched == 0 else 3
    for at in range(size + 1):
        boundary = at == size or row.begins[at] == 1
        for mode in range(modes):
            if (
                (mode != WITHIN and not boundary)
                or (mode == WITHIN and at == 0)
                or (mode == HEAD and at == size)
            ):
                continue
            for to in range(at + 1, _last_to(t, row, Spot(parcel, at, mode, at)) + 1):
                spot = Spot(parcel, at, mode, to)
                tried = Row(s.row, s.begins, put_in(t, plan, carrier, spot, s))
                added = row_eur(t, carrier, tried, cost + best - 1e-9, s.times) - cost
                if added < best - 1e-9:
                    best, where = added, spot
    return best, where
