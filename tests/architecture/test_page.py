"""The page about the architecture names every file of the rooms it looks into, and none that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
NAME = re.compile(r"`(\w+)`")
ENTRIES = {"__init__", "__main__"}


def rooms_told() -> Iterator[tuple[str, set[str]]]:
    """Each folder that has a row in a section "Inside ...", with the names in that row's last cell."""
    for section in PAGE.split("\n## Inside `")[1:]:
        house = section.partition("`")[0]
        house = house if (ROOT / house).is_dir() else f"orchestrator/{house}"
        for row in re.findall(r"^\| (.*) \| (.*) \|$", section.partition("\n## ")[0], re.MULTILINE):
            room = re.match(r"`(\w+)`", row[0])
            if room or row[0] in {"beside them", "the vehicle"}:
                yield f"{house}/{room[1]}" if room else house, set(NAME.findall(row[1]))


@pytest.mark.parametrize(("room", "told"), [pytest.param(*one, id=one[0]) for one in rooms_told()])
def test_the_page_names_the_files_of_a_room(room: str, told: set[str]) -> None:
    there = {file.stem for file in (ROOT / room).glob("*.py")} - ENTRIES
    assert there - told == set(), "not on the page"
    assert told - there == set(), "not in the room"


def test_the_page_looks_into_the_large_rooms() -> None:
    told = {room for room, _ in rooms_told()}
    large = {
        "vehicles",
        "vehicles/mavlink/wire",
        "orchestrator/operations/planning",
        "orchestrator/gateway",
        "sitl",
    }
    assert large <= told
