"""A path over real hills, from an SRTM tile."""

from __future__ import annotations

from pathlib import Path as File

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Patch

from geofences.airspace import Airspace
from geofences.formats import hgt
from geofences.ground.terrain import SrtmTiles
from geofences.position import GeoPoint, LocalFrame
from scripts.path_pictures.drawing import (
    BLUE,
    GREEN,
    bare,
    line_of,
    metres_along,
    plan,
    save,
)


def draw(shared: File) -> None:
    """Over the hills of Andorra, between 45 and 60 m above them."""
    file = shared / "terrain/N42E001.hgt.zip"
    if not file.is_file():
        return
    ground = SrtmTiles([hgt.read(file.read_bytes(), file.name)])
    start, goal = GeoPoint(42.5063, 1.5218), GeoPoint(42.5353, 1.5818)
    frame = LocalFrame(start)
    found = plan(Airspace(frame, (), (), ground), start, goal, heights_agl_m=(45.0, 60.0, 75.0, 90.0))
    line = line_of(found, frame)
    along = metres_along(line)
    every = np.linspace(0.0, along[-1], 1500)
    ground_track = np.column_stack([np.interp(every, along, line[:, i]) for i in (0, 1)])
    below = ground.heights_amsl_m(frame.to_geo_array(ground_track))
    at = ground.heights_amsl_m(frame.to_geo_array(line[:, :2])) + line[:, 2]
    figure, ax = plt.subplots(figsize=(9.2, 4.4))
    ax.set_facecolor("white")
    ax.fill_between(every, below, below.min() - 60.0, color="#cdbfa3", linewidth=0)
    ax.fill_between(every, below + 45.0, below + 60.0, color=GREEN, alpha=0.22, linewidth=0)
    ax.plot(along, at, color=BLUE, linewidth=1.8, marker="o", markersize=3)
    ax.set_xlim(0.0, along[-1])
    ax.set_ylim(below.min() - 60.0, None)
    ax.set_title(
        f"From Andorra la Vella over a ridge: {found.path.length_m / 1000:.1f} km in {len(line)} points",
        loc="left",
        pad=8,
    )
    ax.set_xlabel("along the way (m)")
    ax.set_ylabel("above the sea (m)")
    names = [
        Patch(facecolor="#cdbfa3", label="ground (SRTM)"),
        Patch(facecolor=GREEN, alpha=0.3, label="45 to 60 m above it"),
        Patch(facecolor=BLUE, label="the path, with its points"),
    ]
    ax.legend(handles=names, loc="upper left", frameon=False)
    bare(ax)
    save(figure, "paths-hills.png")
