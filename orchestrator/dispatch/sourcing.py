"""From which of several hubs an order is brought: where that costs least, without going back and forth. Pure.

Euros and instants are estimates, of a trip for this order alone or of one that is planned anyhow; they are
compared with each other, never told to anybody as a promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geofences.reason import Because, Reason, clauses
from orchestrator.orders.order import HubId
from vehicles.clock import iso

WORTH_EUR, WORTH_FRAC = 1.0, 0.2
"""By so much, and by such a share of what it costs now, another hub must be cheaper for an order to move."""

STAYS_S = 300.0
"""How long an order stays with a hub that can bring it, whatever others would cost."""


@dataclass(frozen=True, slots=True)
class FromHub:
    """What an order takes from a hub: predicted hand-over (UTC seconds), cost, parcels before it.

    `along`: other parcels on the trip that it would share; 0 on one of its own.
    """

    handover_at_s: float
    cost_eur: float
    ahead: int
    along: int = 0


Answer = FromHub | tuple[Reason, ...]
"""What a hub can do, or why nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The hub that an order is with, and since when (UTC seconds); None: nobody has chosen yet."""

    hub_id: HubId
    since_s: float | None


def choose(standing: Standing, answers: Mapping[HubId, Answer], now_s: float) -> HubId | None:
    """The hub that an order is to be brought from, if that is news; None where all stays as it is.

    Where no hub can bring it, it stays where it is and says why in its turn.
    """
    able = {hub_id: one for hub_id, one in answers.items() if isinstance(one, FromHub)}
    if not able:
        return None
    best = min(able, key=lambda hub_id: (able[hub_id].cost_eur, hub_id != standing.hub_id, hub_id))
    if standing.since_s is None:
        return best
    here = able.get(standing.hub_id)
    if best == standing.hub_id or (here is not None and not _worth(here, able[best])):
        return None
    return None if here is not None and now_s - standing.since_s < STAYS_S else best


def _worth(here: FromHub, there: FromHub) -> bool:
    return here.cost_eur - there.cost_eur > max(WORTH_EUR, WORTH_FRAC * here.cost_eur)


def why(chosen: HubId, answers: Mapping[HubId, Answer]) -> tuple[Reason, ...]:
    """The reasons for a choice, the chosen hub's first: what each hub would take, or why it cannot."""
    turn = sorted(answers, key=lambda hub_id: (hub_id != chosen, hub_id))
    return tuple(Reason(Because.COST, hub_id, f"{hub_id}: {_said(answers[hub_id])}.") for hub_id in turn)


def _said(answer: Answer) -> str:
    if not isinstance(answer, FromHub):
        return clauses(answer) or "it does not say why it cannot"
    where = f", on a trip with {_parcels(answer.along)}" if answer.along else ""
    if answer.ahead and not answer.along:
        where = f", {_parcels(answer.ahead)} before it"
    return f"{answer.cost_eur:.2f} EUR, handed over at {iso(answer.handover_at_s)[11:16]} UTC{where}"


def _parcels(count: int) -> str:
    return f"{count} parcel{'' if count == 1 else 's'}"
