"""A carrier that changes what a vehicle says on its way to us, frame by frame, from some instant on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire.frames import Message

Lie = Callable[[Message], Message | None]
"""What becomes of a message; None: it is not said at all."""


class Liar:
    """Tells the truth until `lie` is set, and again once it is None."""

    def __init__(self) -> None:
        self.lie: Lie | None = None
        self._heard = common.MAVLink(None)
        self._heard.robust_parsing = True
        self._said = common.MAVLink(None)

    def __call__(self, datagram: bytes) -> Sequence[tuple[float, bytes]]:
        """What arrives instead, at once."""
        messages = self._heard.parse_buffer(datagram) or []
        if self.lie is None:
            return ((0.0, datagram),)
        told = b"".join(self._pack(message) for message in messages)
        return ((0.0, told),) if told else ()

    def _pack(self, message: Message) -> bytes:
        assert self.lie is not None
        changed = self.lie(message)
        if changed is None:
            return b""
        if changed is message:
            return bytes(message.get_msgbuf())
        self._said.srcSystem, self._said.srcComponent = message.get_srcSystem(), message.get_srcComponent()
        self._said.seq = message.get_seq()
        return bytes(changed.pack(self._said))


def with_fields(message: Message, **fields: object) -> Message:
    """The same message with other fields."""
    return type(message)(*[fields.get(name, getattr(message, name)) for name in message.fieldnames])


def lying(kind: str, **fields: object) -> Lie:
    """Messages of one kind have other fields; with none they are not said."""

    def lie(message: Message) -> Message | None:
        if message.get_type() != kind:
            return message
        return with_fields(message, **fields) if fields else None

    return lie
