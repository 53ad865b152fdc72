"""What the report tells of parcels that went elsewhere, and of kinds of vehicle that could not come."""

from __future__ import annotations

from dataclasses import replace

from geofences.reason import Because, Reason
from orchestrator.orders.order import DropOffKind, DropOffPlace
from orchestrator.record.detours import diversions, not_by
from orchestrator.record.events import Diversion, MissionPlanned, Quote
from orchestrator.record.state import MissionPhase, MissionState
from tests.orchestrator.record.story import D1, D2, DOOR, delivery, opening, told
from vehicles.mission import ParcelId

WIND = Reason(Because.WEATHER, "delivery-drone", "Wind of 14 m/s is above the limit.")
BUSY = Reason(Because.BUSY, "H1", "Busy, charging or not heard.")


def mission(*quotes: Quote) -> MissionState:
    planned = next(event for event in delivery() if isinstance(event, MissionPlanned))
    return MissionState(replace(planned, quotes=quotes), MissionPhase.ENDED, 0.0, None)


def test_a_kind_that_nobody_of_could_do_it_is_named_with_what_kept_it() -> None:
    state = told(opening())
    nobody = mission(Quote(D1, None, (WIND, BUSY)), Quote(D2, None, (WIND,)))
    assert not_by(state, [nobody]) == {"drone": "Wind of 14 m/s is above the limit."}


def test_a_kind_of_which_one_could_or_was_only_busy_is_not_named() -> None:
    state = told(opening())
    for able in (Quote(D2, 100.0), Quote(D2, None, (BUSY,))):
        assert not_by(state, [mission(Quote(D1, None, (WIND,)), able)]) == {}
        assert not_by(state, [mission(able, Quote(D1, None, (WIND,)))]) == {}
    assert not_by(state, []) == {}


def test_a_parcel_that_went_elsewhere_says_where_and_why() -> None:
    state = told([*opening(), *delivery()])
    parcel = state.parcels[ParcelId("O1-1")]
    assert diversions([parcel]) == []
    kiosk = DropOffPlace(DOOR, DropOffKind.DOORSTEP, "Kiosk")
    row = {"parcel_id": "O1-1", "to": "Kiosk", "kind": "doorstep", "locker_id": None}
    gone = replace(parcel, diverted=Diversion(ParcelId("O1-1"), kiosk, (WIND,)))
    assert diversions([gone]) == [{**row, "reason": "Wind of 14 m/s is above the limit."}]
