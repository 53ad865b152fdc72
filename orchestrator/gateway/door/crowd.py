"""A bound on connections: past it requests are told to come again, in the gateway's own shape.

Those that are open already go on, and so does an operator's word to a vehicle: it is never one too many.
"""

from __future__ import annotations

from collections.abc import Sized
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from orchestrator.gateway.contract.failures import answer

MOST_CONNECTIONS = 1000

_COME_AGAIN_S = 5
_ASK = ("/v1/vehicles/", "/ask")


class Crowd:
    """Wraps an application. `connections` are those that are open, the asking one among them."""

    def __init__(self, app: ASGIApp, connections: Sized, most: int = MOST_CONNECTIONS) -> None:
        self._app = app
        self._connections = connections
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, unless there are too many."""
        if scope["type"] != "http" or len(self._connections) <= self._most or _is_a_word(scope):
            await self._app(scope, receive, send)
            return
        text = "Too many connections at once: nothing has changed. Come again in a while."
        headers = {"Retry-After": str(_COME_AGAIN_S), "Connection": "close"}
        await answer(HTTPStatus.SERVICE_UNAVAILABLE, text, headers=headers)(scope, receive, send)


def _is_a_word(scope: Scope) -> bool:
    begins, ends = _ASK
    path: str = scope["path"]
    return path.startswith(begins) and path.endswith(ends)
