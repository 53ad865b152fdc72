"""Every answer that is not a success, in one shape: {"error", "problems": [{"field", "reason"}]}."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match

from geofences.reason import Reason
from orchestrator.gateway.contract.requests import PATTERNS_IN_WORDS


class GatewayError(Exception):
    """The gateway cannot work. The text names the setting and the reason."""


class Failure(HTTPException):
    """An answer that is not a success: a status, one sentence, and (field, reason) pairs."""

    def __init__(
        self,
        status: int,
        error: str,
        problems: Sequence[tuple[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, error, headers)
        self.problems = tuple(problems)


def refused(reasons: Sequence[Reason]) -> Failure:
    """The answer to a well-formed request whose values will not do: 422, one problem a reason."""
    problems = [(reason.subject, reason.text) for reason in reasons]
    return Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The order cannot be accepted.", problems)


def answer(
    status: int, error: str, problems: Sequence[tuple[str, str]] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """The response itself."""
    content = {
        "error": error,
        "problems": [{"field": field, "reason": reason} for field, reason in problems],
    }
    return JSONResponse(content, status, headers)


def register(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Have the application, whose API consists of `routes`, answer all its failures in this shape."""
    app.state.routes = tuple(routes)
    app.add_exception_handler(HTTPException, _on_failure)
    app.add_exception_handler(RequestValidationError, _on_invalid)


async def _on_failure(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):  # registered for HTTPException alone
        raise error
    if error.status_code == HTTPStatus.BAD_REQUEST and (why := _why_unreadable(error.__cause__)) is not None:
        return _unreadable(why)
    problems = error.problems if isinstance(error, Failure) else ()
    headers = dict(error.headers) if error.headers else None
    allowed = _methods_at(request)
    nowhere = error.status_code == HTTPStatus.NOT_FOUND and bool(allowed) and request.method not in allowed
    if nowhere or error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:  # the page at / has files alone
        allow = {"Allow": ", ".join(allowed) or "GET"}
        return answer(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed", headers=allow)
    return answer(error.status_code, str(error.detail), problems, headers)


def field_asked(request: Request, path: str) -> str | None:
    """What the request calls a field of a fact made from it: "pick_up.label" for "order.pick_up.label".

    None where the request has no such field.
    """
    route = request.scope.get("route")
    known = set(request.path_params)
    if isinstance(route, APIRoute) and route.body_field is not None:
        known |= set(getattr(route.body_field.field_info.annotation, "model_fields", ()))
    parts = path.split(".")
    return next((".".join(parts[n:]) for n, part in enumerate(parts) if part in known), None)


def _methods_at(request: Request) -> list[str]:
    """Every method of this path (RFC 9110, 10.2.1); the router alone would name those of one route."""
    methods: set[str] = set()
    for route in request.app.state.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return sorted(methods)


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):  # registered for RequestValidationError alone
        raise error
    items = error.errors()
    if any(item["type"] == "json_invalid" for item in items):
        where = items[0]["loc"][-1]
        return _unreadable(f"not JSON: {items[0]['ctx']['error']} at character {where}")
    problems = [_problem(item["loc"], item["type"], _in_words(item)) for item in items]
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "The request has wrong values.", problems)


def _unreadable(why: str) -> JSONResponse:
    return answer(HTTPStatus.BAD_REQUEST, f"The body is {why}.", [("body", f"is {why}")])


def _why_unreadable(cause: BaseException | None) -> str | None:
    """What FastAPI's "There was an error parsing the body" came from, if it is that."""
    match cause:
        case RecursionError():
            return "nested too deeply"
        case UnicodeDecodeError(start=start):
            return f"not UTF-8, from byte {start} on"
        case ValueError():  # the only other one that Python's JSON raises: int() of a very long number
            return "not readable: a number has too many digits"
        case _:
            return None


def _in_words(item: Mapping[str, Any]) -> str:
    message = str(item["msg"])
    if item["type"] == "string_pattern_mismatch":
        return PATTERNS_IN_WORDS.get(item["ctx"]["pattern"], message)
    return message


def _problem(loc: Sequence[str | int], kind: str, message: str) -> tuple[str, str]:
    place = loc[1:] if loc and loc[0] in {"body", "path", "query"} else loc
    field = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        return field, "unknown field"
    if kind == "missing":
        return field or "body", "is missing"
    text = message.removeprefix("Value error, ")
    head, colon, rest = text.partition(": ")
    if colon and head.isidentifier():  # our own validators name the field themselves
        return ".".join(filter(None, (field, head))), rest
    return field or "body", text
