"""The link-loss failsafe: whether a ground station is heard, and what its silence does (NAV_DLL_ACT)."""

from __future__ import annotations

from math import inf

from sitl.aboard.said import Said, Severity
from sitl.aboard.watched import HoldThen, Reaction, Watched
from sitl.aboard.words import Cause
from sitl.motion.settings import LinkLossAction
from vehicles.telemetry import Mode

NO_STATION = Said(Severity.INFO, "Connection to ground station lost", "commander_gcs_lost")
_REGAINED = Said(Severity.INFO, "GCS connection regained", "commander_dl_regained")
_NO_STATION_CHECK = Said(
    Severity.WARNING, "Preflight Fail: No connection to the GCS", "check_rc_dl_no_dllink"
)
_ON_SILENCE: dict[int, Mode] = {
    LinkLossAction.HOLD: Mode.HOLD,
    LinkLossAction.RETURN: Mode.RETURN,
    LinkLossAction.LAND: Mode.LAND,
}
_SPARED = {Mode.MISSION: 1, Mode.HOLD: 2, Mode.TAKE_OFF: 2}
"""Bits of COM_DLL_EXCEPT: modes in which PX4 lets its ground station be silent."""
_MISSED_S = 2.25
"""Observed on PX4: COM_DL_LOSS_T counts from when a heartbeat is missed, not from the last one."""


class StationWatch:
    """Listens for one vehicle. `lost` says whether its ground station has fallen silent."""

    def __init__(self) -> None:
        self.lost = False
        self._heard_age_s: float | None = None
        self._answered = False

    def hear(self, flight: Watched) -> None:
        """A ground station's heartbeat came."""
        self._heard_age_s = flight.airframe.heard_age_s()
        if self.lost:
            self.lost = False
            flight.tell(_REGAINED)

    def lost_from_age_s(self, flight: Watched) -> float:
        """When it counts as lost, if it stays silent; infinite for one that never was there."""
        return inf if self._heard_age_s is None else self._heard_age_s + self.patience_s(flight)

    @staticmethod
    def patience_s(flight: Watched) -> float:
        """How long it may be silent until it counts as lost."""
        return flight.settings.link_loss_s + _MISSED_S

    def look(self, flight: Watched) -> Reaction | None:
        """What the silence has it do now."""
        if flight.age_s < self.lost_from_age_s(flight):
            return None
        settings = flight.settings
        if not self.lost:
            self.lost, self._answered = True, False
            flight.tell(NO_STATION)
            if settings.link_loss_action != LinkLossAction.NONE:
                flight.tell(_NO_STATION_CHECK)
        mode = _ON_SILENCE.get(settings.link_loss_action)
        spared = settings.link_loss_spares & _SPARED.get(flight.mode, 0)
        free = flight.armed and flight.mode not in {Mode.RETURN, Mode.LAND}
        if mode is None or not free or spared or self._answered:
            return None
        self._answered = True
        return HoldThen(mode, Cause.STATION)
