"""What is seen of a fleet: samples that are taken when asked for, and then stay."""

from __future__ import annotations

import pytest

from orchestrator.operations.watching.seeing import Seeing
from tests.orchestrator.operations.town import D1, D2, D3, R1, ready_fleet, sample, surroundings
from vehicles.telemetry import Telemetry


class Teller:
    """A vehicle that says where it is, and counts who asks."""

    def __init__(self, *, heard: bool = True) -> None:
        self.heard, self.asked = heard, 0

    @property
    def telemetry(self) -> Telemetry | None:
        self.asked += 1
        return sample(at_s=float(self.asked)) if self.heard else None


def test_a_sample_is_taken_once_and_only_of_those_that_are_asked_for() -> None:
    tellers = {D1: Teller(), D2: Teller(), D3: Teller(heard=False), R1: Teller()}
    members = ready_fleet(D1, D2, D3).vehicles  # R1 has left
    seen = Seeing(tellers, members, surroundings())  # type: ignore[arg-type]
    assert seen[D1] is seen[D1]
    assert [teller.asked for teller in tellers.values()] == [1, 0, 0, 0]
    assert (list(seen), len(seen)) == ([D1, D2], 2)
    assert seen.get(D3) is seen.get(R1) is None
    with pytest.raises(KeyError):
        seen[D3]
    assert tellers[D1].asked == 1
