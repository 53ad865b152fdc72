"""MAVLink over MQTT, for vehicles behind mobile networks: frames by PREFIX/up and PREFIX/down, QoS 0.

QoS 0, because MAVLink repeats what matters by itself; a broker that stored commands for a vehicle out
of reach would hand it old ones. One connection to a broker serves all vehicles that are reached through it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl

import aiomqtt

from vehicles.mavlink.links.endpoint import MqttEndpoint, parse_url, shown
from vehicles.mavlink.links.link import Receive, Side, refuse
from vehicles.mavlink.links.redial import redial
from vehicles.vehicle import LinkError

_KEEPALIVE_S = 10
_UNSENT = 4096
"""Datagrams that wait for the broker; more are lost, as on the air."""
_UNREAD = 16_384
LARGEST_BYTES = 16_384
"""60 of the longest frames together. To look through a megabyte of dirt would hold the whole fleet up."""
_ERRNO = re.compile(r"^\[errno \d+\] ")


class Broker:
    """The connection to one broker, kept while one of its links is open."""

    def __init__(self, endpoint: MqttEndpoint) -> None:
        self.trouble = ""
        self._endpoint = endpoint
        self._links: dict[str, MqttLink] = {}
        self._client: aiomqtt.Client | None = None
        self._unsent: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_UNSENT)
        self._connecting: asyncio.Task[None] | None = None

    async def join(self, link: MqttLink) -> None:
        """Deliver what comes by the link's topic. Raises `LinkError` when another one has it."""
        if self._links.setdefault(link.hears, link) is not link:
            raise LinkError(f"{link.name}: two vehicles have this topic")
        if self._client is not None:
            with contextlib.suppress(aiomqtt.MqttError):  # lost meanwhile: it subscribes when it is back
                await self._client.subscribe(link.hears, qos=0)
        elif self._connecting is None:
            self.trouble = "not connected yet"
            self._unsent = asyncio.Queue(_UNSENT)
            self._connecting = asyncio.get_running_loop().create_task(
                redial(self._attempt, self._tell), name=f"broker {self._endpoint.host}"
            )

    def leave(self, link: MqttLink) -> None:
        """Deliver to it no more; the last to leave ends the connection."""
        if self._links.get(link.hears) is link:
            del self._links[link.hears]
        if not self._links and self._connecting is not None:
            self._connecting.cancel()
            self._connecting = None
            self._client = None

    def publish(self, topic: str, datagram: bytes) -> None:
        """Send while the broker is there and keeps up."""
        if self._client is not None:
            with contextlib.suppress(asyncio.QueueFull):
                self._unsent.put_nowait((topic, datagram))

    def _tell(self, why: str) -> None:
        self.trouble = why

    async def _attempt(self) -> str:
        ended = "the broker hung up"
        try:
            async with self._new_client() as client, asyncio.TaskGroup() as tasks:
                for topic in tuple(self._links):
                    await client.subscribe(topic, qos=0)
                self._client, self.trouble = client, ""
                tasks.create_task(self._send(client), name=f"publishing to {self._endpoint.host}")
                async for message in client.messages:
                    link = self._links.get(message.topic.value)
                    if link is not None and isinstance(message.payload, bytes | bytearray):
                        link.take(bytes(message.payload))
        except* (aiomqtt.MqttError, OSError) as errors:
            ended = _words(errors)
        finally:
            self._client = None
        return ended

    def _new_client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._endpoint.host,
            self._endpoint.port,
            username=self._endpoint.user,
            password=self._endpoint.password,
            tls_context=ssl.create_default_context() if self._endpoint.tls else None,
            keepalive=_KEEPALIVE_S,
            timeout=5.0,
            max_queued_incoming_messages=_UNREAD,
        )

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            topic, datagram = await self._unsent.get()
            await client.publish(topic, datagram, qos=0)


class MqttLink:
    """One vehicle's topics: implements `link.Link`. The vehicle's side has them the other way round."""

    def __init__(self, url: str, broker: Broker | None = None, side: Side = Side.GROUND) -> None:
        endpoint = parse_url(url)
        if not isinstance(endpoint, MqttEndpoint):
            raise LinkError(f"{shown(url)}: not MQTT")
        self.name = shown(url)
        self._broker = broker or Broker(endpoint)
        up, down = f"{endpoint.prefix}/up", f"{endpoint.prefix}/down"
        self.hears, self._says = (up, down) if side is Side.GROUND else (down, up)
        self._receive: Receive = refuse

    @property
    def trouble(self) -> str:
        """What is the matter with the broker."""
        return self._broker.trouble

    async def open(self, receive: Receive) -> None:
        """Begin to connect, and to connect again whenever the broker goes away."""
        self._receive = receive
        await self._broker.join(self)

    def take(self, datagram: bytes) -> None:
        """A datagram came by our topic. A broker passes on much larger things, which are no datagrams."""
        if len(datagram) <= LARGEST_BYTES:
            self._receive(datagram)

    def send(self, datagram: bytes) -> None:
        """Publish while the broker is there."""
        self._broker.publish(self._says, datagram)

    def close(self) -> None:
        """Leave the topic."""
        self._receive = refuse
        self._broker.leave(self)


def _words(errors: BaseExceptionGroup[BaseException]) -> str:
    """The first thing that went wrong, as a half sentence."""
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    said = _ERRNO.sub("", str(first).lower())
    return "the broker hung up" if said.startswith("disconnected") else said
