"""What survives a restart of a simulated autopilot: its three lists, in one JSON file, as PX4 keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path

from sitl.autopilot.items import Item, Part


class Store:
    """Keeps the lists in `path`; None forgets them with the process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def load(self) -> dict[Part, tuple[Item, ...]]:
        """The lists as last kept; empty ones when there is no file, or one that is no store."""
        lists: dict[Part, tuple[Item, ...]] = dict.fromkeys(Part, ())
        if self._path is None or not self._path.exists():
            return lists
        try:
            kept = json.loads(self._path.read_text())
            for part in Part:
                lists[part] = tuple(_item(row) for row in kept[part.name])
        except (ValueError, TypeError, KeyError, AttributeError):
            return dict.fromkeys(Part, ())
        return lists

    def keep(self, lists: Mapping[Part, tuple[Item, ...]]) -> None:
        """Write them, whole or not at all. Raises `OSError` where that cannot be."""
        if self._path is None:
            return
        rows = {part.name: [astuple(item) for item in items] for part, items in lists.items()}
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(rows))
        fresh.replace(self._path)


def _item(row: list[object]) -> Item:
    command, frame, params, x, y, z, current, autocontinue = row
    if not isinstance(params, list) or len(params) != 4:
        raise TypeError("params")
    numbers = [value for value in (command, frame, x, y, current, autocontinue) if isinstance(value, int)]
    if len(numbers) != 6 or not isinstance(z, int | float):
        raise TypeError("item")
    first, second, third, fourth = (float(value) for value in params)
    return Item(
        numbers[0], numbers[1], (first, second, third, fourth), numbers[2], numbers[3], float(z), *numbers[4:]
    )
