"""From URLs to links. What several vehicles share, a port, a radio or a broker, is made once."""

from __future__ import annotations

from typing import assert_never

from vehicles.mavlink.identity import Identity
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
from vehicles.mavlink.links.link import Link, Side
from vehicles.mavlink.links.mqtt import Broker, MqttLink
from vehicles.mavlink.links.party_line import PartyLine
from vehicles.mavlink.links.serial_line import SerialLink
from vehicles.mavlink.links.tcp import TcpLink
from vehicles.mavlink.links.tlog_link import TlogLink
from vehicles.mavlink.links.udp import UdpLink
from vehicles.mavlink.links.udp_port import UdpPort
from vehicles.vehicle import LinkError


class Switchboard:
    """Makes the links of a fleet; nothing is opened by it.

    Vehicles at one address are told apart by their system ids, so each has to have one. A port of 0 is
    another one each time, and a recording can be played to anybody.
    """

    def __init__(self, side: Side = Side.GROUND) -> None:
        self._side = side
        self._ports: dict[Endpoint, UdpPort] = {}
        self._lines: dict[Endpoint, PartyLine] = {}
        self._brokers: dict[tuple[object, ...], Broker] = {}
        self._own: set[Endpoint] = set()

    def link(self, url: str, identity: Identity = Identity()) -> Link:  # noqa: B008 - a frozen value
        """The link of one vehicle at `url`. Raises `LinkError` naming what is wrong with it."""
        endpoint = parse_url(url)
        if isinstance(endpoint, TlogEndpoint) or _any_port(endpoint):
            return self._carrier(url, endpoint)
        if endpoint in self._own or (identity.system_id is None and self._is_shared(endpoint)):
            raise LinkError(f"{shown(url)}: two vehicles have this address; give each its system_id")
        if identity.system_id is None:
            self._own.add(endpoint)
            return self._carrier(url, endpoint)
        if isinstance(endpoint, UdpEndpoint) and endpoint.role is Role.IN:
            return self._ports.setdefault(endpoint, UdpPort(url)).link(identity.system_id)
        if endpoint not in self._lines:
            self._lines[endpoint] = PartyLine(self._carrier(url, endpoint))
        return self._lines[endpoint].link(identity.system_id)

    def _is_shared(self, endpoint: Endpoint) -> bool:
        return endpoint in self._ports or endpoint in self._lines

    def _carrier(self, url: str, endpoint: Endpoint) -> Link:
        match endpoint:
            case UdpEndpoint():
                return UdpLink(url)
            case TcpEndpoint():
                return TcpLink(url)
            case SerialEndpoint():
                return SerialLink(url)
            case MqttEndpoint(host, port, _, user, password, tls):
                broker = self._brokers.setdefault((host, port, user, password, tls), Broker(endpoint))
                return MqttLink(url, broker, self._side)
            case TlogEndpoint():
                return TlogLink(url)
            case _:
                assert_never(endpoint)


def _any_port(endpoint: Endpoint) -> bool:
    return isinstance(endpoint, UdpEndpoint | TcpEndpoint) and endpoint.port == 0
