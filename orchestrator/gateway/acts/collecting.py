"""What lockers tell: somebody took an order out by its code, or people fetched one back."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from orchestrator.customers.hand_code import door_code, hand_code, is_code
from orchestrator.gateway.acts.fetching import fetch
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.messages import CollectedView
from orchestrator.gateway.door.principals import LockerSystem, Operator, Viewer, sees
from orchestrator.gateway.service import Service
from orchestrator.orders.custody import AtHub, InLocker
from orchestrator.orders.lockers import MOST_WRONG_CODES
from orchestrator.orders.order import LockerId
from orchestrator.record.applying.fetches import still_to_fetch
from orchestrator.record.events import (
    CompartmentEmpty,
    Event,
    LockerCodeMistaken,
    ParcelCollected,
    ParcelFetched,
    ParcelRecovered,
)
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase, ParcelState
from vehicles.clock import now_s
from vehicles.mission import ParcelId

AGAIN_S = 120.0
"""A code that is sent again within this, its answer lost, opens the same compartments again."""


class Collecting:
    """The lockers' side of the gateway. Answers are remembered for as long as this lives."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._opened: dict[tuple[LockerId, str], tuple[float, CollectedView]] = {}

    async def by_code(self, locker: str, code: str, by: Operator | LockerSystem) -> CollectedView:
        """All that lies in a locker for the order of this code is its recipient's now. Again is harmless.

        A courier who is to fetch a parcel there has a code of its own, and has the parcel then.

        Raises `Failure` 403 for another locker than one's own, 404 for no such locker, or when nothing lies
        there for the code; 409 after too many wrong codes, and for one that two orders in it share: neither
        recipient gets the other's.
        """
        locker_id, state = LockerId(locker), self._service.writer.state
        if isinstance(by, LockerSystem) and not by.speaks_for(locker_id):
            raise Failure(HTTPStatus.FORBIDDEN, f"{by.name} is the system of locker {by.locker}.")
        if locker_id not in state.lockers and locker_id not in state.boxed:
            raise Failure(
                HTTPStatus.NOT_FOUND, f"There is no locker {locker_id} whose compartments are known."
            )
        self._opened = {key: one for key, one in self._opened.items() if now_s() - one[0] <= AGAIN_S}
        again = (locker_id, "".join(code.split()))
        if again in self._opened:
            return self._opened[again][1]

        taken: list[ParcelState] = []

        def decide(state: FleetState) -> Sequence[Event]:
            taken[:], facts = self._opening(state, locker_id, code, by)
            return facts

        await self._service.writer.write(decide)
        if not taken:
            raise Failure(HTTPStatus.NOT_FOUND, "Nothing lies there for this code, or not any more.")
        self._wake(taken)
        view = _collected(taken)
        self._opened[again] = (now_s(), view)
        return view

    def _opening(
        self, state: FleetState, locker_id: LockerId, code: str, by: Operator | LockerSystem
    ) -> tuple[list[ParcelState], Sequence[Event]]:
        """What a code opens a locker for, and the facts of it: without anything, that it was mistaken."""
        if state.mistaken.get(locker_id, 0) >= MOST_WRONG_CODES:
            text = f"Too many wrong codes at {locker_id}: an operator must help."
            raise Failure(HTTPStatus.CONFLICT, text)
        collected = [
            parcel
            for parcel in _inside(state, locker_id)
            if parcel.phase is ParcelPhase.DELIVERED
            and parcel.expired_at_s is None
            and is_code(code, hand_code(state.orders[parcel.order_id].order, self._service.tracking_secret))
        ]
        fetched = _fetched(state, locker_id, code, self._service, by)
        taken = collected + [state.parcels[fact.parcel_id] for fact in fetched]
        if len({parcel.order_id for parcel in taken}) > 1:
            text = f"Two orders in {locker_id} have this code: an operator or the shop must help."
            raise Failure(HTTPStatus.CONFLICT, text)
        if not taken:
            return [], [LockerCodeMistaken(locker_id, by.name)]
        return taken, fetched or [ParcelCollected(one.parcel.parcel_id, by.name) for one in taken]

    def _wake(self, taken: Sequence[ParcelState]) -> None:
        """Whoever fetched something goes on with it."""
        missions = self._service.writer.state.missions
        for mission_id in {parcel.mission_id for parcel in taken if parcel.phase is ParcelPhase.ASSIGNED}:
            if mission_id is not None:
                self._service.wake(missions[mission_id].plan.mission.vehicle_id)

    async def by_word(self, parcel_id: str, by: Viewer) -> CollectedView:
        """A parcel was collected, as those say who placed its order or run the fleet.

        Codes count again then at its locker. Raises `Failure` 404 for no such parcel, 409 when it is in no
        locker, or not any more.
        """
        taken: list[ParcelState] = []

        def decide(state: FleetState) -> Sequence[Event]:
            parcel = _seen(state, parcel_id, by)
            if not isinstance(parcel.keeper, InLocker | AtHub) and not parcel.absent_by:
                raise Failure(HTTPStatus.CONFLICT, f"{parcel_id} is in no locker, and on no shelf.")
            taken.append(parcel)
            return (ParcelCollected(parcel.parcel.parcel_id, by.name),)

        await self._service.writer.write(decide)
        return _collected(taken)

    async def absent(self, parcel_id: str, by: Viewer) -> CollectedView:
        """A parcel was not in the compartment that was opened for it. Again is harmless.

        Raises `Failure` 404 for no such parcel, `IllegalEvent` (409) when it was not collected from a locker.
        """
        told: list[ParcelState] = []

        def decide(state: FleetState) -> Sequence[Event]:
            told.append(parcel := _seen(state, parcel_id, by))
            return () if parcel.absent_by else (CompartmentEmpty(parcel.parcel.parcel_id, by.name),)

        await self._service.writer.write(decide)
        return _collected(told)

    async def recovered(self, parcel_id: str, by: Viewer) -> CollectedView:
        """A parcel that nobody came for lies at its hub again.

        Raises `Failure` 404 for no such parcel, `IllegalEvent` (409) when it is in no locker, or may still be
        collected.
        """
        taken: list[ParcelState] = []

        def decide(state: FleetState) -> Sequence[Event]:
            parcel = _seen(state, parcel_id, by)
            taken.append(parcel)
            hub_id = state.orders[parcel.order_id].hub_id
            return (ParcelRecovered(parcel.parcel.parcel_id, hub_id, by.name),)

        await self._service.writer.write(decide)
        return _collected(taken)


