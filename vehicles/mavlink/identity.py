"""Which MAVLink vehicle on a link is the configured one: system id, component, hardware id."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mavlink.wire.addresses import AUTOPILOT_COMPONENT
from vehicles.mavlink.wire.frames import Message


@dataclass(frozen=True, slots=True)
class Identity:
    """What a vehicle must say of itself to be taken for the one that is meant.

    `system_id` None: the first autopilot heard is the vehicle from then on. `component_id` is its
    autopilot's. `uid` is the hardware's own number as hexadecimal digits in lower case (AUTOPILOT_VERSION's
    uid2, 36 digits, else its uid, 16); None asks for none. Raises `ValueError` naming what is wrong.
    """

    system_id: int | None = None
    component_id: int = AUTOPILOT_COMPONENT
    uid: str | None = None

    def __post_init__(self) -> None:
        if self.system_id is not None and not 1 <= self.system_id < 2**32:
            raise ValueError(f"system_id: {self.system_id} is not within 1..4294967295")
        if not 1 <= self.component_id <= 255:
            raise ValueError(f"component_id: {self.component_id} is not within 1..255")
        if self.uid is not None and not (self.uid and set(self.uid) <= set("0123456789abcdef")):
            raise ValueError(f"uid: {self.uid!r} is not hexadecimal digits in lower case")


def uid_of(version: Message) -> str | None:
    """The hardware's number in an AUTOPILOT_VERSION, as in `Identity.uid`; None when it has none."""
    uid2 = bytes(getattr(version, "uid2", ()))
    if any(uid2):
        return uid2.hex()
    return f"{version.uid:016x}" if version.uid else None
