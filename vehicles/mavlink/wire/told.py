"""Messages as another protocol stack tells them: by name, with their fields as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

from vehicles.mavlink.wire.frames import Message

_LONGEST_GAP_MS = 60_000
_WINDOW = 100.0


class Told:
    """A message with the attributes that it has where pymavlink tells it; null is not a number."""

    __slots__ = ("_fields", "_name")

    def __init__(self, name: str, fields: dict[str, Any]) -> None:
        self._name = name
        self._fields = fields

    def get_type(self) -> str:
        """Its name, as pymavlink gives it."""
        return self._name

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the field is
        try:
            value = self._fields[name]
        except KeyError:
            raise AttributeError(f"{self._name} has no field {name}") from None
        return math.nan if value is None else value


def tell(message: Message) -> tuple[str, str]:
    """The name and the JSON fields of a message of ours; JSON has no word for not-a-number but null."""
    fields = message.to_dict()
    name = str(fields.pop("mavpackettype"))
    for field, value in fields.items():
        if isinstance(value, float) and math.isnan(value):
            fields[field] = None
    return name, json.dumps(fields)


class ReportLoss:
    """Share of the reports of one stream that did not arrive, by the boot times of those that did.

    For where nobody tells sequence numbers. The stream is sent every `every_ms`; counted are about the
    last hundred reports.
    """

    def __init__(self, every_ms: float) -> None:
        self._every_ms = every_ms
        self._last_ms: int | None = None
        self._got = self._lost = 0.0

    @property
    def frac(self) -> float:
        """In [0, 1]."""
        heard = self._got + self._lost
        return self._lost / heard if heard else 0.0

    def count(self, boot_ms: int) -> None:
        """A report came that was made `boot_ms` after the sender's start."""
        if self._last_ms is not None and 0 < boot_ms - self._last_ms < _LONGEST_GAP_MS:
            self._lost += max(0, round((boot_ms - self._last_ms) / self._every_ms) - 1)
            self._got += 1
        self._last_ms = boot_ms
        if self._got + self._lost > _WINDOW:
            self._got, self._lost = self._got / 2, self._lost / 2

    def restart(self) -> None:
        """The sender's clock began anew."""
        self._last_ms = None
