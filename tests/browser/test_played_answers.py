"""The played gateway answers as the real one does: a page that is held to it is held to the truth.

No browser is needed: what the gateway's views gain, the played fleet must gain too.
"""

from __future__ import annotations

import asyncio
import json

import pytest

from orchestrator.gateway.contract.condition_views import ConditionView
from orchestrator.gateway.contract.messages import ExplanationView, SnapshotMessage, TelemetryMessage
from orchestrator.gateway.contract.views import View
from tests.browser.played_fleet import Json
from tests.browser.played_state import Played


async def _answers(began_ago_s: float) -> list[tuple[type[View], Json]]:
    played = Played(speed=1.0)
    played.began_s -= began_ago_s
    snapshot = {"type": "snapshot", **played.snapshot()}
    telemetry = {"type": "telemetry", "now_s": played.now_s(), "vehicles": played.telemetry_views()}
    explained = [(ExplanationView, played.explanation_view(o["id"])) for o in played.order_views()]
    conditions = [(ConditionView, played.condition_view(v.vehicle_id)) for v in played.vehicles]
    return [(SnapshotMessage, snapshot), (TelemetryMessage, telemetry), *explained, *conditions]


@pytest.mark.parametrize("began_ago_s", [0.0, 60.0, 150.0, 400.0])
def test_played_answers_have_every_field_of_the_gateways_views_and_no_other(began_ago_s: float) -> None:
    for view, answer in asyncio.run(_answers(began_ago_s)):
        said = json.loads(json.dumps(answer))
        assert view.model_validate_json(json.dumps(answer)).model_dump(mode="json") == said, view.__name__
