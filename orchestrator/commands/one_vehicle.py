"""How every command about a single vehicle meets it: which one is meant, its link, and its answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, assert_never

from geofences.reason import Because, clauses
from orchestrator.ending import BadInput, Failed
from orchestrator.flying.words import SAID_AFTER_S
from vehicles.clock import now_s
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.endpoint import TcpEndpoint, UdpEndpoint, parse_url, shown
from vehicles.mavlink.probe import Nobody, Seen, roll_call
from vehicles.vehicle import Accepted, LinkError, Outcome, Refused, Unanswered, Vehicle

_LOOK_EVERY_S = 0.1
_BEAT_EVERY_S = 0.25
_V = TypeVar("_V", bound=Vehicle)
_Done = TypeVar("_Done")


@dataclass(frozen=True, slots=True)
class Address:
    """Where one vehicle is looked for, and for how long; `system_id` says which, where there are several."""

    url: str
    within_s: float
    system_id: int | None = None


@dataclass(frozen=True, slots=True)
class Met(Generic[_V]):
    """A vehicle that was met: how it is told apart, and its open link."""

    one: Seen
    vehicle: _V


def carried_out(job: Coroutine[Any, Any, _Done], option: str = "") -> _Done:
    """What comes of it. Raises `BadInput`, with the option's name before it, where there is no such link."""
    try:
        return asyncio.run(job)
    except LinkError as error:
        raise BadInput(f"{option} {error}".lstrip()) from error


@contextlib.asynccontextmanager
async def meeting(
    address: Address,
    driver: Callable[[Seen], _V],
    told: Callable[[_V], object] = lambda vehicle: vehicle.telemetry is not None,
    tell: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Met[_V]]:
    """The one vehicle that is meant, over `driver`'s link, attended until the end; once `told` of it is so.

    `tell` hears how it goes. Raises as `the_one` does, and `Failed` where it does not tell its state; what
    fails while it is held says whose failure it is.
    """
    with waiting(tell, f"listening at {shown(address.url)}, at most {address.within_s:g} s"):
        one = await the_one(address.url, address.system_id, address.within_s)
    tell(one.who)
    vehicle = driver(one)
    with _named(one):
        async with _attended(vehicle):
            await _told(address, vehicle, told)
            yield Met(one, vehicle)


async def the_one(url: str, system_id: int | None, within_s: float) -> Seen:
    """The autopilot at `url` that is meant: the only one there, or the one with `system_id`.

    Never one of several without a word. Raises `BadInput` where several are there and none is named, `Failed`
    where it is not there within so many seconds or its id is two machines', `LinkError` for no link.
    """
    has_port(url)
    heard = await roll_call(url, within_s, system_id)
    if isinstance(heard, Nobody):
        raise Failed(f"{shown(url)}: no autopilot was heard there within {within_s:g} s: {heard.hint}")
    return chosen(url, heard, system_id)


def has_port(url: str) -> None:
    """Raises `BadInput` for port 0: it is another one each time, and nobody could know which."""
    endpoint = parse_url(url)
    if isinstance(endpoint, UdpEndpoint | TcpEndpoint) and endpoint.port == 0:
        raise BadInput(f"{url}: the port 0 is none that a vehicle can be reached at")


def chosen(url: str, heard: Sequence[Seen], system_id: int | None) -> Seen:
    """The one of `heard`, autopilots all, that is meant. Raises as `the_one` does, naming all of them."""
    ids = {one.system_id for one in heard}
    names = ", ".join(dict.fromkeys(one.who for one in heard))
    if system_id is None and len(ids) > 1:
        raise BadInput(f"--system-id: several vehicles are at {shown(url)}, say which: {names}")
    if system_id is not None and system_id not in ids:
        raise Failed(f"{shown(url)}: system {system_id} was not heard there; heard: {names}")
    one = next(one for one in heard if system_id in {None, one.system_id})
    if double := doubled(heard).get(one.system_id):
        raise Failed(f"{shown(url)}: {double}; which is meant cannot be told")
    return one


def doubled(heard: Sequence[Seen]) -> dict[int, str]:
    """The system ids under which several machines speak, each with their addresses, in words."""
    times = Counter((one.system_id, one.component_id) for one in heard)
    ids = sorted({system_id for (system_id, _), count in times.items() if count > 1})
    return {
        system_id: f"system {system_id} speaks from several addresses ({_addresses(heard, system_id)}): "
        "vehicles with one id must not share a port"
        for system_id in ids
    }


def _addresses(heard: Sequence[Seen], system_id: int) -> str:
    return ", ".join(sorted({one.address for one in heard if one.system_id == system_id}))


@contextlib.contextmanager
def waiting(tell: Callable[[str], None], what: str) -> Iterator[None]:
    """Say what is waited for once it has taken a moment."""
    timer = asyncio.get_running_loop().call_later(SAID_AFTER_S, tell, what)
    try:
        yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def _named(one: Seen) -> Iterator[None]:
    try:
        yield
    except Failed as failed:
        signs = ". It signs what it says: it may heed only what is signed with its key, as this is not"
        raise Failed(f"{one.who}: {failed}{signs if one.signed else ''}") from failed


@contextlib.asynccontextmanager
async def _attended(vehicle: Vehicle) -> AsyncIterator[None]:
    """Open the vehicle and beat as its ground station, as long as this loop turns.

    Some autopilots heed a ground station, and tell their texts, only while it beats.
    """

    async def beat() -> None:
        while True:
            vehicle.attend()
            await asyncio.sleep(_BEAT_EVERY_S)

    async with vehicle:
        beating = asyncio.create_task(beat(), name="ground station heartbeat")
        try:
            yield
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating


async def _told(address: Address, vehicle: _V, told: Callable[[_V], object]) -> None:
    until_s = now_s() + address.within_s
    while not told(vehicle):
        if now_s() > until_s:
            text = f"it does not tell where it is and how it does within {address.within_s:g} s"
            raise Failed(f"{shown(address.url)}: {text}")
        await asyncio.sleep(_LOOK_EVERY_S)


def identity(one: Seen) -> Identity:
    """What a link is to hold to, so that no other vehicle there is taken for it."""
    return Identity(one.system_id)


def must(outcome: Outcome) -> None:
    """Return when it was done.

    Raises `BadInput` for what cannot be asked, `Failed` with what stood against it or is seen instead.
    """
    match outcome:
        case Accepted():
            return
        case Refused(reasons):
            if all(reason.because is Because.INPUT for reason in reasons):
                raise BadInput(clauses(reasons))
            raise Failed(clauses(reasons))
        case Unanswered(seen):
            raise Failed(seen)
    assert_never(outcome)
