"""The API's description in the repository is that of the code."""

from __future__ import annotations

import json
from typing import Any

from orchestrator.gateway.openapi import FILE, document

Json = dict[str, Any]


def shape(description: Json) -> Json:
    """What clients are built from, without what another release of the framework may word differently."""
    operations = {
        f"{method} {path}": (sorted(operation["responses"]), operation["operationId"])
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    schemas = {
        name: (sorted(schema.get("properties", {})), sorted(schema.get("required", [])))
        for name, schema in description["components"]["schemas"].items()
    }
    return {"operations": operations, "schemas": schemas}


def test_the_file_is_current() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert shape(kept) == shape(document()), "out of date: run python -m orchestrator.gateway.openapi"


def test_every_operation_says_what_it_does_and_who_may() -> None:
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            if path.startswith(("/v1/track/", "/health")):
                assert operation["security"] == []
            else:
                assert {"401", "403"} <= set(operation["responses"])


def test_every_failure_has_the_one_shape() -> None:
    for methods in document()["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    schema = response["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorView"}


def test_the_live_messages_are_described() -> None:
    schemas = document()["components"]["schemas"]
    assert {"SnapshotMessage", "ChangesMessage", "TelemetryMessage"} <= set(schemas)
    assert schemas["ChangesMessage"]["required"] == ["type", "now_s"]
    assert "TelemetryView" in schemas


def test_orders_have_an_example_that_the_api_would_read() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["OrderWanted"]["properties"]["hub_id"]["examples"]
    assert schemas["DropOffWanted"]["properties"]["label"]["examples"]
