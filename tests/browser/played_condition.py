"""What a played vehicle says of itself when it is looked at."""

from __future__ import annotations

from tests.browser.played_fleet import Json, Vehicle


def condition_view(v: Vehicle, now_s: float, *, lost: bool) -> Json:
    """What is asked for of a vehicle that is looked at; one that is lost has two links and a complaint."""
    (lon, lat, height), _ = v.place(now_s)
    age_s = 14.0 if lost else 0.2
    names = [("udpin:127.0.0.1:14601", "")]
    if lost:
        names = [("serial:/dev/ttyUSB0:57600", "the device is gone: No such file or directory"), *names]
    links = [
        {"name": name, "age_s": age_s, "loss_frac": 0.02, "best": n == 0, "trouble": trouble}
        for n, (name, trouble) in enumerate(names)
    ]
    sample: Json = {
        "age_s": age_s,
        "mode_text": "Mission",
        "ready": not lost,
        "failsafe": False,
        "alt_amsl_m": height + 10.0,
        "climb_mps": 0.0,
        "roll_deg": 0.0,
        "pitch_deg": 0.0,
        "warnings": ["High vibration"] if lost else [],
        "unhealthy": ["compass"] if lost else [],
        "findings": [],
        "home": {"age_s": 3.0, "lat_deg": lat, "lon_deg": lon, "alt_amsl_m": 10.0},
        "wind": {"age_s": 2.0, "speed_mps": 4.2, "from_deg": 240.0},
        "winch": None,
        "grip": None,
        "vtol": None,
    }
    sample["battery"] = {
        "age_s": 1.0,
        "left_frac": 0.7,
        "left_wh": 311.0,
        "current_a": 18.4,
        "voltage_v": 23.1,
        "cells_v": [3.85, 3.85, 3.86, 3.84, 3.85, 3.85],
        "temperature_deg_c": 31.0,
    }
    sample["gps"] = {"age_s": 0.5, "fix": "3d", "satellites": 17, "hdop": 0.7, "accuracy_m": 0.9}
    sample["estimator"] = {
        "age_s": 1.0,
        "attitude": True,
        "velocity": True,
        "position": True,
        "height": True,
        "gps_glitch": False,
        "accuracy_m": 0.4,
    }
    return {"id": v.vehicle_id, "boots": 0, "links": links, "notices": [], "sample": sample}
