"""Who is who on a MAVLink network: our own ids, and an autopilot's."""

from __future__ import annotations

from pymavlink.dialects.v20 import common

GCS_SYSTEM = 253
"""Our own system id: neither QGroundControl's 255 nor MAVSDK's 245, so that answers never mix."""

GCS_COMPONENT = common.MAV_COMP_ID_MISSIONPLANNER
AUTOPILOT_COMPONENT = common.MAV_COMP_ID_AUTOPILOT1
