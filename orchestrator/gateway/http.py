"""The application: routes, limits, failures and the page, put together around a `Service`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic.json_schema import models_json_schema

from orchestrator.gateway.acts.collecting import Collecting
from orchestrator.gateway.acts.couriers import Couriers
from orchestrator.gateway.acts.pricing import Pricing
from orchestrator.gateway.contract.failures import answer, field_asked, register
from orchestrator.gateway.contract.messages import ChangesMessage, SnapshotMessage, TelemetryMessage
from orchestrator.gateway.door.limits import Limits
from orchestrator.gateway.door.turnstile import Gate, Turnstile
from orchestrator.gateway.inside import Inside
from orchestrator.gateway.page import add_page
from orchestrator.gateway.routes import courier as routes_courier
from orchestrator.gateway.routes import fleet as routes_fleet
from orchestrator.gateway.routes import health as routes_health
from orchestrator.gateway.routes import lockers as routes_lockers
from orchestrator.gateway.routes import orders as routes_orders
from orchestrator.gateway.routes import tracking as routes_tracking
from orchestrator.gateway.routes.doorman import known_parameters
from orchestrator.gateway.service import Service
from orchestrator.gateway.showing.gallery import Gallery
from orchestrator.gateway.showing.live import Live
from orchestrator.gateway.showing.vicinity import Vicinity
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.journal import JournalError

_DESCRIPTION = """
Place and follow orders, and run the fleet. Times are UTC seconds of fleet time, positions WGS84
degrees, heights metres above ground. Every answer that is not a success reads
`{"error": "...", "problems": [{"field": "...", "reason": "..."}]}`.

Every request needs a key, `Authorization: Bearer KEY`, unless the configuration lets requests from
the machine itself act as an operator. The live stream is a WebSocket at `/v1/live`: one
`SnapshotMessage`, then `ChangesMessage` and `TelemetryMessage`.
"""


_ROUTERS = (
    routes_orders.router,
    routes_tracking.router,
    routes_fleet.router,
    routes_courier.router,
    routes_lockers.router,
    routes_health.router,
)


_FOR_ANYBODY = ("/v1/track/", "/health")
"""Addresses that take no key."""


class _App(FastAPI):
    """FastAPI, with the live stream's messages in its OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        """The document, with the schemas of the WebSocket's messages among the components."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        _, schemas = models_json_schema(
            [
                (SnapshotMessage, "serialization"),
                (ChangesMessage, "serialization"),
                (TelemetryMessage, "serialization"),
            ],
            ref_template="#/components/schemas/{model}",
        )
        document["components"]["schemas"].update(schemas["$defs"])
        _protect(document)
        return document


def _protect(document: dict[str, Any]) -> None:
    """Say that every operation but the tracking link takes a bearer key, and which 422 there really is."""
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"key": []}, {}]
    for path, operations in document["paths"].items():
        if path.startswith(_FOR_ANYBODY):
            for operation in operations.values():
                operation["security"] = []
        for operation in operations.values():
            if (
                "requestBody" not in operation and operation["operationId"] != "list_orders"
            ):  # FastAPI's own guess: path parameters here are any text
                operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def create_app(service: Service) -> FastAPI:
    """The ASGI application. Its lifespan runs the live stream."""
    gallery = Gallery(service)
    live = Live(gallery)
    there = Inside(
        gallery=gallery,
        live=live,
        pricing=Pricing(service),
        couriers=Couriers(service),
        collecting=Collecting(service),
        vicinity=Vicinity(service.city.map_gz),
        gate=Gate(),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with live, there.pricing:
            yield

    app = _App(
        title="Sanderling",
        version="1",
        summary="Orchestrates last-mile delivery by drones, sidewalk robots and couriers.",
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_url="/v1/openapi.json",
        docs_url=None,  # FastAPI's own page loads its scripts from another site
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        dependencies=[Depends(known_parameters)],
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.inside = there
    register(app, [route for router in _ROUTERS for route in router.routes])
    app.add_exception_handler(JournalError, _on_journal_error)
    app.add_exception_handler(IllegalEvent, _on_illegal_event)
    app.add_exception_handler(Exception, _on_fault)
    for router in _ROUTERS:
        app.include_router(router)
    add_page(app, service.console_dir)
    app.add_middleware(Turnstile, gate=there.gate)
    app.add_middleware(Limits)
    return app


async def _on_journal_error(_: Request, error: Exception) -> JSONResponse:
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, f"Nothing has changed: {error}")


async def _on_illegal_event(request: Request, error: Exception) -> JSONResponse:
    """What stands against it, at the field of the request that it comes from, where it comes from one."""
    if not isinstance(error, IllegalEvent):  # registered for IllegalEvent alone
        raise error
    field = field_asked(request, error.field)
    if field is None:
        return answer(HTTPStatus.CONFLICT, f"This cannot be done as things stand: {error.reason}.")
    return answer(HTTPStatus.CONFLICT, "This cannot be done as things stand.", [(field, error.reason)])


async def _on_fault(_: Request, error: Exception) -> JSONResponse:
    """A fault of ours: the asker gets the one shape; the server's log gets the rest."""
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"A fault of the gateway's own ({type(error).__name__}).")
