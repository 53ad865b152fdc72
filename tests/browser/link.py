"""The way between a browser and a gateway, as bytes on loopback, so that it can really be cut.

A browser's own "offline", and calls cut off inside it, let by the first ones of a page that is opened anew
while a service worker keeps it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class Link:
    """Passes on whatever is sent to `port`, to a port of this machine; `cut`, it hangs up on everybody."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._changing = threading.Lock()
        self._is_cut = False
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """What a browser opens."""
        return f"http://127.0.0.1:{self.port}/"

    def cut(self) -> None:
        """Nothing gets through from now on, of what is under way neither."""
        with self._changing:
            self._is_cut = True
            held = list(self._open)
        for end in held:
            _hang_up(end)

    def mend(self) -> None:
        """Callers are put through again."""
        with self._changing:
            self._is_cut = False

    def close(self) -> None:
        """For good."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed
            while True:
                caller, _ = self._listener.accept()
                self._put_through(caller)

    def _put_through(self, caller: socket.socket) -> None:
        try:
            called = socket.create_connection(("127.0.0.1", self._to_port))
        except OSError:
            caller.close()
            return
        with self._changing:
            is_cut = self._is_cut
            self._open |= set() if is_cut else {caller, called}
        if is_cut:
            caller.close()
            called.close()
            return
        for source, sink in ((caller, called), (called, caller)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):  # either end hung up
            while some := source.recv(65536):
                sink.sendall(some)
        for end in (source, sink):
            _hang_up(end)
        with self._changing:
            self._open.discard(source)
        source.close()


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def link_to(port: int) -> Iterator[Link]:
    """A link to a port of this machine while the context lasts."""
    link = Link(port)
    try:
        yield link
    finally:
        link.close()
