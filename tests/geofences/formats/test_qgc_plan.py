from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from geofences.formats import qgc_plan
from geofences.formats.plan_items import FenceDisc, FenceRing, Side
from geofences.formats.reading import FormatError
from geofences.path import Waypoint
from geofences.position import GeoPoint

SHARED = Path(__file__).parents[4] / "shared/data/plans"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared with the sample plans is not here")
TAKEOFF = {"type": "SimpleItem", "command": 22, "frame": 3, "params": [0, 0, 0, None, 47.0, 8.0, 30]}


def plan(**changes: Any) -> bytes:  # noqa: ANN401
    """A sound plan; `mission__items=[...]` replaces one member."""
    document: dict[str, Any] = {
        "fileType": "Plan",
        "version": 1,
        "mission": {"version": 2, "plannedHomePosition": [47.0, 8.0, 400.0], "items": [TAKEOFF]},
        "geoFence": {"version": 2, "polygons": [], "circles": []},
        "rallyPoints": {"version": 2, "points": []},
    }
    for name, value in changes.items():
        part, _, member = name.partition("__")
        if member:
            document[part][member] = value
        elif value is None:
            del document[part]
        else:
            document[part] = value
    return json.dumps(document).encode()


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(FormatError) as caught:
        qgc_plan.read(data)
    return caught.value.field, caught.value.reason


def test_a_simple_item_keeps_its_numbers_and_nothing_stands_for_what_is_left_open() -> None:
    (item,) = qgc_plan.read(plan()).items
    assert (item.command, item.frame, item.params[6]) == (22, 3, 30.0)
    assert math.isnan(item.params[3])
    assert item.position == GeoPoint(47.0, 8.0)


def test_numbers_that_are_no_place_are_not_taken_for_one() -> None:
    trigger = {"type": "SimpleItem", "command": 203, "frame": 2, "params": [1, 0, 0, 0, 1, 0, 0]}
    (item,) = qgc_plan.read(plan(mission__items=[trigger])).items
    assert item.position is None


def test_fence_and_rally_points() -> None:
    corners = [[47.0, 8.0], [47.1, 8.0], [47.0, 8.1]]
    read = qgc_plan.read(
        plan(
            geoFence__polygons=[{"version": 1, "inclusion": True, "polygon": corners}],
            geoFence__circles=[
                {"version": 1, "inclusion": False, "circle": {"center": [47.0, 8.0], "radius": 25.5}}
            ],
            rallyPoints__points=[[47.0, 8.0, 40.0]],
        )
    )
    ring = FenceRing("geoFence.polygons[0]", Side.INSIDE, tuple(GeoPoint(*corner) for corner in corners))
    assert read.rings == (ring,)
    assert read.discs == (FenceDisc("geoFence.circles[0]", Side.OUTSIDE, GeoPoint(47.0, 8.0), 25.5),)
    assert read.rally_points == (Waypoint(GeoPoint(47.0, 8.0), 40.0),)
    assert (read.home, read.home_amsl_m) == (GeoPoint(47.0, 8.0), 400.0)


def test_a_breach_return_point_is_left_out_and_said() -> None:
    (finding,) = qgc_plan.read(plan(geoFence__breachReturn=[47.0, 8.0, 30])).findings
    assert finding.field == "geoFence.breachReturn"


@pytest.mark.parametrize(
    ("part", "held"),
    [
        ("geoFence", {"version": 1, "polygon": []}),
        ("geoFence", {"polygons": []}),
        ("geoFence", {}),
        ("rallyPoints", {"points": [], "version": 1}),
    ],
)
def test_an_empty_fence_of_an_early_version_is_an_empty_fence(part: str, held: dict[str, Any]) -> None:
    read = qgc_plan.read(plan(**{part: held}))
    assert (read.rings, read.discs, read.rally_points) == ((), (), ())
    assert [finding.field for finding in read.findings] == [f"{part}.version"]


def test_a_survey_is_the_simple_items_that_the_file_holds_for_it() -> None:
    survey = {
        "type": "ComplexItem",
        "complexItemType": "survey",
        "version": 5,
        "TransectStyleComplexItem": {"Items": [TAKEOFF, TAKEOFF]},
    }
    read = qgc_plan.read(plan(mission__items=[TAKEOFF, survey]))
    assert [item.field for item in read.items] == [
        "mission.items[0]",
        "mission.items[1].TransectStyleComplexItem.Items[0]",
        "mission.items[1].TransectStyleComplexItem.Items[1]",
    ]


