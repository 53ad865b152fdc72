"""COMMAND_ACK, and the results that it may carry."""

from __future__ import annotations

import asyncio

from pymavlink.dialects.v20 import common

from sitl.autopilot import shapes
from sitl.autopilot.channel import Peer

ACCEPTED: int = common.MAV_RESULT_ACCEPTED
REJECTED: int = common.MAV_RESULT_TEMPORARILY_REJECTED
DENIED: int = common.MAV_RESULT_DENIED
UNSUPPORTED: int = common.MAV_RESULT_UNSUPPORTED
FAILED: int = common.MAV_RESULT_FAILED
IN_PROGRESS: int = common.MAV_RESULT_IN_PROGRESS
CANCELLED = 6
"""MAV_RESULT_CANCELLED, younger than pymavlink's dialect."""

PROGRESS_UNKNOWN = 255


TURN_S = 0.004
"""Between a command and its answer, as recorded: PX4's commander takes its turns."""


def acknowledge(peer: Peer, command: int, result: int, progress: int = 0) -> None:
    """To whoever asked, where it asked, in the order of asking."""
    asyncio.get_running_loop().call_later(TURN_S, tell, peer, command, result, progress)


def tell(peer: Peer, command: int, result: int, progress: int = 0) -> None:
    """At once."""
    values = (command, result, progress, 0, peer.system_id, peer.component_id)
    peer.out.send(shapes.COMMAND_ACK, *values)
