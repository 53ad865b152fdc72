"""Ways to spoil a text file of numbers in lines, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

_WORDS = (
    "",
    "-1",
    "0",
    "1e400",
    "nan",
    "inf",
    "999999999999",
    "1.5",
    "x",
    "\u0663",
    "/",
    "-0.0",
    "1_0",
    "\t",
)


def spoilt(text: str, count: int, seed: int) -> Iterator[str]:
    """`count` texts, each a few changes away from `text`."""
    dice = random.Random(seed)  # noqa: S311
    for _ in range(count):
        lines = text.splitlines()
        for _ in range(dice.choice((1, 1, 2, 4))):
            _spoil(lines, dice)
        yield "\n".join(lines)


def _spoil(lines: list[str], dice: random.Random) -> None:
    if not lines:
        lines.append(dice.choice(_WORDS))
        return
    at = dice.randrange(len(lines))
    words = lines[at].split()
    match dice.randrange(7):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[dice.randrange(len(lines))])
        case 2:
            del lines[at:]
        case 3 if words:
            del words[dice.randrange(len(words))]
            lines[at] = " ".join(words)
        case 4:
            lines[at] += " " + dice.choice(_WORDS)
        case 5 if lines[at]:
            place = dice.randrange(len(lines[at]))
            lines[at] = lines[at][:place] + chr(dice.randrange(32, 300)) + lines[at][place + 1 :]
        case _ if words:
            words[dice.randrange(len(words))] = dice.choice(_WORDS)
            lines[at] = " ".join(words)
