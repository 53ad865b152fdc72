"""Orders where the air is thin: what they take, and what planner and verifier refuse for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.airspace import Airspace
from geofences.reason import Because
from geofences.sidewalk import Footpaths
from orchestrator.operations.planning.draft import Infeasible, drafts
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.verifying.preflight_way import energy_reasons
from tests.orchestrator.operations.town import FRAME, START_S, at, job
from tests.scenarios.hills import hills
from vehicles.profiles import DELIVERY_DRONE

FAR = at(9000.0, 0.0)


def around(ground_amsl_m: float, above_isa_k: float = 0.0) -> Surroundings:
    airspace = Airspace(FRAME, (), (), ground_amsl_m)
    ways, any_return = Footpaths(FRAME, ()), OwnReturnRule.ANY
    return Surroundings(airspace, ways, wind_mps=3.0, above_isa_k=above_isa_k, own_return=any_return)


def least_wh(ground_amsl_m: float, above_isa_k: float = 0.0) -> float:
    found = drafts(job(mass_kg=0.5), around(ground_amsl_m, above_isa_k), START_S)
    assert not isinstance(found, Infeasible)
    return min(draft.energy_wh for draft in found)


def test_an_order_takes_more_high_up_and_more_in_the_heat() -> None:
    assert least_wh(4060.0) > 1.1 * least_wh(0.0)
    assert least_wh(4060.0, 20.0) > least_wh(4060.0)


def test_what_is_within_the_reserve_at_sea_level_is_refused_high_up() -> None:
    assert not isinstance(drafts(job(door=FAR, mass_kg=1.5), around(0.0), START_S), Infeasible)
    found = drafts(job(door=FAR, mass_kg=1.5), around(4060.0), START_S)
    assert isinstance(found, Infeasible)
    assert [reason.because for reason in found.reasons] == [Because.ENERGY]


def test_what_the_rotors_cannot_lift_there_is_refused_by_its_mass() -> None:
    assert not isinstance(drafts(job(mass_kg=2.5), around(0.0), START_S), Infeasible)
    found = drafts(job(mass_kg=2.5), around(4060.0), START_S)
    assert isinstance(found, Infeasible)
    assert {reason.because for reason in found.reasons} == {Because.PAYLOAD}
    assert "at most" in found.reasons[0].text


@pytest.mark.parametrize(("mass_kg", "because"), [(1.5, Because.ENERGY), (2.5, Because.PAYLOAD)])
def test_the_verifier_refuses_what_was_planned_for_the_air_at_sea_level(
    mass_kg: float, because: Because
) -> None:
    far = job(door=FAR, mass_kg=mass_kg)
    found = drafts(far, around(0.0), START_S)
    assert not isinstance(found, Infeasible)
    legs = found[0].legs
    assert energy_reasons(legs, DELIVERY_DRONE, 1.0, around(0.0)) == ()
    against = energy_reasons(legs, DELIVERY_DRONE, 1.0, around(4060.0))
    assert because in {reason.because for reason in against}


def test_over_hills_the_air_is_that_of_the_ground_that_the_way_itself_tells() -> None:
    over = replace(around(0.0), airspace=Airspace(FRAME, (), (), hills()))
    assert over.air_for(DELIVERY_DRONE).level_amsl_m == 0.0
    assert around(4060.0).air_for(DELIVERY_DRONE).level_amsl_m == 4060.0
