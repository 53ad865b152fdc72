"""Asking a vehicle for one thing: its commands in order, each in the form that its autopilot takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vehicles.mavlink.exchanges.command import Ask, Form, OtherForm, Request
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Accepted, Outcome

_PLACED = (Form.INT, Form.LONG)
"""A place keeps its centimetres in COMMAND_INT only, so that comes first."""


async def ask_all(
    exchange: Exchange,
    requests: Sequence[Request],
    look: Callable[[], Telemetry | None],
) -> Outcome:
    """Ask for each in turn; the first that is not `Accepted` is the outcome, and the rest are not asked."""
    outcome: Outcome = Accepted()
    for request in requests:
        outcome = await ask(exchange, request, look)
        if not isinstance(outcome, Accepted):
            break
    return outcome


async def ask(
    exchange: Exchange,
    request: Request,
    look: Callable[[], Telemetry | None],
) -> Outcome:
    """Ask for one thing. Where the autopilot wants the other message, that is a command of its own.

    So it has an identity of its own too: a doubled refusal of the first form is not the second's.
    """
    forms: tuple[Form, ...] = _PLACED if request.place is not None else (Form.LONG,)
    while True:
        outcome: Outcome | OtherForm = await exchange.run(Ask(request, look(), forms))
        if not isinstance(outcome, OtherForm):
            return outcome
        forms = outcome.forms
