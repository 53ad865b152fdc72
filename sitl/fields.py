"""Reading our own files strictly: every value by name and type, and nothing left over.

A `Table` is one table of a parsed TOML or JSON file. Its known keys are named when it is taken, and
any other refused first: a key spelt wrong is said to be unknown, not its namesake to be missing.
Every refusal names the file, the full dotted key and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from orchestrator.ending import BadInput


class FieldError(BadInput):
    """A file of ours says something that it may not. `field` is the full dotted key."""

    def __init__(self, file: str, field: str, reason: str) -> None:
        super().__init__(f"{file}: {field}: {reason}" if field else f"{file}: {reason}")
        self.file = file
        self.field = field
        self.reason = reason


class Table:
    """One table of a file: `where` is its dotted key ("" for the whole file), `known` its keys."""

    def __init__(self, file: str, where: str, values: object, known: Sequence[str]) -> None:
        if not isinstance(values, dict):
            raise FieldError(file, where, f"must be a table, not {_said(values)}")
        self._file = file
        self._where = where
        self._values = cast("Mapping[str, object]", values)
        for key in self._values:
            if key not in known:
                raise self.refusal(key, f"unknown key (known: {', '.join(known)})")

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refusal(key, f"must be a text, not {_said(value)}")
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """A number within `low`..`high`, both included."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refusal(key, f"must be a number, not {_said(value)}")
        if not low <= value <= high:
            raise self.refusal(key, f"{value:g} is not within {low:g}..{high:g}")
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number within `low`..`high`, both included."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refusal(key, f"must be a whole number, not {_said(value)}")
        if not low <= value <= high:
            raise self.refusal(key, f"{value} is not within {low}..{high}")
        return value

    def instant_s(self, key: str) -> float:
        """A date and time of the years 1971 to 8999 with its offset from UTC, as UTC seconds."""
        value = self._take(key)
        if not isinstance(value, datetime):
            raise self.refusal(
                key, f"must be a date and time such as 2026-06-01T09:00:00Z, not {_said(value)}"
            )
        if value.tzinfo is None:
            raise self.refusal(key, "needs its offset from UTC, such as 2026-06-01T09:00:00Z")
        if not 1970 < value.year < 9000:
            raise self.refusal(key, f"the year {value.year} is not within 1971..8999")
        return value.timestamp()

    def table(self, key: str, known: Sequence[str]) -> Table:
        """A table below this one, with its known keys."""
        return Table(self._file, self._dotted(key), self._take(key), known)

    def tables(self, key: str, known: Sequence[str]) -> tuple[Table, ...]:
        """A list of tables below this one, with the known keys of each."""
        value = self._take(key)
        if not isinstance(value, list):
            raise self.refusal(key, f"must be a list, not {_said(value)}")
        where = self._dotted(key)
        return tuple(Table(self._file, f"{where}[{i}]", entry, known) for i, entry in enumerate(value))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none of them empty; the list itself may be."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            raise self.refusal(key, f"must be a list of texts, not {_said(value)}")
        return tuple(value)

    def holds(self, key: str) -> bool:
        """Whether a key that may be left out is there."""
        return key in self._values

    def refusal(self, key: str, reason: str) -> FieldError:
        """The error for a value of this table, to be raised by a caller that checks more."""
        return FieldError(self._file, self._dotted(key), reason)

    def _take(self, key: str) -> object:
        if key not in self._values:
            raise self.refusal(key, "is missing")
        return self._values[key]

    def _dotted(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key


def _said(value: object) -> str:
    kinds = {
        type(None): "nothing",
        dict: "a table",
        list: "a list",
        str: f"the text {value!r}",
        bool: str(value).lower(),
    }
    return kinds.get(type(value), str(value))
