"""What has arrived at many sockets, read by one compiled call: Linux's `recvmmsg` for each of them.

With a port for each vehicle a socket mostly holds one datagram, and what Python does around a system call for
one takes longer than the call: 2.2 us a socket with it, 1.1 here (least of 60; 300 sockets, a datagram each).
"""

from __future__ import annotations

from typing import Any

from numba import njit, types

from vehicles.mavlink.wire.compiled import INTS

_DONT_WAIT = 0x40  # MSG_DONTWAIT on Linux
_recvmmsg: Any = types.ExternalFunction(
    "recvmmsg", types.int32(types.int32, types.uintp, types.uint32, types.int32, types.uintp)
)
_FOUND: Any = types.Tuple((types.int64, types.boolean))  # type: ignore[no-untyped-call]


@njit(_FOUND(INTS, INTS, types.int64, types.uintp, types.int64, types.int64, INTS), cache=True)  # type: ignore[untyped-decorator]
def gather(
    descriptors: Any, ports: Any, share: int, headers_at: int, header_bytes: int, room: int, port_of: Any
) -> tuple[int, bool]:
    """Fill headers (`struct mmsghdr`) from sockets, up to `share` from each: how many; if more may be left.

    `port_of` is told for each datagram which of `ports` belongs to its socket. Errors are "nothing left".
    """
    filled, more = 0, False
    for number in range(len(descriptors)):
        at_most = min(share, room - filled)
        if at_most == 0:
            return filled, True
        found = _recvmmsg(descriptors[number], headers_at + filled * header_bytes, at_most, _DONT_WAIT, 0)
        if found > 0:
            port_of[filled : filled + found] = ports[number]
            filled += found
            more = more or found == at_most
    return filled, more
