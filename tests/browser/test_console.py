"""The console's page in a real browser: what it draws, what it asks for, what an operator can do."""

from __future__ import annotations

import re
from itertools import combinations, product
from math import dist
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Gateway, Watched, until

Drawn = dict[str, Any]


def drawn(page: Page, kind: str) -> dict[str, Drawn]:
    """What the last painted frame shows, by id."""
    items: list[Drawn] = page.evaluate("window.sanderling.drawn()")
    return {item["id"]: item for item in items if item["kind"] == kind}


def ink(page: Page, at: Drawn) -> int:
    """How many painted pixels the overlay has within 10 px of a spot."""
    return int(
        page.evaluate(
            """([x, y]) => {
              const canvas = document.querySelector(".overlay");
              const ratio = canvas.width / canvas.clientWidth;
              const box = [x - 10, y - 10, 20, 20].map((v) => Math.round(v * ratio));
              const { data } = canvas.getContext("2d").getImageData(...box);
              return data.filter((_, i) => i % 4 === 3).filter((alpha) => alpha > 100).length;
            }""",
            [at["x"], at["y"]],
        )
    )


def features(page: Page, layer: str) -> int:
    return int(page.evaluate("(layer) => window.sanderling.features(layer)", layer))


def free_spot(page: Page) -> tuple[int, int]:
    """Where the map is farthest from all that is painted: what is painted there would take the click."""
    painted: list[Drawn] = page.evaluate("window.sanderling.drawn()")
    spots = product(range(500, 951, 25), range(250, 701, 25))
    return max(spots, key=lambda spot: min(dist(spot, (item["x"], item["y"])) for item in painted))


def test_the_city_is_drawn_and_nobody_else_is_asked(page: Page, opened: Watched, gateway: Gateway) -> None:
    assert features(page, "building") > 200
    assert features(page, "road") > 100
    assert features(page, "water") > 0
    assert features(page, "park") > 0
    assert features(page, "zone-fill") >= 4
    assert set(drawn(page, "hub")) == {"H1", "H2"}
    expect(page.locator(".attribution")).to_have_text(re.compile("© OpenStreetMap contributors, ODbL"))
    page.get_by_label("Tilt the map").click()
    until(page, "window.sanderling.features('building-solid') > 200")
    page.get_by_label("Tilt the map").click()
    until(page, "window.sanderling.features('building') > 200")
    foreign = [url for url in opened.asked if urlsplit(url).netloc != f"127.0.0.1:{gateway.port}"]
    assert [url for url in foreign if urlsplit(url).scheme not in {"blob", "data"}] == []
    assert len(opened.asked) >= 5
    assert opened.complaints == []


def test_vehicles_are_painted_where_they_are_and_move(page: Page) -> None:
    before = drawn(page, "vehicle")
    moving = [vehicle for vehicle in ("D1", "D2", "D3", "R1") if vehicle in before]
    assert len(moving) >= 3
    assert all(ink(page, before[vehicle]) > 40 for vehicle in moving)
    until(
        page,
        "(was) => sanderling.drawn().some("
        "({ id, x, y }) => was[id] && Math.hypot(x - was[id].x, y - was[id].y) > 4)",
        {vehicle: before[vehicle] for vehicle in moving},
    )


def test_list_and_map_select_the_same_thing(page: Page) -> None:
    page.locator("[data-vehicle=R2]").click()
    expect(page.locator("[data-vehicle=R2]")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("complementary", name="Vehicle R2")).to_be_visible()
    spot = drawn(page, "vehicle")["R3"]
    page.mouse.click(spot["x"], spot["y"])
    expect(page.locator("[data-vehicle=R3]")).to_have_attribute("aria-pressed", "true")
    drawer = page.get_by_role("complementary", name="Vehicle R3")
    expect(drawer.get_by_text("Battery")).to_be_visible()
    drawer.get_by_role("button", name="Siltasaarenkatu 6").click()
    order = page.get_by_role("complementary", name="Order O9")
    expect(order.get_by_label("Custody")).to_contain_text("R3")
    expect(order.get_by_text("soonest of all that can")).to_be_visible()
    page.keyboard.press("Escape")
    expect(order).to_have_count(0)


