"""Where orders queue: a crowd of them is let in a few at a time, so that nothing else has to wait for it.

An operator's word, a courier's tap, the live stream do not pass here. An order waits with its body read and
nothing else done; whoever comes when the queue is full, or while the gateway closes, is told to come again,
and nothing has changed.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.gateway.contract.failures import answer

AT_ONCE = 4
"""Orders that are being placed at one time: scouts have work while others are answered."""

MOST_WAITING = 500
"""Orders in the queue."""

COME_AGAIN_S = 5
"""What `Retry-After` says, seconds of the wall clock."""

_ORDERS = "/v1/orders"


class Turnstile:
    """Middleware. Lets `POST /v1/orders` through by `gate`, everything else as it comes."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, in its turn."""
        if scope["type"] != "http" or (scope["method"], scope["path"]) != ("POST", _ORDERS):
            await self._app(scope, receive, send)
            return
        try:
            told = await _whole(receive)  # before it has a place: who sends slowly keeps nobody waiting
        except HTTPException as error:
            await answer(error.status_code, str(error.detail))(scope, receive, send)
            return
        turned_away = await self._gate.enter()
        if turned_away is not None:
            await _come_again(turned_away)(scope, receive, send)
            return
        try:
            await self._app(scope, _again(told, receive), send)
        finally:
            self._gate.leave()


class TurnedAway(Enum):
    """Why somebody is not let in, in words."""

    FULL = "Too many orders at once"
    CLOSING = "The gateway is closing"


class Gate:
    """So many at once, so many in the queue, in the order in which they came."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most_waiting = most_waiting
        self._waiting = 0
        self._closed = asyncio.Event()

    async def enter(self) -> TurnedAway | None:
        """Wait for a place; why there is none, in a full queue or one that was closed meanwhile."""
        if self._closed.is_set():
            return TurnedAway.CLOSING
        if self._waiting >= self._most_waiting:
            return TurnedAway.FULL
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        if self._closed.is_set():
            self._places.release()
            return TurnedAway.CLOSING
        return None

    def leave(self) -> None:
        """Give the place to the next."""
        self._places.release()

    def close(self) -> None:
        """Nobody enters any more; who waits is told so."""
        self._closed.set()


def _come_again(why: TurnedAway) -> JSONResponse:
    text = f"{why.value}: this order was not placed, nothing has changed. Send it again in a while."
    headers = {"Retry-After": str(COME_AGAIN_S), "Connection": "close"}  # who waits holds no connection
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, text, headers=headers)


async def _whole(receive: Receive) -> list[Message]:
    told = [await receive()]
    while told[-1].get("more_body", False):
        told.append(await receive())
    return told


def _again(told: list[Message], receive: Receive) -> Receive:
    left = iter(told)

    async def again() -> Message:
        message = next(left, None)
        return await receive() if message is None else message

    return again
