"""Hand-overs proved: the recipient's code, a picture of where it was left, or a locker's door."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Sequence

from orchestrator.customers.hand_code import hand_code, is_code
from orchestrator.gateway.access import Principal
from orchestrator.gateway.courier_requests import HandedOverTap
from orchestrator.gateway.photos import PhotoError
from orchestrator.gateway.service import Service
from orchestrator.orders.order import OrderId
from orchestrator.record.apply_lockers import place_of
from orchestrator.record.events import Event, HandOverProved, Proof
from orchestrator.record.state import FleetState, ParcelState
from vehicles.handset import Handset
from vehicles.mission import ParcelId, VehicleId

MOST_WRONG_CODES = 5
"""After so many a code counts no more for the order: four digits are soon guessed. A picture does."""


class Proving:
    """Looks at what a courier shows, and journals it. Wrong codes are counted for as long as this lives."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._wrong: Counter[OrderId] = Counter()

    def carried(self, handset: Handset, order_id: str) -> list[ParcelId]:
        """The parcels of an order that are of the courier's trip, in the order of its stops."""
        parcels = self._service.writer.state.parcels
        stops = [leg.parcel_id for _, leg in handset.trip.stops] if handset.trip else []
        return [one for one in stops if one in parcels and parcels[one].order_id == order_id]

    async def prove(
        self, vehicle_id: VehicleId, by: Principal, tap: HandedOverTap, held: Sequence[ParcelId]
    ) -> str | None:
        """Journal what shows that what is held of the order was handed over; why it does not show that.

        Raises `JournalError` when it cannot be kept; nothing has changed then.
        """
        state = self._service.writer.state
        unproved = [one for one in held if state.parcels[one].proved is None]
        if not unproved:
            return None
        shown = await self._shown(tap, state.parcels[unproved[0]])
        if isinstance(shown, str):
            return shown
        proof, photo_sha256 = shown

        def decide(newest: FleetState) -> Sequence[Event]:
            told = [newest.parcels[one] for one in unproved]
            return [
                HandOverProved(vehicle_id, one.mission_id, one.parcel.parcel_id, proof, by.name, photo_sha256)
                for one in told
                if one.proved is None and one.mission_id is not None
            ]

        await self._service.writer.write(decide)
        return None

    async def _shown(self, tap: HandedOverTap, parcel: ParcelState) -> tuple[Proof, str] | str:
        """What the tap shows; in words, why that is not enough."""
        state = self._service.writer.state
        order = state.orders[parcel.order_id].order
        if place_of(state, parcel).locker_id is not None:
            return Proof.LOCKER, ""
        if tap.photo is not None:
            return await self._photo(tap.photo)
        if tap.code is None:
            return "Ask for the code, or take a picture of where you leave it."
        if self._wrong[order.order_id] >= MOST_WRONG_CODES:
            return "Too many wrong codes: take a picture of where you leave it."
        if not is_code(tap.code, hand_code(order, self._service.tracking_secret)):
            self._wrong[order.order_id] += 1
            return "That is not the code. Ask again, or take a picture of where you leave it."
        return Proof.CODE, ""

    async def _photo(self, text: str) -> tuple[Proof, str] | str:
        try:
            return Proof.PHOTO, await self._service.photos.keep(b64decode(text, validate=True))
        except (Base64Error, ValueError):
            return "The picture did not come through whole: take it again."
        except PhotoError as error:
            return f"The picture {error}: ask for the code instead."
