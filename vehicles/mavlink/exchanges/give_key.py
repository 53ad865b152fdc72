"""Giving a vehicle its signing key: SETUP_SIGNING, and then hearing that it signs with it.

The message carries the key in the clear: only over a cable, or a link that nobody else can hear. It has no
acknowledgement; that the vehicle has the key is seen in the first frame that it signs.
"""

from __future__ import annotations

import asyncio

from pymavlink.dialects.v20 import common

from vehicles.clock import now_s
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.wire.addresses import AUTOPILOT_COMPONENT, GCS_COMPONENT, GCS_SYSTEM
from vehicles.mavlink.wire.frames import Frame, Message, Packer, parse, split
from vehicles.mavlink.wire.keys import VehicleKey
from vehicles.mavlink.wire.signing import Genuine, Signer, stamp_at
from vehicles.mavlink.wire.stamps import Stamps
from vehicles.mavlink.wire.wanted import is_autopilot
from vehicles.vehicle import Accepted, Outcome, Unanswered

_SAY_EVERY_S = 0.5
_LOOK_EVERY_S = 0.05


class _Ear:
    """Hears which autopilot is there, and when it begins to sign with the new key."""

    def __init__(self, signer: Signer, system_id: int | None) -> None:
        self.system_id: int | None = None
        self.signs = False
        self._wanted = system_id
        self._signer = signer

    def take(self, datagram: bytes) -> bool:
        valid = False
        for piece in split(datagram):
            valid = (isinstance(piece, Frame) and self._hear(piece)) or valid
        return valid

    def _hear(self, frame: Frame) -> bool:
        if frame.component_id != AUTOPILOT_COMPONENT or frame.system_id != (self._wanted or frame.system_id):
            return False
        message = parse(frame)
        if message is None:
            return False
        if self.system_id is None and message.get_type() == "HEARTBEAT" and is_autopilot(message):
            self.system_id = frame.system_id
        if frame.system_id != self.system_id:
            return False
        self.signs = self.signs or isinstance(self._signer.check(frame), Genuine)
        return True


async def give_key(
    link: Link, key: VehicleKey, stamps: Stamps, for_s: float, system_id: int | None = None
) -> Outcome:
    """Give the vehicle at the other end its key within `for_s` seconds; None: the first autopilot heard.

    With a former key it is signed with that one: a vehicle that has it heeds nothing else.
    Raises `LinkError` when the endpoint cannot be had.
    """
    ear = _Ear(Signer(key.key, 0, stamps, now_s), system_id)
    packer = Packer(GCS_SYSTEM, Signer(key.former.key, 0, stamps, now_s) if key.former else None)
    await link.open(ear.take)
    until_s, say_at_s = now_s() + for_s, 0.0
    try:
        while now_s() < until_s and not ear.signs:
            if ear.system_id is not None and now_s() >= say_at_s:
                say_at_s = now_s() + _SAY_EVERY_S
                link.send(packer.pack(_setup(ear.system_id, key.key, stamps), GCS_COMPONENT))
            await asyncio.sleep(_LOOK_EVERY_S)
    finally:
        trouble = link.trouble
        link.close()
    if ear.signs:
        return Accepted()
    heard = "No autopilot was heard" if ear.system_id is None else "It was told and does not sign with it"
    why = f": {trouble}" if trouble else "."
    return Unanswered(f"{heard} on {link.name} within {for_s:g} s{why}")


def _setup(system_id: int, key: bytes, stamps: Stamps) -> Message:
    stamp = stamps.next_own(stamp_at(now_s()))
    return common.MAVLink_setup_signing_message(system_id, AUTOPILOT_COMPONENT, list(key), stamp)