def test_a_panel_that_cannot_be_drawn_says_so_and_leaves_the_rest_at_work(page: Page) -> None:
    page.route("**/v1/orders/*/explanation", lambda route: route.fulfill(json={"quotes": [None]}))
    page.get_by_role("tab", name="Orders").click()
    page.locator("[data-order=O9]").click()
    expect(page.get_by_role("alert").filter(has_text="The panel of O9 cannot be shown.")).to_be_visible()
    page.get_by_role("tab", name="Vehicles").click()
    page.locator("[data-vehicle=R3]").click()
    expect(page.get_by_role("complementary", name="Vehicle R3").get_by_text("Battery")).to_be_visible()
    page.unroute("**/v1/orders/*/explanation")
    page.keyboard.press("Escape")


def test_what_is_amiss_with_a_vehicle_and_its_links_is_said_in_words(page: Page) -> None:
    expect(page.locator("[data-vehicle=D4]")).to_contain_text("2 amiss")
    page.locator("[data-vehicle=D4]").click()
    drawer = page.get_by_role("complementary", name="Vehicle D4")
    expect(drawer.get_by_label("What is amiss")).to_contain_text("Out of order: compass")
    expect(drawer.get_by_label("Links")).to_contain_text("the device is gone")
    expect(drawer.get_by_label("Condition")).to_contain_text("17")
    page.keyboard.press("Escape")


def test_an_order_is_placed_and_a_wrong_one_explained(page: Page, opened: Watched) -> None:
    page.keyboard.press("n")
    form = page.get_by_role("dialog", name="Place an order")
    expect(form.locator(".pick")).to_contain_text("Click the place on the map")
    page.mouse.click(760, 520)
    expect(form.locator(".pick")).to_contain_text("60.1")
    form.get_by_label("Address").fill("Fabianinkatu 33")
    form.get_by_label("Mass (kg)").fill("0")
    form.get_by_role("button", name="Place order").click()
    expect(form.get_by_text("must be more than 0")).to_be_visible()
    expect(form.get_by_label("Address")).to_have_value("Fabianinkatu 33")
    form.get_by_label("Mass (kg)").fill("1.2")
    form.get_by_role("button", name="Place order").click()
    expect(form).to_have_count(0)
    page.get_by_role("tab", name="Orders").click()
    row = page.locator("[data-order=O13]")
    expect(row).to_contain_text("Fabianinkatu 33")
    expect(row).to_contain_text("Waiting")
    expect(row).to_contain_text("No free vehicle can carry it yet: D6 charges")
    until(page, "sanderling.drawn().some(({ kind, id }) => kind === 'order' && id === 'O13')")
    assert [text for text in opened.complaints if "422" not in text] == []


def test_an_order_asks_for_cold_a_window_an_age_check_and_a_shop(page: Page, opened: Watched) -> None:
    page.keyboard.press("n")
    form = page.get_by_role("dialog", name="Place an order")
    page.mouse.click(760, 520)
    form.get_by_role("radio", name="Frozen").check(force=True)
    form.get_by_label("Not before (min)").fill("20")
    form.get_by_label("Check the recipient's age").check()
    form.get_by_text("Ready later, fetched elsewhere").click()
    form.get_by_label("Ready in (min)").fill("31")
    form.get_by_label("Longest aboard (min)").fill("25")
    form.get_by_label("Taken from").select_option("shop")
    page.mouse.click(700, 420)
    form.get_by_label("Its address").fill("Corner shop")
    form.get_by_role("button", name="Place order").click()
    expect(form.get_by_text("No vehicle of H1 keeps anything frozen.")).to_be_visible()
    expect(form.get_by_text("ready only 60 s after the deadline")).to_be_visible()
    form.get_by_role("radio", name="Chilled").check(force=True)
    form.get_by_label("Ready in (min)").fill("10")
    form.get_by_role("button", name="Place order").click()
    expect(form).to_have_count(0)
    detail = page.get_by_role("complementary", name=re.compile("Order"))
    asked = detail.get_by_label("The order asks for")
    expect(asked).to_contain_text("Check the age")
    expect(asked).to_contain_text("Fetched from Corner shop")
    expect(asked).to_contain_text("Ready from")
    expect(detail.get_by_label("The parcel asks for")).to_contain_text("Chilled, 0 to 5 °C")
    expect(detail.get_by_label("The parcel asks for")).to_contain_text("Aboard for 25 min at most")
    expect(detail.get_by_text("Window")).to_be_visible()
    expect(detail.get_by_label("Custody")).to_contain_text("Corner shop")
    page.keyboard.press("Escape")
    assert [text for text in opened.complaints if "422" not in text] == []


