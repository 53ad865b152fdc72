"""A client that nobody here wrote: pymavlink's mavutil, blocking, as its users write it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

os.environ["MAVLINK20"] = "1"  # mavutil reads it when it is imported

from pymavlink import mavutil

from tests.contracts.autopilots import Target
from vehicles.clock import machine_now_s

Message = Any
mavlink = mavutil.mavlink
_BEAT_EVERY_S = 0.5


class Client:
    """One ground station. Seconds given to it are the vehicle's."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._port = mavutil.mavlink_connection(
            f"udpin:127.0.0.1:{target.port}", source_system=250, source_component=190, dialect="common"
        )
        self._beaten_at_s = 0.0
        beat = self.wait("HEARTBEAT", within_s=60.0)
        self.system_id = beat.get_srcSystem()

    def close(self) -> None:
        self._port.close()

    @property
    def send(self) -> Any:  # noqa: ANN401 - pymavlink has no types
        return self._port.mav

    def wait(
        self, kind: str, matching: Callable[[Message], bool] = lambda _: True, within_s: float = 10.0
    ) -> Message:
        """The next message of the vehicle's autopilot of that kind that matches."""
        found = self.seek(kind, matching, within_s)
        assert found is not None, f"no {kind} that matches within {within_s:g} s"
        return found

    def seek(
        self, kind: str, matching: Callable[[Message], bool] = lambda _: True, within_s: float = 10.0
    ) -> Message | None:
        """As `wait`; None when there is none."""
        until_s = machine_now_s() + within_s / self.target.speed
        while machine_now_s() < until_s:
            self._beat()
            message = self._port.recv_match(blocking=True, timeout=0.05)
            if message is None or message.get_srcComponent() != 1 or message.get_type() != kind:
                continue
            if getattr(self, "system_id", message.get_srcSystem()) == message.get_srcSystem() and matching(
                message
            ):
                return message
        return None

    def wait_until_armable(self, within_s: float = 90.0) -> None:
        """Until its own checks let it be armed (SYS_STATUS)."""
        until_s = machine_now_s() + within_s / self.target.speed
        ready = False
        while not ready:
            assert machine_now_s() < until_s, f"it cannot arm after {within_s:g} s"
            self.ask(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_SYS_STATUS)
            status = self.seek("SYS_STATUS", within_s=2.0)
            check = mavlink.MAV_SYS_STATUS_PREARM_CHECK
            ready = status is not None and bool(status.onboard_control_sensors_health & check)

    def command(self, command: int, *params: float) -> int:
        """Send COMMAND_LONG once; the result of the first acknowledgement, -1 for none in 3 s."""
        self.ask(command, *params)
        ack = self.seek("COMMAND_ACK", lambda ack: ack.command == command, 3.0)
        return int(ack.result) if ack is not None else -1

    def ask(self, command: int, *params: float) -> None:
        padded = (*params, *[0.0] * (7 - len(params)))
        self.send.command_long_send(self.system_id, 1, command, 0, *padded)

    def upload(self, items: Sequence[tuple[int, int, int, int, float]], kind: int = 0) -> int:
        """Give a list (command, frame, lat, lon, height; parameter 1 of a corner is their number)."""
        self.send.mission_count_send(self.system_id, 1, len(items), kind)
        while True:
            asked = self._asked_or_ended(kind)
            if asked.get_type() == "MISSION_ACK":
                return int(asked.type)
            command, frame, lat_e7, lon_e7, height_m = items[asked.seq]
            first = float(len(items)) if kind == mavlink.MAV_MISSION_TYPE_FENCE else 0.0
            self.send.mission_item_int_send(
                self.system_id, 1, asked.seq, frame, command, int(asked.seq == 0 and kind == 0), 1,
                first, 0.0, 0.0, math.nan if kind == 0 else 0.0, lat_e7, lon_e7, height_m, kind,
            )  # fmt: skip

    def _asked_or_ended(self, kind: int) -> Message:
        until_s = machine_now_s() + 8.0 / self.target.speed
        while machine_now_s() < until_s:
            self._beat()
            message = self._port.recv_match(
                type=["MISSION_REQUEST_INT", "MISSION_REQUEST", "MISSION_ACK"], blocking=True, timeout=0.05
            )
            if message is not None and message.mission_type == kind:
                return message
        raise AssertionError("the vehicle fell silent in the middle of a transfer")

    def download(self, kind: int = 0) -> list[tuple[int, int, int]]:
        """The commands and places of a list."""
        self.send.mission_request_list_send(self.system_id, 1, kind)
        count = self.wait("MISSION_COUNT", lambda one: one.mission_type == kind).count
        items = []
        for seq in range(count):
            self.send.mission_request_int_send(self.system_id, 1, seq, kind)
            item = self.wait("MISSION_ITEM_INT", lambda one, seq=seq: one.seq == seq)  # type: ignore[misc]
            items.append((item.command, item.x, item.y))
        self.send.mission_ack_send(self.system_id, 1, 0, kind)
        return items

    def _beat(self) -> None:
        if machine_now_s() > self._beaten_at_s + _BEAT_EVERY_S / self.target.speed:
            self._beaten_at_s = machine_now_s()
            self.send.heartbeat_send(mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, 4)
