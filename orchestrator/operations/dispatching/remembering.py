"""What a dispatcher remembers between its calls: losing it costs stability only."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from immutables import Map

from geofences.reason import Reason
from orchestrator.dispatch.holding import Stream
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Horizon, HorizonPlan
from orchestrator.operations.dispatching.horizon_view import Pair, View
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.orders.order import HubId
from orchestrator.record.state import FleetState, ParcelPhase, ParcelState, brought_from
from vehicles.mission import ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class Question:
    """A hub's problem and the plan for it so far, to be improved by whoever has the time."""

    hub_id: HubId
    horizon: Horizon
    plan: HorizonPlan


@dataclass(slots=True)
class Look:
    """A look at a hub under way: what was planned, and what of it is still to be given and told.

    `expected`: by the plan, who is to hand over each parcel, and when.
    """

    seen_here: View
    plan: HorizonPlan
    held: Mapping[VehicleId, float]
    due: deque[VehicleId]
    left: deque[ParcelState]
    expected: Mapping[ParcelId, tuple[VehicleId, float]]
    why: dict[ParcelId, tuple[Reason, ...]]


@dataclass(slots=True)
class Memory:
    """Of one hub: its plan, what was known when it was made, when to look again, and the look under way.

    `cannot` has pairs that no plan was found for when they were due, each with when to try again. What is
    known of parcels and vehicles counts missions that were given as known.
    """

    plan: HorizonPlan = NOTHING_PLANNED
    cannot: dict[Pair, float] = field(default_factory=dict)
    parcels: dict[ParcelId, object] = field(default_factory=dict)
    vehicles: dict[VehicleId, object] = field(default_factory=dict)
    around: Surroundings | None = None
    state: FleetState | None = None
    look_at_s: float = -inf
    thought_at_s: float = -inf
    look: Look | None = None
    question: Question | None = None
    asked: Question | None = None
    stream: Stream = field(default_factory=Stream)

    def knows(self, state: FleetState) -> bool:
        """Whether nothing about vehicles, parcels and orders is new since it was looked at."""
        known = self.state
        return known is not None and (
            state.vehicles is known.vehicles
            and state.parcels is known.parcels
            and state.orders is known.orders
        )


RESTS_S = 120.0
"""A parcel that rests for longer than this from now is not planned for yet."""


@dataclass(slots=True)
class Shelf:
    """Which parcels wait, there or to be fetched: looked through anew only when any has changed, for speed.

    One that rests after a mission for it came to nothing is planned for while it does: so what belongs
    together stays together. It is not given before.
    """

    _parcels: Map[ParcelId, ParcelState] | None = None
    _lying: tuple[ParcelState, ...] = ()

    def waiting(self, state: FleetState, now_s: float) -> Mapping[HubId, list[ParcelState]]:
        """Parcels that may be assigned soon, by hub, each in order of id."""
        if state.parcels is not self._parcels:
            self._parcels = state.parcels
            lying = [one for one in state.parcels.values() if one.phase is ParcelPhase.WAITING]
            self._lying = tuple(sorted(lying, key=lambda one: one.parcel.parcel_id))
        found: dict[HubId, list[ParcelState]] = {}
        for parcel in self._lying:
            if parcel.not_before_s > now_s + RESTS_S or state.orders[parcel.order_id].wishes.held:
                continue
            found.setdefault(brought_from(state, parcel), []).append(parcel)
        return found
