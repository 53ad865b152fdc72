"""Whether `sanderling fly` sees a vehicle that is not where its way was verified: beside, above, below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import destination
from orchestrator.commands import fly
from orchestrator.flying.from_file import from_file
from orchestrator.flying.given import read_given
from orchestrator.flying.straying import Off, Straying, course
from orchestrator.flying.trip import Start
from sitl.autopilot.items import Reader
from sitl.motion.steps import GoTo, Step
from tests.orchestrator.operations.town import sample
from tests.orchestrator.test_fly import HOME, RETURN, flown, north, plan_file, waypoint
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Home, Telemetry

OUT_M, BACK_M = 40.0, 60.0
"""It goes out and comes back over the same ground, at two heights."""
FAR_M = 300.0


def there(away_m: float, height_m: float) -> Waypoint:
    return Waypoint(destination(HOME, 90.0, away_m), height_m)


def held(*datums_m: float | None) -> Straying:
    places = [there(0.0, 0.0), there(0.0, OUT_M), there(FAR_M, OUT_M), there(FAR_M, BACK_M)]
    places += [there(0.0, BACK_M), there(0.0, 0.0)]
    way = TimedPath(tuple(TimedPoint(place, 10.0 * n) for n, place in enumerate(places)))
    return Straying(course(way, DELIVERY_DRONE), 10.0, datums_m or (None,))


def seen(
    n: int,
    away_m: float,
    height_m: float,
    *,
    beside_m: float = 0.0,
    east_mps: float = 0.0,
    up_mps: float = 0.0,
) -> Telemetry:
    """A sample a second, above home, whose own height is 10 m above the sea."""
    at = destination(destination(HOME, 90.0, away_m), 0.0, beside_m)
    one = sample(at_s=1_000.0 + n, position=at)
    moving = replace(one, east_mps=east_mps, down_mps=-up_mps)
    return replace(moving, height_agl_m=height_m, alt_amsl_m=height_m + 10.0)


def told(straying: Straying, samples: Sequence[Telemetry]) -> list[str]:
    return [text for one in samples for text in straying.look(one)]


def flight(out_by_m: float = 0.0, back_by_m: float = 0.0, beside_m: float = 0.0) -> list[Telemetry]:
    """There and back at 10 m/s, so far above what is planned each way."""
    up = [seen(n, 0.0, 5.0 * n) for n in range(9)]
    out = [seen(9 + n, 10.0 * n, OUT_M + out_by_m, beside_m=beside_m, east_mps=10.0) for n in range(31)]
    back = [seen(40 + n, FAR_M - 10.0 * n, BACK_M + back_by_m, east_mps=-10.0) for n in range(31)]
    return [*up, *out, *back]


def test_one_that_keeps_to_its_way_is_left_alone() -> None:
    straying = held()
    assert told(straying, flight(out_by_m=3.0, back_by_m=-3.0, beside_m=4.0)) == []
    assert straying.in_the_end() == ()
    assert straying.most.above_m == pytest.approx(3.0, abs=0.5)
    assert straying.most.below_m == pytest.approx(3.0, abs=0.5)
    assert straying.most.beside_m == pytest.approx(4.0, abs=0.5)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"out_by_m": -12.0}, "12 m below its planned height"),
        ({"out_by_m": 20.0}, "20 m above its planned height"),
        ({"back_by_m": -20.0}, "20 m below its planned height"),
        ({"beside_m": 15.0}, "15 m beside its planned way"),
    ],
    ids=["low", "as high as it comes back", "as low as it went", "beside"],
)
def test_where_it_is_not_where_it_was_verified_is_told_once_with_how_far(
    wish: dict[str, float], says: str
) -> None:
    straying = held()
    (text,) = told(straying, flight(**wish))
    assert says in text
    assert "m above home" in text
    (at_most,) = straying.in_the_end()
    assert says in at_most


def test_a_moment_is_not_told() -> None:
    straying = held()
    samples = flight()
    samples[20] = replace(samples[20], height_agl_m=OUT_M - 12.0)
    assert told(straying, samples) == []
    assert straying.most.below_m == pytest.approx(12.0, abs=0.5)


def test_after_a_gap_it_is_looked_for_further_on() -> None:
    samples = flight(back_by_m=-12.0)
    assert len(told(held(), [*samples[:15], *samples[50:]])) == 1


def test_heights_above_the_sea_are_held_against_the_sea_and_others_against_home() -> None:
    """PX4 corrects its home's height in flight: 8 m here. What is above the sea does not move with it."""
    drifted = [replace(one, height_agl_m=one.height_agl_m - 8.0) for one in flight()]
    assert told(held(10.0), drifted) == []
    assert "8 m below" in told(held(None), drifted)[0]
    assert told(held(None, 10.0), drifted) == []
    moved = [replace(one, alt_amsl_m=(one.alt_amsl_m or 0.0) + 8.0) for one in flight()]
    assert "8 m above" in told(held(10.0), moved)[0]
    assert told(held(None), moved) == []


