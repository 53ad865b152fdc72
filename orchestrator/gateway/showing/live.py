"""The live stream: one snapshot to each console, then what changes, and telemetry five times a second.

Every message is made once and shared by all who see the same. A console that does not keep up is
the only one that notices: its outbox skips telemetry, and when even changes pile up it is dropped.
The stream reads the record and never writes; nothing the fleet does waits for it (invariant 7).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from orchestrator.customers.look import Look
from orchestrator.gateway.contract.messages import ChangesMessage, TelemetryMessage
from orchestrator.gateway.contract.views import EventView, LockerView, View
from orchestrator.gateway.door.access import SUBPROTOCOL
from orchestrator.gateway.door.principals import Operator, Viewer
from orchestrator.gateway.showing.fleet import locker_views
from orchestrator.gateway.showing.gallery import Gallery
from orchestrator.gateway.showing.outbox import TOO_SLOW, Outbox
from orchestrator.gateway.showing.touched import Touched, touched
from orchestrator.orders.order import OrderId
from orchestrator.record.events import Entry, HubOpened
from orchestrator.record.feed import Feed, Gap
from orchestrator.record.state import FleetState

TELEMETRY_PERIOD_S = 0.2
_GATHER_S = 0.05
_PREDICTION_PERIOD_S = 2.0
_PREDICTION_STEP_S = 5.0
_SEND_TIMEOUT_S = 10.0
_RESTART_S = 1.0
_GOING_AWAY = 1001

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Client:
    principal: Viewer
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class _News:
    """What one message of changes is made from: a look, what to show of it, and what happened."""

    look: Look
    what: Touched
    events: tuple[EventView, ...]
    alerts_changed: bool
    lockers_changed: bool = False


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
        self._lockers: tuple[LockerView, ...] = ()

    async def __aenter__(self) -> Self:
        """Start to follow the record and the telemetry."""
        self._shown = self._writer.state
        self._lockers = locker_views(self._shown)
        followers = (
            ("facts", self._follow_facts),
            ("telemetry", self._follow_telemetry),
            ("predictions", self._follow_predictions),
        )
        for name, run in followers:
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

    @property
    def consoles(self) -> int:
        """How many streams are open."""
        return len(self._clients)

    async def follow(self, websocket: WebSocket, principal: Viewer) -> None:
        """Serve one console until it leaves, is too slow, or the gateway closes."""
        offered = websocket.scope.get("subprotocols", [])
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        client = _Client(principal, Outbox())
        look = self._gallery.look()
        self._clients.append(client)  # all that changes from this look on waits behind the snapshot
        gone = asyncio.create_task(_until_gone(websocket, client.outbox), name="live listener")
        try:
            await self._send_all(websocket, client.outbox, await self._snapshot(look, principal))
        finally:
            self._clients.remove(client)
            gone.cancel()
            await asyncio.wait({gone})

    async def _send_all(self, websocket: WebSocket, outbox: Outbox, snapshot: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # it left while being written to
            message: str | None = snapshot
            try:
                while message is not None:
                    async with asyncio.timeout(_SEND_TIMEOUT_S * self._speed):
                        await websocket.send_text(message)
                    message = await outbox.take()
            except TimeoutError:
                outbox.overrun = True
                outbox.close()
            code, reason = (
                (TOO_SLOW, "too slow: come back for a fresh snapshot")
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
                await self._publish([first, *_waiting(feed)])

    async def _publish(self, news: Sequence[Entry | Gap]) -> None:
        entries = [item for item in news if isinstance(item, Entry)]
        look = self._gallery.look()
        events = self._gallery.remember(entries)
        before, self._shown = self._shown, look.state
        if len(entries) < len(news) or any(isinstance(entry.event, HubOpened) for entry in entries):
            # Facts were left out, or what only a snapshot shows has changed.
            await self._to_each(partial(self._snapshot, look))
            return
        what = touched(before, look.state, entries)
        news_of = _News(
            look,
            what,
            events,
            alerts_changed=look.state.alerts is not before.alerts,
            lockers_changed=self._lockers_changed(look.state),
        )
        await self._to_each(partial(self._changes, news_of))

    def _lockers_changed(self, state: FleetState) -> bool:
        """Whether lockers look other than when they were last shown."""
        before, self._lockers = self._lockers, locker_views(state) if state.lockers else ()
        return self._lockers != before

    async def _to_each(self, message_for: Callable[[Viewer], Awaitable[str | None]]) -> None:
        """Queue a message to every console that is there now; made once for each principal.

        Who comes while it is being made has a newer snapshot, and must not get it.
        """
        clients = tuple(self._clients)
        made = {who: await message_for(who) for who in dict.fromkeys(c.principal for c in clients)}
        for client in clients:
            message = made[client.principal]
            if message is not None:
                client.outbox.offer(message)

    async def _changes(self, news: _News, principal: Viewer) -> str | None:
        look, gallery = news.look, self._gallery
        views: dict[str, Sequence[View]] = {
            "vehicles": await gallery.vehicles(look, principal, news.what.vehicle_ids),
            "orders": await gallery.orders(look, principal, news.what.order_ids),
            "events": gallery.events(look.state, principal, news.events),
        }
        changed = {name: some for name, some in views.items() if some}
        if news.alerts_changed and isinstance(principal, Operator):
            changed["alerts"] = gallery.alerts(look.state, principal)
        if news.lockers_changed and isinstance(principal, Operator):
            changed["lockers"] = gallery.lockers(look.state, principal)
        if not changed:
            return None
        message = ChangesMessage.model_validate({"type": "changes", "now_s": look.now_s, **changed})
        return message.model_dump_json(exclude_unset=True)

    async def _snapshot(self, look: Look, principal: Viewer) -> str:
        return await self._gallery.fleet_json(look, principal, type='"snapshot"')

    async def _follow_telemetry(self) -> None:
        while True:
            await asyncio.sleep(TELEMETRY_PERIOD_S * self._speed)
            operators = [client for client in self._clients if isinstance(client.principal, Operator)]
            if not operators:
                continue
            look = self._gallery.look()
            views = self._gallery.telemetry(look)
            message = TelemetryMessage(type="telemetry", now_s=look.now_s, vehicles=views).model_dump_json()
            for client in operators:
                client.outbox.offer_telemetry(message)

    async def _follow_predictions(self) -> None:
        """Send orders again whose predicted hand-over has moved, though no fact has changed them."""
        told_s: dict[OrderId, float] = {}
        trouble = self._writer.trouble
        while True:
            await asyncio.sleep(_PREDICTION_PERIOD_S * self._speed)
            if not self._clients:
                continue
            if self._writer.trouble != trouble:  # no fact tells of it
                trouble, nothing = self._writer.trouble, Touched((), ())
                news = _News(self._gallery.look(), nothing, (), alerts_changed=True)
                await self._to_each(partial(self._changes, news))
            etas_s = await self._gallery.etas_s(self._gallery.look())
            moved = {
                order_id
                for order_id, eta_s in etas_s.items()
                if abs(eta_s - told_s.get(order_id, eta_s)) >= _PREDICTION_STEP_S
            }
            told_s = {o: eta_s if o in moved else told_s.get(o, eta_s) for o, eta_s in etas_s.items()}
            for order_id in sorted(moved):  # each from a look of its own: never older than what was sent
                news = _News(self._gallery.look(), Touched((), (order_id,)), (), alerts_changed=False)
                await self._to_each(partial(self._changes, news))


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
