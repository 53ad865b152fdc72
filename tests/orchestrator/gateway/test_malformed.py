"""Bodies that cannot be read, and values of a wrong form: refused, with the reason in words."""

from __future__ import annotations

import httpx
import pytest

from tests.orchestrator.gateway.conftest import Depot


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"hub_id": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"hub_id": "\\ud800"}', "application/json", 422),
        (b'{"deadline_s": NaN}', "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b" " * 70_000, "application/json", 413),
    ],
)
async def test_malformed_bodies_are_refused(
    shop: httpx.AsyncClient, depot: Depot, body: bytes, kind: str, status: int
) -> None:
    seq = depot.writer.state.seq
    answer = await shop.post("/v1/orders", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "problems"}
    assert depot.writer.state.seq == seq


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b'{"hub_id": "\xff"}', "not UTF-8"),
        (b"[" * 60_000, "nested too deeply"),
        (b'{"hub_id": ' + b"9" * 5000 + b"}", "too many digits"),
    ],
)
async def test_why_a_body_cannot_be_read_is_said(shop: httpx.AsyncClient, body: bytes, words: str) -> None:
    answer = await shop.post("/v1/orders", content=body, headers={"Content-Type": "application/json"})
    [problem] = answer.json()["problems"]
    assert (answer.status_code, problem["field"]) == (400, "body")
    assert words in problem["reason"]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"hub_id": "../etc"}, "hub_id", "letters, digits"),
        ({"deadline_s": 1_790_001_000_000}, "deadline_s", "this may be milliseconds"),
        ({"ready_at_s": 1_790_001_000_000.0}, "ready_at_s", "must be UTC seconds"),
        ({"drop_off": {"label": "a\nb"}}, "drop_off.label", "control characters"),
    ],
)
async def test_a_wrong_form_is_said_in_words(
    shop: httpx.AsyncClient, body: dict[str, object], field: str, words: str
) -> None:
    problems = (await shop.post("/v1/orders", json=body)).json()["problems"]
    [reason] = [p["reason"] for p in problems if p["field"] == field]
    assert words in reason
    assert "pattern" not in reason


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/orders/O1/cancel"),
        ("POST", "/v1/alerts/link:D1/acknowledge"),
        ("DELETE", "/v1/zones/FIRE-7"),
        ("GET", "/v1/orders"),
    ],
)
async def test_what_takes_no_body_refuses_every_field_of_one(
    anna: httpx.AsyncClient, depot: Depot, method: str, path: str
) -> None:
    seq = depot.writer.state.seq
    answer = await anna.request(method, path, json={"parcel_id": "O1-1", "why": "a slip"})
    assert answer.status_code == 422
    assert [p["field"] for p in answer.json()["problems"]] == ["parcel_id", "why"]
    for body, status in ((b"[]", 422), (b"null", 422), (b'"O1"', 422), (b"{", 400)):
        kind = {"Content-Type": "application/json"}
        answer = await anna.request(method, path, content=body, headers=kind)
        assert (answer.status_code, set(answer.json())) == (status, {"error", "problems"})
    assert depot.writer.state.seq == seq


async def test_an_empty_body_is_none(anna: httpx.AsyncClient) -> None:
    assert (await anna.post("/v1/orders/O1/cancel", json={})).status_code == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b'{"ask": "land", "ask": "hold"}', ["ask"]),
        (b'{"ask": "hold", "ask": "hold"}', ["ask"]),
        (b'{"ask": {"a": 1, "b": 2, "b": 3, "a": 4}}', ["a", "b"]),
    ],
)
async def test_what_is_said_twice_is_refused(
    anna: httpx.AsyncClient, depot: Depot, body: bytes, fields: list[str]
) -> None:
    seq = depot.writer.state.seq
    kind = {"Content-Type": "application/json"}
    answer = await anna.post("/v1/vehicles/D1/ask", content=body, headers=kind)
    assert answer.status_code == 400
    assert answer.json()["problems"] == [
        {"field": field, "reason": "is there more than once"} for field in fields
    ]
    assert depot.writer.state.seq == seq
