"""A site across 180 degrees is drawn, picked and told like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.browser.conftest import Gateway, Watched, free_port, watch
from tests.browser.played_fleet import BBOX

EAST_DEG = 180.0 - (BBOX[0] + BBOX[2]) / 2


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Watched]:
    gateway = Gateway(free_port(), east_deg=EAST_DEG)
    gateway.start()
    made = watch(browser)
    made.open(gateway.url)
    yield made
    made.page.context.close()
    gateway.stop()


def test_all_of_it_is_drawn_where_it_is_at_home(browser: Browser, gateway: Gateway, opened: Watched) -> None:
    at_home = watch(browser)
    at_home.open(gateway.url)
    signs = "sanderling.drawn().filter(({ kind }) => kind !== 'vehicle').map(({ id, x }) => [id, x])"
    here, there = dict(opened.page.evaluate(signs)), dict(at_home.page.evaluate(signs))
    at_home.page.context.close()
    assert len(there) > 5
    assert here == {name: pytest.approx(x_px, abs=1.0) for name, x_px in there.items()}
    for layer in ("building", "road", "zone-fill"):
        assert opened.page.evaluate("(layer) => sanderling.features(layer)", layer) > 3
    assert opened.complaints == []


def test_a_place_picked_there_is_told_in_the_longitudes_of_the_world(opened: Watched) -> None:
    page = opened.page
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    for x in (560, 860):
        page.get_by_label("Close an area").click()
        page.mouse.click(x, 500)
        page.get_by_role("button", name="Close area", exact=True).click()
        expect(page.get_by_text("Closed as CLOSED-1.")).to_be_visible()
        page.get_by_role("button", name="Done").click()
    west, east = (json.loads(one.post_data or "")["circle"]["lon_deg"] for one in asked)
    assert 179.98 < west < 180.0
    assert -180.0 < east < -179.98
