"""Options every test folder shares."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

os.environ["MAVLINK20"] = "1"  # mavutil reads it when whichever test comes first imports it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run tests marked slow (CI does)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run with --slow"))


@pytest.fixture(scope="session", autouse=True)
def _heeding_signals() -> Iterator[None]:
    """Behind a shell's `&` a run ignores SIGINT, under nohup SIGHUP; all that is started here inherits it."""
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    hang_up = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGHUP, hang_up)
