"""Why a parcel waits, over all vehicles: few reasons, each with the vehicles it holds for."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.dispatch.offers import Answers, Offer
from vehicles.mission import VehicleId

_MOST_NAMED = 3


def why_not(answers: Answers) -> tuple[Reason, ...]:
    """The reasons against a parcel that got no vehicle, at least one.

    When somebody offered to carry it, those vehicles are needed elsewhere and that is the one reason.
    Else every distinct reason (by kind and subject), in the order of vehicle ids, naming its vehicles.
    """
    if not answers:
        return (Reason(Because.BUSY, "fleet", "No vehicle is based at its hub."),)
    able = [vehicle_id for vehicle_id in sorted(answers) if isinstance(answers[vehicle_id], Offer)]
    if able:
        text = f"{_names(able)} could carry it but {_have(able)} a more urgent parcel."
        return (Reason(Because.BUSY, "fleet", text),)
    found: dict[tuple[Because, str], tuple[Reason, list[VehicleId]]] = {}
    for vehicle_id in sorted(answers):
        for reason in _reasons(answers[vehicle_id], vehicle_id):
            _, named = found.setdefault((reason.because, reason.subject), (reason, []))
            if vehicle_id not in named:
                named.append(vehicle_id)
    return tuple(
        Reason(reason.because, reason.subject, f"{_names(named)}: {reason.text}")
        for reason, named in found.values()
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
