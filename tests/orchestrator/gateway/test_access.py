"""Who is let in, and who is not."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from orchestrator.gateway.door.access import (
    KEY_SUBPROTOCOL,
    AccessRules,
    Caller,
    Denied,
    Key,
    known,
)
from orchestrator.gateway.door.principals import Integrator, Operator, Principal, sees

ANNA = Key.of(Operator("anna"), "anna-has-a-long-key")
SHOP = Key.of(Integrator("shop"), "shop-has-a-long-key")
KEYS_ONLY = AccessRules((ANNA, SHOP))
WITH_LOOPBACK = AccessRules((ANNA, SHOP), loopback_operator="desk")


def from_loopback(**headers: str) -> Caller:
    return Caller(
        "127.0.0.1",
        {"host": "127.0.0.1:8765", **{k.replace("_", "-"): v for k, v in headers.items()}},
    )


def status(who: Principal | Denied) -> int | None:
    return who.status if isinstance(who, Denied) else None


@pytest.mark.parametrize(
    ("secret", "who"),
    [("anna-has-a-long-key", Operator("anna")), ("shop-has-a-long-key", Integrator("shop"))],
)
def test_a_key_tells_who(secret: str, who: Principal) -> None:
    caller = Caller("203.0.113.9", {"authorization": f"Bearer {secret}"})
    assert known(caller, KEYS_ONLY) == who


def test_a_browser_socket_offers_its_key_as_a_subprotocol() -> None:
    offered = KEY_SUBPROTOCOL + urlsafe_b64encode(b"anna-has-a-long-key").rstrip(b"=").decode()
    caller = Caller("203.0.113.9", {}, ("sanderling.v1", offered))
    assert known(caller, KEYS_ONLY) == ANNA.principal


@pytest.mark.parametrize(
    "header", ["Bearer wrong-key-but-long", "Bearer ", "Basic YTpi", "anna-has-a-long-key", ""]
)
def test_a_wrong_key_is_refused_even_from_this_machine(header: str) -> None:
    assert status(known(from_loopback(authorization=header), WITH_LOOPBACK)) == 401


@pytest.mark.parametrize("offered", ["%%%", "/w==", "YW5uYQ"])
def test_a_broken_subprotocol_key_is_refused(offered: str) -> None:
    caller = Caller("127.0.0.1", {"host": "localhost"}, (KEY_SUBPROTOCOL + offered,))
    assert status(known(caller, WITH_LOOPBACK)) == 401


def test_without_the_loopback_rule_this_machine_needs_a_key() -> None:
    assert status(known(from_loopback(), KEYS_ONLY)) == 401


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765", "127.0.0.2"])
def test_this_machine_acts_as_the_named_operator(host: str) -> None:
    caller = Caller("::1", {"host": host})
    assert known(caller, WITH_LOOPBACK) == Operator("desk")


def test_the_consoles_own_page_is_let_in() -> None:
    caller = from_loopback(origin="http://127.0.0.1:8765", sec_fetch_site="same-origin")
    assert known(caller, WITH_LOOPBACK) == Operator("desk")


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.1", None, "testclient"])
def test_another_machine_needs_a_key(peer: str | None) -> None:
    assert status(known(Caller(peer, {"host": "127.0.0.1"}), WITH_LOOPBACK)) == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "", "127.0.0.1.evil.example", "[::1"])
def test_dns_rebinding_is_refused(host: str) -> None:
    assert status(known(Caller("127.0.0.1", {"host": host}), WITH_LOOPBACK)) == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1:9999",
        "null",
        "http://[",
        "https://localhost:8765.evil.example",
    ],
)
def test_another_sites_page_is_refused(origin: str) -> None:
    assert status(known(from_loopback(origin=origin), WITH_LOOPBACK)) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_navigation_from_another_site_is_refused(site: str) -> None:
    assert status(known(from_loopback(sec_fetch_site=site), WITH_LOOPBACK)) == 403


@pytest.mark.parametrize("name", ["x_forwarded_for", "forwarded", "via", "x_real_ip"])
def test_what_a_proxy_forwards_needs_a_key(name: str) -> None:
    assert status(known(from_loopback(**{name: "198.51.100.1"}), WITH_LOOPBACK)) == 401


def test_a_short_key_is_refused_when_configured() -> None:
    with pytest.raises(ValueError, match="anna: must have at least 16"):
        Key.of(Operator("anna"), "short")


def test_an_integrator_sees_only_its_own() -> None:
    assert sees(Integrator("shop"), "shop")
    assert not sees(Integrator("shop"), "other shop")
    assert sees(Operator("anna"), "shop")
