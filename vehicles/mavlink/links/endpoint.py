"""Where a vehicle is reached, as people write it: one URL for each kind of link.

- `udpin:HOST:PORT`: we listen there; several vehicles may share it
- `udpout:HOST:PORT`: the vehicle listens there
- `tcpin:HOST:PORT`: we listen there, the vehicle calls
- `tcpout:HOST:PORT`: the vehicle, or a bridge to it, listens there
- `serial:DEVICE:BAUD`: a radio or a cable
- `mqtt://[USER:PASSWORD@]HOST[:PORT]/PREFIX`: a broker; frames go by PREFIX/up
  and PREFIX/down (`mqtts:` with TLS)
- `tlog:FILE[:SPEED]`: a recording, played back; nothing can be said to it
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vehicles.vehicle import LinkError

_MQTT_PORT, _MQTTS_PORT = 1883, 8883


class Role(Enum):
    """Who speaks first: `IN` waits at an address, `OUT` goes to one."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class UdpEndpoint:
    """A UDP address, ours (IN) or the vehicle's (OUT)."""

    role: Role
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class TcpEndpoint:
    """A TCP address, ours (IN) or the vehicle's (OUT)."""

    role: Role
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class SerialEndpoint:
    """A serial device and its symbols a second."""

    device: str
    baud: int


@dataclass(frozen=True, slots=True)
class MqttEndpoint:
    """A broker and what the vehicle's topics begin with."""

    host: str
    port: int
    prefix: str
    user: str | None = None
    password: str | None = None
    tls: bool = False


@dataclass(frozen=True, slots=True)
class TlogEndpoint:
    """A recording, played back `speed` times as fast as it happened."""

    file: Path
    speed: float = 1.0


Endpoint = UdpEndpoint | TcpEndpoint | SerialEndpoint | MqttEndpoint | TlogEndpoint


def parse_url(url: str) -> Endpoint:
    """Read a link's URL. Raises `LinkError` naming what is wrong with it."""
    if not url.isprintable():
        raise LinkError(f"{shown(url)!r}: no link's URL has such characters")
    scheme, _, rest = url.partition(":")
    match scheme:
        case "udpin" | "udpout":
            return UdpEndpoint(Role(scheme.removeprefix("udp")), *_address(url, scheme, rest))
        case "tcpin" | "tcpout":
            return TcpEndpoint(Role(scheme.removeprefix("tcp")), *_address(url, scheme, rest))
        case "serial":
            return _serial(url, rest)
        case "mqtt" | "mqtts":
            return _mqtt(url)
        case "tlog":
            return _tlog(url, rest)
        case _:
            kinds = "udpin:, udpout:, tcpin:, tcpout:, serial:, mqtt:, mqtts: or tlog:"
            raise LinkError(f"{shown(url) or 'url'}: a link starts with {kinds}")


def shown(url: str) -> str:
    """A URL as it may be shown to anybody: without the password that an MQTT one may have."""
    before, at, after = url.rpartition("@")
    if not at or not url.startswith("mqtt"):
        return url
    scheme, slashes, who = before.partition("//")
    return f"{scheme}{slashes}{who.partition(':')[0]}@{after}"


def _address(url: str, scheme: str, rest: str) -> tuple[str, int]:
    host, _, port = rest.removeprefix("//").rpartition(":")
    if not host and port and not port.isdigit():
        raise LinkError(f"{url}: the port is missing; write {scheme}:HOST:PORT")
    if not host:
        raise LinkError(f"{url}: the host is missing; write {scheme}:HOST:PORT")
    if not (port.isascii() and port.isdigit() and 0 <= int(port) <= 65535):
        raise LinkError(f"{url}: the port {port!r} is not a number within 0..65535")
    return _host(url, host.strip("[]")), int(port)


def _host(url: str, host: str) -> str:
    """A name that can be looked up at all."""
    try:
        host.encode("idna")
    except UnicodeError as error:
        raise LinkError(f"{shown(url)}: {host!r} is no name of a host") from error
    return host


def _serial(url: str, rest: str) -> SerialEndpoint:
    device, _, baud = rest.rpartition(":")
    if not device:
        raise LinkError(f"{url}: the device or its rate is missing; write serial:/dev/ttyUSB0:57600")
    if not (baud.isascii() and baud.isdigit() and 300 <= int(baud) <= 4_000_000):
        raise LinkError(f"{url}: the rate {baud!r} is not a number of baud within 300..4000000")
    return SerialEndpoint(device, int(baud))


def _mqtt(url: str) -> MqttEndpoint:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise LinkError(f"{shown(url)}: the port is not a number within 0..65535") from error
    prefix = parts.path.strip("/")
    if not parts.hostname:
        raise LinkError(f"{shown(url)}: the host is missing; write {parts.scheme}://HOST:PORT/PREFIX")
    if not prefix or set(prefix) & set("+#"):
        raise LinkError(f"{shown(url)}: the topic {prefix!r} is empty or has a wildcard in it")
    tls = parts.scheme == "mqtts"
    return MqttEndpoint(
        _host(url, parts.hostname),
        port if port is not None else (_MQTTS_PORT if tls else _MQTT_PORT),
        prefix,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        tls,
    )


def _tlog(url: str, rest: str) -> TlogEndpoint:
    file, _, last = rest.rpartition(":")
    try:
        speed = float(last)
    except ValueError:
        file, speed = rest, 1.0
    if not file:
        raise LinkError(f"{url}: the file is missing; write tlog:FILE or tlog:FILE:SPEED")
    if not 0.0 < speed <= 1000.0:
        raise LinkError(f"{url}: the speed {last} is not within 0..1000")
    return TlogEndpoint(Path(file), speed)
