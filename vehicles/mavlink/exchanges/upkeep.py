"""A vehicle's parameters held to the safe set: read when it is met and after each restart, and mended.

They are mended only where its configuration says so, only disarmed on the ground, each verified. What
is not as it must be is a finding: the vehicle is not sent out, and its operator reads why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Protocol

import structlog

from geofences.reason import Because, Reason
from vehicles.clock import now_s
from vehicles.mavlink.autopilots.autopilot import Autopilot
from vehicles.mavlink.autopilots.safe_set import Needs, Safe, judge, names
from vehicles.mavlink.exchanges.exchange import Exchange
from vehicles.mavlink.exchanges.parameters import Parameter, ReadParameters, SetParameter
from vehicles.mavlink.exchanges.rounds import until
from vehicles.mission import VehicleId
from vehicles.own_return import OwnReturn
from vehicles.telemetry import Landed, Telemetry
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

AGAIN_AFTER_S = 30.0
"""What was found wrong is looked at again so often: a person may have mended it meanwhile."""

_log = structlog.get_logger("parameters")


class Care(Enum):
    """What is done about a vehicle's parameters."""

    SET = "set"
    """They are set as they must be, on the ground."""
    CHECK = "check"
    """They are read, and a vehicle whose parameters are not as they must be is not sent out."""
    LEAVE = "leave"
    """They are somebody else's concern."""


class Vessel(Protocol):
    """The vehicle that is looked after, as far as its parameters go."""

    @property
    def vehicle_id(self) -> VehicleId:
        """The fleet's name for it."""

    @property
    def telemetry(self) -> Telemetry | None:
        """The newest sample."""

    @property
    def armed(self) -> bool:
        """Whether it is, by its last heartbeat."""

    @property
    def autopilot(self) -> Autopilot:
        """What it runs, as far as is known; known once it has been heard."""

    @property
    def boots(self) -> int:
        """How often it was seen to restart."""


class Upkeep:
    """Looks after the parameters of one vehicle; `find` is told what is wrong, each time anew.

    `learn` is told how it comes home by itself, by its parameters as they then are.
    """

    def __init__(
        self,
        vessel: Vessel,
        exchange: Exchange,
        needs: Needs,
        care: Care,
        *,
        find: Callable[[tuple[Reason, ...]], None],
        learn: Callable[[OwnReturn | None], None],
    ) -> None:
        self._vessel = vessel
        self._exchange = exchange
        self._needs = needs
        self._care = care
        self._find = find
        self._learn = learn
        self._boots: int | None = None
        self._amiss = False
        self._again_at_s = 0.0

    def begin(self) -> None:
        """Before the vehicle is first heard: nobody knows its parameters yet."""
        if self._care is not Care.LEAVE:
            self._find((_unread(self._vessel.vehicle_id),))

    async def keep(self) -> None:
        """Runs until cancelled; may be called off and begun again."""
        if self._care is Care.LEAVE:
            return
        while True:
            await until(self._due)
            await self._once(self._vessel.autopilot)

    def _due(self) -> bool:
        anew = self._boots != self._vessel.boots
        if not anew and not (self._amiss and now_s() >= self._again_at_s):
            return False  # mostly: a sample is not made for that
        look = self._vessel.telemetry
        return look is not None and (anew or not look.armed)

    async def _once(self, autopilot: Autopilot) -> None:
        boots = self._vessel.boots
        safe_set = autopilot.safe_set(self._needs)
        wanted = tuple(dict.fromkeys((*names(safe_set), *autopilot.return_names)))
        told = await self._read(autopilot, wanted)
        if self._care is Care.SET:
            told = await self._mend(autopilot, safe_set, told)
        if told and not any(told.values()):
            reasons: tuple[Reason, ...] = (_silent(self._vessel.vehicle_id),)
        else:
            reasons = judge(safe_set, _values(told))
        self._boots = boots
        self._amiss = bool(reasons)
        self._learn(autopilot.own_return(_values(told), self._needs.airframe))
        self._again_at_s = now_s() + AGAIN_AFTER_S
        self._find(reasons)

    async def _read(self, autopilot: Autopilot, wanted: Sequence[str]) -> Mapping[str, Parameter | None]:
        return await self._exchange.run(ReadParameters(wanted, autopilot.values))

    async def _mend(
        self, autopilot: Autopilot, safe_set: tuple[Safe, ...], told: Mapping[str, Parameter | None]
    ) -> Mapping[str, Parameter | None]:
        """Set what is not allowed as it is; what the vehicle holds then."""
        mended = dict(told)
        for safe in safe_set:
            was, least = told[safe.name], told.get(safe.not_below)
            value = safe.value if least is None else max(safe.value, least.value)
            if was is None or not judge((safe,), _values(mended)) or not self._settable():
                continue
            if not safe.allows(value):
                continue  # no value will do: what stands against it is the other parameter
            wanted = Parameter(safe.name, value, was.kind)
            outcome: Outcome = await self._exchange.run(SetParameter(wanted, autopilot.values))
            vehicle_id = self._vessel.vehicle_id
            if isinstance(outcome, Accepted):
                mended[safe.name] = wanted
                _log.info("parameter set", vehicle_id=vehicle_id, name=safe.name, was=was.value, now=value)
            else:
                _log.warning("parameter not set", vehicle_id=vehicle_id, name=safe.name, why=_words(outcome))
        return mended

    def _settable(self) -> bool:
        """Looked at before each: it may have been armed by somebody else meanwhile."""
        look = self._vessel.telemetry
        return look is not None and not look.armed and look.landed is Landed.ON_GROUND


def _values(told: Mapping[str, Parameter | None]) -> Mapping[str, float | None]:
    return {name: one.value if one else None for name, one in told.items()}


def _unread(vehicle_id: VehicleId) -> Reason:
    return Reason(Because.BUSY, "parameters", f"The parameters of {vehicle_id} have not been read yet.")


def _silent(vehicle_id: VehicleId) -> Reason:
    text = f"{vehicle_id} does not tell its parameters, so nobody knows what it does when it is left alone."
    return Reason(Because.HEALTH, "parameters", text)


def _words(outcome: Refused | Unanswered) -> str:
    match outcome:
        case Refused(reasons):
            return "; ".join(reason.text for reason in reasons)
        case Unanswered(seen):
            return seen
