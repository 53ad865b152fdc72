"""Routes for whoever watches over the orchestrator: whether it has the fleet under control, and figures."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response

from orchestrator.gateway.contract.answers import DENIALS, said
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.messages import HealthView
from orchestrator.gateway.door.bodies import OnceRoute
from orchestrator.gateway.routes.doorman import ByObserver, TheGallery, TheInside
from orchestrator.gateway.showing.figures import CONTENT_TYPE, Health, figures
from orchestrator.gateway.showing.gallery import Gallery

router = APIRouter(tags=["health"], route_class=OnceRoute)


def _health(gallery: Gallery) -> Health:
    service = gallery.service
    state, trouble = service.writer.state, service.writer.trouble
    return Health(service.undecided_s(), failing=bool(state.undecided), keeps=trouble is None)


@router.get("/health", responses={503: said("It is not, or nothing is kept: `problems` says which.")})
async def get_health(gallery: TheGallery) -> HealthView:
    """Whether the fleet is under control: for anybody, and so nothing else."""
    health = _health(gallery)
    if health.ok:
        return HealthView(ok=True)
    problems = [
        ("deciding", "nothing is decided, and vehicles hear no sign of life") if not health.decides else None,
        ("journal", "facts cannot be kept: nothing new is taken in") if not health.keeps else None,
    ]
    told = [problem for problem in problems if problem is not None]
    raise Failure(HTTPStatus.SERVICE_UNAVAILABLE, "The fleet is not under control.", told)


@router.get(
    "/metrics",
    responses=DENIALS | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
async def get_metrics(_: ByObserver, there: TheInside) -> Response:
    """Figures for Prometheus, in its text format."""
    gallery = there.gallery
    text = figures(gallery.service.writer.state, _health(gallery), there.live.consoles)
    return Response(text, media_type=CONTENT_TYPE)
