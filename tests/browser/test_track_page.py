"""The recipient's page in a real browser over a real `serve`: from the order's link to what shows it came."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Watched
from tests.browser.served import RITAS_KEY, Served, serving
from tests.browser.test_courier_page import PICTURES, fits_a_thumb, waits_for

pytestmark = pytest.mark.slow

LOCKER = """
[[lockers]]
id = "L1"
name = "Kluuvi"
lat_deg = 60.1699
lon_deg = 24.9465
compartments = { medium = 2 }
"""
DOOR = {"lat_deg": 60.16895, "lon_deg": 24.94205, "kind": "doorstep", "label": "Aleksanterinkatu 52"}
IN_LOCKER = {
    "lat_deg": 60.1699,
    "lon_deg": 24.9465,
    "kind": "locker",
    "label": "Locker, Kluuvi",
    "locker_id": "L1",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("serve"), LOCKER) as it:
        yield it


@pytest.fixture
def phone(browser: Browser) -> Iterator[Watched]:
    """A recipient's phone, in another country's language and this city's time."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        color_scheme="light",
        is_mobile=True,
        has_touch=True,
        locale="fi-FI",
        timezone_id="Europe/Helsinki",
    )
    context.set_default_timeout(2 * PATIENCE_MS)
    watched = Watched(context.new_page())
    context.on("request", lambda request: watched.asked.append(request.url))
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    yield watched
    context.close()


def placed(served: Served, order_id: str) -> Any:  # noqa: ANN401 - JSON
    wanted = {
        "order_id": order_id,
        "hub_id": "rautatientori",
        "parcels": [{"mass_kg": 1.2}],
        "drop_off": DOOR,
        "alternatives": [IN_LOCKER],
        "deadline_s": float(int(time.time()) + 2400),
    }
    return served.ask("v1/orders", wanted)


class Rita:
    """The courier, by what her phone sends."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._count = 0

    def tap(self, kind: str, **more: object) -> Any:  # noqa: ANN401 - JSON
        self._count += 1
        tap = {"id": f"t-{time.time_ns()}-{self._count}", "kind": kind, **more}
        called = self._served.ask("v1/courier", {"taps": [tap]}, RITAS_KEY)
        (answer,) = called["answers"]
        assert answer["done"], answer["text"]
        return called["phone"]

    def card(self, kind: str) -> int:
        for _ in range(300):
            shown = self._served.ask("v1/courier", {}, RITAS_KEY)["phone"]["card"]
            if shown is not None and shown["kind"] == kind:
                return int(shown["id"])
            time.sleep(0.2)
        pytest.fail(f"never a card {kind}")

    def sets_out(self, parcel_id: str) -> None:
        self.tap("yes", card_id=self.card("offer"))
        self.tap("took", parcel_id=parcel_id)
        self.tap("yes", card_id=self.card("set_out"))


def open_link(served: Served, page: Page, order: Any) -> None:  # noqa: ANN401 - JSON
    page.goto(served.url + order["tracking_url"].removeprefix("/"))
    assert urlsplit(page.url).path == "/track/"
    assert order["tracking_url"].rpartition("/")[2] == urlsplit(page.url).fragment


def test_from_the_link_to_the_hand_over(served: Served, phone: Watched, tmp_path: Path) -> None:
    folder, page, rita = Path(os.environ.get(PICTURES, tmp_path)), phone.page, Rita(served)
    order = placed(served, "shop-1")
    open_link(served, page, order)
    expect(page.get_by_role("heading", level=1)).to_have_text("Being prepared")
    expect(page.get_by_label(" ".join(order["hand_code"]), exact=True)).to_be_visible()
    page.get_by_text("Locker, Kluuvi").click()
    waits_for(served, "PlaceChosen", 1)
    expect(page.get_by_label("Locker, Kluuvi")).to_be_checked()
    assert served.ask("v1/orders/shop-1")["kind"] == "locker"
    assert "recipient of shop-1" in served.ask("v1/state")["events"][-1]["text"]
    page.get_by_text("Aleksanterinkatu 52").click()
    waits_for(served, "PlaceChosen", 2)
    expect(page.get_by_label("Aleksanterinkatu 52")).to_be_checked()
    assert served.ask("v1/orders/shop-1")["kind"] == "doorstep"
    page.screenshot(path=folder / "track-choice.png")
    rita.tap("begin_shift", until_s=time.time() + 4 * 3600.0)
    rita.sets_out("shop-1-1")
    expect(page.get_by_text("by courier")).to_be_visible()
    expect(page.locator(".steps .now")).to_have_text("On its way")
    expect(page.get_by_text("Where shall it go?")).to_have_count(0)
    fits_a_thumb_while_it_scrolls(page)
    page.screenshot(path=folder / "track-on-the-way.png")
    rita.tap("arrived", order_id="shop-1")
    rita.tap("handed_over", order_id="shop-1", code=order["hand_code"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Delivered")
    expect(page.get_by_text("Handed over with your code")).to_be_visible()
    expect(page.get_by_text(order["hand_code"])).to_have_count(0)
    rita.tap("back")
    rita.tap("end_shift")
    assert phone.complaints == []
    assert {urlsplit(url).netloc for url in phone.asked} == {urlsplit(served.url).netloc}


def fits_a_thumb_while_it_scrolls(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for thing in page.locator("button:visible, a:visible, .places label:visible").all():
        box = thing.bounding_box()
        assert box is not None
        assert box["height"] >= 44, thing.inner_text()


def test_a_link_that_is_none_says_so_and_one_without_a_link_says_since_when(
    served: Served, phone: Watched
) -> None:
    page = phone.page
    page.goto(served.url + "track/#no-such-link")
    expect(page.get_by_role("heading")).to_have_text("This link shows nothing")
    fits_a_thumb(page)
    order = placed(served, "shop-2")
    open_link(served, page, order)
    expect(page.get_by_role("heading", level=1)).to_have_text("Being prepared")
    page.context.route("**/v1/**", lambda route: route.abort())
    expect(page.get_by_text("No link since")).to_be_visible()
    page.get_by_text("Locker, Kluuvi").click()
    expect(page.get_by_role("alert")).to_contain_text("did not get through")
    expect(page.get_by_label("Aleksanterinkatu 52")).to_be_checked()
    page.context.unroute("**/v1/**")
    expect(page.get_by_text("No link since")).to_have_count(0)
    served.ask("v1/orders/shop-2/cancel", {})
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancelled")
    assert phone.complaints == []
