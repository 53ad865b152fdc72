"""Frozen values made thousands of times a second.

A frozen dataclass sets each field by `object.__setattr__`: 11 us for a `Telemetry`, as much as reading four
frames. The constructor made here fills a mutable twin with the same slots and then makes it one of the frozen
kind, which Python allows between classes of one shape: a third of the time, and the value is like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
V = TypeVar("V")


def quick(kind: Callable[P, V], *, checked: bool = False) -> Callable[P, V]:
    """The constructor of a frozen, slotted dataclass, with the same arguments, in less time.

    Compiled as `dataclasses` compiles its own. Raises `TypeError` for a class that checks what it is
    given (`__post_init__`): that would be passed over. `checked`: it was done before, that may be.
    """
    made: Any = kind
    if (hasattr(made, "__post_init__") and not checked) or not hasattr(made, "__slots__"):
        raise TypeError(f"{made.__name__} has a __post_init__, or no slots")
    parts = fields(made)
    scope: dict[str, Any] = {
        "new": type(made.__name__, (), {"__slots__": tuple(part.name for part in parts)}),
        "kind": made,
        **{f"default_{part.name}": part.default for part in parts},
    }
    lines = [f"def make({', '.join(_argument(part) for part in parts)}):", "value = new()"]
    lines += [f"value.{part.name} = {part.name}" for part in parts]
    exec("\n    ".join([*lines, "value.__class__ = kind", "return value"]), scope)  # noqa: S102
    make: Callable[P, V] = scope["make"]
    return make


def _argument(part: Field[Any]) -> str:
    return part.name if part.default is MISSING else f"{part.name}=default_{part.name}"
