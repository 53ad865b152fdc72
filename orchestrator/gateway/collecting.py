"""What lockers tell: a recipient took an order out by its code, or people fetched one back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

from orchestrator.customers.hand_code import hand_code, is_code
from orchestrator.gateway.access import Principal
from orchestrator.gateway.failures import Failure
from orchestrator.gateway.messages import CollectedView
from orchestrator.gateway.service import Service
from orchestrator.orders.custody import InLocker
from orchestrator.orders.order import LockerId
from orchestrator.record.events import Event, ParcelCollected, ParcelRecovered
from orchestrator.record.state import FleetState, ParcelState
from vehicles.clock import now_s
from vehicles.mission import ParcelId

MOST_WRONG_CODES = 10
"""After so many in a row a locker takes no code until an operator or the shop says what was collected."""


AGAIN_S = 120.0
"""A code that is sent again within this, its answer lost, opens the same compartments again."""


class Collecting:
    """The lockers' side of the gateway. Wrong codes and answers are remembered for as long as this lives."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._wrong: Counter[LockerId] = Counter()
        self._opened: dict[tuple[LockerId, str], tuple[float, CollectedView]] = {}

    async def by_code(self, locker: str, code: str, by: Principal) -> CollectedView:
        """All that lies in a locker for the order of this code is its recipient's now. Again is harmless.

        Raises `Failure` 404 for no such locker, or when nothing lies there for the code; 409 after too many
        wrong codes, and for a code that two orders in it share: neither recipient gets the other's.
        """
        locker_id, secret = LockerId(locker), self._service.tracking_secret
        state = self._service.writer.state
        if locker_id not in state.lockers and locker_id not in state.boxed:
            raise Failure(
                HTTPStatus.NOT_FOUND, f"There is no locker {locker_id} whose compartments are known."
            )
        if self._wrong[locker_id] >= MOST_WRONG_CODES:
            raise Failure(HTTPStatus.CONFLICT, f"Too many wrong codes at {locker_id}: an operator must help.")
        self._opened = {key: one for key, one in self._opened.items() if now_s() - one[0] <= AGAIN_S}
        again = (locker_id, "".join(code.split()))
        if again in self._opened:
            return self._opened[again][1]

        taken: list[ParcelState] = []

        def decide(state: FleetState) -> Sequence[Event]:
            taken.extend(
                parcel
                for parcel in _inside(state, locker_id)
                if parcel.expired_at_s is None
                and is_code(code, hand_code(state.orders[parcel.order_id].order, secret))
            )
            if len({parcel.order_id for parcel in taken}) > 1:
                text = f"Two orders in {locker_id} have this code: an operator or the shop must help."
                raise Failure(HTTPStatus.CONFLICT, text)
            return [ParcelCollected(parcel.parcel.parcel_id, by.name) for parcel in taken]

        await self._service.writer.write(decide)
        if not taken:
            self._wrong[locker_id] += 1
            raise Failure(HTTPStatus.NOT_FOUND, "Nothing lies there for this code, or not any more.")
        self._wrong[locker_id] = 0
        view = _collected(taken)
        self._opened[again] = (now_s(), view)
        return view

    async def by_word(self, parcel_id: str, by: Principal) -> CollectedView:
        """A parcel was collected, as those say who placed its order or run the fleet.

        Codes count again then, at every locker. Raises `Failure` 404 for no such parcel, 409 when it is in no
        locker, or not any more.
        """
        taken: list[ParcelState] = []

        def decide(state: FleetState) -> Sequence[Event]:
            parcel = _seen(state, parcel_id, by)
            if not isinstance(parcel.keeper, InLocker):
                raise Failure(HTTPStatus.CONFLICT, f"{parcel_id} is in no locker.")
            taken.append(parcel)
            return (ParcelCollected(parcel.parcel.parcel_id, by.name),)

        await self._service.writer.write(decide)
        self._wrong.clear()  # only now: else a shop that names any parcel at all would let guesses go on
        return _collected(taken)

    async def recovered(self, parcel_id: str, by: Principal) -> CollectedView:
        """A parcel that nobody came for lies at its hub again.

        Raises `Failure` 404 for no such parcel, `IllegalEvent` (409) when it is in no locker, or may still be
        collected.
        """
        taken: list[ParcelState] = []

        def decide(state: FleetState) -> Sequence[Event]:
            parcel = _seen(state, parcel_id, by)
            taken.append(parcel)
            hub_id = state.orders[parcel.order_id].order.hub_id
            return (ParcelRecovered(parcel.parcel.parcel_id, hub_id, by.name),)

        await self._service.writer.write(decide)
        return _collected(taken)


def _inside(state: FleetState, locker_id: LockerId) -> list[ParcelState]:
    if locker_id not in state.boxed:
        return []
    return [state.parcels[parcel_id] for parcel_id in state.boxed[locker_id]]


def _seen(state: FleetState, parcel_id: str, by: Principal) -> ParcelState:
    parcel = state.parcels.get(ParcelId(parcel_id))
    if parcel is None or not by.sees(state.orders[parcel.order_id].order.placed_by):
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no parcel {parcel_id}.")
    return parcel


def _collected(taken: Sequence[ParcelState]) -> CollectedView:
    """Of parcels as they were when that was decided: each is still in its compartment."""
    sizes = [one.keeper.compartment for one in taken if isinstance(one.keeper, InLocker)]
    return CollectedView(
        parcel_ids=tuple(one.parcel.parcel_id for one in taken),
        compartments=tuple(size.value for size in sizes if size is not None),
    )
