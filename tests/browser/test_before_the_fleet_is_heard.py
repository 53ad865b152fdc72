"""The console before its stream says the first word: it claims nothing, and keeps its shape."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Gateway


@pytest.mark.parametrize("width", [390, 1440])
def test_it_says_that_it_waits_and_not_that_there_is_nothing(
    browser: Browser, gateway: Gateway, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.route_web_socket("**/*", lambda _: None)  # opened, and never answered
    page.goto(gateway.url)
    top = page.locator(".topbar")
    expect(top.get_by_text("Connecting")).to_be_visible()
    expect(top.locator("dd").first).to_have_text("\N{EN DASH}")
    expect(page.locator("#list-panel")).to_have_text("Waiting to hear from the fleet.")
    expect(page.get_by_text("Nothing has happened yet.")).to_have_count(0)
    expect(page.locator(".tabs .badge")).to_have_count(0)
    card = top.bounding_box()
    assert card is not None
    for part in ("h1", ".counts", ".pill", ".primary"):
        box = top.locator(part).bounding_box()
        assert box is not None
        assert box["y"] >= card["y"], part
        assert box["y"] + box["height"] <= card["y"] + card["height"], part
    page.close()
