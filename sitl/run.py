"""One run of a scenario, on any loop: orders come in at their time, until all is done or explained."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from geofences.reason import clauses
from orchestrator.app import App
from orchestrator.orders.intake import Rejected
from orchestrator.record.report import OrderStatus, order_status
from orchestrator.record.state import FleetState, LinkState
from sitl.demand import TimedOrderRequest
from vehicles.clock import now_s

_log = structlog.get_logger("run")

_PATIENCE_S = 3600.0
"""Fleet time without one new fact after which a run is stuck: longer than the longest charge."""

_LOOK_EVERY_S = 1.0
_OVER = frozenset({OrderStatus.DELIVERED, OrderStatus.FAILED, OrderStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A wish that intake refused, and why: it never became an order."""

    order_id: str
    why: str


async def deliver(app: App, wishes: Sequence[TimedOrderRequest]) -> tuple[Refusal, ...]:
    """Place each wish at its time; return when every order is over and every vehicle home or given up.

    As long as anything happens the run goes on, be it late. One whose open orders nobody can serve ends
    when the fleet has been idle for an hour of fleet time; the report says why each is open. Orders that
    others place meanwhile count as well.
    """
    refusals: list[Refusal] = []
    async with asyncio.TaskGroup() as tasks:
        placing = tasks.create_task(_place_all(app, wishes, refusals), name="demand")
        while not (placing.done() and (finished(app.state) or stuck(app.state, now_s()))):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY_S)  # a run ends by the clock as well as by events
    return tuple(refusals)


async def _place_all(app: App, wishes: Sequence[TimedOrderRequest], refusals: list[Refusal]) -> None:
    for wish in sorted(wishes, key=lambda wish: (wish.at_s, wish.request.order_id)):
        await asyncio.sleep(max(0.0, wish.at_s - now_s()))
        answer = await app.place(wish.request)
        if isinstance(answer, Rejected):
            why = clauses(answer.reasons)
            _log.warning("order refused", order_id=wish.request.order_id, why=why)
            refusals.append(Refusal(wish.request.order_id, why))


def finished(state: FleetState) -> bool:
    """Whether every order is over and the fleet is idle."""
    return idle(state) and all(order_status(state, order_id) in _OVER for order_id in state.orders)


def stuck(state: FleetState, now_s: float) -> bool:
    """Whether the fleet is idle and nothing has happened for so long that nothing will (fleet times)."""
    return idle(state) and now_s - state.at_s > _PATIENCE_S


def idle(state: FleetState) -> bool:
    """Whether no vehicle that is heard, or may be again, is on a mission."""
    return all(
        vehicle.mission_id is None or vehicle.link is LinkState.MISSING for vehicle in state.vehicles.values()
    )
