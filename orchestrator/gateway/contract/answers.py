"""What routes answer beside success, for the API's description: said once, in one shape."""

from __future__ import annotations

from typing import Any

from orchestrator.gateway.contract.messages import ErrorView

Answers = dict[int | str, dict[str, Any]]


def said(description: str) -> dict[str, Any]:
    """A failure, in a sentence."""
    return {"model": ErrorView, "description": description}


DENIALS: Answers = {
    401: said("Nobody knows who asks: a key is needed."),
    403: said("Known, but not allowed to do this."),
}
BAD_BODY: Answers = {
    400: said("The body is not JSON."),
    413: said("The body is over 64 KiB."),
    415: said("The body is not application/json."),
    422: said("Values that will not do; one problem for each field."),
}
UNKEPT: Answers = {503: said("The journal cannot keep it now; nothing has changed, send it again.")}
GEOJSON: Answers = {
    200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}, "description": "GeoJSON."},
}
