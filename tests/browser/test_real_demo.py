"""The console over the real demo, with its own gateway; and the pictures in docs/images."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser.conftest import ROOT, free_port, until, watch

PICTURES = "SANDERLING_PICTURES"
"""Names the folder that the pictures go to: docs/images to renew those of the documentation."""
FLYING = "window.sanderling?.drawn().filter((d) => d.kind === 'vehicle').length >= 6"


@pytest.fixture
def demo_url(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "orchestrator",
        "demo",
        "--seed",
        "7",
        "--speed",
        "4",
        "--port",
        str(port),
    ]
    with (tmp_path / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data", str(tmp_path / "data")], cwd=ROOT, stdout=log, stderr=log
        )
        yield f"http://127.0.0.1:{port}/"
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def come_up(page: Page, url: str) -> None:
    for _ in range(240):
        try:
            page.goto(url)
        except Error:  # the gateway listens only when the fleet is there
            page.wait_for_timeout(500)
        else:
            return
    pytest.fail("the demo's gateway never listened")


def take(page: Page, folder: Path, name: str) -> None:
    """A picture of the page, after the map has come to rest."""
    until(page, "window.sanderling.settled()")
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / f"console-{name}.png")


def busiest(page: Page) -> str:
    """A drone on its way out, for the picture with the drawer."""
    state: dict[str, Any] = page.evaluate("fetch('v1/state').then((answer) => answer.json())")
    drones = [v for v in state["vehicles"] if v["kind"] == "drone" and v["phase"] == "under_way"]
    return str(drones[0]["id"])


@pytest.mark.slow
def test_the_real_demo_on_the_page(demo_url: str, browser: Browser, tmp_path: Path) -> None:
    folder = Path(os.environ.get(PICTURES, tmp_path))
    watched = watch(browser)
    page = watched.page
    come_up(page, demo_url)
    watched.complaints.clear()  # refused connections, from before it listened
    until(page, FLYING)
    until(page, "fetch('v1/state').then((a) => a.json()).then((s) => s.orders.length >= 12)")
    take(page, folder, "dark")
    page.locator(f"[data-vehicle={busiest(page)}]").click()
    page.get_by_label("Tilt the map").click()
    take(page, folder, "tilted")
    page.emulate_media(color_scheme="light")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Orders").click()
    page.get_by_label("Tilt the map").click()
    page.locator("[data-order]").first.click()
    take(page, folder, "light")
    page.set_viewport_size({"width": 1024, "height": 700})
    page.keyboard.press("Escape")
    page.get_by_label("Show the whole district").click()
    take(page, folder, "laptop")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Show the whole district").click()
    take(page, folder, "phone")
    netloc = urlsplit(demo_url).netloc
    foreign = [u for u in watched.asked if urlsplit(u).netloc != netloc and not u.startswith("blob:")]
    assert foreign == []
    assert watched.complaints == []
