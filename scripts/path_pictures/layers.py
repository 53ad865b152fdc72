"""Paths among the layers over an aerodrome, of a real ED-269 file."""

from __future__ import annotations

from pathlib import Path as File

import numpy as np
import shapely
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from numpy.typing import NDArray

from geofences.airspace import Airspace
from geofences.formats import any_zones
from geofences.outline import outline
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Zone
from scripts.path_pictures.drawing import (
    BLUE,
    INK,
    RED,
    bare,
    finish,
    line_of,
    metres_along,
    patch,
    plan,
    save,
    track,
)
from vehicles.atmosphere import Atmosphere
from vehicles.wind import Wind, WindAt


def draw(shared: File) -> None:
    """Under the layers of an aerodrome, or around them: the zones of a real ED-269 file."""
    file = shared / "geozones/interuss-che/geo-awareness-che-1.json"
    if not file.is_file():
        return
    zones = [z for z in any_zones.read(file.read_bytes()).zones if z.name == "Flugplatz Reichenbach"]
    frame = LocalFrame(GeoPoint(46.613, 7.678))
    sky = Airspace(frame, zones, (), 700.0)
    start, goal = frame.to_geo(LocalPoint(-5600.0, 150.0)), frame.to_geo(LocalPoint(5600.0, -50.0))
    breeze = Wind((WindAt(40.0, 6.0, 90.0), WindAt(60.0, 0.0, 90.0)))
    # The file's zones apply for a year from June 2022 on.
    more = {"heights_agl_m": (40.0, 60.0, 90.0), "depart_s": 1_661_990_400.0}
    ways = [
        ("still air", plan(sky, start, goal, air=Atmosphere(), **more), BLUE),
        (
            "6 m/s against it at 40 m, still at 60 m",
            plan(sky, start, goal, air=Atmosphere(breeze), **more),
            INK,
        ),
    ]
    figure, (ax, side) = plt.subplots(2, 1, figsize=(9.2, 8.2), height_ratios=(2.4, 1.2))
    for volume in (volume for zone in zones for volume in zone.volumes):
        patch(ax, volume.footprint, frame, facecolor=RED, alpha=0.13, edgecolor="none")
        patch(ax, volume.footprint, frame, fill=False, edgecolor=RED, linewidth=0.8)
        lower_m = 0.0 if volume.lower is None else volume.lower.value_m
        ring = shapely.get_coordinates(outline(volume.footprint, frame).area)
        low = ring[ring[:, 1].argmin()]
        ax.annotate(
            f"{lower_m:.0f} to 120 m", low, (0, 5), textcoords="offset points", color=RED, ha="center", size=8
        )
    for name, found, colour in ways:
        line = line_of(found, frame)
        label = f"{name}: {found.path.length_m:.0f} m, {found.energy_wh:.1f} Wh"
        track(ax, line, colour, label)
        along = metres_along(line)
        style = "-" if colour == BLUE else (0, (4, 2))
        side.plot(along, line[:, 2], color=colour, linewidth=2.2, linestyle=style)
    _bands(side, zones, frame, line_of(ways[0][1], frame))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, frameon=False)
    finish(ax, "Reichenbach aerodrome, a real ED-269 file: the cheapest path in two winds")
    ax.set_xlim(-6000, 6000)
    ax.set_ylim(-3800, 3800)
    side.set_title("Heights along the way; red: the layers that the blue path passes", loc="left", pad=6)
    side.set_xlabel("along the way (m)")
    side.set_ylabel("above ground (m)")
    side.set_ylim(0.0, 125.0)
    bare(side)
    figure.tight_layout()
    save(figure, "paths-layers.png")


def _bands(ax: Axes, zones: list[Zone], frame: LocalFrame, line: NDArray[np.float64]) -> None:
    way = shapely.LineString(line[:, :2])
    for volume in (volume for zone in zones for volume in zone.volumes):
        lower_m = 0.0 if volume.lower is None else volume.lower.value_m
        upper_m = 125.0 if volume.upper is None else volume.upper.value_m
        covered = shapely.intersection(way, outline(volume.footprint, frame).area)
        for piece in (part for part in shapely.get_parts(covered) if not part.is_empty):
            ends = [way.project(shapely.Point(xy)) for xy in piece.coords]
            ax.fill_between([min(ends), max(ends)], lower_m, upper_m, color=RED, alpha=0.14, linewidth=0)
