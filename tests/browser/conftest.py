"""Chromium as Debian ships it, and a gateway over a played fleet for it to look at."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "orchestrator" / "console" / "dist" / "index.html"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
POLL_MS = 100
PATIENCE_MS = 60_000
"""Software rendering on a busy machine draws the first map in seconds, not in an instant."""


def missing(what: str) -> None:
    """Skip for want of something that a developer may lack; CI may not."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")  # not longer: while it lives, no test on this worker can run an event loop
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("chromium is missing: apt-get install chromium")
    if not PAGE.is_file():
        missing("the console's page is not built: npm ci && npm run build in orchestrator/console")
    expect.set_options(timeout=PATIENCE_MS / 2)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=False, args=FLAGS)
        yield started
        started.close()


@dataclass
class Gateway:
    """A played gateway in a process of its own, so that it can be killed and started again."""

    port: int
    process: subprocess.Popen[bytes] | None = None
    east_deg: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.browser.played_gateway", "--port", str(self.port)]
        command += ["--east", str(self.east_deg)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        while self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url, timeout=5).close()  # noqa: S310
            except OSError:
                continue
            return
        pytest.fail(f"the played gateway ended with {self.process.returncode}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    started = Gateway(free_port())
    started.start()
    yield started
    started.stop()


@dataclass
class Watched:
    """A page with all that it asked for and complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str) -> None:
        """Load the page and wait until map and vehicles are drawn."""
        self.page.goto(url)
        until(
            self.page,
            "window.sanderling?.settled() && window.sanderling.drawn().some((d) => d.kind === 'vehicle')",
        )


def until(page: Page, expression: str, argument: object = None) -> None:
    """Wait until the expression holds; by asking again, for the page's policy lets nobody evaluate in it."""
    for _ in range(int(PATIENCE_MS / POLL_MS)):
        if page.evaluate(expression, argument):
            return
        page.wait_for_timeout(POLL_MS)
    pytest.fail(f"never came true within {PATIENCE_MS} ms: {expression}")


def watch(
    browser: Browser, width: int = 1440, height: int = 900, theme: Literal["dark", "light"] = "dark"
) -> Watched:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, timezone_id="Europe/Helsinki"
    )
    context.set_default_timeout(PATIENCE_MS)
    watched = Watched(context.new_page())
    context.on("request", lambda request: watched.asked.append(request.url))
    watched.page.on("websocket", lambda socket: watched.asked.append(socket.url))
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    watched.page.on(
        "console",
        lambda said: watched.complaints.append(said.text) if said.type == "error" else None,
    )
    return watched


@pytest.fixture(scope="module")
def opened(browser: Browser, gateway: Gateway) -> Iterator[Watched]:
    made = watch(browser)
    made.open(gateway.url)
    yield made
    made.page.context.close()


@pytest.fixture
def page(opened: Watched) -> Page:
    """The one page of a test module, with nothing selected: drawing a city in software takes seconds."""
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("Escape")
    opened.page.get_by_role("tab", name="Vehicles").click()
    return opened.page
