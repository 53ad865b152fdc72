"""The body of a simulated vehicle and what hangs on it: motion, battery, gripper, load, wind."""

from __future__ import annotations

import random
from enum import Enum

from geofences.zone import Medium
from sitl.battery import Battery, Consumption
from sitl.body import Body, Place
from sitl.copter import Air
from sitl.faults import Faults, Kind
from sitl.gripper import Gripper, Jaws
from sitl.pilot import Pilot
from sitl.steps import Release
from vehicles.profile import VehicleProfile

HOME = Place(0.0, 0.0, 0.0)
AT_HOME_M = 3.0
ROLLING_MPS = 0.1

_LIFTED_M = 0.3
_GUST_SHARE = 0.05  # rms of what is left of the wind after the controller
_GUST_S = 2.0  # and how long a gust lasts


class Motors(Enum):
    """What the motors do."""

    OFF = "off"
    IDLING = "idling"
    WORKING = "working"


class Airframe:
    """A vehicle without an autopilot, at rest on its home with `battery_frac` of a full battery."""

    def __init__(
        self, profile: VehicleProfile, seed: int, wind: Air, battery_frac: float, faults: Faults
    ) -> None:
        self.profile = profile
        self.flies = profile.medium is Medium.AIR
        self.body = Body()
        self.battery = Battery(profile.battery_wh, profile.battery_wh * battery_frac)
        self.gripper = Gripper()
        self.pilot = Pilot(self.body, profile, self.gripper)
        self.payload_kg = 0.0
        self.on_ground = True
        self.faults = faults
        self._incoming_kg = 0.0
        self._wind = wind
        self._gust = Air()
        self._dice = random.Random(seed)  # noqa: S311  # gusts, not secrets
        self._consumption = Consumption(profile)

    def grip(self, jaws: Jaws, mass_kg: float, age_s: float) -> None:
        """Close around `mass_kg` more, or open and let all go. It takes `gripper.ACTUATION_S`."""
        self._incoming_kg = mass_kg if jaws is Jaws.CLOSED else 0.0
        self.gripper.ask(jaws, age_s)
        self._weigh()

    def hand_over(self, step: Release) -> bool:
        """The pilot has opened for a hand-over: what leaves the vehicle. False when the gripper jammed."""
        if self.gripper.jaws is not Jaws.OPEN:
            return False
        left_kg = 0.0 if step.mass_kg is None else self.payload_kg - step.mass_kg
        self.payload_kg = left_kg if left_kg > 1e-6 else 0.0
        if self.payload_kg > 0.0:
            self.gripper.jaws = Jaws.CLOSED  # the lid shuts over what is still aboard
        return True

    def tick(self, age_s: float, dt_s: float, motors: Motors) -> list[int]:
        """Let `dt_s` seconds pass, up to `age_s` since start; the pilot's steps that are done by then."""
        dropped = self.faults.drop_frac(age_s - dt_s, age_s)
        if dropped is not None:
            self.battery.left_wh = min(self.battery.left_wh, dropped * self.battery.full_wh)
        jaws = self.gripper.jaws
        self.gripper.tick(age_s, stuck=self.faults.active(Kind.STUCK_GRIPPER, age_s))
        if self.gripper.jaws is not jaws:
            self._weigh()
        if motors is not Motors.WORKING:
            self._stand(dt_s, motors)
            return []
        self._blow(dt_s)
        done = self.pilot.tick(age_s, self._gust, dt_s)
        self.battery.draw(self._consumption.moving_w(self.body, self.payload_kg, self._wind), dt_s)
        return done

    def has_left_the_ground(self) -> bool:
        """Whether it flies now (or rolls)."""
        if self.flies:
            return self.body.height_agl_m > _LIFTED_M
        return self.body.speed_mps > ROLLING_MPS

    def settle(self) -> None:
        """Stand on the ground, where it is."""
        self.on_ground = True
        self.body.stop()
        if self.flies:
            self.body.height_agl_m = 0.0

    def _weigh(self) -> None:
        """What is aboard after the gripper has come to rest."""
        if self.gripper.jaws is Jaws.CLOSED:
            self.payload_kg += self._incoming_kg
            self._incoming_kg = 0.0
        elif not isinstance(self.pilot.step, Release):
            self.payload_kg = 0.0

    def _stand(self, dt_s: float, motors: Motors) -> None:
        """On the ground: electronics draw; with the motors off at home, a charger fills."""
        self.battery.draw(self._consumption.standing_w(armed=motors is Motors.IDLING), dt_s)
        if motors is Motors.OFF and HOME.away_m(self.body) < AT_HOME_M:
            self.battery.charge(self.profile.charge_w, dt_s)

    def _blow(self, dt_s: float) -> None:
        """Gusts: an Ornstein-Uhlenbeck process on top of the mean wind; nothing for what rolls."""
        spread = _GUST_SHARE * (abs(self._wind.east_mps) + abs(self._wind.north_mps))
        if not self.flies or spread == 0.0:
            return
        keep = 1.0 - dt_s / _GUST_S
        kick = spread * (1.0 - keep * keep) ** 0.5
        self._gust = Air(
            self._gust.east_mps * keep + self._dice.gauss(0.0, kick),
            self._gust.north_mps * keep + self._dice.gauss(0.0, kick),
        )
