"""Many datagrams in one system call: Linux's `recvmmsg`, which Python's `socket` does not offer.

`recvfrom` costs 2.5 us for a datagram, of which two thirds go into an address made anew for each. Here it is
0.8 us, shared by whatever has arrived, and an address that was seen before costs nothing.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from functools import lru_cache
from typing import Any

import numpy as np

Address = tuple[object, ...]
LARGEST_DATAGRAM = 4096
AT_MOST = 192
"""Datagrams that one call brings: as many as a look waits for."""

ROOM = 576
"""Datagrams that there is room for."""

Datagram = tuple[bytes, Address]
Received = list[Datagram]
"""Datagrams with their senders, in the order of their arrival."""

STRIDE = LARGEST_DATAGRAM + 64  # off the page's size, so that buffers do not share cache lines' places
_NAME_BYTES = {socket.AF_INET: 16, socket.AF_INET6: 28}


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """`struct msghdr` of recvmsg(2)."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Header(ctypes.Structure):
    """`struct mmsghdr` of recvmmsg(2)."""

    _fields_ = (("message", _Message), ("length", ctypes.c_uint32))


HEADER_BYTES = ctypes.sizeof(_Header)

_recvmmsg = getattr(ctypes.PyDLL(None), "recvmmsg", None) if sys.platform == "linux" else None
if _recvmmsg is not None:
    # PyDLL: the call never blocks, so giving up the interpreter's lock around it would only cost time.
    _recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)


AT_ONCE = _recvmmsg is not None
"""Whether this system has `recvmmsg`."""


class Datagrams:
    """Buffers that sockets of one family fill one after another, until what is in them is taken.

    In one thread: each event loop needs its own. `port` is whatever number its owner gave a socket.
    """

    def __init__(self, family: socket.AddressFamily) -> None:
        self.name_bytes = size = _NAME_BYTES[family]
        self.data = np.zeros(ROOM * STRIDE, np.uint8)
        self.names = np.zeros(ROOM * size, np.uint8)
        self.ports = np.zeros(ROOM, np.int32)
        self.count = 0
        self._vectors = (_Vector * ROOM)()
        self._headers = (_Header * ROOM)()
        data, names = self.data.ctypes.data, self.names.ctypes.data
        for n, (vector, header) in enumerate(zip(self._vectors, self._headers, strict=True)):
            vector.base, vector.size = data + n * STRIDE, LARGEST_DATAGRAM
            header.message.name, header.message.name_size = names + n * size, size
            header.message.vectors, header.message.vector_count = ctypes.addressof(vector), 1
        self.headers_at = ctypes.addressof(self._headers)
        words = np.frombuffer(memoryview(self._headers).cast("B"), np.int32)
        self.sizes = words[_Header.length.offset // 4 :: HEADER_BYTES // 4]
        self._sizes, self._ports = self.sizes.data, self.ports.data
        self._data, self._names = self.data.data, self.names.data

    def fill(self, source: socket.socket, at_most: int, port: int = 0) -> int:
        """Add what has arrived at a UDP socket, up to `at_most`: how many; none when it is closed.

        An error is "nothing left", or the ICMP answer to an earlier send: neither is ours to raise.
        """
        begin = self.count
        at_most = min(at_most, AT_MOST, ROOM - begin)
        if _recvmmsg is None:
            return self._fill_one_by_one(source, at_most, port)
        at = self.headers_at + begin * HEADER_BYTES
        found: int = _recvmmsg(source.fileno(), at, at_most, socket.MSG_DONTWAIT, None)
        if found <= 0:
            return 0
        self.count = begin + found
        if found == 1:
            self._ports[begin] = port
        else:
            self.ports[begin : self.count] = port
        return found

    def _fill_one_by_one(self, source: socket.socket, at_most: int, port: int) -> int:
        """The same where the system has no `recvmmsg`."""
        begin = self.count
        while self.count - begin < at_most:
            n = self.count
            try:
                size, sender = source.recvfrom_into(self._data[n * STRIDE :], LARGEST_DATAGRAM)
            except OSError:
                break
            name = name_of(sender)
            self._names[n * self.name_bytes : n * self.name_bytes + len(name)] = name
            self._sizes[n], self.ports[n] = size, port
            self.count += 1
        return self.count - begin

    def port(self, number: int) -> int:
        """The number of the socket that one of them came to."""
        return self._ports[number]

    def view(self, number: int) -> memoryview:
        """One of them, while it lies there."""
        return self._data[number * STRIDE : number * STRIDE + self._sizes[number]]

    def one(self, number: int) -> Datagram:
        """One of them, and who sent it."""
        size = self.name_bytes
        return (
            self.view(number).tobytes(),
            _sender(self._names[number * size : (number + 1) * size].tobytes()),
        )

    def take(self, source: socket.socket, at_most: int = AT_MOST) -> Received:
        """What has arrived at one socket, up to `at_most`; nothing when nothing has, or it is closed."""
        self.count = 0
        return [self.one(number) for number in range(self.fill(source, at_most))]


def name_of(address: Any) -> bytes:  # noqa: ANN401 - as `socket` gives it
    """An address as the system writes it: the `sockaddr_in` or `sockaddr_in6`."""
    host, port, *more = address
    family = socket.AF_INET6 if more else socket.AF_INET
    head = struct.pack("=H", family) + struct.pack("!H", port)
    place = socket.inet_pton(family, host.partition("%")[0])
    if not more:
        return head + place + bytes(8)
    flow, scope = more
    return head + struct.pack("=I16sI", socket.htonl(flow), place, scope)


@lru_cache(maxsize=4096)
def _sender(name: bytes) -> Address:
    """A `sockaddr_in` or `sockaddr_in6` as `socket` gives it."""
    (family,) = struct.unpack_from("=H", name)
    (port,) = struct.unpack_from("!H", name, 2)
    if family == socket.AF_INET:
        return (socket.inet_ntop(socket.AF_INET, name[4:8]), port)
    flow, place, scope = struct.unpack_from("=I16sI", name, 4)
    return (socket.inet_ntop(socket.AF_INET6, place), port, socket.ntohl(flow), scope)