def _inside(state: FleetState, locker_id: LockerId) -> list[ParcelState]:
    if locker_id not in state.boxed:
        return []
    return [state.parcels[parcel_id] for parcel_id in state.boxed[locker_id]]


def _fetched(
    state: FleetState, locker_id: LockerId, code: str, service: Service, by: Operator | LockerSystem
) -> list[ParcelFetched]:
    """What the courier of this code takes out: all of an order that is to be fetched there on their trip."""
    missions = {
        one.mission_id: state.missions[one.mission_id] for one in _inside(state, locker_id) if one.mission_id
    }
    waiting = {
        parcel_id: mission
        for mission in missions.values()
        if mission.phase is MissionPhase.UNDER_WAY
        for parcel_id in still_to_fetch(state, mission)
    }
    here = {one.parcel.parcel_id: one.order_id for one in _inside(state, locker_id)}
    known = {
        order_id
        for parcel_id, order_id in here.items()
        if parcel_id in waiting and is_code(code, door_code(parcel_id, service.tracking_secret))
    }
    taken = [parcel_id for parcel_id, order_id in here.items() if parcel_id in waiting and order_id in known]
    return [fetch(waiting[parcel_id], parcel_id, by.name) for parcel_id in taken]


def _seen(state: FleetState, parcel_id: str, by: Viewer) -> ParcelState:
    parcel = state.parcels.get(ParcelId(parcel_id))
    if parcel is None or not sees(by, state.orders[parcel.order_id].order.placed_by):
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no parcel {parcel_id}.")
    return parcel


def _collected(taken: Sequence[ParcelState]) -> CollectedView:
    """Of parcels as they were when that was decided: each is still in its compartment."""
    sizes = [one.keeper.compartment for one in taken if isinstance(one.keeper, InLocker)]
    return CollectedView(
        parcel_ids=tuple(one.parcel.parcel_id for one in taken),
        compartments=tuple(size.value for size in sizes if size is not None),
    )
