from __future__ import annotations

import pytest

from tests.fuzz.zone_files import shake
from tests.fuzz.zone_seeds import SEEDS


@pytest.mark.parametrize("count", [400, pytest.param(10_000, marks=pytest.mark.slow)], ids=["some", "many"])
@pytest.mark.parametrize("name", sorted(SEEDS))
def test_spoilt_zone_files_end_in_zones_or_clear_errors(name: str, count: int) -> None:
    shaken = shake(name, count, 11)
    assert shaken.read > count // 20
    assert shaken.refused > 0
