"""Why a parcel waits, over all vehicles: few reasons, each with the vehicles it holds for."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.dispatch.offers import Answers, Offer
from vehicles.mission import VehicleId

_MOST_NAMED = 3

PASSING = frozenset(
    {Because.BUSY, Because.ENERGY, Because.TRAFFIC, Because.LINK, Because.HEALTH, Because.SHIFT}
)
"""What passes by itself as vehicles come back, charge and move on, now for this one, now for that."""


def gist(reasons: tuple[Reason, ...]) -> frozenset[tuple[Because, str]]:
    """What makes two sets of reasons to wait the same news: their lasting ones, by kind and subject.

    Of the passing ones it only matters whether there are any: which vehicle is busy, charging or in
    another's way changes by the minute, and tells nobody anything.
    """
    return frozenset(
        (Because.BUSY, "") if reason.because in PASSING else (reason.because, reason.subject)
        for reason in reasons
    )


def why_not(answers: Answers) -> tuple[Reason, ...]:
    """The reasons against a parcel that got no vehicle, at least one: what never passes comes first.

    When somebody offered to carry it, that those vehicles are needed elsewhere is the last of them.
    """
    if not answers:
        return (Reason(Because.BUSY, "fleet", "No vehicle is based at its hub."),)
    able = [vehicle_id for vehicle_id in sorted(answers) if isinstance(answers[vehicle_id], Offer)]
    if not able:
        return refusals(answers)
    text = f"{_names(able)} could carry it but {_have(able)} a more urgent parcel."
    return (*refusals(answers), Reason(Because.BUSY, "fleet", text))


def refusals(answers: Answers) -> tuple[Reason, ...]:
    """Every distinct reason (by kind and subject) of vehicles that made no offer, each naming them.

    Lasting reasons come before passing ones, within these in the order of vehicle ids; empty when
    everybody made an offer.
    """
    found: dict[tuple[Because, str], tuple[Reason, list[VehicleId]]] = {}
    for vehicle_id in sorted(answers):
        for reason in _reasons(answers[vehicle_id], vehicle_id):
            _, named = found.setdefault((reason.because, reason.subject), (reason, []))
            if vehicle_id not in named:
                named.append(vehicle_id)
    rows = sorted(found.values(), key=lambda row: row[0].because in PASSING)
    return tuple(
        Reason(reason.because, reason.subject, f"{_names(named)}: {reason.text}") for reason, named in rows
    )


def _reasons(answer: Offer | tuple[Reason, ...], vehicle_id: VehicleId) -> tuple[Reason, ...]:
    if isinstance(answer, Offer):
        return ()
    return answer or (Reason(Because.BUSY, vehicle_id, "It made no offer and gave no reason."),)


def _names(vehicle_ids: list[VehicleId]) -> str:
    named, rest = vehicle_ids[:_MOST_NAMED], len(vehicle_ids) - _MOST_NAMED
    if rest > 0:
        return f"{', '.join(named)} and {rest} more"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _have(vehicle_ids: list[VehicleId]) -> str:
    return "has" if len(vehicle_ids) == 1 else "have"
