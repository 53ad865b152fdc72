"""Hand-overs proved: the recipient's code, a picture of where it was left, or a locker's door."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence

from orchestrator.customers.hand_code import hand_code, is_code
from orchestrator.gateway.contract.courier_requests import HandedOverTap
from orchestrator.gateway.door.principals import Rider
from orchestrator.gateway.photos import PhotoError
from orchestrator.gateway.service import Service
from orchestrator.orders.order import DropOffKind
from orchestrator.record.events import Event, HandCodeMistaken, HandOverProved, Proof
from orchestrator.record.locker_rooms import place_of
from orchestrator.record.state import FleetState, ParcelState
from vehicles.cargo import Skill
from vehicles.mission import ParcelId
from vehicles.phone.trip import Trip

MOST_WRONG_CODES = 5
"""After so many a code counts no more for the order: four digits are soon guessed. A picture does."""


class Proving:
    """Looks at what a courier shows, and journals it, mistaken codes too: they are counted over restarts."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def stands_there(self, trip: Trip, parcel_id: ParcelId) -> bool:
        """Whether a courier told to have come where a parcel goes, if nothing else shows it: at a locker."""
        there = trip.at_stop(parcel_id)
        place = place_of(self._service.writer.state, self._service.writer.state.parcels[parcel_id])
        return place.locker_id is None or (not isinstance(there, str) and there.legs_done <= trip.legs_done)

    async def prove(self, by: Rider, tap: HandedOverTap, held: Sequence[ParcelId]) -> str | None:
        """Journal what shows that what is held of the order was handed over; why it does not show that.

        Raises `JournalError` when it cannot be kept; nothing has changed then.
        """
        state = self._service.writer.state
        unproved = [one for one in held if state.parcels[one].proved is None]
        if not unproved:
            return None
        parcel = state.parcels[unproved[0]]
        at_a_door = place_of(state, parcel).kind not in (DropOffKind.LOCKER, DropOffKind.HUB)
        asked = Skill.CHECK_AGE in state.orders[parcel.order_id].order.skills
        if asked and at_a_door and not tap.age_checked:
            return "Look at a proof of the recipient's age first. Without one, bring it back."
        shown = await self._shown(by, tap, parcel)
        if isinstance(shown, str):
            return shown
        proof, photo_sha256 = shown

        def decide(newest: FleetState) -> Sequence[Event]:
            told = [newest.parcels[one] for one in unproved]
            return [
                HandOverProved(
                    by.rides,
                    one.mission_id,
                    one.parcel.parcel_id,
                    proof,
                    by.name,
                    photo_sha256,
                    tap.age_checked,
                )
                for one in told
                if one.proved is None and one.mission_id is not None
            ]

        await self._service.writer.write(decide)
        return None

    async def _shown(self, by: Rider, tap: HandedOverTap, parcel: ParcelState) -> tuple[Proof, str] | str:
        """What the tap shows; in words, why that is not enough."""
        state = self._service.writer.state
        placed = state.orders[parcel.order_id]
        order = placed.order
        place = place_of(state, parcel)
        if place.locker_id is not None or place.hub_id is not None:
            return Proof.COUNTER if place.locker_id is None else Proof.LOCKER, ""
        if tap.photo is not None:
            return await self._photo(tap.photo)
        if tap.code is None:
            return "Ask for the code, or take a picture of where you leave it."
        if placed.mistaken_codes >= MOST_WRONG_CODES:
            return "Too many wrong codes: take a picture of where you leave it."
        if not is_code(tap.code, hand_code(order, self._service.tracking_secret)):
            await self._service.writer.facts(HandCodeMistaken(by.rides, order.order_id, by.name))
            return "That is not the code. Ask again, or take a picture of where you leave it."
        return Proof.CODE, ""

    async def _photo(self, text: str) -> tuple[Proof, str] | str:
        try:
            return Proof.PHOTO, await self._service.photos.keep(b64decode(text, validate=True))
        except (Base64Error, ValueError):
            return "The picture did not come through whole: take it again."
        except PhotoError as error:
            return f"The picture {error}: ask for the code instead."
