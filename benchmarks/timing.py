"""Measuring: contenders side by side in short turns, with medians; and what this process holds."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

Turn = Callable[[], tuple[float, int]]
"""Works for a few milliseconds; gives the seconds of the processor it took, and for how many pieces."""


def medians(contenders: Mapping[str, Turn], turns: int) -> dict[str, float]:
    """Microseconds of one core for a piece, by contender: the median of `turns` turns each, interleaved."""
    took: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(turns):
        for name, turn in contenders.items():
            seconds, pieces = turn()
            took[name].append(seconds / pieces * 1e6)
    return {name: statistics.median(each) for name, each in took.items()}


def clocked(work: Callable[[], None]) -> float:
    """Seconds of the processor that this thread spends on `work`."""
    began_s = time.thread_time()
    work()
    return time.thread_time() - began_s


def resident_mb() -> float:
    """Memory that this process holds now (Linux)."""
    statm = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(statm.split()[1]) * resource.getpagesize() / 2**20