def test_a_plan_file_says_from_what_its_heights_are_told(tmp_path: Path) -> None:
    def datums_m(*frames: int) -> tuple[float | None, ...]:
        items = [waypoint(30.0 * n + 30.0, 40.0, frame=frame) for n, frame in enumerate(frames)]
        file = read_given(plan_file(tmp_path, *items, RETURN), None, 1.0, (), None, 0.0).plan
        assert file is not None
        return from_file(file, DELIVERY_DRONE, Start(HOME, 10.0, 1.0, 0.0)).datums_m

    assert datums_m(3, 6) == (None,)
    assert datums_m(0, 5) == (10.0,)
    assert datums_m(0, 3) == (None, 10.0)


def test_an_autopilot_that_flies_lower_than_it_was_told_is_told_in_flight_and_in_the_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = Reader.steps

    def lower(self: Reader, items: Sequence[object]) -> tuple[Step, ...]:
        return tuple(
            replace(step, place=replace(step.place, height_agl_m=step.place.height_agl_m - 15.0))
            if isinstance(step, GoTo) and step.place.height_agl_m > 30.0
            else step
            for step in steps(self, items)  # type: ignore[arg-type]
        )

    monkeypatch.setattr(Reader, "steps", lower)
    end, words = flown(to=north(200.0))
    assert end.delivered
    assert any("below its planned height, at" in text for text in words)
    (at_most,) = [text for text in end.findings if text.startswith("At most")]
    assert "m below its planned height" in at_most
    assert fly.document(end)["off_way"]["below_m"] == pytest.approx(15.0, abs=1.5)


def test_what_keeps_to_its_way_reports_how_near() -> None:
    end, _ = flown(to=north(60.0))
    assert end.findings == ()
    assert isinstance(end.off, Off)
    assert end.off.below_m < 3.0
    assert end.off.above_m < 3.0
    assert end.off.beside_m < 3.0


def test_down_to_a_door_and_up_again_over_the_same_line_is_no_straying() -> None:
    """Its way by the door is one line twice; whichever it was taken for, the rest of its way must follow."""
    places = [there(0.0, 0.0), there(0.0, BACK_M), there(90.0, BACK_M), there(90.0, 8.0), there(90.0, 8.0)]
    places += [there(90.0, BACK_M), there(0.0, BACK_M), there(0.0, 0.0)]
    way = TimedPath(tuple(TimedPoint(place, 10.0 * n) for n, place in enumerate(places)))
    straying = Straying(course(way, DELIVERY_DRONE), 10.0, (None,))
    out = [seen(n, 10.0 * n, BACK_M, east_mps=10.0) for n in range(10)]
    down = [seen(10 + n, 90.0, BACK_M - 2.0 * n, up_mps=-2.0) for n in range(27)]
    still = [seen(37 + n, 90.0, 8.0) for n in range(5)]
    up = [seen(42 + n, 90.0, 8.0 + 4.0 * n, up_mps=4.0) for n in range(14)]
    turning = [seen(56 + n, 90.0, BACK_M) for n in range(3)]
    back = [seen(59 + n, 90.0 - 10.0 * n, BACK_M, east_mps=-10.0) for n in range(10)]
    assert told(straying, [*out, *down, *still, *up, *turning, *back]) == []
    assert straying.most.beside_m < 1.0
    assert straying.most.below_m < 1.0


def test_a_home_that_is_moved_in_flight_is_told_once() -> None:
    straying, samples = held(), flight()
    homes = [Home(one.heard_at_s, HOME, 10.0) for one in samples]
    elsewhere = destination(HOME, 0.0, 300.0)
    homes[30:] = [replace(home, position=elsewhere) for home in homes[30:]]
    homes[:30] = [replace(home, position=destination(HOME, 0.0, 3.0)) for home in homes[:30]]
    samples = [replace(one, home=home) for one, home in zip(samples, homes, strict=True)]
    (text,) = told(straying, samples)
    assert f"moved by 300 m, to {elsewhere}" in text
