from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.position import GeoPoint
from vehicles.mavlink.exchanges.command import LOOKS_AFTER_S, SETTLE_S, Ask, Form, OtherForm, Request
from vehicles.mavlink.exchanges.messages import Answer, Sample, Text
from vehicles.mavlink.exchanges.policy import POLICIES, Aim, GivenUp, Repeat, policy_of
from vehicles.mavlink.exchanges.sayings import Place, SayCancel, SayCommand, SayCommandInt
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry
from vehicles.vehicle import Accepted, Refused, Unanswered

ACCEPTED, REJECTED, DENIED, UNSUPPORTED, IN_PROGRESS, CANCELLED, LONG_ONLY, INT_ONLY = 0, 1, 2, 3, 5, 6, 7, 8
ME, SET_MODE, GRIPPER, REQUEST_MESSAGE = 25, 176, 211, 512
LOOK = Telemetry(
    heard_at_s=100.0,
    position=GeoPoint(60.0, 24.0),
    height_agl_m=0.0,
    north_mps=0.0,
    east_mps=0.0,
    down_mps=0.0,
    heading_deg=0.0,
    battery_frac=1.0,
    armed=True,
    landed=Landed.IN_MOTION,
    mode=Mode.MISSION,
    progress=MissionProgress(None, 0),
    health=Health(ready=True, failsafe=False),
)


HOLD = Request("hold", SET_MODE, (1.0, 4.0, 3.0), lambda sample: sample.mode is Mode.HOLD)
RESUME = replace(HOLD, name="resume the mission", aim=Aim.SET_OFF)
GRIP = Request("close the gripper", GRIPPER, (1.0, 1.0))
QUERY = Request("ask", REQUEST_MESSAGE, (148.0,))
LOOK_OUT = SayCommand(REQUEST_MESSAGE, (0.0,) * 7)


def ask(request: Request = HOLD) -> Ask:
    asked = Ask(request, LOOK)
    (said,) = asked.start(100.0)
    assert said == SayCommand(request.command, (*request.params, *([0.0] * 7))[:7], 0)
    return asked


def sample(at_s: float, mode: Mode = Mode.MISSION, mode_at_s: float | None = None) -> Sample:
    return Sample(replace(LOOK, heard_at_s=at_s, mode=mode), at_s if mode_at_s is None else mode_at_s)


def test_an_acknowledgement_alone_is_not_the_deed() -> None:
    asked = ask()
    asked.receive(Answer(ME, SET_MODE, ACCEPTED), 100.1)
    assert asked.outcome is None
    asked.receive(sample(100.9, Mode.HOLD), 100.9)
    assert asked.outcome == Accepted()


def test_acknowledged_without_effect_is_unanswered_and_says_what_is_seen() -> None:
    asked = ask()
    asked.receive(Answer(ME, SET_MODE, ACCEPTED), 100.1)
    asked.receive(sample(101.0), 101.0)
    assert asked.tick(106.0) == ()
    assert isinstance(asked.outcome, Unanswered)
    assert "acknowledged, but its effect was not seen" in asked.outcome.seen
    assert "in mode mission" in asked.outcome.seen


def test_a_mode_heard_before_the_command_shows_nothing() -> None:
    asked = ask()
    asked.receive(sample(100.2, Mode.HOLD, mode_at_s=99.9), 100.2)
    assert asked.outcome is None


def test_without_effect_the_words_that_may_explain_it_are_told_too() -> None:
    asked = ask()
    asked.receive(Answer(ME, SET_MODE, ACCEPTED), 100.1)
    asked.receive(Text(4, "Reposition is outside geofence"), 100.2)
    asked.tick(106.0)
    assert isinstance(asked.outcome, Unanswered)
    assert asked.outcome.seen.endswith('It says: "Reposition is outside geofence".')


def test_the_effect_counts_without_any_acknowledgement() -> None:
    asked = ask()
    asked.receive(sample(100.7, Mode.HOLD), 100.7)
    assert asked.outcome == Accepted()


def test_a_refusal_after_an_acceptance_is_the_real_answer() -> None:
    asked = ask()
    asked.receive(Answer(ME, SET_MODE, ACCEPTED), 100.1)
    asked.receive(Answer(ME, SET_MODE, REJECTED), 100.1)
    asked.receive(Text(2, "Mode not available"), 100.2)
    asked.tick(100.1 + SETTLE_S)
    assert isinstance(asked.outcome, Refused)
    (reason,) = asked.outcome.reasons
    assert "temporarily rejected to hold" in reason.text
    assert "Mode not available" in reason.text


