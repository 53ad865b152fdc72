"""Who may do what: every request is made by a known principal (invariant 9).

A principal is known by a key (`Authorization: Bearer KEY`; a browser's WebSocket, which cannot
send that header, offers the key as a subprotocol), or, where the configuration says so, by coming
from this very machine. The second rule is guarded against web pages that borrow the operator's
browser: the Host must be this machine (DNS rebinding), the Origin must be the gateway's own
(cross-site posts and sockets), and nothing may have been forwarded by a proxy.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from orchestrator.gateway.door.principals import Operator, Principal, Rider
from vehicles.mission import VehicleId

SUBPROTOCOL = "sanderling.v1"
KEY_SUBPROTOCOL = "sanderling.key."
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Key:
    """A principal's key, kept only as its SHA-256."""

    principal: Principal
    digest: bytes

    @classmethod
    def of(cls, principal: Principal, secret: str) -> Key:
        """The key for a secret as people write it. Raises `ValueError` when it is under 16 characters."""
        if len(secret) < 16:
            raise ValueError(f"key of {principal.name}: must have at least 16 characters")
        return cls(principal, hashlib.sha256(secret.encode()).digest())


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Keys, and the operator as whom requests from this machine act without one (None: nobody).

    `by_link` tells whom a signed sign-in link is for.
    """

    keys: tuple[Key, ...] = ()
    loopback_operator: str | None = None
    by_link: Callable[[str], VehicleId | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Denied:
    """Not let in. `status` is 401 when nobody knows who asks, 403 when it is known but may not."""

    status: int
    error: str


@dataclass(frozen=True, slots=True)
class Caller:
    """What of a request tells who makes it; header names are in lower case."""

    host: str | None
    headers: Mapping[str, str]
    subprotocols: tuple[str, ...] = ()


def known(caller: Caller, rules: AccessRules) -> Principal | Denied:
    """Who makes the request. A wrong key is never excused by coming from this machine."""
    presented = _presented_key(caller)
    if isinstance(presented, Denied):
        return presented
    if presented is not None:
        return _by_key(presented, rules)
    if rules.loopback_operator is None:
        return Denied(401, "A key is needed: Authorization: Bearer KEY.")
    return _by_place(caller, rules.loopback_operator)


def _presented_key(caller: Caller) -> str | Denied | None:
    header = caller.headers.get("authorization")
    if header is not None:
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            return Denied(401, "The Authorization header must read: Bearer KEY.")
        return key.strip()
    for offered in caller.subprotocols:
        if offered.startswith(KEY_SUBPROTOCOL):
            return _decoded(offered.removeprefix(KEY_SUBPROTOCOL))
    return None


def _decoded(text: str) -> str | Denied:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (Base64Error, ValueError):
        return Denied(401, f"The subprotocol {KEY_SUBPROTOCOL}KEY needs the key in base64url.")


def _by_key(presented: str, rules: AccessRules) -> Principal | Denied:
    digest = hashlib.sha256(presented.encode()).digest()
    found: Principal | Denied = Denied(401, "This key is not known.")
    for key in rules.keys:  # all of them, always: the time taken tells nothing
        if hmac.compare_digest(key.digest, digest):
            found = key.principal
    courier = rules.by_link(presented) if isinstance(found, Denied) else None
    return found if courier is None else Rider(courier, courier)


def _by_place(caller: Caller, operator: str) -> Principal | Denied:
    if not _is_loopback(caller.host):
        return Denied(401, "A key is needed from another machine: Authorization: Bearer KEY.")
    for name in _FORWARDED:
        if name in caller.headers:
            return Denied(401, f"A key is needed: the request was forwarded ({name}).")
    host = caller.headers.get("host", "")
    if not _is_this_machine(host):
        return Denied(403, f"Host {host!r} is not this machine: use 127.0.0.1 or localhost, or a key.")
    origin = caller.headers.get("origin")
    if origin is not None and not _is_at(origin, host):
        return Denied(403, f"Origin {origin!r} is another site's page: only the console may do this.")
    if caller.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return Denied(403, "The request comes from another site's page: only the console may do this.")
    return Operator(operator)


def _is_at(origin: str, host: str) -> bool:
    """Whether an Origin (RFC 6454: scheme, host, port) is that of the page at `host`."""
    scheme, _, place = origin.partition("://")
    return scheme in {"http", "https"} and place.lower() == host.lower()


def _is_loopback(host: str | None) -> bool:
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return False


def _is_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)
