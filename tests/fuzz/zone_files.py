"""Spoilt zone files through the reader of their format: it ends in zones or in a clear `FormatError`.

    python -m tests.fuzz.ed318 --count 200000

and so for every name in `zone_seeds.SEEDS`. Prints how long it took and the memory in use; exits 1 with the
file that raised anything else, or took long.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

from geofences.formats import any_zones
from geofences.formats.reading import FormatError, Reading
from geofences.when import describe
from tests.fuzz.frames import memory_mb
from tests.fuzz.zone_seeds import SEEDS

_LONG_S = 20.0
_NUMBERS = (
    *("0", "-0", "1", "-1", "90.0001", "180", "-181", "1e9", "-1e9", "1e308", "1e999", "-1e999", "99999"),
    *(
        "9" * 40,
        "0.1e-320",
        "nan",
        "NaN",
        "inf",
        "Infinity",
        "-Infinity",
        "24:60:60",
        "1_0",
        "0x10",
        "\u0663",
    ),
)
_WORDS = (
    *("null", "true", "[]", "{}", '""', "GND", "UNL", "FL", "FL 95", "AGL", "AMSL", "Circle", "Point", "ANY"),
    *("2026-02-30T00:00:00Z", "9999-12-31", "24:00:00Z", "08:00", "SS", "YES", "\ufeff", "\x00", "\u2028"),
    *("AC P", "DP", "V X=", "DC", "DA 1,2", "<", "</Placemark>", "<Point>", "<!DOCTYPE a>", "&lt;", "&a;"),
    *("5001", "5100", "inclusion", "geometry", "properties", "features", "RALLY", "#", "*", "\r", "\n\n"),
)
_ODD: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1e308, 99999, 2**63, "", " ", "x" * 300, [], [[]], {}, {"a": []}, "\u0000"),
    *([24.9, 60.1], ["24.9", "60.1"], [[24.9, 60.1]], "UNL", "ft", "AMSL", "2026-13-01", [None] * 40),
)


class Spoiler:
    """Makes spoilt files of valid ones, the same ones for the same seed."""

    def __init__(self, name: str, seed: int) -> None:
        self._seeds = SEEDS[name]
        self._dice = Random(seed)  # noqa: S311

    def next(self) -> bytes:
        """One file: spoilt in its structure where it is JSON, in its words, in its bytes."""
        dice = self._dice
        data = dice.choice(self._seeds)
        if data[:1] == b"{" and dice.random() < 0.6:
            data = orjson.dumps(self._restructured(orjson.loads(data)))
        for _ in range(dice.choice((0, 1, 1, 2, 4))):
            data = dice.choice((self._reworded, self._reworded, self._relined, self._bytes))(data)
        return data

    def _restructured(self, document: Any) -> object:  # noqa: ANN401 - any JSON
        dice = self._dice
        for _ in range(dice.choice((1, 1, 2, 3))):
            parent = document
            while True:
                if not isinstance(parent, dict | list) or not parent:
                    break
                step = dice.choice(list(parent)) if isinstance(parent, dict) else dice.randrange(len(parent))
                inner = parent[step]
                if isinstance(inner, dict | list) and inner and dice.random() < 0.8:
                    parent = inner
                    continue
                self._replace(parent, step, inner)
                break
        return document

    def _replace(self, parent: Any, step: Any, inner: object) -> None:  # noqa: ANN401 - any JSON
        dice = self._dice
        way = dice.randrange(5)
        if way == 0:
            del parent[step]
        elif way == 1:
            parent[step] = [inner]
        elif way == 2 and isinstance(parent, dict):
            parent[dice.choice(("reasons", "UASZone", "verticalLayer", "UASZoneList", "more"))] = inner
        else:
            parent[step] = deepcopy(dice.choice(_ODD))

    def _reworded(self, data: bytes) -> bytes:
        """One number or word for another."""
        dice = self._dice
        found = list(re.finditer(rb"[-+]?[0-9][0-9.:]*|[A-Za-z]+", data[:20_000]))
        if not found:
            return data
        spot = dice.choice(found)
        other = dice.choice(_NUMBERS if spot[0][:1] in b"-+0123456789" else _WORDS)
        return data[: spot.start()] + other.encode() + data[spot.end() :]

    def _relined(self, data: bytes) -> bytes:
        dice = self._dice
        lines = data.split(b"\n")
        at = dice.randrange(len(lines))
        match dice.randrange(3):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, dice.choice(lines))
            case _:
                lines[at] = dice.choice(_WORDS).encode() + lines[at]
        return b"\n".join(lines)

    def _bytes(self, data: bytes) -> bytes:
        dice = self._dice
        at = dice.randrange(len(data) + 1)
        match dice.randrange(4):
            case 0:
                return data[:at]
            case 1:
                return data[:at] + dice.randbytes(dice.randrange(1, 9)) + data[at:]
            case 2:
                return data[:at] + data[at + 1 :]
            case _:
                other = dice.choice(self._seeds)
                return data[:at] + other[dice.randrange(len(other)) :]


@dataclass(frozen=True, slots=True)
class Shaken:
    """How a run went: files read (with or without refusals), files refused, the longest, and memory."""

    read: int
    refused: int
    took_s: float
    longest_s: float
    memory_mb: float


def shake(name: str, count: int, seed: int) -> Shaken:
    """Read `count` spoilt files. What raises but `FormatError`, raises."""
    spoiler, read, refused, longest_s = Spoiler(name, seed), 0, 0, 0.0
    began_s = time.perf_counter()
    for n in range(count):
        data = spoiler.next()
        file_s = time.perf_counter()
        try:
            _look(any_zones.read(data))
            read += 1
        except FormatError:
            refused += 1
        except BaseException:
            print(f"file {n} of seed {seed}: {data!r}", file=sys.stderr)  # noqa: T201
            raise
        longest_s = max(longest_s, time.perf_counter() - file_s)
        if longest_s > _LONG_S:
            raise TimeoutError(f"file {n} of seed {seed}: {longest_s:.0f} s: {data[:300]!r}")
    return Shaken(read, refused, time.perf_counter() - began_s, longest_s, memory_mb())


def _look(reading: Reading) -> None:
    """Nothing in, nothing lost: every feature is a zone or refused; and what is read can be said."""
    assert len(reading.zones) + len(reading.refused) == reading.features_count
    for zone in reading.zones:
        assert zone.volumes
        describe(zone.applicability)
    for refused in reading.refused:
        assert refused.field
        assert refused.reason


def main(name: str) -> None:
    """Shake one reader, as the command line says."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--count", type=int, default=200_000)
    words.add_argument("--seed", type=int, default=1)
    said = words.parse_args()
    shaken = shake(name, said.count, said.seed)
    print(  # noqa: T201
        f"{name}: {said.count} files, {shaken.read} read, {shaken.refused} refused as a whole, nothing else;"
        f" {shaken.took_s:.0f} s, longest {shaken.longest_s:.2f} s, {shaken.memory_mb:.0f} MB"
    )
