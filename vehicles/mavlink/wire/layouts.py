"""How each message lies in a payload, compiled from pymavlink's own tables, and the values unpacked.

pymavlink stays the source of formats; what its tables lack is added here as data, from MAVLink's
`common.xml`: the event messages, and the plan ids that newer autopilots append to three messages.
Payload order, checksum seed and extensions: mavlink.io/en/guide/serialization.html.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, make_dataclass
from functools import lru_cache
from typing import Any

from fastcrc.crc16 import mcrf4xx
from pymavlink.dialects.v20 import all as dialect

Buffer = bytes | memoryview
Value = Any
"""A message with pymavlink's attribute names and its `get_type()`, in slots."""

MISSION_CURRENT, MISSION_COUNT, MISSION_ACK = 42, 44, 47
WIND, EKF_STATUS_REPORT = 168, 193
EVENT, CURRENT_EVENT_SEQUENCE = 410, 411
CURRENT_MODE = 436


@dataclass(frozen=True, slots=True)
class Layout:
    """One message's payload, `size` bytes with all extensions.

    `read_checked` makes its value of what the checksum of a MAVLink 2 frame is over: nine bytes of
    header and a payload, which may have lost its trailing zeros or grown by extensions unknown here.
    `seed` is the byte that the checksum ends with (MAVLink's CRC_EXTRA).
    """

    message_id: int
    name: str
    seed: bytes
    size: int
    fields: tuple[_Field, ...]
    read_checked: Callable[[bytes], Value]

    def read(self, payload: bytes) -> Value:
        """The value of a payload alone."""
        return self.read_checked(NO_HEADER + payload)

    def form_of(self, *names: str) -> str:
        """The payload as `struct` has it, with these fields alone.

        Raises `ValueError` where they are not in the payload's order.
        """
        if tuple(field.name for field in self.fields if field.name in names) != names:
            raise ValueError(f"{self.name}: {names} are not fields of it, or in another order")
        return "".join(
            [field.form_here if field.name in names else f"{field.size}x" for field in self.fields]
        )

    @property
    def reader(self) -> Callable[[Buffer, int], Value]:
        """Makes its value of a buffer with the whole payload from an offset on."""
        form = "".join(field.form_here for field in self.fields)
        return _compiled("read(payloads, at)", self.name, self.fields, form, "payloads, at")

    def picker(self, *names: str) -> Callable[[Buffer, int], tuple[Any, ...]]:
        """Gives these fields alone of a buffer with the payload from an offset on, arrays number by number.

        A fifth of the time that a value takes. Raises `ValueError` as `form_of`.
        """
        return struct.Struct("<" + self.form_of(*names)).unpack_from


@dataclass(frozen=True, slots=True)
class _Field:
    """`form` is struct's letter; `length` above 0 makes it an array, of text when the letter is "s"."""

    name: str
    form: str
    length: int = 0

    @property
    def form_here(self) -> str:
        """As `struct` has it."""
        return f"{self.length or ''}{self.form}"

    @property
    def size(self) -> int:
        """Bytes."""
        return struct.calcsize(f"<{self.form_here}")


_PLAN_IDS = {
    MISSION_CURRENT: (_Field("mission_id", "I"), _Field("fence_id", "I"), _Field("rally_points_id", "I")),
    MISSION_COUNT: (_Field("opaque_id", "I"),),
    MISSION_ACK: (_Field("opaque_id", "I"),),
}
_EVENT_FIELDS = (
    _Field("id", "I"),
    _Field("event_time_boot_ms", "I"),
    _Field("sequence", "H"),
    _Field("destination_component", "B"),
    _Field("destination_system", "B"),
    _Field("log_levels", "B"),
    _Field("arguments", "B", 40),
)
_ADDED = {
    EVENT: ("EVENT", _EVENT_FIELDS),
    CURRENT_EVENT_SEQUENCE: ("CURRENT_EVENT_SEQUENCE", (_Field("sequence", "H"), _Field("flags", "B"))),
}
NO_HEADER = bytes(9)
_C_TYPES = {"B": "uint8_t", "H": "uint16_t", "I": "uint32_t"}


@lru_cache(maxsize=512)
def layout(message_id: int) -> Layout | None:
    """The layout of a message, or None where nobody knows it."""
    known = dialect.mavlink_map.get(message_id)
    if known is None:
        name, fields = _ADDED.get(message_id, ("", ()))
        return _compile(message_id, name, fields, _seed(name, fields)) if fields else None
    fields = tuple(_from_table(known))
    named = {field.name for field in fields}
    fields += tuple(field for field in _PLAN_IDS.get(message_id, ()) if field.name not in named)
    return _compile(message_id, known.msgname, fields, known.crc_extra)


def _from_table(known: Any) -> Iterable[_Field]:  # noqa: ANN401 - pymavlink has no types
    letters = known.native_format.decode()[1:]
    for place, name in enumerate(known.ordered_fieldnames):
        length = known.array_lengths[place]
        yield (
            _Field(name, "s", length or 1) if letters[place] == "c" else _Field(name, letters[place], length)
        )


def _seed(name: str, fields: Sequence[_Field]) -> int:
    said = f"{name} ".encode()
    for field in fields:
        said += f"{_C_TYPES[field.form]} {field.name} ".encode() + bytes([field.length] * (field.length > 0))
    crc: int = mcrf4xx(said)
    return (crc & 0xFF) ^ (crc >> 8)


def _compile(message_id: int, name: str, fields: Sequence[_Field], seed: int) -> Layout:
    body = "".join(field.form_here for field in fields)
    return Layout(
        message_id=message_id,
        name=name,
        seed=bytes([seed]),
        size=struct.calcsize(f"<{body}"),
        fields=tuple(fields),
        read_checked=_compiled("read(checked)", name, fields, f"{len(NO_HEADER)}x{body}", "checked + zeros"),
    )


def _compiled(head: str, name: str, fields: Sequence[_Field], form: str, what: str) -> Callable[..., Value]:
    """Compiled as `dataclasses` compiles constructors: half the time of calling one with the fields.

    The names in the source come from pymavlink's tables, never from the wire.
    """
    said = {"get_type": lambda _: name}
    new = make_dataclass(name, [field.name for field in fields], init=False, slots=True, namespace=said)
    unpacked = struct.Struct(f"<{form}")
    scope: dict[str, Any] = {
        "new": new,
        "unpack": unpacked.unpack_from,
        "zeros": bytes(unpacked.size),
        "text": _text,
    }
    lines = [f"def {head}:", "message = new()", *_assigned(fields, f"unpack({what})"), "return message"]
    exec("\n    ".join(lines), scope)  # noqa: S102
    read: Callable[..., Value] = scope["read"]
    return read


def _assigned(fields: Sequence[_Field], unpacked: str) -> Iterator[str]:
    if not any(field.length for field in fields):
        targets = "".join(f"message.{field.name}, " for field in fields)
        yield f"{targets} = {unpacked}"
        return
    yield f"values = {unpacked}"
    at = 0
    for field in fields:
        one = f"values[{at}]"
        if field.form == "s":
            one = f"text({one})"
        elif field.length:
            one = f"list(values[{at}:{at + field.length}])"
        yield f"message.{field.name} = {one}"
        at += 1 if field.form == "s" else field.length or 1


def _text(raw: bytes) -> str:
    """As pymavlink decodes text."""
    return raw.split(b"\0", 1)[0].decode("ascii", errors="replace")
