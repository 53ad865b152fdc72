"""Why a vehicle says that it cannot start: it is asked, for autopilots tell most of it only then.

A real PX4 says what its checks found when that changes, which may be long before anybody listens, and
ArduPilot every half minute; both say it again on RUN_PREARM_CHECKS, as STATUSTEXT.
"""

from __future__ import annotations

import asyncio

from pymavlink.dialects.v20 import common

from vehicles.clock import now_s
from vehicles.mavlink.exchanges.asking import ask
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.mavlink.exchanges.upkeep import Vessel
from vehicles.telemetry import Landed, Telemetry

LOOK_EVERY_S = 5.0
"""Each look is a whole sample: dear with 1,000 vehicles, and nobody waits for this."""
ASKS_AFTER_S = 5.0
"""A vehicle that has only just started is not ready yet, and needs not say so."""
ASKS_AGAIN_S = 20.0
"""While it is not ready its reasons stay among its warnings, which last half a minute."""
_HEARD_S = 2.0
_CHECKS = Request("run its checks", common.MAV_CMD_RUN_PREARM_CHECKS)


class WhyNot:
    """Asks one vehicle, for as long as it stands there and is not ready."""

    def __init__(self, vessel: Vessel, exchange: Exchange) -> None:
        self._vessel = vessel
        self._exchange = exchange

    async def keep(self) -> None:
        """Runs until cancelled."""
        due_at_s: float | None = None
        while True:
            if self._vessel.armed or not _stands_unready(self._vessel.telemetry):
                due_at_s = None
            elif due_at_s is None:
                due_at_s = now_s() + ASKS_AFTER_S
            elif now_s() >= due_at_s:
                await ask(self._exchange, _CHECKS, lambda: None)
                due_at_s = now_s() + ASKS_AGAIN_S
            await asyncio.sleep(LOOK_EVERY_S)


def _stands_unready(look: Telemetry | None) -> bool:
    """Whether it says itself that it cannot start; what we hold against it we know."""
    if look is None or look.landed is Landed.IN_MOTION:
        return False
    return not look.health.ready and not look.health.findings and now_s() - look.heard_at_s <= _HEARD_S
