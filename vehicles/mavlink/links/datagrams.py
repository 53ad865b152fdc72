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

from vehicles.mavlink.links.peer import Address

LARGEST_DATAGRAM = 4096
AT_MOST = 64
"""Datagrams that one call brings."""

Received = list[tuple[bytes, Address]]
"""Datagrams with their senders, in the order of their arrival."""

_STRIDE = LARGEST_DATAGRAM + 64  # off the page's size, so that buffers do not share cache lines' places
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


_WORDS = ctypes.sizeof(_Header) // 4
_LENGTH_WORD = _Header.length.offset // 4
_recvmmsg = getattr(ctypes.PyDLL(None), "recvmmsg", None) if sys.platform == "linux" else None
if _recvmmsg is not None:
    # PyDLL: the call never blocks, so giving up the interpreter's lock around it would only cost time.
    _recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)


class Datagrams:
    """Buffers for what one call can bring; any number of sockets take turns with them.

    For sockets of one family, in one thread: each event loop needs its own.
    """

    def __init__(self, family: socket.AddressFamily) -> None:
        self._name_bytes = size = _NAME_BYTES[family]
        self._data = bytearray(AT_MOST * _STRIDE)
        self._names = bytearray(AT_MOST * size)
        self._vectors = (_Vector * AT_MOST)()
        self._headers = (_Header * AT_MOST)()
        data, names = _address_of(self._data), _address_of(self._names)
        for n, (vector, header) in enumerate(zip(self._vectors, self._headers, strict=True)):
            vector.base, vector.size = data + n * _STRIDE, LARGEST_DATAGRAM
            header.message.name, header.message.name_size = names + n * size, size
            header.message.vectors, header.message.vector_count = ctypes.addressof(vector), 1
        self._at = ctypes.addressof(self._headers)
        self._words = memoryview(self._headers).cast("B").cast("I")
        self._view = memoryview(self._data)

    def take(self, source: socket.socket, at_most: int = AT_MOST) -> Received:
        """What has arrived at a UDP socket, up to `at_most`; nothing when nothing has, or it is closed."""
        if _recvmmsg is None:
            return one_by_one(source, at_most)
        count = _recvmmsg(source.fileno(), self._at, at_most, socket.MSG_DONTWAIT, None)
        # An error is "nothing left", or the ICMP answer to an earlier send: neither is ours to raise.
        words, view, names, size = self._words, self._view, self._names, self._name_bytes
        return [
            (
                view[n * _STRIDE : n * _STRIDE + words[n * _WORDS + _LENGTH_WORD]].tobytes(),
                _sender(bytes(names[n * size : (n + 1) * size])),
            )
            for n in range(count)
        ]


def one_by_one(source: socket.socket, at_most: int) -> Received:
    """The same where the system has no `recvmmsg`."""
    taken: Received = []
    while len(taken) < at_most:
        try:
            taken.append(source.recvfrom(LARGEST_DATAGRAM))
        except OSError:
            break
    return taken


def _address_of(buffer: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


@lru_cache(maxsize=4096)
def _sender(name: bytes) -> Address:
    """A `sockaddr_in` or `sockaddr_in6` as `socket` gives it."""
    (family,) = struct.unpack_from("=H", name)
    (port,) = struct.unpack_from("!H", name, 2)
    if family == socket.AF_INET:
        return (socket.inet_ntop(socket.AF_INET, name[4:8]), port)
    flow, place, scope = struct.unpack_from("=I16sI", name, 4)
    return (socket.inet_ntop(socket.AF_INET6, place), port, socket.ntohl(flow), scope)
