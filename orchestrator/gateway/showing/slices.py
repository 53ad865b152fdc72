"""Long lists in short turns, so that showing a large fleet never holds up commanding it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import BaseModel

_SLICE = 8

_T = TypeVar("_T")
_R = TypeVar("_R")


async def in_slices(items: Iterable[_T], make: Callable[[_T], _R], few: int = _SLICE) -> list[_R]:
    """`make` of each item, letting the event loop have its turn after every `few`.

    What `make` reads must not change meanwhile: the record's states are immutable, so they do not.
    """
    made: list[_R] = []
    for number, item in enumerate(items, start=1):
        made.append(make(item))
        if number % few == 0:
            await asyncio.sleep(0)
    return made


async def json_list(items: Iterable[_T], view: Callable[[_T], BaseModel]) -> str:
    """The views of all items as one JSON list."""
    return f"[{','.join(await in_slices(items, lambda item: view(item).model_dump_json()))}]"


def json_object(**members: str) -> str:
    """A JSON object of members that are JSON already."""
    return "{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}"
