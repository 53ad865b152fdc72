from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.fuzz.frames import Shaken, real_frames, shake


@pytest.mark.parametrize(
    "count", [30_000, pytest.param(300_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_mutated_real_frames_crash_nothing_and_leave_nothing_behind(count: int) -> None:
    # In a process of its own: what a hundred tests before it have left in memory comes and goes as it likes.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        shaken = alone.submit(_shaken, count).result()
    assert shaken.parsed > count // 10  # right checksums over wrong content do arrive
    assert shaken.kept > count // 50
    assert shaken.kept_signed > count // 1000
    assert shaken.broken > count // 100
    assert shaken.late_mb - shaken.early_mb < 20.0


def _shaken(count: int) -> Shaken:
    return shake(count, 7, real_frames())
