"""The console over a real `serve`: an operator decides about dispatch, and has a drone hold and land."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT, Watched, free_port, watch
from tests.browser.served import Served, serving

PICTURES = "SANDERLING_PICTURES"
"""Names the folder that the pictures go to, as in `test_real_demo`."""

KEYS = {"C1": "ritas-own-key-of-some-length", "C2": "johns-own-key-of-some-length"}
MORE = """
[[gateway.people]]
name = "john"
role = "courier"
rides = "C2"
key = "johns-own-key-of-some-length"
[[vehicles]]
id = "C2"
profile = "courier-e-bike"
hub = "rautatientori"
pad = "pad-1"
[[hubs]]
id = "roof"
name = "Roof"
lat_deg = 60.17124
lon_deg = 24.944
pads = [{ id = "pad-k", lat_deg = 60.171375, lon_deg = 24.94384 }]
[[vehicles]]
id = "D1"
profile = "delivery-drone"
url = "udpin:127.0.0.1:PORT"
parameters = "leave"
hub = "roof"
pad = "pad-k"
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port = free_port()
    drone = [
        *(sys.executable, "-m", "sitl", "vehicle", "--url", f"udpout:127.0.0.1:{port}", "--system-id", "1"),
        *("--profile", "delivery-drone", "--home", "60.171375,24.94384"),
    ]
    process = subprocess.Popen(drone, cwd=ROOT)
    try:
        with serving(tmp_path_factory.mktemp("serve"), MORE.replace("PORT", str(port))) as it:
            yield it
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def opened(browser: Browser, served: Served) -> Iterator[Watched]:
    made = watch(browser)
    made.open(served.url)
    yield made
    made.page.context.close()


def until(what: str, check: Any) -> None:  # noqa: ANN401 - a question
    for _ in range(400):
        if check():
            return
        time.sleep(0.2)
    pytest.fail(f"never {what}")


def vehicle(served: Served, vehicle_id: str) -> Any:  # noqa: ANN401 - JSON
    return served.ask(f"v1/vehicles/{vehicle_id}")


def couriers_at_work(served: Served) -> None:
    """Both call in, their shifts begun, and are ready: for a minute each time."""
    for name, key in KEYS.items():
        tap = {"id": f"begin-{name}", "kind": "begin_shift", "until_s": float(int(time.time()) + 7200)}
        served.ask("v1/courier", {"taps": [tap]}, key)
    until("ready", lambda: all(vehicle(served, name)["ready"] for name in KEYS))


def texts(served: Served, kind: str) -> list[str]:
    return [event["text"] for event in served.ask("v1/state")["events"] if event["kind"] == kind]


def decide(page: Page, *clicks: str) -> None:
    for name in clicks:
        page.get_by_role("button", name=re.compile(f"^{name}")).click()


def test_pin_forbid_hold_and_prioritise_with_their_costs(
    served: Served, opened: Watched, tmp_path: Path
) -> None:
    page, folder = opened.page, Path(os.environ.get(PICTURES, tmp_path))
    couriers_at_work(served)
    served.order("shop-1", "Aleksanterinkatu 52", 60.16895, 24.94205)
    served.ask("v1/orders/shop-1/dispatch", {"wish": "hold"})
    page.get_by_role("tab", name="Orders").click()
    page.locator("[data-order=shop-1]").first.click()
    section = page.get_by_role("region", name="Decide about its dispatch")
    expect(section.locator(".candidate")).to_have_count(2)
    expect(section.locator(".cost").first).to_contain_text("€")
    expect(section).to_contain_text("Held back. Said by anna.")
    section.locator(".candidate").filter(has=page.locator("b", has_text="C2")).click()
    decide(page, "Pin to C2")
    confirm = page.get_by_role("alertdialog")
    expect(confirm).to_contain_text(re.compile(r"dispatcher's choice|as things stand"))
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        for name, (width, height) in {"wide": (1440, 900), "phone": (390, 844)}.items():
            page.set_viewport_size({"width": width, "height": height})
            section.scroll_into_view_if_needed()
            page.wait_for_timeout(800)
            page.screenshot(path=folder / f"dispatch-{name}-{theme}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1440, "height": 900})
    decide(page, "Yes")
    expect(section.get_by_role("status")).to_contain_text("Noted.")
    expect(section).to_contain_text("Pinned to C2. Said by anna.")
    decide(page, "Hold", "Yes")
    expect(section).to_contain_text("Held back.")
    decide(page, "Prioritise", "Yes")
    expect(section).to_contain_text("Counts 5 times.")
    section.locator(".candidate").filter(has=page.locator("b", has_text="C2")).click()
    decide(page, "Forbid C2", "Yes")
    expect(section).to_contain_text("Not by C2.")
    wishes = served.ask("v1/orders/shop-1")["wishes"]
    assert wishes == {"pinned_to": None, "forbidden": ["C2"], "held": True, "weight": 5.0, "by": "anna"}
    decide(page, "Release", "Yes")
    until("released", lambda: len(texts(served, "DispatchOverridden")) == 6)
    assert texts(served, "DispatchOverridden")[1:] == [
        "anna pinned order shop-1 to C2.",
        "anna holds order shop-1 back.",
        "anna changed the priority of order shop-1.",
        "anna forbade C2 to carry order shop-1.",
        "anna left order shop-1 to the dispatcher again.",
    ]
    served.ask("v1/orders/shop-1/cancel", {})
    assert opened.complaints == []


def test_hold_resume_return_and_land_pressed_in_flight(served: Served, opened: Watched) -> None:
    page = opened.page
    until("D1 ready", lambda: vehicle(served, "D1")["ready"])
    served.order("air-1", "Aleksanterinkatu 13", 60.168939, 24.946212, hub_id="roof")
    until("D1 under way", lambda: vehicle(served, "D1")["phase"] == "under_way")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Vehicles").click()
    page.locator("[data-vehicle=D1]").first.click()
    time.sleep(8.0)
    for n, ask in enumerate(("Hold", "Resume", "Return", "Land"), start=1):
        decide(page, f"{ask}$", f"{ask} now$")
        until(f"answered {ask}", lambda n=n: len(texts(served, "AskAnswered")) == n)
        expect(page.get_by_text("Asked. The answer shows in its history.")).to_be_visible()
    done = ("holds", "goes on", "returns", "lands")
    assert texts(served, "AskAnswered") == [f"D1 {word} as asked." for word in done]
    assert opened.complaints == []