def test_a_vehicle_says_what_it_keeps_and_can_do(page: Page) -> None:
    page.locator("[data-vehicle=R3]").click()
    told = page.get_by_role("complementary", name="Vehicle R3").get_by_label("It carries and can")
    expect(told).to_contain_text("3 parcels, up to medium, 10 kg")
    expect(told).to_contain_text("Chilled")
    expect(told).to_contain_text("Checks the age")
    page.keyboard.press("Escape")


def test_nothing_stands_against_an_order_that_a_vehicle_is_planned_to_bring(page: Page) -> None:
    page.get_by_role("tab", name="Orders").click()
    planned = page.locator("[data-order=O6]")
    expect(planned).to_contain_text("next with D5")
    expect(planned).not_to_contain_text("D6 charges")
    planned.click()
    detail = page.get_by_role("complementary")
    expect(detail.get_by_text("is planned to bring it")).to_be_visible()
    expect(detail.locator(".reasons")).to_have_count(0)
    page.keyboard.press("Escape")


def test_an_area_is_closed_tells_whose_way_it_bars_and_is_opened_again(page: Page, opened: Watched) -> None:
    x, y = free_spot(page)
    before = page.evaluate("sanderling.features('zone-fill')")
    page.get_by_role("button", name="Close an area").click()
    form = page.get_by_role("dialog", name="Close an area")
    page.mouse.click(x, y)
    expect(form.locator(".pick")).to_contain_text("60.1")
    form.get_by_label("What for").fill("Fire at the market")
    form.get_by_label("Radius (m)").fill("0")
    form.get_by_role("button", name="Close area").click()
    expect(form.get_by_text("must be more than 0")).to_be_visible()
    form.get_by_label("Radius (m)").fill("150")
    form.get_by_role("button", name="Close area").click()
    expect(form.get_by_text("Closed as CLOSED-1")).to_be_visible()
    expect(form.locator("li")).to_contain_text("D1 crosses Fire at the market.")
    form.get_by_role("button", name="Done").click()
    expect(form).to_have_count(0)
    until(page, f"sanderling.features('zone-fill') > {before}")
    page.mouse.click(x, y)
    note = page.locator(".zone-note")
    expect(note).to_contain_text("Fire at the market")
    note.get_by_role("button", name="Open again").click()
    expect(note).to_have_count(0)
    until(page, f"sanderling.features('zone-fill') === {before}")
    assert [text for text in opened.complaints if "422" not in text] == []


def test_alerts_come_first_and_can_be_acknowledged(page: Page) -> None:
    rows = page.get_by_label("Needs attention").locator("li.alert")
    expect(rows.nth(0)).to_have_class(re.compile("critical"))
    rows.nth(0).get_by_role("button", name=re.compile("Acknowledge: D2")).click()
    expect(rows.nth(1)).to_contain_text("seen by operator")
    expect(rows.nth(0)).to_have_class(re.compile("warning"))


def test_a_vehicle_is_asked_in_two_clicks(page: Page) -> None:
    page.locator("[data-vehicle=R3]").click()
    drawer = page.get_by_role("complementary", name="Vehicle R3")
    drawer.get_by_role("button", name="Hold", exact=True).click()
    drawer.get_by_role("button", name="Hold now").click()
    expect(drawer.locator(".detail-head")).to_contain_text("Holding, as asked")
    expect(drawer.locator(".events")).to_contain_text("operator asked R3 to hold")
    expect(drawer.locator(".notice")).to_contain_text("Held by operator since")
    row = page.locator("[data-vehicle=R3]")
    expect(row).to_contain_text("held for")
    expect(row).not_to_contain_text("there in")
    expect(row).not_to_contain_text("home in")