def item(**changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [TAKEOFF | changes]


@pytest.mark.parametrize(
    ("data", "field", "word"),
    [
        (b"[1", "file", "not JSON"),
        (b"[]", "file", "JSON object"),
        (plan(fileType="Mission"), "fileType", "Mission"),
        (plan(version=42), "version", "42"),
        (plan(mission=None), "mission", "missing"),
        (plan(mission__version=7), "mission.version", "7"),
        (plan(geoFence={"version": 1, "polygon": [[47, 8], [47, 9], [48, 9]]}), "geoFence.version", "1"),
        (plan(geoFence={"polygons": [{"inclusion": True}]}), "geoFence.version", "missing"),
        (plan(geoFence={"version": {}}), "geoFence.version", "{}"),
        (plan(rallyPoints={"version": 1, "points": [[47, 8, 9]]}), "rallyPoints.version", "1"),
        (plan(mission__items=3), "mission.items", "list"),
        (plan(mission__items=[4]), "mission.items[0]", "object"),
        (plan(mission__items=item(type="Odd")), "mission.items[0].type", "Odd"),
        (plan(mission__items=item(params=[0, 0])), "mission.items[0].params", "2 numbers"),
        (plan(mission__items=item(params=[0, "x", 0, 0, 0, 0, 0])), "mission.items[0].params[1]", "number"),
        (plan(mission__items=item(params=[0, 0, 0, 0, 91.0, 8.0, 0])), "mission.items[0].params", "91"),
        (plan(mission__items=item(command=-1)), "mission.items[0].command", "-1"),
        (plan(mission__items=item(frame=True)), "mission.items[0].frame", "whole number"),
        (
            plan(geoFence__polygons=[{"inclusion": True, "polygon": [[47, 8], [47, 9]]}]),
            "geoFence.polygons[0].polygon",
            "at least 3",
        ),
        (
            plan(geoFence__polygons=[{"inclusion": 1, "polygon": [[47, 8], [47, 9], [48, 9]]}]),
            "geoFence.polygons[0].inclusion",
            "neither",
        ),
        (
            plan(geoFence__circles=[{"inclusion": True, "circle": {"center": [47, 8], "radius": 0}}]),
            "geoFence.circles[0].circle.radius",
            "above 0",
        ),
        (plan(rallyPoints__points=[[47.0, 8.0]]), "rallyPoints.points[0]", "height"),
    ],
)
def test_what_cannot_be_read_is_refused_by_field_and_reason(data: bytes, field: str, word: str) -> None:
    at, reason = refused(data)
    assert at == field
    assert word in reason


@shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("px4/rover_mission_1", 3),
        ("px4/triangle_gripper_package_delivery", 4),
        ("px4/vtol_mission_allmend", 9),
        ("mavsdk/qgroundcontrol_sample", 6),
        ("mavsdk/qgroundcontrol_sample_with_digicam_control", 1),
        ("mavsdk/qgroundcontrol_sample_with_survey", None),
    ],
)
def test_the_sound_samples_are_read_whole(name: str, count: int | None) -> None:
    read = qgc_plan.read((SHARED / f"{name}.plan").read_bytes())
    if count is None:  # one item of its own, and what the survey holds
        document = json.loads((SHARED / f"{name}.plan").read_bytes())
        held = [entry.get("TransectStyleComplexItem") for entry in document["mission"]["items"]]
        count = sum(len(transects["Items"]) if transects else 1 for transects in held)
        assert count > 10
    assert len(read.items) == count


@shared
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("structured_scan", "mission.items[1].complexItemType"),
        ("survey_missing_items", "mission.items[1].TransectStyleComplexItem.Items"),
        ("survey_wrong_version", "mission.items[1].version"),
    ],
)
def test_a_sample_whose_complex_item_is_not_in_the_file_is_refused_by_it(name: str, field: str) -> None:
    file = SHARED / f"mavsdk/qgroundcontrol_sample_with_{name}.plan"
    assert refused(file.read_bytes())[0] == field


@shared
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("without_mission", "mission"),
        ("wrong_mission_version", "mission.version"),
        ("wrong_overall_version", "version"),
    ],
)
def test_a_sample_of_another_version_is_refused_by_it(name: str, field: str) -> None:
    file = SHARED / f"mavsdk/qgroundcontrol_sample_{name}.plan"
    assert refused(file.read_bytes())[0] == field
