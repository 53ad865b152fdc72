"""Better plans, thought out beside the event loop: the planner holds no lock, so nothing else waits for it.

What the dispatcher decides at once is a plan that can be done; here it is torn up and mended many times more,
and handed back if the hub has not been looked at anew meanwhile. Never on virtual time: what comes of it
depends on how fast the machine is.
"""

from __future__ import annotations

import asyncio

from orchestrator.dispatch.trips.plan import plan_ahead, rounds_in
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from vehicles.clock import now_s

ROUNDS_BEHIND = 1500
"""How often a plan is torn up and mended, at most: some tenths of a second for a hub of ordinary size."""

_WITHIN_S = 2.0
"""Nor for longer than that, however many wait: an end that is asked for waits for the thought."""

_LOOK_S = 0.5


async def think(dispatcher: Dispatcher) -> None:
    """Improve each hub's plan whenever it is a new one, until cancelled."""
    while True:
        for question in dispatcher.questions():
            rounds = rounds_in(_WITHIN_S, question.horizon, ROUNDS_BEHIND)
            better = await asyncio.to_thread(plan_ahead, question.horizon, question.plan, rounds)
            dispatcher.take(question, better, now_s())
        await asyncio.sleep(_LOOK_S)
