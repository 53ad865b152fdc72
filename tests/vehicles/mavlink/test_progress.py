from __future__ import annotations

from dataclasses import replace

import pytest

from vehicles.mavlink.exchanges.lists import Item
from vehicles.mavlink.exchanges.messages import Current
from vehicles.mavlink.plans.encode import EncodedMission
from vehicles.mavlink.plans.progress import Progress
from vehicles.mission import MissionId, ParcelId
from vehicles.telemetry import Mode, Winch

NO_MISSION, NOT_STARTED, ACTIVE, PAUSED, COMPLETE = 1, 2, 3, 4, 5
PARCEL = ParcelId("p1")
FLIGHT = EncodedMission(
    MissionId(9),
    tuple(Item(command, 6) for command in (22, 178, 16, 211, 16, 16, 21)),
    (1, 1, 1, 2, 2, 3, 4),
    5,
    ((2, PARCEL),),
)
DRIVE = EncodedMission(MissionId(9), (*FLIGHT.items[:-1], Item(16, 6)), FLIGHT.leg_of_item, 5, ())


def given(encoded: EncodedMission = FLIGHT) -> Progress:
    progress = Progress()
    progress.expect(encoded)
    progress.hear_mode(Mode.HOLD, armed=False)
    progress.hear_current(Current(0, 7, NOT_STARTED))
    return progress


def under_way(encoded: EncodedMission = FLIGHT) -> Progress:
    progress = given(encoded)
    progress.hear_mode(Mode.MISSION, armed=True)
    return progress


def test_a_vehicle_that_was_told_nothing_has_done_nothing() -> None:
    assert given().value.legs_done == 0


def test_pick_ups_are_done_once_the_first_later_leg_runs() -> None:
    assert under_way().value.legs_done == 1


def test_a_drop_off_is_done_when_the_item_after_its_last_is_current_and_no_sooner() -> None:
    progress = under_way()
    seen = []
    for seq in range(7):
        progress.hear_current(Current(seq, 7, ACTIVE))
        seen.append((progress.value.legs_done, PARCEL in progress.handed_over))
    assert seen == [(1, False)] * 3 + [(2, False)] * 2 + [(3, True), (4, True)]


def test_a_landed_drone_is_docked_only_when_it_has_disarmed() -> None:
    progress = under_way()
    progress.hear_current(Current(6, 7, COMPLETE))
    assert progress.value.legs_done == 4
    progress.hear_mode(Mode.MISSION, armed=False)
    assert progress.value.legs_done == 5


def test_a_rover_is_done_when_it_stands_at_its_last_place_still_armed() -> None:
    progress = under_way(DRIVE)
    progress.hear_mode(Mode.HOLD, armed=True)
    progress.hear_current(Current(6, 7, COMPLETE))
    assert progress.value.legs_done == 5


def test_complete_at_another_item_is_not_the_end() -> None:
    # PX4 says COMPLETE after any failsafe landing.
    progress = under_way()
    progress.hear_current(Current(2, 7, ACTIVE))
    progress.hear_mode(Mode.LAND, armed=True)
    progress.hear_current(Current(2, 7, COMPLETE))
    progress.hear_mode(Mode.MISSION, armed=False)
    assert progress.value.legs_done == 1


def test_complete_in_mid_mission_is_not_the_end_though_the_landing_was_not_heard() -> None:
    progress = under_way()
    progress.hear_current(Current(2, 7, COMPLETE))
    progress.hear_mode(Mode.MISSION, armed=False)
    assert progress.value.legs_done == 1


def test_a_return_while_landing_leaves_the_last_leg_undone() -> None:
    # The mode after the disarm is again the last one chosen, which is MISSION.
    progress = under_way()
    progress.hear_current(Current(6, 7, ACTIVE))
    progress.hear_mode(Mode.RETURN, armed=True)
    progress.hear_current(Current(6, 7, COMPLETE))
    progress.hear_mode(Mode.MISSION, armed=False)
    assert progress.value.legs_done == 4


def test_progress_never_goes_back() -> None:
    progress = under_way()
    progress.hear_current(Current(5, 7, ACTIVE))
    progress.hear_current(Current(0, 7, ACTIVE))
    assert progress.value.legs_done == 3


def test_a_mission_that_is_not_ours_or_not_flyable_has_no_id() -> None:
    progress = given()
    progress.hear_current(Current(0, 4, NOT_STARTED))
    assert progress.value.mission_id is None
    progress.hear_current(Current(0, 7, NO_MISSION))
    assert progress.value.mission_id is None
    progress.hear_current(Current(0, 7, NOT_STARTED))
    assert progress.value.mission_id == 9


def test_a_new_mission_starts_from_nothing() -> None:
    progress = under_way()
    progress.hear_current(Current(5, 7, ACTIVE))
    progress.hear_mode(Mode.HOLD, armed=True)
    progress.expect(DRIVE)
    assert progress.value.legs_done == 0
    progress.hear_mode(Mode.HOLD, armed=True)
    progress.hear_current(Current(5, 7, PAUSED))
    assert progress.value.legs_done == 0


def test_a_mission_recognised_under_way_has_come_as_far_as_was_heard() -> None:
    progress = Progress()
    progress.hear_mode(Mode.HOLD, armed=True)
    progress.hear_current(Current(5, 7, PAUSED))
    progress.recognise(FLIGHT)
    assert progress.value.legs_done == 3
    assert progress.handed_over == {PARCEL}


def test_nothing_given_is_nothing_held() -> None:
    progress = Progress()
    progress.hear_current(Current(3, 7, ACTIVE))
    progress.hear_mode(Mode.MISSION, armed=True)
    assert progress.value.mission_id is None
    assert progress.handed_over == frozenset()


LOWERED = replace(FLIGHT, lowered=((2, 8.0),))


def told(line_m: float, speed_mps: float = 0.0, tension_kg: float | None = None, **more: bool) -> Winch:
    return Winch(0.0, line_m, speed_mps, tension_kg, **more)


@pytest.mark.parametrize(
    ("winch", "stands"),
    [
        (told(8.0, on_ground=True), True),
        (told(5.0, -1.0, 0.01), True),  # reeling in, and nothing pulls
        (told(5.0, 1.0, 0.01), False),  # running out: a line that falls is slack too
        (told(5.0, -1.0, 1.2), False),  # the parcel comes up again
        (told(0.0, on_ground=True), False),  # the ground it stood on before it took off
        (told(7.9, 0.1), True),  # tells no tension: its line is out, and at rest
        (told(4.0), False),  # jammed
        (told(8.0, healthy=False), False),
    ],
)
def test_a_parcel_is_handed_over_by_winch_only_when_the_winch_told_that_it_stood(
    winch: Winch, *, stands: bool
) -> None:
    progress = under_way(LOWERED)
    progress.hear_current(Current(4, 7, ACTIVE))
    progress.hear_winch(winch)
    progress.hear_current(Current(5, 7, ACTIVE))
    assert progress.value.legs_done == 3
    assert (PARCEL in progress.handed_over) is stands


def test_what_a_winch_tells_elsewhere_says_nothing_of_the_drop_off() -> None:
    progress = under_way(LOWERED)
    progress.hear_winch(told(8.0, on_ground=True))
    progress.hear_current(Current(5, 7, ACTIVE))
    progress.hear_winch(told(8.0, on_ground=True))
    assert progress.handed_over == frozenset()
