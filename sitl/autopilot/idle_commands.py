"""Commands that PX4 1.17 answers, or passes over, without anything coming of it here: by number.

As asked of a real one, disarmed and in flight (`tests/contracts/test_every_answer.py`). Its source:
navigator_main.cpp takes regions of interest for a camera's sake; Commander.cpp leaves what belongs to other
modules to them (cameras, mounts, UAVCAN, RC pairing); where those do not run, nobody answers.
"""

from __future__ import annotations

from pymavlink.dialects.v20 import common

_DO_FIGURE_EIGHT = 35

ACCEPTED_IDLY = frozenset(
    {
        common.MAV_CMD_NAV_ROI,
        common.MAV_CMD_DO_SET_ROI,
        common.MAV_CMD_DO_SET_ROI_LOCATION,
        common.MAV_CMD_DO_SET_ROI_WPNEXT_OFFSET,
        common.MAV_CMD_DO_SET_ROI_NONE,
        common.MAV_CMD_DO_GO_AROUND,
        common.MAV_CMD_DO_SET_ACTUATOR,
    }
)
"""There is no camera to turn, and nothing on the actuators' outputs."""

PASSED_OVER = frozenset(
    {
        0,
        _DO_FIGURE_EIGHT,
        common.MAV_CMD_NAV_VTOL_TAKEOFF,
        common.MAV_CMD_NAV_DELAY,
        common.MAV_CMD_DO_DIGICAM_CONTROL,
        common.MAV_CMD_DO_MOUNT_CONFIGURE,
        common.MAV_CMD_DO_MOUNT_CONTROL,
        common.MAV_CMD_DO_SET_CAM_TRIGG_DIST,
        common.MAV_CMD_DO_SET_CAM_TRIGG_INTERVAL,
        common.MAV_CMD_DO_MOUNT_CONTROL_QUAT,
        common.MAV_CMD_PREFLIGHT_SET_SENSOR_OFFSETS,
        common.MAV_CMD_PREFLIGHT_UAVCAN,
        common.MAV_CMD_OBLIQUE_SURVEY,
        common.MAV_CMD_CONFIGURE_ACTUATOR,
        common.MAV_CMD_START_RX_PAIR,
        common.MAV_CMD_REQUEST_CAMERA_INFORMATION,
        common.MAV_CMD_SET_CAMERA_MODE,
        common.MAV_CMD_SET_CAMERA_ZOOM,
        common.MAV_CMD_SET_CAMERA_FOCUS,
        common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW,
        common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE,
        common.MAV_CMD_DO_TRIGGER_CONTROL,
        common.MAV_CMD_LOGGING_STOP,
        common.MAV_CMD_PAYLOAD_PREPARE_DEPLOY,
        common.MAV_CMD_PAYLOAD_CONTROL_DEPLOY,
    }
)
"""Neither done nor acknowledged."""

LOOKED_UP = {
    common.MAV_CMD_GET_HOME_POSITION: common.MAVLINK_MSG_ID_HOME_POSITION,
    common.MAV_CMD_REQUEST_STORAGE_INFORMATION: common.MAVLINK_MSG_ID_STORAGE_INFORMATION,
    common.MAV_CMD_REQUEST_FLIGHT_INFORMATION: common.MAVLINK_MSG_ID_FLIGHT_INFORMATION,
}
"""What was asked for by a command of its own before REQUEST_MESSAGE: the message that it sends."""
