"""Facts about parcels in doubt in words."""

from __future__ import annotations

from typing import assert_never

from orchestrator.record.describing.described import Described, in_words, order_with
from orchestrator.record.facts.custody import CustodyDoubted, CustodyFact, CustodyTold, Found
from orchestrator.record.state import FleetState, Severity

_FOUND = {
    Found.SHELF: "is on the shelf",
    Found.ABOARD: "is still aboard",
    Found.LOST: "is nowhere to be found",
}


def of_custody(event: CustodyFact, state: FleetState) -> Described:
    """A fact about a parcel in doubt, in words."""
    order_id = order_with(event.parcel_id, state)
    match event:
        case CustodyDoubted(vehicle_id, parcel_id, _, reasons):
            text = f"{parcel_id} is looked for. {in_words(reasons)}"
            return Described(Severity.WARNING, text, vehicle_id, order_id)
        case CustodyTold(parcel_id, found, _, by):
            severity = Severity.WARNING if found is Found.LOST else Severity.INFO
            return Described(severity, f"{by} has looked: {parcel_id} {_FOUND[found]}.", None, order_id)
    assert_never(event)
