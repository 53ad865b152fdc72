"""A client that nobody here wrote, in a process of its own: flies one mission through MAVSDK.

    python tests/sitl/mavsdk_client.py PORT LAT LON

Prints what it saw as one JSON document. MAVSDK is native code with threads of its own: kept apart so that
whatever it does ends with this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncGenerator, Callable
from typing import Any

from mavsdk.asyncio import ComponentType, Configuration, Mavsdk
from mavsdk.asyncio.plugins.action import ActionAsync
from mavsdk.asyncio.plugins.mission_raw import MissionRawAsync
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync
from mavsdk.plugins.mission_raw import MissionItem

TAKEOFF, WAYPOINT, LAND = 22, 16, 21
RELATIVE_INT = 6


def item(seq: int, command: int, lat_deg: float, lon_deg: float, height_m: float) -> Any:  # noqa: ANN401
    nan = float("nan")
    place = (round(lat_deg * 1e7), round(lon_deg * 1e7), height_m)
    return MissionItem(seq, RELATIVE_INT, command, int(seq == 0), 1, 0.0, 0.0, 0.0, nan, *place, 0)


async def fly(port: int, lat_deg: float, lon_deg: float) -> dict[str, object]:
    configuration = Configuration.create_with_component_type(ComponentType.GROUND_STATION)
    async with Mavsdk(configuration) as mavsdk:
        await mavsdk.add_any_connection(f"udpin://127.0.0.1:{port}")
        system = await mavsdk.first_autopilot(timeout_s=30.0)
        if system is None:
            return {"error": "no autopilot"}
        telemetry, mission = TelemetryAsync(system), MissionRawAsync(system)
        await first(telemetry.subscribe_health(), lambda health: health.is_armable)
        items = [
            item(0, TAKEOFF, lat_deg, lon_deg, 10.0),
            item(1, WAYPOINT, lat_deg + 0.0003, lon_deg, 10.0),
            item(2, LAND, lat_deg + 0.0003, lon_deg, 0.0),
        ]
        await mission.upload_mission(items)
        held = await mission.download_mission()
        await asyncio.sleep(1.0)  # the autopilot checks a mission after it has acknowledged it
        await mission.start_mission()  # sets the mode only: MAVSDK leaves arming to its caller
        await ActionAsync(system).arm()
        await first(telemetry.subscribe_armed(), lambda armed: armed)
        seen = await progress(mission)
        await first(telemetry.subscribe_armed(), lambda armed: not armed)
        await first(telemetry.subscribe_landed_state(), lambda state: state.name == "ON_GROUND")
        end = await telemetry.position()
        return {
            "system_id": await system.get_system_id(),
            "held": [one.command for one in held],
            "progress": seen,
            "end": [end.latitude_deg, end.longitude_deg, end.relative_altitude_m],
        }


async def first(states: AsyncGenerator[Any, None], wanted: Callable[[Any], bool]) -> None:
    async with contextlib.aclosing(states) as stream:
        async for state in stream:
            if wanted(state):
                return


async def progress(mission: Any) -> list[int]:  # noqa: ANN401
    seen: list[int] = []
    async with contextlib.aclosing(mission.subscribe_mission_progress()) as stream:
        async for at in stream:
            if at.current not in seen:
                seen.append(at.current)
            if at.current == at.total:
                return seen
    return seen


if __name__ == "__main__":
    result = asyncio.run(asyncio.wait_for(fly(int(sys.argv[1]), *map(float, sys.argv[2:4])), 90.0))
    print(json.dumps(result), flush=True)  # noqa: T201 - the parent reads it
