"""What one sample of telemetry means: facts, each once, whatever the vehicle repeats."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import Waypoint
from geofences.reason import Because, Reason
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.watching.course import course
from orchestrator.operations.watching.monitor import observe
from orchestrator.operations.watching.notice import notice
from orchestrator.operations.watching.sight import Sight, stands_idle
from orchestrator.operations.watching.watch import Watch
from orchestrator.orders.custody import OnVehicle
from orchestrator.record.events import (
    BackOnPath,
    CustodyDoubted,
    EnergyFrom,
    Event,
    LegDone,
    LinkLost,
    LinkUp,
    LowEnergy,
    MissionEnded,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    OffPath,
    ParcelHandedOver,
    ParcelLoaded,
    ParcelReturned,
    PlanLoaded,
    VehicleFaulted,
    VehicleLanded,
    VehicleTakenOver,
)
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import (
    D1,
    DOOR,
    R1,
    START_S,
    at,
    job,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)
from vehicles.mission import MissionId, ParcelId
from vehicles.telemetry import Battery, Health, MissionProgress, Mode, Parts, Telemetry

AROUND = surroundings()
M1 = MissionId(1)
P1 = ParcelId("O1-1")


def made() -> MissionPlanned:
    it = replace(job(), parcel=order().parcels[0])
    found = plan(it, M1, AROUND, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    return found


PLANNED = made()
DEPART_S = PLANNED.depart_at_s


def state(*more: Event, at_s: float = DEPART_S) -> FleetState:
    before: list[Event] = [PLANNED, PlanLoaded(D1, M1), ParcelLoaded(D1, M1, P1)]
    return state_after([*before, *more], ready_fleet(D1, orders=[order()]), at_s)


def under_way(*more: Event, at_s: float = DEPART_S) -> FleetState:
    return state(MissionStarted(D1, M1), *more, at_s=at_s)


class Eyes:
    """Looks again and again, remembering as a session does."""

    def __init__(self, state: FleetState, begun_at_s: float = START_S) -> None:
        self.state = state
        self.watch = Watch(begun_at_s)

    def see(self, seen: Telemetry, now_s: float | None = None) -> tuple[Event, ...]:
        now_s = seen.heard_at_s if now_s is None else now_s
        look = Sight(self.state, self.state.vehicles[D1], seen, self.watch, now_s)
        self.watch = notice(look)
        facts = observe(replace(look, watch=self.watch))
        self.state = state_after(facts, self.state, now_s)
        return facts


def flying(after_s: float, *, legs_done: int = 1, **changes: object) -> Telemetry:
    """Where the plan has the aircraft `after_s` seconds after departure."""
    assert PLANNED.intent is not None
    at_s = DEPART_S + after_s
    points = PLANNED.intent.timed.points
    here = max((p for p in points if p.at_s <= at_s), key=lambda p: p.at_s)
    there = next((p for p in points if p.at_s > at_s), here)
    share = 0.0 if there is here else (at_s - here.at_s) / (there.at_s - here.at_s)
    a, b = here.waypoint, there.waypoint
    position = replace(
        a.position,
        lat_deg=a.position.lat_deg + share * (b.position.lat_deg - a.position.lat_deg),
        lon_deg=a.position.lon_deg + share * (b.position.lon_deg - a.position.lon_deg),
    )
    base = sample(
        at_s=at_s,
        position=position,
        height_agl_m=a.height_agl_m + share * (b.height_agl_m - a.height_agl_m),
        armed=True,
        moving=True,
        mode=Mode.MISSION,
        progress=MissionProgress(M1, legs_done),
        carrying=legs_done < 3,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_nothing_is_told_while_all_goes_as_planned() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(1.0))
    for second in range(2, 60):
        assert eyes.see(flying(float(second))) == ()


def test_silence_is_a_fact_after_five_seconds_and_its_end_is_one_too() -> None:
    eyes = Eyes(under_way())
    last = flying(10.0)
    eyes.see(last)
    assert eyes.see(last, last.heard_at_s + 4.9) == ()
    assert eyes.see(last, last.heard_at_s + 5.1) == (LinkLost(D1, last.position, last.heard_at_s),)
    assert eyes.see(last, last.heard_at_s + 60.0) == ()
    assert eyes.see(flying(72.0))[0] == LinkUp(D1)


def test_a_vehicle_that_moves_with_its_parcel_aboard_has_started_whoever_answered() -> None:
    eyes = Eyes(state())
    assert eyes.see(sample(at_s=DEPART_S, armed=True, carrying=True)) == ()
    assert eyes.see(flying(2.0)) == (MissionStarted(D1, M1),)


def test_legs_are_told_once_and_in_order_even_when_samples_skip_some() -> None:
    eyes = Eyes(under_way())
    assert eyes.see(flying(1.0)) == (LegDone(D1, M1, 0, flying(1.0).position),)
    late = flying(70.0, legs_done=3)
    kinds = [type(event) for event in eyes.see(late)]
    assert kinds == [LegDone, ParcelHandedOver, LegDone]
    assert eyes.see(flying(71.0, legs_done=3)) == ()


def test_progress_of_another_mission_says_nothing_about_ours() -> None:
    eyes = Eyes(under_way())
    other = flying(5.0, progress=MissionProgress(MissionId(9), 4))
    assert eyes.see(other) == ()


def test_a_gripper_that_still_holds_after_the_drop_off_is_a_failed_hand_over() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(1.0))
    eyes.see(flying(66.0, legs_done=2))
    assert eyes.see(flying(72.0, legs_done=3, carrying=True)) == ()
    facts = eyes.see(flying(76.0, legs_done=3, carrying=True))
    assert [type(event) for event in facts] == [MissionFailed, LegDone]
    assert P1 in eyes.state.vehicles[D1].aboard


def test_a_vehicle_that_cannot_say_what_it_holds_is_believed_about_its_legs() -> None:
    eyes = Eyes(under_way())
    facts = eyes.see(flying(72.0, legs_done=3, carrying=None))
    assert ParcelHandedOver in {type(event) for event in facts}


def home(after_s: float, **changes: object) -> Telemetry:
    changes = {"at_s": DEPART_S + after_s, "progress": MissionProgress(M1, 5), **changes}
    return sample(D1, **changes)  # type: ignore[arg-type]


def test_docked_and_disarmed_ends_the_mission_with_what_it_took() -> None:
    eyes = Eyes(under_way())
    end_s = PLANNED.end_at_s - DEPART_S
    for second in range(1, int(end_s)):
        legs = 1 if second < 60 else 3
        eyes.see(flying(float(second), legs_done=legs, battery_frac=1.0 - second / 2000.0))
    facts = eyes.see(home(end_s, battery_frac=1.0 - end_s / 2000.0))
    facts += eyes.see(home(end_s + 1.0, battery_frac=1.0 - end_s / 2000.0))
    ended = facts[-1]
    assert isinstance(ended, MissionEnded)
    assert ended.distance_m == pytest.approx(PLANNED.distance_m, rel=0.05)
    assert ended.energy_wh == pytest.approx((end_s - 1.0) / 2000.0 * 800.0, rel=0.05)
    assert eyes.state.vehicles[D1].mission_id is None


@pytest.mark.parametrize(
    ("meter_wh", "left_frac", "took_wh", "how"),
    [
        ((7.0, 12.4), (1.0, 1.0), 5.4, EnergyFrom.METER),
        ((None, 12.4), (1.0, 0.99), 8.0, EnergyFrom.CHARGE_LEFT),
        ((7.0, None), (1.0, 0.99), 8.0, EnergyFrom.CHARGE_LEFT),
        ((0.0, 0.0), (1.0, 0.99), 8.0, EnergyFrom.CHARGE_LEFT),
    ],
    ids=["metered", "not at the start", "not at the end", "a meter that stands still"],
)
def test_what_a_mission_took_is_the_meters_word_where_there_is_one(
    meter_wh: tuple[float | None, float | None],
    left_frac: tuple[float, float],
    took_wh: float,
    how: EnergyFrom,
) -> None:
    eyes = Eyes(under_way())
    first, last = (Battery(DEPART_S, used_wh=one) for one in meter_wh)
    before_frac, after_frac = left_frac
    eyes.see(replace(flying(1.0, legs_done=1, battery_frac=before_frac), parts=lambda: Parts(battery=first)))
    eyes.see(replace(flying(72.0, legs_done=3, battery_frac=after_frac), parts=lambda: Parts(battery=last)))
    facts = eyes.see(replace(home(150.0, battery_frac=after_frac), parts=lambda: Parts(battery=last)))
    facts += eyes.see(replace(home(151.0, battery_frac=after_frac), parts=lambda: Parts(battery=last)))
    (ended,) = (event for event in facts if isinstance(event, MissionEnded))
    assert ended.energy_wh == pytest.approx(took_wh)
    assert ended.energy_from is how


def test_home_with_the_parcel_still_aboard_is_a_failure_and_the_parcel_goes_back_on_the_shelf() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(20.0))
    for second in (100.0, 102.0):
        assert eyes.see(home(second, progress=MissionProgress(M1, 1), carrying=True)) == ()
    facts = eyes.see(home(104.0, progress=MissionProgress(M1, 1), carrying=True))
    assert [type(event) for event in facts] == [MissionFailed, ParcelReturned, MissionEnded]


@pytest.mark.parametrize("before", [(), (MissionFailed(D1, M1, ()),)], ids=["under way", "given up"])
def test_one_that_falls_silent_on_its_pad_is_not_taken_to_stand_elsewhere(before: tuple[Event, ...]) -> None:
    eyes = Eyes(under_way(*before))
    eyes.see(flying(20.0))
    down = {"progress": MissionProgress(M1, 1), "carrying": None}
    assert eyes.see(home(100.0, **down)) == ()
    last = home(101.0, **down)
    assert eyes.see(last) == ()
    assert eyes.see(last, last.heard_at_s + 4.0) == ()
    assert [type(fact) for fact in eyes.see(last, last.heard_at_s + 6.0)] == [LinkLost]


def test_standing_on_the_pad_right_after_the_start_is_not_the_end() -> None:
    eyes = Eyes(under_way())
    assert eyes.see(home(1.0, progress=MissionProgress(M1, 0), carrying=True)) == ()


@pytest.mark.parametrize(
    ("carrying", "became"), [(False, ParcelHandedOver), (True, ParcelReturned), (None, CustodyDoubted)]
)
def test_what_happened_unseen_is_believed_only_when_the_gripper_says_so(
    carrying: bool | None,  # noqa: FBT001
    became: type[Event],
) -> None:
    after_s = PLANNED.end_at_s - DEPART_S + 30.0
    eyes = Eyes(under_way(), begun_at_s=DEPART_S + after_s - 10.0)
    facts: tuple[Event, ...] = ()
    for second in (0.0, 2.0, 4.0):
        facts += eyes.see(home(after_s + second, progress=MissionProgress(None, 0), carrying=carrying))
    kinds = {type(event) for event in facts}
    assert kinds & {ParcelHandedOver, ParcelReturned, CustodyDoubted} == {became}
    assert all(fact.position == DOOR for fact in facts if isinstance(fact, ParcelHandedOver)), "not the pad"
    assert MissionEnded in kinds


def test_a_vehicle_that_forgot_what_it_held_leaves_its_parcel_in_doubt_where_it_last_said_so() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(20.0, carrying=True))
    there = flying(20.0).position
    facts: tuple[Event, ...] = ()
    for second in (100.0, 102.0, 104.0):
        facts += eyes.see(home(second, progress=MissionProgress(None, 0), carrying=None))
    assert [type(event) for event in facts] == [MissionFailed, CustodyDoubted, MissionEnded]
    (doubted,) = (event for event in facts if isinstance(event, CustodyDoubted))
    assert doubted.position == there
    assert "as after a loss of power" in doubted.reasons[0].text
    assert eyes.state.parcels[P1].keeper == OnVehicle(D1)
    assert eyes.state.parcels[P1].in_doubt
    assert "custody:O1-1" in eyes.state.alerts


def test_away_from_its_pad_the_doubt_is_told_once_and_no_hand_over_is_believed() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(20.0, carrying=True))
    lies = home(30.0, position=DOOR, progress=MissionProgress(M1, 1), carrying=None)
    facts: tuple[Event, ...] = ()
    for second in range(30, 40):
        facts += eyes.see(replace(lies, heard_at_s=DEPART_S + second))
    assert [type(event) for event in facts] == [MissionFailed, CustodyDoubted, VehicleLanded]
    passed = eyes.see(replace(lies, heard_at_s=DEPART_S + 41.0, progress=MissionProgress(M1, 3)))
    assert ParcelHandedOver not in {type(event) for event in passed}


def test_leaving_the_reserved_volumes_is_told_once_and_so_is_coming_back() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(1.0))
    facts: tuple[Event, ...] = ()
    for second in range(20, 30):
        facts += eyes.see(flying(float(second), position=at(5.0 * second, -120.0)))
    (off,) = facts
    assert isinstance(off, OffPath)
    assert off.by_m > 30.0
    assert eyes.see(flying(35.0)) == (BackOnPath(D1, M1),)


def test_being_far_too_late_is_off_path_too() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(1.0))
    there = replace(flying(20.0), east_mps=0.0)
    facts: tuple[Event, ...] = ()
    for second in range(20, 80):
        wanders_m = there.height_agl_m + 0.1 * (second % 2)
        facts += eyes.see(replace(there, heard_at_s=DEPART_S + second, height_agl_m=wanders_m))
    assert [type(event) for event in facts] == [OffPath]


def test_a_battery_that_would_eat_into_the_reserve_is_told_once() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(1.0))
    assert eyes.see(flying(10.0, battery_frac=0.5)) == ()
    (low,) = eyes.see(flying(11.0, battery_frac=0.26))
    assert isinstance(low, LowEnergy)
    assert low.left_frac < low.needed_frac
    assert eyes.see(flying(12.0, battery_frac=0.25)) == ()


def test_the_balance_gets_better_as_legs_are_behind() -> None:
    it = course(PLANNED, job().profile)
    start = it.energy_left(legs_done=1, leg_m=0.0, battery_frac=0.5).needed_frac
    half_way = it.energy_left(legs_done=1, leg_m=250.0, battery_frac=0.5).needed_frac
    homeward = it.energy_left(legs_done=3, leg_m=0.0, battery_frac=0.5).needed_frac
    assert start > half_way > homeward
    assert start == pytest.approx(PLANNED.energy_wh / 800.0 + 0.25, rel=0.01)


@pytest.mark.parametrize("mode", [Mode.MANUAL, Mode.OTHER])
def test_a_vehicle_that_somebody_steers_has_given_the_mission_up_and_is_told_once(mode: Mode) -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(1.0))
    facts: tuple[Event, ...] = ()
    for second in range(20, 60):
        facts += eyes.see(replace(flying(float(second), mode=mode), mode_text="Position"))
    taken, failed = facts
    assert isinstance(taken, VehicleTakenOver)
    assert isinstance(failed, MissionFailed)
    assert taken.reasons == failed.reasons
    assert "is steered by a pilot or another station (mode Position)" in failed.reasons[0].text


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (Health(ready=True, failsafe=True), "returns by itself"),
        (Health(ready=True, failsafe=False, warnings=("Low battery",)), "returns by itself: Low battery"),
        (Health(ready=True, failsafe=False), "a pilot or another station may have ordered it"),
    ],
    ids=["failsafe", "complaint", "no word of it"],
)
def test_an_autopilot_that_returns_has_given_the_mission_up_by_itself_where_it_says_so(
    health: Health, words: str
) -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(1.0))
    facts: tuple[Event, ...] = ()
    for second in range(20, 25):
        facts += eyes.see(replace(flying(float(second), mode=Mode.RETURN), health=health))
    (failed,) = facts
    assert isinstance(failed, MissionFailed)
    assert words in failed.reasons[0].text


def test_a_vehicle_that_stands_in_a_field_has_given_the_mission_up() -> None:
    eyes = Eyes(under_way())
    eyes.see(flying(20.0))
    facts: tuple[Event, ...] = ()
    for second in range(30, 36):
        facts += eyes.see(
            sample(at_s=DEPART_S + second, position=DOOR, progress=MissionProgress(M1, 1), carrying=True)
        )
    assert [type(event) for event in facts] == [MissionFailed, VehicleLanded]
    assert "away from its pad" in facts[0].reasons[0].text  # type: ignore[union-attr]


def test_a_vehicle_that_moves_on_nobodys_order_is_a_fault() -> None:
    eyes = Eyes(ready_fleet(D1))
    facts: tuple[Event, ...] = ()
    for second in range(8):
        facts += eyes.see(
            sample(at_s=START_S + 10.0 + second, armed=True, moving=True, position=at(50.0, 0.0))
        )
    (fault,) = facts
    assert isinstance(fault, VehicleFaulted)
    assert "given no mission" in fault.reasons[0].text


FINDINGS = tuple(Reason(Because.HEALTH, name, f"{name} is wrong.") for name in ("GF_ACTION", "NAV_DLL_ACT"))


def idle(state: FleetState, *findings: Reason) -> Sight:
    health = Health(ready=not findings, failsafe=False, findings=findings)
    return Sight(state, state.vehicles[D1], replace(sample(), health=health), Watch(START_S), START_S)


def test_what_its_preflight_holds_against_an_idle_vehicle_is_a_fault_that_is_told_once() -> None:
    state = ready_fleet(D1)
    assert stands_idle(idle(state))
    assert not stands_idle(idle(state, *FINDINGS))
    (fault,) = observe(idle(state, *FINDINGS))
    assert fault == VehicleFaulted(D1, FINDINGS)
    state = state_after([fault], state)
    assert observe(idle(state, *FINDINGS)) == ()
    assert stands_idle(idle(state, *FINDINGS))
    assert observe(idle(state, FINDINGS[1])) == (VehicleFaulted(D1, FINDINGS[1:]),), "one of them was mended"


def test_what_is_only_not_known_yet_is_no_fault() -> None:
    unread = Reason(Because.BUSY, "parameters", "Not read yet.")
    assert observe(idle(ready_fleet(D1), unread)) == ()
    assert stands_idle(idle(ready_fleet(D1), unread))


def test_the_course_of_a_robot_is_its_line_at_any_time() -> None:
    found = plan(job(R1, door=at(500.0, -5.0)), MissionId(2), AROUND, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    it = course(found, job(R1).profile)
    for at_s in (START_S, START_S + 5000.0):
        assert it.holds(Waypoint(at(200.0, -28.0)), at_s)
        assert not it.holds(Waypoint(at(200.0, 40.0)), at_s)
    beside_m = it.excursion_m(Waypoint(at(200.0, 20.0)), START_S)
    assert beside_m == pytest.approx(35.0, abs=1.0)
