"""The contract through MAVSDK runs against MAVSDK's own clock: its long flights are for the full run."""

from __future__ import annotations

import pytest

_LONG = frozenset(
    {
        "test_a_held_vehicle_takes_another_plan_and_resumes_on_it",
        "test_a_lossy_link_delays_and_does_not_confuse",
        "test_hold_stops_it_and_resume_goes_on",
        "test_return_brings_it_home_without_finishing_the_mission",
        "test_silence_is_no_answer_and_no_exception",
        "test_the_same_plan_flies_again_after_it_is_done",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and item.originalname in _LONG and "[mavsdk" in item.name:
            item.add_marker(pytest.mark.slow)
