"""Lets requests in: from a connection to its principal, and to what the application serves.

Dependencies are coroutines: others FastAPI runs on threads, where there is no event loop to tell the time.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from orchestrator.gateway.access import Caller, Denied, Principal, Role, known
from orchestrator.gateway.failures import Failure
from orchestrator.gateway.gallery import Gallery
from orchestrator.gateway.messages import ErrorView
from vehicles.mission import VehicleId

DENIALS: dict[int | str, dict[str, object]] = {
    401: {"model": ErrorView, "description": "Nobody knows who asks: a key is needed."},
    403: {"model": ErrorView, "description": "Known, but not allowed to do this."},
}


_A_ROLE = {
    Role.OPERATOR: "an operator",
    Role.INTEGRATOR: "an integrator",
    Role.COURIER: "a courier",
    Role.LOCKER: "a locker's system",
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


async def _principal(connection: HTTPConnection) -> Principal:
    who = admitted(connection)
    if isinstance(who, Denied):
        headers = {"WWW-Authenticate": "Bearer"} if who.status == HTTPStatus.UNAUTHORIZED else None
        raise Failure(who.status, who.error, headers=headers)
    return who


async def _operator_or_integrator(principal: Annotated[Principal, Depends(_principal)]) -> Principal:
    if principal.role in {Role.COURIER, Role.LOCKER}:
        text = f"{principal.name} is {_A_ROLE[principal.role]}: this is for others."
        raise Failure(HTTPStatus.FORBIDDEN, text)
    return principal


async def _courier(principal: Annotated[Principal, Depends(_principal)]) -> VehicleId:
    if principal.rides is None:
        raise Failure(HTTPStatus.FORBIDDEN, f"{principal.name} is no courier: this is for couriers' phones.")
    return principal.rides


async def _locker_system(principal: Annotated[Principal, Depends(_principal)]) -> Principal:
    if principal.role not in {Role.LOCKER, Role.OPERATOR}:
        text = f"{principal.name} is {_A_ROLE[principal.role]}: this is for lockers' own systems."
        raise Failure(HTTPStatus.FORBIDDEN, text)
    return principal


async def _operator(principal: Annotated[Principal, Depends(_principal)]) -> Principal:
    if principal.role is not Role.OPERATOR:
        raise Failure(
            HTTPStatus.FORBIDDEN,
            f"{principal.name} is {_A_ROLE[principal.role]}: this is for operators of the fleet.",
        )
    return principal


async def known_parameters(connection: HTTPConnection) -> None:
    """Refuse parameters that an address does not have: a misspelt `limit` would be taken for none.

    Raises `Failure` 422 naming each.
    """
    route = connection.scope.get("route")
    if connection.scope["type"] != "http" or not isinstance(route, APIRoute):
        return
    known = {field.alias for field in route.dependant.query_params}
    unknown = sorted(set(connection.query_params) - known)
    if unknown:
        have = f"; there are: {', '.join(sorted(known))}" if known else "; there is none here"
        problems = [(name, f"unknown parameter{have}") for name in unknown]
        raise Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The request has unknown parameters.", problems)


async def _gallery(connection: HTTPConnection) -> Gallery:
    gallery: Gallery = connection.app.state.gallery
    return gallery


Known = Annotated[Principal, Depends(_operator_or_integrator)]
"""An operator or an integrator."""
LockerSystem = Annotated[Principal, Depends(_locker_system)]
Anyone = Annotated[Principal, Depends(_principal)]
Rider = Annotated[VehicleId, Depends(_courier)]
"""The courier as whom somebody signed in."""
Operator = Annotated[Principal, Depends(_operator)]
TheGallery = Annotated[Gallery, Depends(_gallery)]
