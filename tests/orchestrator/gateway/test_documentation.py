"""What the documents show is what the code takes."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from orchestrator.config.reading import read_config
from orchestrator.gateway.contract.order_requests import OrderWanted, ParcelWanted
from orchestrator.gateway.contract.tracking_views import TrackingView
from orchestrator.gateway.openapi import document
from orchestrator.gateway.routes import courier, fleet, lockers, orders, tracking

DOCS = Path(__file__).parents[3] / "docs"


def blocks(page: str) -> list[str]:
    """The indented blocks of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(r"(?:^(?:    .*)?\n)+", text, flags=re.MULTILINE)
    return [textwrap.dedent(block).strip() for block in found if block.strip()]


def test_the_configuration_shown_is_one_that_is_read(tmp_path: Path) -> None:
    [shown] = [block for block in blocks("configuration.md") if "[gateway]" in block]
    file = tmp_path / "fleet.toml"
    file.write_text(shown, encoding="utf-8")
    config = read_config(file)
    assert [vehicle.id for vehicle in config.vehicles] == ["D1", "R1"]
    assert [person.role for person in config.gateway.people] == ["operator", "integrator"]


def test_every_key_of_the_gateway_is_explained() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    for key in ("host", "port", "loopback_operator", "tracking_key", "people"):
        assert re.search(rf"`(\[\[)?(gateway\.)?{key}(\]\])?`", text), key


def test_the_order_shown_is_one_that_is_taken() -> None:
    [shown] = [block for block in blocks("api.md") if "shop-1042" in block]
    body = re.sub(r"\s*//.*", "", shown.partition("\n")[2])
    OrderWanted.model_validate(json.loads(body))


def test_the_order_for_the_shell_is_one_that_is_taken() -> None:
    [shown] = [block for block in blocks("api.md") if "wine-1" in block]
    body = shown.partition("<<EOF\n")[2].removesuffix("EOF")
    wanted = OrderWanted.model_validate(json.loads(re.sub(r"\$\(date [^)]*\)", "2026-09-21T14:00:00Z", body)))
    assert wanted.pick_up is not None
    assert wanted.skills == ["check_age"]


def test_everything_that_an_order_may_ask_is_explained() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for field in (*OrderWanted.model_fields, *ParcelWanted.model_fields):
        assert re.search(rf"[`\"N.]{field}[`\"]", text), field


ROW = re.compile(r"`(GET|POST|DELETE) (/v1/[^` ]+)` `({.*?})`(?= \||[;,. ])")


def bodies() -> list[tuple[str, str, str]]:
    """Each request of the page's tables that is shown with its body, and the other bodies of dispatch."""
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    shown = [(match[1], match[2], match[3]) for match in ROW.finditer(text)]
    wishes = re.findall(r"`({\"wish\".*?})`", text)
    return [*shown, *(("POST", "/v1/orders/{id}/dispatch", wish) for wish in wishes)]


@pytest.mark.parametrize(("method", "path", "body"), bodies())
def test_every_body_in_the_tables_is_one_that_is_taken(method: str, path: str, body: str) -> None:
    routes = [one for router in (courier, fleet, orders, lockers, tracking) for one in router.router.routes]
    [taken] = [
        one.body_field.field_info.annotation
        for one in routes
        if isinstance(one, APIRoute) and one.body_field is not None and method in (one.methods or ())
        if re.sub(r"{\w+}", "{}", one.path) == re.sub(r"{\w+}", "{}", path)
    ]
    assert taken is not None
    assert isinstance(TypeAdapter(taken).validate_json(body), BaseModel)


def test_the_tables_show_bodies() -> None:
    assert len({(method, path) for method, path, _ in bodies()}) >= 6


async def test_the_refusal_shown_is_one_that_is_given(shop: httpx.AsyncClient) -> None:
    [shown] = [json.loads(block) for block in blocks("api.md") if block.startswith('{"error"')]
    place = {"lat_deg": 60.17, "lon_deg": 24.94, "kind": "doorstep", "label": "Here"}
    wanted = {"hub_id": "H1", "parcels": [{"mass_kg": 0}], "drop_off": place, "deadline_s": 1_790_001_000}
    answer = await shop.post("/v1/orders", json=wanted)
    assert (answer.status_code, answer.json()) == (422, shown)


def test_what_is_taken_has_a_description_or_an_example() -> None:
    wanted = {
        name: one for name, one in document()["components"]["schemas"].items() if name.endswith("Wanted")
    }
    bare = [
        f"{name}.{field}"
        for name, one in wanted.items()
        for field, told in one.get("properties", {}).items()
        if not {"description", "examples", "enum", "const", "$ref", "default"} & set(told)
        and not any("$ref" in part for part in (*told.get("anyOf", ()), told.get("items", {})))
    ]
    assert bare == []


def test_the_tracking_view_shown_is_one_that_is_given() -> None:
    [shown] = [block for block in blocks("api.md") if "almost there" in block]
    TrackingView.model_validate(json.loads(shown.partition("\n")[2]))


def test_every_request_is_documented() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for path in document()["paths"]:
        last = path.replace("{order_id}", "{id}").replace("{vehicle_id}", "{id}")
        assert last in text, path
