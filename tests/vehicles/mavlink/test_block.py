"""What was said last lies in one block, wherever that is; what says nothing never gets there."""

from __future__ import annotations

import math
import random
import struct

import numpy as np
import pytest

from vehicles.mavlink.wire import seals
from vehicles.mavlink.wire.block import PARTS, Block
from vehicles.mavlink.wire.rows import (
    BLOCK_BYTES,
    KINDS,
    LAYOUTS,
    LINE_BYTES,
    NEVER_S,
    ROW,
    VALUES,
    make_rows,
)
from vehicles.mavlink.wire.sense import SAYS

PLACE = (60_000, 601_700_000, 249_400_000, 90_000, 60_000, 1200, -300, 5, 12_000)
HOME = (601_700_000, 249_400_000, 31_000)
CAN_SAY_NOTHING = {"GLOBAL_POSITION_INT", "HOME_POSITION", "ATTITUDE", "WIND_COV", "WIND"}


def told(block: Block, name: str) -> tuple[float, tuple[object, ...]]:
    latest, part = block.read(), PARTS[name]
    return latest[part.at], latest[part.said]


def test_each_value_is_read_as_it_was_put_with_its_time() -> None:
    block = Block()
    assert all(told(block, name)[0] == NEVER_S for name in PARTS)
    block.put("GLOBAL_POSITION_INT", PLACE, 10.0)
    block.put("HOME_POSITION", HOME, 11.0)
    assert told(block, "GLOBAL_POSITION_INT") == (10.0, PLACE)
    assert told(block, "HOME_POSITION") == (11.0, HOME)
    assert told(block, "WIND_COV")[0] == NEVER_S


def test_it_holds_what_it_held_wherever_it_is_moved() -> None:
    block, room = Block(), memoryview(bytearray(3 * BLOCK_BYTES))
    block.put("HOME_POSITION", HOME, 11.0)
    block.move(room, BLOCK_BYTES)
    assert told(block, "HOME_POSITION") == (11.0, HOME)
    block.put("WIND_COV", (1.5, -2.0), 12.0)
    block.leave()
    room[:] = bytes(len(room))
    assert told(block, "HOME_POSITION") == (11.0, HOME)
    assert told(block, "WIND_COV") == (12.0, (1.5, -2.0))


def test_rows_begin_where_memory_brings_a_line_and_blocks_too() -> None:
    assert make_rows(3).ctypes.data % LINE_BYTES == 0
    assert ROW.fields is not None
    assert all(at % LINE_BYTES == 0 for at in (ROW.itemsize, ROW.fields["at_s"][1], ROW.fields["slots"][1]))


@pytest.mark.parametrize("kind", [kind for kind, message_id in enumerate(KINDS) if message_id in VALUES])
def test_the_walk_finds_sense_where_python_does(kind: int) -> None:
    """Any payload, cut anywhere, with numbers that are none and places at the edge of what can be."""
    dice, one = random.Random(kind), LAYOUTS[kind]  # noqa: S311
    pick, says = one.picker(*VALUES[one.message_id]), SAYS[one.name]
    odd = [struct.pack("<f", each) for each in (math.nan, math.inf, -math.inf, 1.5, -0.0)]
    odd += [struct.pack("<i", each) for each in (0, 900_000_000, -900_000_001, 1_800_000_001, -1_800_000_000)]
    found = set()
    for _ in range(3000):
        words = [dice.choice((*odd, dice.randbytes(4))) for _ in range(one.size // 4 + 1)]
        payload = b"".join(words)[: dice.choice((one.size, dice.randint(1, one.size)))]
        whole = payload.ljust(one.size, b"\0")
        found.add(said := says(pick(whole, 0)))
        assert seals.says(kind, np.frombuffer(payload, np.uint8)) == said, whole.hex()
    assert found == ({True, False} if one.name in CAN_SAY_NOTHING else {True})
