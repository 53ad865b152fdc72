"""Lets requests in: from a connection to its principal, and to what the application serves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from orchestrator.gateway.access import Caller, Denied, Principal, Role, known
from orchestrator.gateway.failures import Failure
from orchestrator.gateway.gallery import Gallery
from orchestrator.gateway.messages import ErrorView

DENIALS: dict[int | str, dict[str, object]] = {
    401: {"model": ErrorView, "description": "Nobody knows who asks: a key is needed."},
    403: {"model": ErrorView, "description": "Known, but not allowed to do this."},
}


def admitted(connection: HTTPConnection) -> Principal | Denied:
    """Who makes this connection."""
    gallery: Gallery = connection.app.state.gallery
    caller = Caller(
        host=None if connection.client is None else connection.client.host,
        headers={name.lower(): value for name, value in connection.headers.items()},
        subprotocols=tuple(connection.scope.get("subprotocols", ())),
    )
    return known(caller, gallery.service.access)


def _principal(connection: HTTPConnection) -> Principal:
    who = admitted(connection)
    if isinstance(who, Denied):
        headers = {"WWW-Authenticate": "Bearer"} if who.status == HTTPStatus.UNAUTHORIZED else None
        raise Failure(who.status, who.error, headers=headers)
    return who


def _operator(principal: Annotated[Principal, Depends(_principal)]) -> Principal:
    if principal.role is not Role.OPERATOR:
        raise Failure(
            HTTPStatus.FORBIDDEN, f"{principal.name} is an integrator: this is for operators of the fleet."
        )
    return principal


def _gallery(connection: HTTPConnection) -> Gallery:
    gallery: Gallery = connection.app.state.gallery
    return gallery


Known = Annotated[Principal, Depends(_principal)]
Operator = Annotated[Principal, Depends(_operator)]
TheGallery = Annotated[Gallery, Depends(_gallery)]
