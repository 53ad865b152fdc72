from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.position import GeoPoint
from vehicles.mavlink.command import (
    GRIPPER,
    QUERY,
    SAFE_MODE,
    SET_OFF,
    SETTLE_S,
    Ask,
    Policy,
    Request,
)
from vehicles.mavlink.messages import Answer, Sample, SayCommand, Text
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry
from vehicles.vehicle import Accepted, Refused, Unanswered

ACCEPTED, REJECTED, DENIED, IN_PROGRESS = 0, 1, 2, 5
ME, SET_MODE = 25, 176
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


def ask(policy: Policy = SAFE_MODE, *, shown: bool = True) -> Ask:
    shown_by = (lambda sample: sample.mode is Mode.HOLD) if shown else None
    asked = Ask(Request("hold", SET_MODE, (1.0, 4.0, 3.0), policy, shown_by), LOOK)
    (said,) = asked.start(100.0)
    assert said == SayCommand(SET_MODE, (1.0, 4.0, 3.0, 0.0, 0.0, 0.0, 0.0), 0)
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


def test_a_safe_mode_is_repeated_only_after_a_look_that_shows_no_change() -> None:
    asked = ask()
    assert asked.tick(101.2) == ()  # nothing heard since it was sent: do not repeat into the dark
    seen = ask()
    seen.receive(sample(100.5), 100.5)
    (again,) = seen.tick(101.2)
    assert isinstance(again, SayCommand)
    assert again.send == 1


def test_a_safe_mode_is_not_repeated_over_a_failsafe() -> None:
    asked = ask()
    health = Health(ready=True, failsafe=True)
    asked.receive(Sample(replace(LOOK, heard_at_s=100.5, mode=Mode.RETURN, health=health), 100.5), 100.5)
    assert asked.tick(101.2) == ()


def test_what_sets_off_is_never_repeated() -> None:
    asked = ask(replace(SET_OFF, sends=3))
    for n in range(1, 60):
        asked.receive(sample(100.0 + n * 0.1), 100.0 + n * 0.1)
        assert asked.tick(100.0 + n * 0.1) == ()
    asked.tick(106.0)
    assert isinstance(asked.outcome, Unanswered)
    assert "no answer" in asked.outcome.seen


def test_a_query_is_repeated_to_its_limit() -> None:
    asked = ask(QUERY, shown=False)
    assert [len(asked.tick(at_s)) for at_s in (101.0, 102.0, 103.0)] == [1, 1, 0]
    assert isinstance(asked.outcome, Unanswered)


def test_progress_extends_the_time() -> None:
    asked = ask(GRIPPER, shown=False)
    asked.receive(Answer(ME, SET_MODE, IN_PROGRESS), 100.1)
    assert asked.tick(107.0) == ()
    assert asked.outcome is None
    asked.receive(Answer(ME, SET_MODE, ACCEPTED), 107.1)
    assert asked.outcome == Accepted()


@pytest.mark.parametrize("late", [Answer(ME, SET_MODE, DENIED), sample(120.0, Mode.HOLD)])
def test_nothing_changes_an_outcome(late: Answer | Sample) -> None:
    asked = ask()
    asked.tick(106.0)
    before = asked.outcome
    assert asked.receive(late, 120.0) == ()
    assert asked.tick(130.0) == ()
    assert asked.outcome is before
