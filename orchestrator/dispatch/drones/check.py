"""What commands come to under the official rules, or what is wrong with them: nothing here solves.

All drones act at once. In a turn in which several act at one warehouse, what is unloaded arrives first;
so loads are looked at in the order of turns, after the unloads of the same turn.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from orchestrator.dispatch.drones.problem import Act, Cell, Command, Commands, Delivery, flight, points
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.check import Broken


@dataclass(slots=True)
class _Drone:
    at: Cell
    free_in: int = 0
    """The turn in which it can begin something."""
    flown: int = 0
    carried: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    served: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _World:
    problem: Delivery
    drones: list[_Drone]
    moved: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """At warehouses: the turn, 0 for in or 1 for out, the warehouse, the product, how many."""
    delivered: list[tuple[int, int, int, int]] = field(default_factory=list)
    """At orders: the turn, the order, the product, how many."""
    reasons: list[str] = field(default_factory=list)


def check(problem: Delivery, found: Commands) -> Outcome | Broken:
    """The official score and what was left over, or every reason why the commands cannot be carried out."""
    world = _World(problem, [_Drone(problem.warehouses[0].at) for _ in range(problem.drones)])
    for number, command in enumerate(found, 1):
        if reason := _act(world, command):
            world.reasons.append(f"command {number}: {reason}")
    _check_stock(world)
    complete = _complete(world)
    if world.reasons:
        return Broken(tuple(world.reasons))
    score = sum(points(problem.turns, turn) for turn in complete.values())
    used = [drone for drone in world.drones if drone.flown or drone.free_in]
    unserved = tuple(order for order in range(len(problem.orders)) if order not in complete)
    routes = tuple(tuple(drone.served) for drone in used)
    return Outcome(len(used), sum(drone.flown for drone in used), routes, score, unserved)


def _act(world: _World, command: Command) -> str:
    """Carry out one command; why it cannot be, or nothing."""
    problem = world.problem
    if not 0 <= command.drone < problem.drones:
        return f"no drone {command.drone}"
    drone = world.drones[command.drone]
    if command.act is Act.WAIT:
        drone.free_in += command.place
        return "" if command.place > 0 and drone.free_in <= problem.turns else f"waits {command.place} turns"
    places = problem.orders if command.act is Act.DELIVER else problem.warehouses
    if not 0 <= command.place < len(places):
        return f"no place {command.place}"
    if not 0 <= command.product < len(problem.weights) or command.count <= 0:
        return f"{command.count} of product {command.product}"
    at = places[command.place].at
    turn = drone.free_in + flight(drone.at, at)
    drone.flown += turn - drone.free_in
    drone.at, drone.free_in = at, turn + 1
    if turn >= problem.turns:
        return f"takes place in turn {turn} of {problem.turns}"
    return _hand_over(world, drone, command, turn)


def _hand_over(world: _World, drone: _Drone, command: Command, turn: int) -> str:
    if command.act is Act.LOAD:
        world.moved.append((turn, 1, command.place, command.product, command.count))
        drone.carried[command.product] += command.count
        weight = sum(world.problem.weights[product] * count for product, count in drone.carried.items())
        return f"carries {weight} of {world.problem.payload}" if weight > world.problem.payload else ""
    if drone.carried[command.product] < command.count:
        return f"has only {drone.carried[command.product]} of product {command.product}"
    drone.carried[command.product] -= command.count
    if command.act is Act.UNLOAD:
        world.moved.append((turn, 0, command.place, command.product, command.count))
    else:
        drone.served.append(command.place)
        world.delivered.append((turn, command.place, command.product, command.count))
    return ""


def _check_stock(world: _World) -> None:
    stock = [list(warehouse.stock) for warehouse in world.problem.warehouses]
    for turn, out, warehouse, product, count in sorted(world.moved):
        stock[warehouse][product] += -count if out else count
        if stock[warehouse][product] < 0:
            world.reasons.append(f"turn {turn}: warehouse {warehouse} has too few of product {product}")
            stock[warehouse][product] = 0


def _complete(world: _World) -> dict[int, int]:
    """The turn in which each complete order became so."""
    open_items = [dict(order.wanted) for order in world.problem.orders]
    complete: dict[int, int] = {}
    for turn, order, product, count in sorted(world.delivered):
        left = open_items[order].get(product, 0) - count
        if left < 0:
            world.reasons.append(f"turn {turn}: order {order} wants no more of product {product}")
        elif left:
            open_items[order][product] = left
        else:
            del open_items[order][product]
            if not open_items[order]:
                complete[order] = turn
    return complete
