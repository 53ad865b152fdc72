"""What stands behind the routes: one of each, for as long as the application lives."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import HTTPConnection

from orchestrator.gateway.acts.collecting import Collecting
from orchestrator.gateway.acts.couriers import Couriers
from orchestrator.gateway.acts.pricing import Pricing
from orchestrator.gateway.door.turnstile import Gate
from orchestrator.gateway.showing.gallery import Gallery
from orchestrator.gateway.showing.live import Live
from orchestrator.gateway.showing.vicinity import Vicinity


@dataclass(frozen=True, slots=True)
class Inside:
    """What routes reach for beyond what they are asked."""

    gallery: Gallery
    live: Live
    pricing: Pricing
    couriers: Couriers
    collecting: Collecting
    vicinity: Vicinity
    gate: Gate


def inside_of(app: FastAPI) -> Inside:
    """What an application was made with; `create_app` puts it there."""
    kept: Inside = app.state.inside
    return kept


def inside(connection: HTTPConnection) -> Inside:
    """What the application has that a request came to."""
    return inside_of(connection.app)
