"""Those who are known: a closed union, each with what goes with being that, and no more.

`name` goes into the journal with all that somebody does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from orchestrator.orders.order import LockerId
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class Operator:
    """Runs the fleet: sees all, places and cancels any order, asks vehicles."""

    name: str


@dataclass(frozen=True, slots=True)
class Integrator:
    """A shop, a warehouse, a 3PL: places orders, and sees its own."""

    name: str


@dataclass(frozen=True, slots=True)
class Rider:
    """Rides the vehicle `rides`, and has its phone."""

    name: str
    rides: VehicleId


@dataclass(frozen=True, slots=True)
class LockerSystem:
    """A locker's own system: tells what was typed at `locker`, at any of them where that is None."""

    name: str
    locker: LockerId | None = None

    def speaks_for(self, locker_id: LockerId) -> bool:
        """Whether it is its to tell what was typed at a locker."""
        return self.locker in {None, locker_id}


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitoring system: reads figures of how the orchestrator does, and nothing else."""

    name: str


Principal = Operator | Integrator | Rider | LockerSystem | Monitor


Viewer = Operator | Integrator
"""Who follows orders: all of them, or their own."""


def sees(who: Viewer, placed_by: str) -> bool:
    """Whether an order placed by `placed_by` is theirs to see and change."""
    return isinstance(who, Operator) or who.name == placed_by


def what(who: Principal) -> str:
    """What somebody is, for whoever tries something that is for others."""
    match who:
        case Operator():
            return "an operator"
        case Integrator():
            return "an integrator"
        case Rider():
            return "a courier"
        case LockerSystem():
            return "a locker's system"
        case Monitor():
            return "a monitoring system"
    assert_never(who)
