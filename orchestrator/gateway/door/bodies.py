"""Bodies as they are read: JSON in which each name is there once.

RFC 8259 leaves open what a name means that is there twice; Python takes the last. Whoever sends that has made
a mistake, and half of what they meant would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from orchestrator.gateway.contract.failures import Failure


class OnceRoute(APIRoute):
    """A route whose body is read so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a request that reads its own body."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            return await handle(_OnceRequest(request.scope, request.receive))

        return handled


class _OnceRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The body. Raises `Failure` 400 for a name that is there twice, `JSONDecodeError` for no JSON."""
        return json.loads(await self.body(), object_pairs_hook=_once)


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems = [(name, "is there more than once") for name in twice]
    raise Failure(HTTPStatus.BAD_REQUEST, "The body says something more than once.", problems)
