"""How each command may be said: one table for all of MAVLink.

Whether a command may be said twice belongs to the command, never to a caller's patience: a copy that
a slow link delivers late acts on a vehicle that has moved on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from pymavlink.dialects.v20 import common


class Repeat(Enum):
    """Whether a command may be sent again when nothing was heard of it."""

    IDEMPOTENT = "idempotent"
    """Twice is once: streams, requests for messages."""
    WHILE_UNCHANGED = "while unchanged"
    """Only after looking: a heartbeat since shows mode, arming and failsafe as before it was sent."""
    NEVER = "never"
    """A copy that a slow link delivers late would do harm: whatever arms or sets off."""


class Aim(Enum):
    """What a command is for, where one and the same command both calms a vehicle and sets it off."""

    CALM = "calm"
    SET_OFF = "set off"


class GivenUp(Enum):
    """What is said when the caller gives up on a command that the vehicle is still carrying out."""

    LEFT = "left to end by itself"
    CALLED_OFF = "called off by COMMAND_CANCEL"


@dataclass(frozen=True, slots=True)
class Policy:
    """How long to wait for what, and how often to say it. Seconds of fleet time.

    `expires_after_s` counts from the first time it is said, `progress_extends_s` from each IN_PROGRESS;
    after `at_most_s` it is over, whatever the vehicle says.
    """

    repeat: Repeat
    sends: int
    reply_within_s: float
    expires_after_s: float
    progress_extends_s: float = 10.0
    at_most_s: float = 60.0
    given_up: GivenUp = GivenUp.LEFT


_ONCE = Policy(Repeat.NEVER, sends=1, reply_within_s=2.0, expires_after_s=6.0)
_CALMING = Policy(Repeat.WHILE_UNCHANGED, sends=3, reply_within_s=1.2, expires_after_s=6.0)

POLICIES: Mapping[tuple[int, Aim], Policy] = MappingProxyType(
    {
        (common.MAV_CMD_MISSION_START, Aim.SET_OFF): _ONCE,
        (common.MAV_CMD_COMPONENT_ARM_DISARM, Aim.SET_OFF): _ONCE,
        (common.MAV_CMD_COMPONENT_ARM_DISARM, Aim.CALM): _CALMING,
        (common.MAV_CMD_DO_SET_MODE, Aim.SET_OFF): _ONCE,
        (common.MAV_CMD_DO_SET_MODE, Aim.CALM): _CALMING,
        (common.MAV_CMD_DO_GRIPPER, Aim.CALM): Policy(
            Repeat.WHILE_UNCHANGED,
            sends=2,
            reply_within_s=1.5,
            expires_after_s=5.0,
            given_up=GivenUp.CALLED_OFF,
        ),
        # The place is absolute: there twice is there once, unless a person or a failsafe decided otherwise.
        (common.MAV_CMD_DO_REPOSITION, Aim.CALM): _CALMING,
        # Said again each second by whoever keeps the streams, so that commands get their turn between.
        (common.MAV_CMD_SET_MESSAGE_INTERVAL, Aim.CALM): Policy(
            Repeat.IDEMPOTENT, sends=1, reply_within_s=1.0, expires_after_s=1.0
        ),
        (common.MAV_CMD_REQUEST_MESSAGE, Aim.CALM): Policy(
            Repeat.IDEMPOTENT, sends=3, reply_within_s=1.0, expires_after_s=3.0
        ),
        (common.MAV_CMD_RUN_PREARM_CHECKS, Aim.CALM): Policy(
            Repeat.IDEMPOTENT, sends=2, reply_within_s=1.0, expires_after_s=2.0
        ),
    }
)


def policy_of(command: int, aim: Aim) -> Policy:
    """The policy of a command; one that the table does not know is said once."""
    return POLICIES.get((command, aim), _ONCE)
