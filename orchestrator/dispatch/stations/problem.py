"""The drone-assisted routing problem with robot stations and time windows, as values.

G. Campuzano, M. Mes, E. Lalla-Ruiz, instances "VRPD-RS-TW" of Amsterdam. Each customer is served by a truck
that stops there; by the drone of a truck, which leaves from one stop (or the depot) with one parcel and is
met at a later one (or the depot); or by a robot of a station at which a truck has left the parcel.

Neither the files nor their page give the following, so it is taken as here:
- a drone may wait on the ground at a customer, and truck or drone at the stop where they meet
- it neither leaves, delivers nor lands in a no-fly zone; its power grows with its load as K. Dorling et al.
  measured ("Vehicle routing problems for drone delivery", IEEE Trans. Systems, Man, Cybernetics 47(1), 2017)
- a robot carries one parcel at a time, and drives at most the given time in all; a station is visited once
- serving takes no time; what counts is the fewest trucks, then kilometres, those of drones and robots a tenth
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_000.0
"""As on the instances' page."""

LIGHT = 0.1
"""What a kilometre of a drone or a robot counts, where one of a truck counts 1."""

HOVER_W, HOVER_W_PER_KG = 26.9, 46.7
BATTERY_J_PER_KG = 650_000.0
"""The energy density of the battery, whose mass is carried, too (the paper's)."""


@dataclass(frozen=True, slots=True)
class Node:
    """The depot (node 0), a customer or a station; to be served, or visited, from `ready_s` to `due_s`."""

    lat_deg: float
    lon_deg: float
    ready_s: float
    due_s: float
    parcel_kg: float = 0.0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Stations:
    """An instance: nodes are the depot, `customers` customers, then stations. Matrices are row by row."""

    name: str
    nodes: tuple[Node, ...]
    customers: int
    trucks: int
    robots: int
    """Of each station."""
    truck_kg: float
    no_fly: frozenset[int]
    drone_mps: float
    battery_j: float
    robot_s: float
    truck_s: tuple[tuple[float, ...], ...]
    truck_m: tuple[tuple[float, ...], ...]
    robot_drive_s: tuple[tuple[float, ...], ...]
    robot_drive_m: tuple[tuple[float, ...], ...]

    def is_station(self, node: int) -> bool:
        """Whether a node is one."""
        return node > self.customers

    def flight_m(self, one: int, other: int) -> float:
        """The great circle between two nodes (the files' own drone matrices are in another order)."""
        a, b = self.nodes[one], self.nodes[other]
        lat_a, lat_b = math.radians(a.lat_deg), math.radians(b.lat_deg)
        lon = math.radians(b.lon_deg - a.lon_deg)
        square = (
            math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(lon / 2) ** 2
        )
        return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(square))

    def flight_s(self, one: int, other: int) -> float:
        """Seconds of that."""
        return self.flight_m(one, other) / self.drone_mps

    def sortie_j(self, sortie: Sortie) -> float:
        """The energy of a sortie: out with the parcel, back without."""
        empty_w = HOVER_W + HOVER_W_PER_KG * self.battery_j / BATTERY_J_PER_KG
        laden_w = empty_w + HOVER_W_PER_KG * self.nodes[sortie.customer].parcel_kg
        out_s = self.flight_s(sortie.leaves, sortie.customer)
        return laden_w * out_s + empty_w * self.flight_s(sortie.customer, sortie.meets)


@dataclass(frozen=True, slots=True)
class Sortie:
    """The drone leaves its truck at a stop, serves a customer, meets it at a later stop; 0: the depot."""

    leaves: int
    customer: int
    meets: int


@dataclass(frozen=True, slots=True)
class Tour:
    """What one truck does: its stops without the depot, and its drone's sorties in order.

    `robots`: per station it visits, for each robot its customers, one after the other.
    """

    stops: tuple[int, ...]
    sorties: tuple[Sortie, ...]
    robots: Mapping[int, tuple[tuple[int, ...], ...]]


@dataclass(frozen=True, slots=True)
class Tours:
    """A solution."""

    tours: tuple[Tour, ...]
    unserved: tuple[int, ...] = ()
