from __future__ import annotations

from pathlib import Path

import pytest

from vehicles.mavlink.links.endpoint import (
    Endpoint,
    MqttEndpoint,
    Role,
    SerialEndpoint,
    TcpEndpoint,
    TlogEndpoint,
    UdpEndpoint,
    parse_url,
    shown,
)
from vehicles.vehicle import LinkError


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("udpin:127.0.0.1:14601", UdpEndpoint(Role.IN, "127.0.0.1", 14601)),
        ("udpout://localhost:0", UdpEndpoint(Role.OUT, "localhost", 0)),
        ("udpin:[::1]:14550", UdpEndpoint(Role.IN, "::1", 14550)),
        ("tcpin:127.0.0.1:5760", TcpEndpoint(Role.IN, "127.0.0.1", 5760)),
        ("tcpout:router:5760", TcpEndpoint(Role.OUT, "router", 5760)),
        ("serial:/dev/ttyUSB0:57600", SerialEndpoint("/dev/ttyUSB0", 57600)),
        (
            "serial:/dev/serial/by-id/usb-A:B-if00:921600",
            SerialEndpoint("/dev/serial/by-id/usb-A:B-if00", 921600),
        ),
        ("mqtt://broker/fleet/d1", MqttEndpoint("broker", 1883, "fleet/d1")),
        (
            "mqtts://anna:s%40cret@broker:99/fleet/d1/",
            MqttEndpoint("broker", 99, "fleet/d1", "anna", "s@cret", tls=True),
        ),
        ("mqtts://broker/d1", MqttEndpoint("broker", 8883, "d1", tls=True)),
        ("tlog:flight.tlog", TlogEndpoint(Path("flight.tlog"))),
        ("tlog:/a/b:c.tlog:10", TlogEndpoint(Path("/a/b:c.tlog"), 10.0)),
    ],
)
def test_urls_are_read(url: str, endpoint: Endpoint) -> None:
    assert parse_url(url) == endpoint


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("tcp:127.0.0.1:1", "starts with udpin:"),
        ("udpin:14601", "host is missing"),
        ("udpin:127.0.0.1:65536", "65536"),
        ("tcpout:127.0.0.1:", "not a number"),
        ("udpin:127.0.0.1:-1", "-1"),
        ("", "starts with udpin:"),
        ("serial:/dev/ttyUSB0", "device or its rate is missing"),
        ("serial:/dev/ttyUSB0:fast", "'fast' is not a number of baud"),
        ("serial:/dev/ttyUSB0:1", "'1' is not a number of baud"),
        ("mqtt:///fleet", "host is missing"),
        ("tcpout:drone..local:5760", "'drone..local' is no name of a host"),
        ("mqtt://drone..local/fleet", "'drone..local' is no name of a host"),
        ("mqtt://broker", "topic '' is empty"),
        ("mqtt://broker/fleet/+", "wildcard"),
        ("mqtt://broker:x/fleet", "the port is not a number"),
        ("tlog:", "file is missing"),
        ("tlog:a\x00b", "no link's URL has such characters"),
        (f"udpin:{'a' * 64}:14550", "no name of a host"),
        ("tcpout:a..b:14550", "no name of a host"),
        ("tlog:a.tlog:0", "speed 0 is not within"),
        ("tlog:a.tlog:nan", "speed nan is not within"),
    ],
)
def test_what_is_no_url_is_named(url: str, word: str) -> None:
    with pytest.raises(LinkError, match=word):
        parse_url(url)


def test_a_password_is_never_shown() -> None:
    assert shown("mqtts://anna:s%40cret@broker:99/d1") == "mqtts://anna@broker:99/d1"
    assert shown("mqtt://broker/d1") == "mqtt://broker/d1"
    with pytest.raises(LinkError) as refused:
        parse_url("mqtt://anna:secret@broker:x/d1")
    assert "secret" not in str(refused.value)
