"""A recording as a link: what was heard then is heard again, at its own pace; nothing can be said to it."""

from __future__ import annotations

import asyncio

from vehicles.mavlink.links.endpoint import TlogEndpoint, parse_url
from vehicles.mavlink.links.link import Receive
from vehicles.mavlink.links.tlog import Recording, TlogError
from vehicles.vehicle import LinkError


class TlogLink:
    """Implements `link.Link`. The file is read as it is played, on the loop's own time."""

    def __init__(self, url: str) -> None:
        endpoint = parse_url(url)
        if not isinstance(endpoint, TlogEndpoint):
            raise LinkError(f"{url}: not a recording")
        self.name = url
        self.trouble = ""
        self._endpoint = endpoint
        self._playing: asyncio.Task[None] | None = None

    async def open(self, receive: Receive) -> None:
        """Begin to play. Raises `LinkError` when the file is no recording."""
        try:
            first = next(iter(Recording(self._endpoint.file)))
        except TlogError as error:
            raise LinkError(str(error)) from error
        self.trouble = ""
        self._playing = asyncio.get_running_loop().create_task(
            self._play(receive, first.at_s), name=f"playing {self._endpoint.file.name}"
        )

    async def _play(self, receive: Receive, began_s: float) -> None:
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        recording = Recording(self._endpoint.file)
        try:
            for recorded in recording:
                due_s = start_s + (recorded.at_s - began_s) / self._endpoint.speed
                if due_s > loop.time():
                    await asyncio.sleep(due_s - loop.time())
                receive(recorded.frame)
        except TlogError as error:
            self.trouble = str(error)
        else:
            damaged = f"; {recording.skipped_bytes} bytes of it are damaged" if recording.skips else ""
            self.trouble = f"the recording has ended{damaged}"

    def send(self, datagram: bytes) -> None:
        """Nobody is there to hear it."""

    def close(self) -> None:
        """Stop playing."""
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None
