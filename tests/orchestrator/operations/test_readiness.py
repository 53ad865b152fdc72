"""Why an idle vehicle takes no work: its findings word for word, else its own complaint, never both."""

from __future__ import annotations

from dataclasses import replace

from geofences.reason import Because, Reason
from orchestrator.operations.watching.readiness import unready
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import D1, START_S, ready_fleet, sample
from vehicles.telemetry import Health, Telemetry

FINDING = Reason(Because.HEALTH, "NAV_DLL_ACT", "NAV_DLL_ACT is 0 and must be 2, so that it comes home.")


def why(seen: Telemetry) -> tuple[Reason, ...]:
    state: FleetState = ready_fleet(D1)
    return unready(state.vehicles[D1], seen, START_S)


def test_findings_are_the_reasons_word_for_word_and_its_texts_are_not_repeated_beside_them() -> None:
    seen = replace(sample(), health=Health(ready=False, failsafe=False, warnings=("x",), findings=(FINDING,)))
    assert why(seen) == (FINDING,)


def test_without_findings_its_own_words_are_the_reason_with_one_full_stop() -> None:
    (reason,) = why(sample(ready=False, warnings=("Compass not calibrated.",)))
    assert reason.text == "D1 says it cannot start: Compass not calibrated."
