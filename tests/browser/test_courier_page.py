"""The couriers' page in a real browser, 360 px wide, over a real `serve`: a trip, a link that goes away."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Watched
from tests.browser.link import Link, link_to
from tests.browser.served import RITAS_KEY, Served, serving

PICTURES = "SANDERLING_PICTURES"
"""Names the folder that the pictures go to, as in `test_real_demo`."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("serve")) as it:
        yield it


@pytest.fixture
def link(served: Served) -> Iterator[Link]:
    with link_to(served.port) as it:
        yield it


@pytest.fixture
def phone(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        color_scheme="dark",
        has_touch=True,
        is_mobile=True,
        timezone_id="Europe/Helsinki",
    )
    context.set_default_timeout(2 * PATIENCE_MS)
    watched = Watched(context.new_page())
    context.on("request", lambda request: watched.asked.append(request.url))
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    yield watched
    context.close()


def fits_a_thumb(page: Page) -> None:
    """Nothing is cut off at 360 px, and what is tapped is 44 px high at least (WCAG 2.5.5)."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for button in page.locator("button:visible, label.big:visible, a:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, button.inner_text()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["y"] + box["height"] <= 740, button.inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def sign_in_by_link(served: Served, page: Page, link: Link | None = None) -> None:
    """Over a link that can be cut, or straight to the gateway."""
    path = served.ask("v1/vehicles/C1/sign-in", {})["path"]
    page.goto(f"{served.url if link is None else link.url}{path}")
    expect(page.get_by_text("C1", exact=True)).to_be_visible()
    assert "#" not in page.url, "the key does not stay in the address"


def facts(served: Served, kind: str) -> list[Any]:
    return [event for event in served.ask("v1/state")["events"] if event["kind"] == kind]


def waits_for(served: Served, kind: str, count: int) -> None:
    for _ in range(300):
        if len(facts(served, kind)) >= count:
            return
        time.sleep(0.2)
    pytest.fail(f"never {count} of {kind}: {[event['kind'] for event in served.ask('v1/state')['events']]}")


def test_a_key_signs_in_and_a_wrong_one_says_so(served: Served, phone: Watched) -> None:
    page = phone.page
    page.goto(served.url + "courier/")
    fits_a_thumb(page)
    page.get_by_label("Your key").fill("nobodys-key-at-all")
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_have_text("This key is not known.")
    page.get_by_label("Your key").fill(RITAS_KEY)
    press(page, "Sign in")
    expect(page.get_by_role("heading")).to_have_text("Ready to ride?")
    fits_a_thumb(page)


def test_a_trip_with_two_stops_while_the_link_comes_and_goes(
    served: Served, link: Link, phone: Watched, tmp_path: Path
) -> None:
    folder, page = Path(os.environ.get(PICTURES, tmp_path)), phone.page
    sign_in_by_link(served, page, link)
    press(page, "about 4 hours")
    press(page, "Break")
    served.order("shop-1", "Aleksanterinkatu 52", 60.16895, 24.94205)
    served.order("shop-2", "Kaisaniemenkatu 3 B", 60.1702, 24.9478)
    expect(page.get_by_role("heading")).to_have_text("On a break")
    press(page, "Go on working")
    expect(page.get_by_text("A trip for you")).to_be_visible()
    expect(page.locator(".stops li")).to_have_count(2)
    fits_a_thumb(page)
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / "courier-offer.png")
    press(page, "Accept")
    press(page, "I have them all")
    fits_a_thumb(page)
    page.locator("button:not([disabled])", has_text="Set out").click()
    page.get_by_role("button", name="I have arrived").wait_for()
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / "courier-next.png")
    first = page.locator(".body h1").inner_text()
    press(page, "I have arrived")
    fits_a_thumb(page)
    page.screenshot(path=folder / "courier-door.png")
    hand_over_by_code(served, page)
    expect(page.locator(".body h1")).not_to_have_text(first)
    waits_for(served, "ParcelHandedOver", 1)

    link.cut()
    press(page, "I have arrived")
    expect(page.get_by_text("No link.")).to_be_visible()
    expect(page.get_by_text("What you tapped is kept")).to_be_visible()
    page.locator("input[type=file]").set_input_files(folder / "courier-next.png")
    expect(page.get_by_role("heading")).to_have_text("All done")
    page.reload()
    expect(page.get_by_text("2 taps are kept")).to_be_visible()
    expect(page.get_by_role("heading")).to_have_text("All done")
    assert len(facts(served, "ParcelHandedOver")) == 1
    come_back_with_a_sign_in_that_has_run_out(served, link, page)
    waits_for(served, "ParcelHandedOver", 2)
    fits_a_thumb(page)
    press(page, "I am back at the hub")
    expect(page.get_by_text("No trip yet")).to_be_visible()
    waits_for(served, "MissionEnded", 1)
    assert [len(facts(served, kind)) for kind in ("ParcelHandedOver", "HandOverProved")] == [2, 2]
    parcels = [order["parcels"][0] for order in served.ask("v1/orders")]
    assert sorted(parcel["proof"] for parcel in parcels) == ["code", "photo"]
    assert sorted(order["status"] for order in served.ask("v1/orders")) == ["delivered", "delivered"]
    assert phone.complaints == []
    assert {urlsplit(url).netloc for url in phone.asked} == {urlsplit(link.url).netloc}
    press(page, "End the shift")


def come_back_with_a_sign_in_that_has_run_out(served: Served, link: Link, page: Page) -> None:
    """Nothing is sent by it, and what was tapped is still there after the next one."""
    before = len(facts(served, "ParcelHandedOver"))
    page.evaluate("localStorage.setItem('sanderling-courier-key', 'a-link-that-has-run-out')")
    page.reload()
    link.mend()
    expect(page.get_by_role("alert")).to_have_text("This key is not known.")
    assert len(facts(served, "ParcelHandedOver")) == before
    sign_in_by_link(served, page, link)


def hand_over_by_code(served: Served, page: Page) -> None:
    """A wrong code is refused in words, the right one counts."""
    order_id = page.locator(".body .soft").first.inner_text().rpartition("-")[0]
    codes = {order["id"]: order["hand_code"] for order in served.ask("v1/orders")}
    wrong = f"{(int(codes[order_id]) + 1) % 10_000:04}"
    page.get_by_label("The recipient's code").fill(wrong)
    press(page, "Handed over")
    expect(page.get_by_role("alert")).to_contain_text("That is not the code")
    page.get_by_label("The recipient's code").fill(codes[order_id])
    press(page, "Handed over")


def test_a_parcel_is_fetched_at_a_shop_and_another_is_not_there(
    served: Served, phone: Watched, tmp_path: Path
) -> None:
    folder, page = Path(os.environ.get(PICTURES, tmp_path)), phone.page
    bakery = {"lat_deg": 60.1702, "lon_deg": 24.9478, "kind": "shop", "label": "Bakery"}
    sign_in_by_link(served, page)
    press(page, "about 4 hours")
    fetch = functools.partial(served.order, pick_up=bakery)
    for order_id, why_not in (("from-shop-1", ""), ("from-shop-2", "It was not there")):
        fetch(order_id, "Aleksanterinkatu 52", 60.16895, 24.94205)
        served.ask(f"v1/orders/{order_id}/dispatch", {"wish": "prioritise", "weight": 5.0})
        press(page, "Accept")
        expect(page.get_by_role("heading")).to_have_text("Ready to go")
        page.locator("button:not([disabled])", has_text="Set out").click()
        expect(page.get_by_text("Fetch at", exact=True)).to_be_visible()
        expect(page.get_by_role("heading")).to_have_text("Bakery")
        press(page, "I have arrived")
        fits_a_thumb(page)
        page.screenshot(path=folder / "courier-fetch.png")
        if why_not:
            press(page, "Not given")
            fits_a_thumb(page)
            press(page, why_not)
        else:
            press(page, "I have it")
            press(page, "I have arrived")
            page.locator("input[type=file]").set_input_files(folder / "courier-fetch.png")
        press(page, "I am back at the hub")
        expect(page.get_by_text("No trip yet")).to_be_visible()
    waits_for(served, "ParcelNotFetched", 1)
    status = {order["id"]: order["status"] for order in served.ask("v1/orders")}
    assert (status["from-shop-1"], status["from-shop-2"]) == ("delivered", "waiting")
    assert phone.complaints == []
    served.ask("v1/orders/from-shop-2/cancel", {})
    press(page, "End the shift")


def test_nobody_there_and_a_problem_reach_the_operators(served: Served, phone: Watched) -> None:
    page = phone.page
    sign_in_by_link(served, page)
    press(page, "about 2 hours")
    press(page, "Problem")
    press(page, "My bike is broken")
    expect(page.get_by_text("Your dispatcher knows: My bike is broken")).to_be_visible()
    waits_for(served, "CourierReported", 1)  # the page shows at once what it has yet to send
    assert "C1 needs help: My bike is broken" in [one["text"] for one in served.ask("v1/state")["alerts"]]
    press(page, "Problem")
    press(page, "It is solved")
    served.order("shop-3", "Aleksanterinkatu 52", 60.16895, 24.94205)
    served.ask("v1/orders/shop-3/dispatch", {"wish": "prioritise", "weight": 5.0})  # or it waits for more
    press(page, "Accept")
    press(page, "I have them all")
    page.locator("button:not([disabled])", has_text="Set out").click()
    press(page, "I have arrived")
    press(page, "Nobody there")
    fits_a_thumb(page)
    press(page, "Nobody was there")
    expect(page.get_by_role("heading")).to_have_text("Bring 1 parcel back")
    press(page, "I am back at the hub")
    press(page, "Handed in")
    waits_for(served, "ParcelReturned", 1)
    (kept,) = facts(served, "ParcelKept")
    assert "nobody was there" in kept["text"]
    assert phone.complaints == []
