"""One run of a scenario, on any loop: orders come in at their time, until all is done or explained."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from orchestrator.app import App
from orchestrator.orders.intake import Rejected
from orchestrator.record.report import OrderStatus, order_status
from orchestrator.record.state import FleetState, LinkState
from sitl.demand import TimedOrderRequest
from vehicles.clock import now_s

_log = structlog.get_logger("run")

_PATIENCE_S = 1800.0
"""Fleet time after the last deadline in which an order may still be delivered, late, before a run ends."""

_LOOK_EVERY_S = 1.0
_OVER = frozenset({OrderStatus.DELIVERED, OrderStatus.FAILED, OrderStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A wish that intake refused, and why: it never became an order."""

    order_id: str
    why: str


async def deliver(app: App, wishes: Sequence[TimedOrderRequest]) -> tuple[Refusal, ...]:
    """Place each wish at its time; return when every order is over and every vehicle home or given up.

    A run whose orders can never be over ends half an hour of fleet time after the last deadline; what is
    then open is explained by the report. Orders that others place meanwhile count as well.
    """
    refusals: list[Refusal] = []
    async with asyncio.TaskGroup() as tasks:
        placing = tasks.create_task(_place_all(app, wishes, refusals), name="demand")
        while not (placing.done() and finished(app.state)):
            if placing.done() and now_s() > _last_call_s(app.state, wishes):
                break
            await asyncio.sleep(_LOOK_EVERY_S)
    return tuple(refusals)


async def _place_all(app: App, wishes: Sequence[TimedOrderRequest], refusals: list[Refusal]) -> None:
    for wish in sorted(wishes, key=lambda wish: (wish.at_s, wish.request.order_id)):
        await asyncio.sleep(max(0.0, wish.at_s - now_s()))
        answer = await app.place(wish.request)
        if isinstance(answer, Rejected):
            why = "; ".join(reason.text for reason in answer.reasons)
            _log.warning("order refused", order_id=wish.request.order_id, why=why)
            refusals.append(Refusal(wish.request.order_id, why))


def finished(state: FleetState) -> bool:
    """Whether every order is over and no vehicle that is still heard, or may be again, is on a mission."""
    return all(order_status(state, order_id) in _OVER for order_id in state.orders) and all(
        vehicle.mission_id is None or vehicle.link is LinkState.MISSING for vehicle in state.vehicles.values()
    )


def _last_call_s(state: FleetState, wishes: Sequence[TimedOrderRequest]) -> float:
    deadlines_s = [wish.request.deadline_s for wish in wishes]
    deadlines_s += [placed.order.deadline_s for placed in state.orders.values()]
    return max(deadlines_s, default=0.0) + _PATIENCE_S
