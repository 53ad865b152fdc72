"""Events and states as bytes: JSON, with each member of a union tagged by "kind", its class name.

Reading is strict, because a journal is our own format: an unknown field or kind, a wrong type or a
number that is not finite is refused by name.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import orjson
from cattrs import Converter, transform_error
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.strategies import configure_tagged_union
from cattrs.v import format_exception
from immutables import Map

from orchestrator.orders.custody import Keeper
from orchestrator.record.events import Entry, Event
from orchestrator.record.journal import JournalError, Line
from orchestrator.record.state import FleetState
from vehicles.handover import Handover
from vehicles.mission import Leg

_UNIONS: tuple[Any, ...] = (Handover, Leg, Keeper, Event)
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def encode(entry: Entry) -> Line:
    """`entry` as the journal keeps it. Raises `JournalError` for a number that is not finite."""
    try:
        body = orjson.dumps(_CONVERTER.unstructure(entry.event, unstructure_as=Event))
    except (ValueError, TypeError) as error:
        raise JournalError(f"entry {entry.seq}: {type(entry.event).__name__}: {error}") from error
    return Line(entry.seq, entry.at_s, body)


def decode(line: Line, journal: str = "") -> Entry:
    """The entry kept as `line` of `journal`. Raises `JournalError` naming it, entry, field and reason."""
    where = f"{journal}: entry {line.seq}" if journal else f"entry {line.seq}"
    try:
        event: Event = _STRUCTURE_EVENT(orjson.loads(line.body), Event)
    except orjson.JSONDecodeError as error:
        raise JournalError(f"{where}: not JSON: {error}") from error
    except (ExceptionGroup, ValueError, TypeError, KeyError, AttributeError) as error:
        said = "; ".join(transform_error(error, path="event", format_exception=_in_words))
        raise JournalError(f"{where}: {said}") from error
    return Entry(line.seq, line.at_s, event)


def state_json(state: FleetState) -> bytes:
    """The whole state as canonical JSON: equal states give equal bytes."""
    return orjson.dumps(_CONVERTER.unstructure(state), option=_CANONICAL)


def _in_words(error: BaseException, kind: type | None) -> str:
    match error:
        case KeyError() if kind is None or kind in _UNIONS:
            return f"unknown kind {error}"
        case KeyError() | ForbiddenExtraKeysError() | AttributeError():
            return format_exception(error, kind)
        case _:
            return str(error)


def _read_float(value: object, _: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _read_int(value: object, _: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _read_str(value: object, _: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _read_bool(value: object, _: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _write_float(value: float) -> float:
    if not isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    return float(value)  # also of an int or a numpy float, so that the same value gives the same bytes


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(float, _read_float)
    converter.register_structure_hook(int, _read_int)
    converter.register_structure_hook(str, _read_str)
    converter.register_structure_hook(bool, _read_bool)
    converter.register_unstructure_hook(float, _write_float)
    converter.register_unstructure_hook_func(
        lambda kind: getattr(kind, "__origin__", kind) is Map,
        lambda entries: {key: converter.unstructure(value) for key, value in entries.items()},
    )
    for union in _UNIONS:
        configure_tagged_union(union, converter, tag_name="kind")
    return converter


_CONVERTER = _converter()
_STRUCTURE_EVENT = _CONVERTER.get_structure_hook(Event)
