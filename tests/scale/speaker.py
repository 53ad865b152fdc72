"""A vehicle made of nothing but words, for soaks."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Any

from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import wire
from vehicles.clock import now_s
from vehicles.mavlink.wire.frames import Frame, Packer, parse, split
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import Stamps

KEY = bytes(range(32))


class Speaker:
    """Says position, attitude, heartbeat and charge, with texts and dirt between; accepts every command."""

    def __init__(self, system_id: int, send: Callable[[bytes], object], dice: random.Random) -> None:
        self._frame: Callable[[Any], bytes] = wire.Sender(system_id).frame
        self._send = send
        self._dice = dice
        self.said = 0

    def sign(self, system_id: int, newest: int) -> None:
        """Sign all that it says, its stamps rising from what it used before."""
        stamps = Stamps()
        stamps.newest = newest
        packer = Packer(system_id, Signer(KEY, 9, stamps, now_s))
        self._frame = lambda message: packer.pack(message, 1)

    def hear(self, datagram: bytes) -> bool:
        for piece in split(datagram):
            message = parse(piece) if isinstance(piece, Frame) else None
            if message is not None and message.get_type() == "COMMAND_LONG":
                to = (message.get_srcSystem(), message.get_srcComponent())
                self._say(common.MAVLink_command_ack_message(message.command, 0, 0, 0, *to))
        return True

    def _say(self, message: Any) -> None:  # noqa: ANN401 - pymavlink's messages have no types
        self._utter(self._frame(message))
        self.said += 1

    def _utter(self, datagram: bytes) -> None:
        with contextlib.suppress(OSError):  # nobody listens there any more, or the network is full
            self._send(datagram)

    async def live(self, for_s: float) -> None:
        boot_ms, mode = 60_000, wire.HOLD
        for tick in range(int(for_s * 5)):
            boot_ms += 200
            if self._dice.random() < 0.002:
                boot_ms = 500  # a restart
            if self._dice.random() < 0.01:
                mode = self._dice.choice((wire.HOLD, wire.MISSION, self._dice.randrange(1 << 32)))
            self._say(wire.position(boot_ms=boot_ms))
            self._say(common.MAVLink_attitude_message(boot_ms, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
            if tick % 5 == 0:
                self._say(wire.heartbeat(mode=mode))
                self._say(wire.status(self._dice.randrange(101)))
            if self._dice.random() < 0.05:
                self._say(wire.text(f"Something {self._dice.random()} happened"))
                self._utter(self._dice.randbytes(self._dice.randrange(1, 300)))
            await asyncio.sleep(0.2)
