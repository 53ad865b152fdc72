"""The VRPLIB file: `KEY: value` lines and sections, as CVRPLIB and PyVRP's instances have them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.formats.family import BadInstance
from orchestrator.dispatch.formats.plain import Line, lines_of

KEYS = frozenset(
    {
        *("NAME", "COMMENT", "TYPE", "DIMENSION", "VEHICLES", "CAPACITY", "SERVICE_TIME", "DISTANCE"),
        *("EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_FORMAT", "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE"),
    }
)
SECTIONS = frozenset(
    {
        *("NODE_COORD_SECTION", "EDGE_WEIGHT_SECTION", "DEMAND_SECTION", "DEPOT_SECTION"),
        *("TIME_WINDOW_SECTION", "SERVICE_TIME_SECTION", "RELEASE_TIME_SECTION"),
        *("VEHICLES_RELOAD_DEPOT_SECTION", "DISPLAY_DATA_SECTION"),
    }
)


@dataclass(slots=True)
class VrplibFile:
    """Keys with their line and text; sections with their heading's line and their rows."""

    keys: dict[str, tuple[int, str]] = field(default_factory=dict)
    sections: dict[str, tuple[int, list[Line]]] = field(default_factory=dict)

    def whole(self, key: str) -> int | None:
        """A key's whole number, at least 1; None where the file has no such key. Raises `BadInstance`."""
        if key not in self.keys:
            return None
        line, text = self.keys[key]
        number = Line(line, (text,)).whole(0)
        if number < 1:
            raise BadInstance.at(line, f"{key}: {text} is below 1")
        return number

    def need(self, section: str) -> tuple[int, list[Line]]:
        """A section that must be there. Raises `BadInstance`."""
        if section not in self.sections:
            raise BadInstance(f"{section}: there is none")
        return self.sections[section]

    def columns(self, section: str, count: int, size: int) -> NDArray[np.float64]:
        """A section's values for each node: rows of a node's number, from 1 on, and `count` values.

        Raises `BadInstance` at the row that is wrong, or at the heading when there are too few.
        """
        heading, rows = self.need(section)
        values = np.zeros((size, count))
        for wanted, row in enumerate(rows, 1):
            if wanted > size or row.whole(0) != wanted:
                raise BadInstance.at(row.number, f"{section}: node {row.words[0]}, not {wanted} of {size}")
            values[wanted - 1] = row.reals(count + 1)[1:]
        if len(rows) != size:
            raise BadInstance.at(heading, f"{section}: {len(rows)} nodes, not {size}")
        return values


def parse(text: str) -> VrplibFile:
    """Keys and sections. Raises `BadInstance` for what is there twice, or means something not read here."""
    found = VrplibFile()
    rows: list[Line] | None = None
    for line in lines_of(text):
        word = line.words[0].rstrip(":").upper()
        if word == "EOF":
            break
        if word.endswith("_SECTION"):
            if word not in SECTIONS or word in found.sections:
                raise BadInstance.at(line.number, f"{word} is {_trouble(word in SECTIONS)}")
            rows = []
            found.sections[word] = (line.number, rows)
        elif _is_key(line):
            key, _, value = " ".join(line.words).partition(":")
            key = key.strip().upper()
            if key not in KEYS or (key in found.keys and key != "COMMENT"):
                raise BadInstance.at(line.number, f"{key} is {_trouble(key in KEYS)}")
            found.keys[key] = (line.number, value.strip())
            rows = None
        elif rows is None:
            raise BadInstance.at(line.number, f"{line.words[0][:40]!r} is neither a key nor in a section")
        else:
            rows.append(line)
    return found


def _is_key(line: Line) -> bool:
    return ":" in " ".join(line.words[:2]) and line.words[0][0].isalpha()


def _trouble(known: bool) -> str:  # noqa: FBT001 - one question
    return "there twice" if known else "not read here: what it means would be lost"
