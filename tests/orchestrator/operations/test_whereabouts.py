"""A vehicle that is heard, and nobody knows where it is: told, and nothing reckoned from its old place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.position import GeoPoint
from orchestrator.record.events import Event, LinkUp, PlaceFound, PlaceLost
from tests.orchestrator.operations.test_monitor import DEPART_S, Eyes, flying, under_way
from tests.orchestrator.operations.town import D1, DOOR, at
from vehicles.telemetry import Health, Mode, Telemetry


def heard_without_place(after_s: float, placed_s: float, **changes: object) -> Telemetry:
    """It goes on talking; where it was `placed_s` after departure is the last that was heard of that."""
    old = flying(placed_s)
    seen = replace(old, heard_at_s=DEPART_S + after_s, place_heard_at_s=old.heard_at_s)
    return replace(seen, **changes)  # type: ignore[arg-type]


def told(eyes: Eyes, *seen: Telemetry) -> list[Event]:
    return [fact for each in seen for fact in eyes.see(each)]


def watched(until_s: int = 20) -> Eyes:
    eyes = Eyes(under_way())
    told(eyes, *(flying(float(second)) for second in range(1, until_s + 1)))
    return eyes


def test_a_position_that_is_not_heard_any_more_is_told_with_its_age_and_place_and_nothing_else_is() -> None:
    eyes = watched()
    facts = told(eyes, *(heard_without_place(20.0 + 0.5 * step, 20.0) for step in range(160)))
    (lost,) = facts
    assert isinstance(lost, PlaceLost)
    assert lost.last_position == flying(20.0).position
    assert lost.last_placed_at_s == DEPART_S + 20.0
    alert = eyes.state.alerts["place:D1"]
    assert "D1's position has not been heard for 6 s; last at" in alert.text
    assert "on its way to Aleksanterinkatu 52" in alert.text
    assert eyes.state.vehicles[D1].unplaced_since_s == DEPART_S + 20.0
    assert told(eyes, flying(101.0)) == [PlaceFound(D1, flying(101.0).position)]
    assert "place:D1" not in eyes.state.alerts
    assert eyes.state.vehicles[D1].unplaced_since_s is None


def test_what_comes_back_after_silence_has_its_time_to_tell_where_it_is() -> None:
    eyes = watched()
    last = flying(20.0)
    eyes.see(last, last.heard_at_s + 5.1)
    assert told(eyes, heard_without_place(60.0, 20.0)) == [LinkUp(D1)]
    assert told(eyes, heard_without_place(61.0, 20.0), flying(62.0)) == []


def frozen(after_s: float) -> Telemetry:
    return replace(flying(after_s), position=flying(20.0).position)


def distrusted(after_s: float) -> Telemetry:
    return replace(flying(after_s), health=Health(ready=True, failsafe=False, sure_of_place=False))


def elsewhere(after_s: float) -> Telemetry:
    return replace(flying(after_s), position=at(8.0 * after_s, 5000.0))


def motionless(after_s: float) -> Telemetry:
    seen, first = flying(after_s), flying(20.0)
    return replace(seen, position=first.position, height_agl_m=first.height_agl_m, east_mps=0.0)


@pytest.mark.parametrize(
    ("lies", "within_s", "words"),
    [
        (frozen, 8, "stands still, yet it says that it moves at 5 m/s"),
        (motionless, 19, "stands still, yet it says that it flies its mission"),
        (elsewhere, 5, "jumped 50"),
        (distrusted, 5, "cannot be trusted, it says"),
    ],
)
def test_a_position_that_cannot_be_is_told_within_seconds(lies: object, within_s: int, words: str) -> None:
    eyes = watched()
    facts = told(eyes, *(lies(20.0 + second) for second in range(1, within_s)))  # type: ignore[operator]
    (lost,) = facts
    assert isinstance(lost, PlaceLost)
    assert words in eyes.state.alerts["place:D1"].text


def test_one_odd_position_is_none_and_moves_no_odometer() -> None:
    eyes = watched()
    before_m = eyes.watch.odometer_m
    assert told(eyes, replace(flying(21.0), position=DOOR), flying(22.0), flying(23.0)) == []
    assert eyes.watch.odometer_m - before_m < 100.0


def moved(place: GeoPoint, north_m: float) -> GeoPoint:
    return replace(place, lat_deg=place.lat_deg + north_m / 111_320.0)


def test_a_position_that_stood_still_is_believed_again_once_it_is_another_place_however_slowly() -> None:
    eyes = watched()
    still = flying(20.0).position
    told(eyes, *(frozen(20.0 + second) for second in range(1, 8)))
    assert eyes.watch.stuck == still
    crept = [replace(frozen(28.0 + n), position=moved(still, 0.4 * n)) for n in range(1, 5)]
    assert [fact for fact in told(eyes, *crept) if isinstance(fact, PlaceFound)]


def test_a_session_that_begins_while_nobody_knows_the_place_waits_until_it_may_know() -> None:
    eyes = watched()
    (lost,) = told(eyes, *(frozen(20.0 + second) for second in range(1, 8)))
    assert isinstance(lost, PlaceLost)
    again = Eyes(eyes.state, DEPART_S + 28.0)
    assert told(again, *(frozen(28.0 + second) for second in range(60))) == []
    assert "place:D1" in again.state.alerts
    moves = Eyes(eyes.state, DEPART_S + 28.0)
    assert told(moves, flying(28.0), flying(29.0)) == [PlaceFound(D1, flying(29.0).position)]
    stands = Eyes(eyes.state, DEPART_S + 28.0)
    there = [replace(frozen(28.0 + second), east_mps=0.0, mode=Mode.HOLD) for second in range(14)]
    assert told(stands, *there[:13]) == []
    assert told(stands, there[13]) == [PlaceFound(D1, there[13].position)]


def test_one_that_stands_now_is_believed_once_its_estimate_wanders_as_a_true_one_does() -> None:
    eyes = watched()
    still = flying(20.0).position
    told(eyes, *(frozen(20.0 + second) for second in range(1, 8)))
    parked = replace(frozen(28.0), east_mps=0.0, mode=Mode.HOLD)
    assert told(eyes, parked, replace(parked, heard_at_s=DEPART_S + 29.0)) == []
    wandered = replace(parked, heard_at_s=DEPART_S + 30.0, position=moved(still, 0.1))
    assert told(eyes, wandered) == [PlaceFound(D1, wandered.position)]
