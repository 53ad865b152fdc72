from __future__ import annotations

import pytest

from tests.fuzz.frames import real_frames, shake


@pytest.mark.parametrize(
    "count", [30_000, pytest.param(300_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_mutated_real_frames_crash_nothing_and_leave_nothing_behind(count: int) -> None:
    shaken = shake(count, 7, real_frames())
    assert shaken.parsed > count // 10  # right checksums over wrong content do arrive
    assert shaken.kept > count // 50
    assert shaken.kept_signed > count // 1000
    assert shaken.broken > count // 100
    assert shaken.late_mb - shaken.early_mb < 20.0
