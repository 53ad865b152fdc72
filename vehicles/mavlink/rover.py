"""A sidewalk robot behind a MAVLink endpoint."""

from __future__ import annotations

from vehicles.mavlink.craft import Craft
from vehicles.telemetry import Landed
from vehicles.vehicle import Accepted, Command, Hold, Land, Outcome, ShutDown


class Rover(Craft):
    """A ground rover: it stays armed after its mission, so `ShutDown` is the session's to ask for."""

    async def command(self, command: Command) -> Outcome:
        """As for any craft, but `Land` means: stop here, and disarm where that is at rest."""
        if not isinstance(command, Land):
            return await super().command(command)
        held = await super().command(Hold())
        look = self.telemetry
        if not isinstance(held, Accepted) or look is None or look.landed is Landed.IN_MOTION:
            return held
        return await super().command(ShutDown())
