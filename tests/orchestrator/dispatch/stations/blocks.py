"""A small instance by hand, in the files' words; and drawn ones."""

from __future__ import annotations

import math
import random

from orchestrator.dispatch.stations.problem import Node, Stations

_ROWS_S = "0 100 200 150\n100 0 100 50\n200 100 0 50\n150 50 50 0\n"
_ROWS_KM = "0 1 2 1.5\n1 0 1 0.5\n2 1 0 0.5\n1.5 0.5 0.5 0\n"

TEXT = f"""/* two customers,
one station */
Number of Customers
2
Number of Robot stations
1
Number of Trucks
1
Number of Robots per station
1
Truck Capacity [kg]
600
Number of no-fly zones:
1
Nodes in no-fly zones:
3\x20
Drone speed [m/s]
10
Drone battery [J]
600000
Maximum robot driving time [s]
3600
Pacel weight [node] [kg]
0\t0
1\t2
2\t1
3\t0
Node\tlatitud\tlongitud\tt-start [s]\tt-stop[s]\taddress
Depot
0\t52.30\t4.80\t0\t28800\t\tA 1\t
Customers
1\t52.31\t4.80\t0\t1000\t\tB 2, 1017\t
2\t52.32\t4.80\t500\t2000\t\tC 3\t
Robot station
3\t52.315\t4.80\t0\t28800\t\tD\t
Truck driving time matrix [s]
{_ROWS_S}Drone flying time matrix [s]
{_ROWS_S}Robot driving time matrix [s]
{_ROWS_S}Truck driving distance matrix [km]
{_ROWS_KM}Drone flying distance matrix [km]
{_ROWS_KM}Robot driving distance matrix [km]
{_ROWS_KM}"""


def block(seed: int, customers: int, trucks: int = 2, robots: int = 1) -> Stations:
    """Customers about a depot, two stations, windows of three hours, some no-fly nodes."""
    dice = random.Random(seed)  # noqa: S311
    xy = [(dice.uniform(0, 6000), dice.uniform(0, 6000)) for _ in range(customers + 3)]
    nodes = []
    for node, (x, y) in enumerate(xy):
        ready = dice.uniform(0, 10_000) if 0 < node <= customers else 0.0
        due = ready + 10_800 if 0 < node <= customers else 28_800.0
        parcel_kg = dice.uniform(0.5, 5) if 0 < node <= customers else 0.0
        nodes.append(Node(52.3 + y / 111_000, 4.8 + x / 68_000, ready, due, parcel_kg))
    road = tuple(tuple(1.3 * math.dist(a, b) for b in xy) for a in xy)
    no_fly = frozenset(node for node in range(1, customers + 1) if dice.random() < 0.2)
    return Stations(
        "block", tuple(nodes), customers, trucks, robots, 600.0, no_fly, 8.33, 600_000.0, 3600.0,
        tuple(tuple(way_m / 6 for way_m in row) for row in road), road,
        tuple(tuple(way_m / 1.4 for way_m in row) for row in road), road,
    )  # fmt: skip
