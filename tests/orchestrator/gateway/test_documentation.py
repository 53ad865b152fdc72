"""What the documents show is what the code takes."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

from orchestrator.config.reading import read_config
from orchestrator.gateway.contract.order_requests import OrderWanted, ParcelWanted
from orchestrator.gateway.contract.tracking_views import TrackingView
from orchestrator.gateway.openapi import document

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


def test_the_tracking_view_shown_is_one_that_is_given() -> None:
    [shown] = [block for block in blocks("api.md") if "almost there" in block]
    TrackingView.model_validate(json.loads(shown.partition("\n")[2]))


def test_every_request_is_documented() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    for path in document()["paths"]:
        last = path.replace("{order_id}", "{id}").replace("{vehicle_id}", "{id}")
        assert last in text, path
