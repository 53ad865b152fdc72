"""The live stream: one snapshot to each console, then what changes, and telemetry five times a second.

Every message is made once and shared by all who see the same. A console that does not keep up is
the only one that notices: its outbox skips telemetry, and when even changes pile up it is dropped.
The stream reads the record and never writes; nothing the fleet does waits for it (invariant 7).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Self

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from orchestrator.customers.look import Look
from orchestrator.gateway.access import SUBPROTOCOL, Principal, Role
from orchestrator.gateway.gallery import Gallery
from orchestrator.gateway.messages import ChangesMessage, SnapshotMessage, TelemetryMessage
from orchestrator.gateway.outbox import Outbox
from orchestrator.gateway.touched import Touched, touched
from orchestrator.gateway.views import EventView, View
from orchestrator.orders.order import OrderId
from orchestrator.record.events import Entry, HubOpened
from orchestrator.record.feed import Feed, Gap
from orchestrator.record.state import FleetState

TELEMETRY_PERIOD_S = 0.2
_GATHER_S = 0.05
_ETA_EVERY_TICKS = 10
_ETA_STEP_S = 5.0
_SEND_TIMEOUT_S = 10.0
_RESTART_S = 1.0
_TOO_SLOW = 1013
_GOING_AWAY = 1001

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Client:
    principal: Principal
    outbox: Outbox


class Live:
    """The stream to all consoles. `async with` runs it; `follow` serves one WebSocket to its end.

    Periods are in wall time: on a loop whose time runs `speed` times as fast, waits are that much longer.
    """

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._writer = gallery.service.writer
        self._speed = gallery.service.speed
        self._clients: list[_Client] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._shown = FleetState()
        self._etas_s: dict[OrderId, float] = {}

    async def __aenter__(self) -> Self:
        """Start to follow the record and the telemetry."""
        self._shown = self._writer.state
        for name, run in (("facts", self._follow_facts), ("telemetry", self._follow_telemetry)):
            self._tasks.append(asyncio.create_task(self._keep_up(name, run), name=f"live {name}"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and let every console go."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for client in self._clients:
            client.outbox.close()

    async def follow(self, websocket: WebSocket, principal: Principal) -> None:
        """Serve one console until it leaves, is too slow, or the gateway closes."""
        offered = websocket.scope.get("subprotocols", [])
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        client = _Client(principal, Outbox())
        self._clients.append(client)
        client.outbox.offer(self._snapshot(principal))
        gone = asyncio.create_task(_until_gone(websocket, client.outbox), name="live listener")
        try:
            await self._send_all(websocket, client.outbox)
        finally:
            self._clients.remove(client)
            gone.cancel()
            await asyncio.wait({gone})

    async def _send_all(self, websocket: WebSocket, outbox: Outbox) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # it left while being written to
            try:
                while (message := await outbox.take()) is not None:
                    async with asyncio.timeout(_SEND_TIMEOUT_S * self._speed):
                        await websocket.send_text(message)
            except TimeoutError:
                outbox.overrun = True
                outbox.close()
            code, reason = (
                (_TOO_SLOW, "too slow: come back for a fresh snapshot")
                if outbox.overrun
                else (_GOING_AWAY, "the gateway closes")
            )
            async with asyncio.timeout(self._speed):
                await websocket.close(code, reason)

    async def _keep_up(self, name: str, run: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run a follower for good. Should it ever fail, say so, and start it and the consoles afresh."""
        while True:
            task = asyncio.create_task(run(), name=f"live {name} follower")
            try:
                await asyncio.wait({task})
            finally:
                task.cancel()
            error = task.exception()
            if error is None:
                return
            _log.error("live stream failed, starting again", stream=name, error=repr(error))
            for client in self._clients:
                client.outbox.overrun = True
                client.outbox.close()
            await asyncio.sleep(_RESTART_S * self._speed)

    async def _follow_facts(self) -> None:
        with self._writer.subscribe() as feed:
            self._shown = self._writer.state
            async for first in feed:
                await asyncio.sleep(_GATHER_S * self._speed)  # what happens together is sent together
                self._publish([first, *_waiting(feed)])

    def _publish(self, news: Sequence[Entry | Gap]) -> None:
        entries = [item for item in news if isinstance(item, Entry)]
        look = self._gallery.look()
        events = self._gallery.remember(entries)
        before, self._shown = self._shown, look.state
        if len(entries) < len(news) or any(isinstance(entry.event, HubOpened) for entry in entries):
            self._to_each(self._snapshot)  # facts were left out, or what only a snapshot shows has changed
            return
        what = touched(before, look.state, entries)
        self._to_each(lambda principal: self._changes(look, principal, what, events, before))

    def _to_each(self, message_for: Callable[[Principal], str | None]) -> None:
        """Queue a message to every console; made once for each principal."""
        made: dict[Principal, str | None] = {}
        for client in self._clients:
            if client.principal not in made:
                made[client.principal] = message_for(client.principal)
            message = made[client.principal]
            if message is not None:
                client.outbox.offer(message)

    def _changes(
        self,
        look: Look,
        principal: Principal,
        what: Touched,
        events: tuple[EventView, ...],
        before: FleetState,
    ) -> str | None:
        fields: dict[str, tuple[View, ...]] = {}
        fields["vehicles"] = self._gallery.vehicles(look, principal, what.vehicle_ids)
        fields["orders"] = self._gallery.orders(look, principal, what.order_ids)
        fields["events"] = self._gallery.events(look.state, principal, events)
        changed = {name: views for name, views in fields.items() if views}
        if look.state.alerts is not before.alerts and principal.role is Role.OPERATOR:
            changed["alerts"] = self._gallery.alerts(look.state, principal)
        if not changed:
            return None
        message = ChangesMessage.model_validate({"type": "changes", "now_s": look.now_s, **changed})
        return message.model_dump_json(exclude_unset=True)

    def _snapshot(self, principal: Principal) -> str:
        view = self._gallery.fleet(self._gallery.look(), principal)
        return SnapshotMessage(type="snapshot", **dict(view)).model_dump_json()

    async def _follow_telemetry(self) -> None:
        for tick in count():
            await asyncio.sleep(TELEMETRY_PERIOD_S * self._speed)
            if not self._clients:
                continue
            look = self._gallery.look()
            views = self._gallery.telemetry(look)
            message = TelemetryMessage(type="telemetry", now_s=look.now_s, vehicles=views).model_dump_json()
            for client in self._clients:
                if client.principal.role is Role.OPERATOR:
                    client.outbox.offer_telemetry(message)
            if tick % _ETA_EVERY_TICKS == 0:
                self._publish_etas(look)

    def _publish_etas(self, look: Look) -> None:
        """Send orders again whose predicted hand-over has moved, though no fact has changed them."""
        etas_s = self._gallery.etas_s(look)
        moved = [
            order_id
            for order_id, eta_s in etas_s.items()
            if abs(eta_s - self._etas_s.get(order_id, eta_s)) >= _ETA_STEP_S
        ]
        kept = {order_id: eta_s for order_id, eta_s in self._etas_s.items() if order_id not in moved}
        self._etas_s = {order_id: kept.get(order_id, eta_s) for order_id, eta_s in etas_s.items()}
        if moved:
            what = Touched((), tuple(moved))
            self._to_each(lambda principal: self._changes(look, principal, what, (), look.state))


def _waiting(feed: Feed) -> Iterator[Entry | Gap]:
    while (item := feed.get_nowait()) is not None:
        yield item


async def _until_gone(websocket: WebSocket, outbox: Outbox) -> None:
    """Consoles have nothing to say; what they send is dropped, until they leave."""
    with suppress(WebSocketDisconnect):
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                break
    outbox.close()
