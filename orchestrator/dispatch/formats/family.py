"""What each benchmark family has: a reader, a solver, a check of its own, a writer of its solution files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from orchestrator.dispatch.routing.check import Broken
from orchestrator.dispatch.routing.solution import Until

Instance = TypeVar("Instance")
Found = TypeVar("Found")

Length: TypeAlias = float
"""In the unit of the instance's file."""

Number: TypeAlias = float
"""Any number of a file, in the file's own units."""


class BadInstance(Exception):
    """An instance that cannot be read: the text says where (line 1 is the first) and why."""

    @classmethod
    def at(cls, line: int, reason: str, file: str = "") -> BadInstance:
        """At a line of the instance, or of one of its files."""
        return cls(f"{file}{': ' if file else ''}line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a checked solution comes to, in the family's own measures and task ids.

    - `vehicles`, `distance`: how many are used, how far they go in the file's unit
    - `routes`: for each vehicle used the ids of its stops, as in the file
    - `score`: what the family compares by; `unserved`: the ids of tasks left undone, of a pair both
    - `more`: further figures of the family, by name

    Figures that there is nothing to take of (the mean of none) are not a number.
    """

    vehicles: int
    distance: Length
    routes: tuple[tuple[int | str, ...], ...]
    score: float
    unserved: tuple[int | str, ...] = ()
    more: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Family(Generic[Instance, Found]):
    """How `sanderling solve` treats one family.

    - `read`: a path (a file, or a folder where instances are folders); raises `BadInstance` or `OSError`
    - `prepare`: compiles what `solve` needs, before the clock starts
    - `solve`: the best found until then, from a seed
    - `check`: its own code; what the solution comes to, or what is wrong with it
    - `write`: the family's standard solution file
    """

    name: str
    read: Callable[[Path], Instance]
    prepare: Callable[[], None]
    solve: Callable[[Instance, Until, int], Found]
    check: Callable[[Instance, Found], Outcome | Broken]
    write: Callable[[Instance, Found], str]


LARGEST_BYTES = 64 * 2**20
"""More of an instance than this is not read: a device has no end."""


def text_of(path: Path) -> str:
    """A file's text. Raises `BadInstance` for none or too much of it, `OSError` where it cannot be read."""
    with path.open("rb") as opened:
        data = opened.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise BadInstance(f"larger than {LARGEST_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInstance.at(data.count(b"\n", 0, error.start) + 1, "not text") from error


def real_of(word: str) -> Number:
    """The number that a word is, written as in any other language too. Raises `ValueError`."""
    if not word.isascii() or "_" in word:
        raise ValueError(word)
    return float(word)
