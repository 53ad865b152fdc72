"""Memory while vehicles come and go; the long runs are `python -m tests.scale.soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scale.soak import Sample, is_flat, soak_on_the_wire, soak_virtually


def test_growth_is_noticed() -> None:
    flat = [Sample(60.0 * n, 5_000_000 + n % 3, n, n) for n in range(20)]
    leaking = [Sample(60.0 * n, 5_000_000 + 100_000 * n, n, n) for n in range(20)]
    assert is_flat(flat)
    assert not is_flat(leaking)


def test_vehicles_come_and_go_for_minutes_of_virtual_time_and_memory_stays_flat() -> None:
    samples = soak_virtually(4.0, slots=2, sample_every_s=20.0)
    assert samples[-1].met > 3
    assert samples[-1].messages > 2_000
    assert is_flat(samples), samples


@pytest.mark.slow
def test_half_an_hour_of_virtual_time() -> None:
    samples = soak_virtually(30.0, slots=2)
    assert samples[-1].met > 30
    assert is_flat(samples), samples


@pytest.mark.slow
@pytest.mark.parametrize("signed", [False, True], ids=["plain", "signed and recorded"])
def test_over_one_udp_port_in_real_time(tmp_path: Path, *, signed: bool) -> None:
    samples = soak_on_the_wire(1.0, slots=20, sample_every_s=5.0, folder=tmp_path if signed else None)
    assert samples[-1].met > 0
    assert samples[-1].messages > 1000