def test_an_answer_to_another_command_changes_nothing() -> None:
    asked = ask()
    asked.receive(Answer(ME, 400, DENIED), 100.1)
    asked.tick(101.0)
    assert asked.outcome is None


def test_after_an_acknowledgement_the_heartbeat_that_shows_the_deed_is_asked_for() -> None:
    asked = ask()
    assert asked.receive(Answer(ME, SET_MODE, ACCEPTED), 100.1) == (LOOK_OUT,)
    looks = [asked.tick(100.1 + after_s) for after_s in LOOKS_AFTER_S[1:]]
    assert looks == [(LOOK_OUT,)] * (len(LOOKS_AFTER_S) - 1)
    assert asked.tick(104.0) == ()
    assert asked.receive(Answer(ME, REQUEST_MESSAGE, DENIED), 104.0) == ()  # nothing hangs on the looking
    asked.receive(sample(104.1, Mode.HOLD), 104.1)
    assert asked.outcome == Accepted()


def test_a_command_that_only_its_answer_tells_of_needs_no_look() -> None:
    asked = ask(QUERY)
    assert asked.receive(Answer(ME, REQUEST_MESSAGE, ACCEPTED), 100.1) == ()
    assert asked.outcome == Accepted()


def test_a_refusal_is_explained_by_every_text_that_came_with_it_each_once() -> None:
    asked = ask()
    asked.receive(Text(4, "Preflight Fail: compass not calibrated"), 100.1)
    asked.receive(Text(6, "Takeoff detected"), 100.1)
    asked.receive(Answer(ME, SET_MODE, DENIED), 100.1)
    for text in ("Resolve system health failures first", "Preflight Fail: compass not calibrated"):
        asked.receive(Text(2, text), 100.2)
    asked.tick(100.1 + SETTLE_S)
    assert isinstance(asked.outcome, Refused)
    assert asked.outcome.reasons[0].text == (
        "The autopilot answered denied to hold. It says:"
        ' "Preflight Fail: compass not calibrated"; "Resolve system health failures first".'
    )


def test_an_acceptance_that_was_overtaken_by_the_refusal_does_not_undo_it() -> None:
    asked = ask(GRIP)
    asked.receive(Answer(ME, GRIPPER, DENIED), 100.1)
    assert asked.receive(Answer(ME, GRIPPER, ACCEPTED), 100.15) == ()
    asked.tick(100.1 + SETTLE_S)
    assert isinstance(asked.outcome, Refused)


def test_a_safe_mode_is_repeated_only_after_a_look_that_shows_no_change() -> None:
    asked = ask()
    assert asked.tick(101.2) == (LOOK_OUT,)  # nothing heard since it was sent: look, do not repeat
    asked.receive(sample(101.5, mode_at_s=99.0), 101.5)
    assert asked.tick(101.7) == (LOOK_OUT,)  # heard, but nothing of its mode
    asked.receive(sample(101.8), 101.8)
    (again,) = asked.tick(102.2)
    assert again == SayCommand(SET_MODE, (1.0, 4.0, 3.0, 0.0, 0.0, 0.0, 0.0), 1)


def test_a_safe_mode_is_not_repeated_over_a_failsafe() -> None:
    asked = ask()
    health = Health(ready=True, failsafe=True)
    asked.receive(Sample(replace(LOOK, heard_at_s=100.5, mode=Mode.RETURN, health=health), 100.5), 100.5)
    assert asked.tick(101.2) == (LOOK_OUT,)


@pytest.mark.parametrize("request_", [RESUME, replace(HOLD, command=99)], ids=["sets off", "unknown command"])
def test_what_sets_off_or_is_unknown_is_never_repeated(request_: Request) -> None:
    asked = ask(request_)
    for n in range(1, 60):
        asked.receive(sample(100.0 + n * 0.1), 100.0 + n * 0.1)
        assert asked.tick(100.0 + n * 0.1) == ()
    asked.tick(106.0)
    assert isinstance(asked.outcome, Unanswered)
    assert "no answer" in asked.outcome.seen


def test_whatever_arms_or_sets_off_is_said_once_in_the_table_itself() -> None:
    assert {policy.repeat for (_, aim), policy in POLICIES.items() if aim is Aim.SET_OFF} == {Repeat.NEVER}
    assert {policy.sends for policy in POLICIES.values() if policy.repeat is Repeat.NEVER} == {1}
    assert policy_of(400, Aim.SET_OFF).repeat is Repeat.NEVER
    assert policy_of(300, Aim.CALM).repeat is Repeat.NEVER


