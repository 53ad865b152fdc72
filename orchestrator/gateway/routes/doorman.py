"""Lets requests in: from a connection to its principal, and to what the application serves.

Dependencies are coroutines: others FastAPI runs on threads, where there is no event loop to tell the time.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import orjson
from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection, Request

from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.door.access import Caller, Denied, known
from orchestrator.gateway.door.principals import (
    Integrator,
    LockerSystem,
    Monitor,
    Operator,
    Principal,
    Rider,
    Viewer,
    what,
)
from orchestrator.gateway.inside import Inside, inside
from orchestrator.gateway.showing.gallery import Gallery


def admitted(connection: HTTPConnection) -> Principal | Denied:
    """Who makes this connection."""
    caller = Caller(
        host=None if connection.client is None else connection.client.host,
        headers={name.lower(): value for name, value in connection.headers.items()},
        subprotocols=tuple(connection.scope.get("subprotocols", ())),
    )
    return known(caller, inside(connection).gallery.service.access)


async def _principal(connection: HTTPConnection) -> Principal:
    who = admitted(connection)
    if isinstance(who, Denied):
        headers = {"WWW-Authenticate": "Bearer"} if who.status == HTTPStatus.UNAUTHORIZED else None
        raise Failure(who.status, who.error, headers=headers)
    return who


def _not_for(who: Principal, for_whom: str) -> Failure:
    return Failure(HTTPStatus.FORBIDDEN, f"{who.name} is {what(who)}: this is for {for_whom}.")


_Who = Annotated[Principal, Depends(_principal)]


async def _operator_or_integrator(who: _Who) -> Viewer:
    if not isinstance(who, Operator | Integrator):
        raise _not_for(who, "others")
    return who


async def _courier(who: _Who) -> Rider:
    if not isinstance(who, Rider):
        raise _not_for(who, "couriers' phones")
    return who


async def _at_locker(who: _Who) -> Operator | LockerSystem:
    if not isinstance(who, Operator | LockerSystem):
        raise _not_for(who, "lockers' own systems")
    return who


async def _operator(who: _Who) -> Operator:
    if not isinstance(who, Operator):
        raise _not_for(who, "operators of the fleet")
    return who


async def _observer(who: _Who) -> Operator | Monitor:
    if not isinstance(who, Operator | Monitor):
        raise _not_for(who, "operators and monitoring systems")
    return who


async def known_parameters(connection: HTTPConnection) -> None:
    """Refuse what an address does not take: a misspelt `limit`, or a field, would be taken for none.

    Raises `Failure` 422 naming each, 400 for a body that is not JSON where none is taken.
    """
    route = connection.scope.get("route")
    if not isinstance(connection, Request) or not isinstance(route, APIRoute):
        return
    known = {field.alias for field in route.dependant.query_params}
    asked = [name for name, _ in connection.query_params.multi_items()]
    unknown = sorted(set(asked) - known)
    if unknown:
        have = f"; there are: {', '.join(sorted(known))}" if known else "; there is none here"
        problems = [(name, f"unknown parameter{have}") for name in unknown]
        raise Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The request has unknown parameters.", problems)
    if len(asked) > len(set(asked)):
        twice = [(name, "is there more than once") for name in sorted(set(asked)) if asked.count(name) > 1]
        raise Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The request has parameters twice.", twice)
    if route.body_field is None:
        _check_empty(await connection.body())


def _check_empty(body: bytes) -> None:
    """Raises `Failure` for a body that says anything."""
    try:
        said = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        problem = ("body", f"is not JSON: {error}")
        raise Failure(HTTPStatus.BAD_REQUEST, "The body is not JSON.", [problem]) from error
    if said == {}:
        return
    problems = [(name, "unknown field") for name in said] if isinstance(said, dict) else []
    raise Failure(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The request has a body, and none is taken here.",
        problems or [("body", "none is taken here")],
    )


async def _inside(connection: HTTPConnection) -> Inside:
    return inside(connection)


async def _gallery(connection: HTTPConnection) -> Gallery:
    return inside(connection).gallery


ByKnown = Annotated[Viewer, Depends(_operator_or_integrator)]
ByOperator = Annotated[Operator, Depends(_operator)]
ByRider = Annotated[Rider, Depends(_courier)]
AtLocker = Annotated[Operator | LockerSystem, Depends(_at_locker)]
ByObserver = Annotated[Operator | Monitor, Depends(_observer)]
TheGallery = Annotated[Gallery, Depends(_gallery)]
TheInside = Annotated[Inside, Depends(_inside)]
"""What routes take: who asks, where only such may ask; what there is to show, and all that is behind it."""