def test_the_page_says_that_it_is_stale_and_comes_back_by_itself(page: Page, gateway: Gateway) -> None:
    gateway.stop()
    expect(page.locator(".stale-note")).to_contain_text("No connection to the gateway")
    expect(page.locator(".app")).to_have_class(re.compile("stale"))
    expect(page.locator("[data-vehicle=R3]")).to_be_visible()
    gateway.start()
    expect(page.locator(".stale-note")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()


def test_every_control_has_a_name_and_every_tab_a_key(page: Page) -> None:
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, input, select")]
            .filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length || e.title))
            .map((e) => e.outerHTML)"""
    )
    assert nameless == []
    page.get_by_role("tab", name="Vehicles").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Orders")).to_be_focused()
    expect(page.get_by_role("list", name="Orders")).to_be_visible()


def test_who_wants_no_motion_gets_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    before = page.evaluate("window.sanderling.frames()")
    page.wait_for_timeout(2000)
    # Telemetry comes at 5 Hz: no more than that is painted, nothing in between.
    assert 0 < page.evaluate("window.sanderling.frames()") - before <= 16
    page.emulate_media(reduced_motion="no-preference")


BOX = "(e) => { const { x, y, width, height } = e.getBoundingClientRect(); return { x, y, width, height }; }"
SIZES = ((1440, 900), (1024, 700), (720, 450), (390, 844), (320, 640))
"""A desk, a laptop, half of one (or one at 200 %), a phone, the smallest phone."""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_covers_anything_at_any_size(page: Page, theme: Literal["dark", "light"]) -> None:
    page.emulate_media(color_scheme=theme)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        boxes = [page.locator(name).evaluate(BOX) for name in (".topbar", ".left", ".map-controls")]
        for one, other in combinations(boxes, 2):
            assert apart(one, other), (width, one, other)
        for part in page.locator(".topbar > *:visible").all():
            assert within(part.evaluate(BOX), boxes[0]), (width, part.inner_text())
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_long_name_stays_in_its_panel_and_its_row(page: Page, gateway: Gateway) -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitaensplatz 144"
    wanted = {"order_id": "order-of-a-shop-with-a-long-name-2026-11-30-1", "hub_id": "H1"}
    place = {"lat_deg": 60.17, "lon_deg": 24.94, "kind": "doorstep", "label": name}
    parcels = [{"mass_kg": 1.0, "size": "medium", "temperature": "ambient"}]
    more = {"parcels": parcels, "drop_off": place, "deadline_s": 1.8e9}
    assert page.request.post(f"{gateway.url}v1/orders", data={**wanted, **more}).status == 201
    page.get_by_role("tab", name="Orders").click()
    page.locator("[data-order]").filter(has_text=name).first.click()
    expect(page.locator(".drawer h2")).to_have_text(name)
    for panel in (".drawer .scroll", "#list-panel"):
        assert page.locator(panel).evaluate("(e) => e.scrollWidth <= e.clientWidth"), panel


def test_the_keyboard_walks_the_rows_enters_the_panel_and_comes_back(page: Page) -> None:
    first = page.locator("[data-vehicle]").first
    first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("[data-vehicle]").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".drawer").get_by_label("Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(second).to_be_focused()


def test_alerts_on_a_phone_are_a_list_that_can_be_filtered(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("tab", name="Alerts").click()
    shown = page.locator("#list-panel .alert")
    expect(shown).to_have_count(2)
    page.get_by_label("Filter alerts").fill("silent")
    expect(shown).to_have_count(1)
    page.get_by_label("Filter alerts").fill("")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_no_name_on_the_map_stands_where_a_sign_is(page: Page) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        until(page, "sanderling.settled() && sanderling.drawn().some(({ named }) => named)")
        signs = page.evaluate("sanderling.drawn().filter(({ kind }) => kind === 'hub' || kind === 'locker')")
        assert {sign["id"] for sign in signs} == {"H1", "H2", "L1"}
        names = [sign["named"] for sign in signs if "named" in sign]
        boxes = [{"left": s["x"] - 9, "top": s["y"] - 9, "width": 18, "height": 18} for s in signs]
        for name, box in product(names, boxes):
            assert clear(name, box), (width, name, box)
        for one, other in combinations(names, 2):
            assert clear(one, other), (width, one, other)
    page.set_viewport_size({"width": 1440, "height": 900})


def clear(one: dict[str, float], other: dict[str, float]) -> bool:
    return any(
        a[edge] + a[size] <= b[edge]
        for a, b in ((one, other), (other, one))
        for edge, size in (("left", "width"), ("top", "height"))
    )


def within(part: dict[str, float], whole: dict[str, float]) -> bool:
    return all(
        whole[edge] <= part[edge] and part[edge] + part[size] <= whole[edge] + whole[size]
        for edge, size in (("x", "width"), ("y", "height"))
    )


def apart(one: dict[str, float], other: dict[str, float]) -> bool:
    return any(
        a[edge] + a[size] <= b[edge]
        for a, b in ((one, other), (other, one))
        for edge, size in (("x", "width"), ("y", "height"))
    )
