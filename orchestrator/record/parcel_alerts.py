"""Alerts about one parcel: late, carried by nobody, stuck, not collected; as values, in words for people."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.describing.described import in_words
from orchestrator.record.describing.lockers import of_uncollected
from orchestrator.record.state import Alert, FleetState, ParcelPhase, ParcelState, Severity
from vehicles.mission import ParcelId

STUCK_AFTER = 3
"""Missions for one parcel that come to nothing before a human should look at it."""

_FOR_PEOPLE = frozenset(
    {Because.OPERATOR, Because.PAYLOAD, Because.SIZE, Because.TEMPERATURE, Because.SKILL, Because.NO_FOOTPATH}
)
"""What keeps a parcel from a vehicle until somebody does something about it: it does not pass by itself."""


def late(state: FleetState, parcel: ParcelState, handover_at_s: float, at_s: float) -> tuple[Alert, ...]:
    """One that comes, or is still waiting, after its order's deadline (UTC seconds)."""
    late_s = handover_at_s - state.orders[parcel.order_id].order.deadline_s
    if late_s <= 0.0:
        return ()
    parcel_id = parcel.parcel.parcel_id
    how = "is still waiting," if parcel.phase is ParcelPhase.WAITING else "will come"
    text = f"Parcel {parcel_id} of order {parcel.order_id} {how} {max(late_s / 60.0, 1.0):.0f} min late."
    return (Alert(alert_key("late", parcel_id), Severity.WARNING, text, at_s),)


def stuck(parcel: ParcelState, at_s: float) -> tuple[Alert, ...]:
    """One for which mission after mission comes to nothing, or that its sender does not give."""
    parcel_id = parcel.parcel.parcel_id
    if parcel.phase is ParcelPhase.NOT_FETCHED:
        text = f"{parcel_id} was not given to be fetched: {in_words(parcel.reasons)}"
    elif parcel.came_to_nothing < STUCK_AFTER or parcel.phase is not ParcelPhase.WAITING:
        return ()
    else:
        text = (
            f"{parcel.came_to_nothing} missions for {parcel_id} came to nothing: {in_words(parcel.reasons)}"
        )
    return (Alert(alert_key("stuck", parcel_id), Severity.WARNING, text, at_s),)


def uncollected(state: FleetState, parcel_id: ParcelId, at_s: float) -> tuple[Alert, ...]:
    """One that nobody takes out of its locker."""
    text = of_uncollected(state, parcel_id)
    return (Alert(alert_key("uncollected", parcel_id), Severity.WARNING, text, at_s),)


def nobody(parcel_id: ParcelId, reasons: tuple[Reason, ...], at_s: float) -> tuple[Alert, ...]:
    """One that waits for people: no vehicle of its hub may or can carry it, now or later."""
    if not reasons or not {reason.because for reason in reasons} <= _FOR_PEOPLE:
        return ()
    text = f"Nobody can carry {parcel_id} as things stand: {in_words(reasons)}"
    return (Alert(alert_key("nobody", parcel_id), Severity.WARNING, text, at_s),)