def test_a_query_is_repeated_to_its_limit() -> None:
    asked = ask(QUERY)
    assert [len(asked.tick(at_s)) for at_s in (101.0, 102.0, 103.0)] == [1, 1, 0]
    assert isinstance(asked.outcome, Unanswered)


def test_progress_extends_the_time_but_not_for_ever() -> None:
    asked = ask(GRIP)
    asked.receive(Answer(ME, GRIPPER, IN_PROGRESS), 100.1)
    assert asked.tick(107.0) == ()
    for at_s in (109.0, 118.0, 127.0, 136.0, 145.0, 154.0):
        asked.receive(Answer(ME, GRIPPER, IN_PROGRESS), at_s)
        asked.tick(at_s)
        assert not isinstance(asked.outcome, Unanswered)
    asked.tick(160.0)
    assert isinstance(asked.outcome, Unanswered)
    assert "being carried out" in asked.outcome.seen


def test_in_progress_is_not_the_end_and_the_end_is() -> None:
    asked = ask(GRIP)
    asked.receive(Answer(ME, GRIPPER, IN_PROGRESS), 100.1)
    asked.receive(Answer(ME, GRIPPER, ACCEPTED), 101.2)
    assert asked.outcome == Accepted()


def test_a_gripper_command_that_another_one_cancelled_is_refused() -> None:
    asked = ask(GRIP)
    asked.receive(Answer(ME, GRIPPER, IN_PROGRESS), 100.1)
    asked.receive(Answer(ME, GRIPPER, CANCELLED), 100.4)
    asked.tick(100.4 + SETTLE_S)
    assert isinstance(asked.outcome, Refused)
    assert "cancelled" in asked.outcome.reasons[0].text


def test_giving_up_calls_off_what_is_under_way_where_the_table_says_so() -> None:
    assert POLICIES[GRIPPER, Aim.CALM].given_up is GivenUp.CALLED_OFF
    asked = ask(GRIP)
    assert asked.cancel() == ()  # not under way yet as far as is known
    asked.receive(Answer(ME, GRIPPER, IN_PROGRESS), 100.1)
    assert asked.cancel() == (SayCancel(GRIPPER),)
    asked.receive(Answer(ME, GRIPPER, ACCEPTED), 101.2)
    assert asked.cancel() == ()
    holding = ask(HOLD)
    holding.receive(Answer(ME, SET_MODE, IN_PROGRESS), 100.1)
    assert holding.cancel() == ()


THERE = Request("go there", 192, (-1.0,), place=Place(601700000, 249400000, 60.0))


def test_a_command_with_a_place_is_said_as_integers_first() -> None:
    asked = Ask(THERE, LOOK, (Form.INT, Form.LONG))
    there = Place(601700000, 249400000, 60.0)
    assert asked.start(100.0) == (SayCommandInt(192, (-1.0, 0.0, 0.0, 0.0), there),)


@pytest.mark.parametrize("result", [UNSUPPORTED, LONG_ONLY], ids=["unsupported", "long only"])
def test_where_integers_are_not_taken_the_other_form_is_a_command_of_its_own(result: int) -> None:
    asked = Ask(THERE, LOOK, (Form.INT, Form.LONG))
    asked.start(100.0)
    asked.receive(Answer(ME, 192, result), 100.1)
    assert asked.outcome == OtherForm((Form.LONG,))
    again = Ask(THERE, LOOK, (Form.LONG,))
    assert again.start(100.2) == (SayCommand(192, (-1.0, 0.0, 0.0, 0.0, 60.17, 24.94, 60.0), 0),)
    again.receive(Answer(ME, 192, result), 100.3)
    again.tick(100.3 + SETTLE_S)
    assert isinstance(again.outcome, Refused)


@pytest.mark.parametrize("result", [DENIED, INT_ONLY], ids=["denied", "int only"])
def test_no_other_form_is_tried_for_an_answer_that_does_not_ask_for_it(result: int) -> None:
    asked = Ask(THERE, LOOK, (Form.INT, Form.LONG))
    asked.start(100.0)
    asked.receive(Answer(ME, 192, result), 100.1)
    asked.tick(100.1 + SETTLE_S)
    assert isinstance(asked.outcome, Refused)


@pytest.mark.parametrize("late", [Answer(ME, SET_MODE, DENIED), sample(120.0, Mode.HOLD)])
def test_nothing_changes_an_outcome(late: Answer | Sample) -> None:
    asked = ask()
    asked.tick(106.0)
    before = asked.outcome
    assert asked.receive(late, 120.0) == ()
    assert asked.tick(130.0) == ()
    assert asked.outcome is before
