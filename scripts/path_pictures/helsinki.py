"""Paths from a hub in central Helsinki, over its buildings and among its zones."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import Patch
from numpy.typing import NDArray

from geofences.airspace import Airspace
from geofences.formats import any_zones, city
from geofences.outline import outline
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Medium
from scripts.path_pictures.drawing import (
    INK,
    MARGINS,
    NOON_S,
    RED,
    ROOT,
    finish,
    line_of,
    patch,
    plan,
    save,
)

LOW_LAYERS = (20.0, 30.0, 40.0, 50.0, 60.0, 75.0)
HEIGHTS = mpl.colormaps["viridis"]


def draw() -> None:
    """Paths from a hub in central Helsinki, each at its cheapest height."""
    folder = ROOT / "sitl" / "city"
    town = city.read((folder / "helsinki.geojson.gz").read_bytes())
    zones = any_zones.read((folder / "zones.ed318.json").read_bytes()).zones
    frame = LocalFrame(town.centre)
    sky = Airspace(frame, zones, town.buildings, 5.0, town.area)
    figure, ax = plt.subplots(figsize=(9.2, 8.4))
    shapes = [(outline(b.footprint, frame).area, b.height_agl_m) for b in town.buildings]
    rings = [(shapely.get_coordinates(p.exterior), h) for area, h in shapes for p in shapely.get_parts(area)]
    greys = [str(0.86 - 0.4 * min(height_m, 60.0) / 60.0) for _, height_m in rings]
    ax.add_collection(PolyCollection([ring for ring, _ in rings], facecolors=greys, edgecolors="none"))
    for zone in zones:
        for volume in zone.volumes:
            patch(ax, volume.footprint, frame, facecolor=RED, alpha=0.16, edgecolor="none")
            patch(ax, volume.footprint, frame, fill=False, edgecolor=RED, linewidth=1.0)
    hub = _free(sky, frame, (-180.0, -560.0))
    goals = [(-620.0, 620.0), (560.0, 560.0), (690.0, 40.0), (560.0, -620.0), (-700.0, -60.0), (60.0, 700.0)]
    lines = []
    for goal in goals:
        end = _free(sky, frame, goal)
        lines.append(line_of(plan(sky, hub, end, heights_agl_m=LOW_LAYERS), frame))
        ax.plot(*lines[-1][-1, :2], "o", color=INK, markersize=5, zorder=5)
    _coloured(figure, ax, lines)
    place = frame.to_local(hub)
    ax.plot(place.east_m, place.north_m, "s", color=INK, markersize=8, zorder=6)
    ax.annotate("hub", (place.east_m, place.north_m), (-32, -4), textcoords="offset points", weight="bold")
    names = [
        Patch(facecolor=RED, alpha=0.3, label="zones"),
        Patch(facecolor="0.6", label="buildings (darker: taller)"),
    ]
    ax.legend(handles=names, loc="upper center", bbox_to_anchor=(0.5, -0.07), ncols=2, frameon=False)
    finish(ax, "Central Helsinki: the cheapest path to six doors, from 20 m up")
    ax.set_xlim(-560, 620)
    ax.set_ylim(-900, 900)
    save(figure, "paths-helsinki.png")


def _free(sky: Airspace, frame: LocalFrame, near: tuple[float, float]) -> GeoPoint:
    """The nearest place over which a drone may go up and down."""
    for reach in range(0, 400, 8):
        for turn in np.linspace(0.0, 2 * np.pi, 12, endpoint=False):
            place = frame.to_geo(LocalPoint(near[0] + reach * np.cos(turn), near[1] + reach * np.sin(turn)))
            span = {"from_s": NOON_S, "until_s": NOON_S + 3600.0, "margins": MARGINS, "what": "it"}
            if not sky.column(place, 0.0, 60.0, Medium.AIR, **span):  # type: ignore[arg-type]
                return place
    raise SystemExit(f"no free place near {near}")


def _coloured(figure: plt.Figure, ax: Axes, lines: Iterable[NDArray[np.float64]]) -> None:
    norm = mpl.colors.Normalize(15.0, 80.0)
    for line in lines:
        pieces = [np.array([a[:2], b[:2]]) for a, b in pairwise(line)]
        heights = [max(a[2], b[2]) for a, b in pairwise(line)]
        ax.add_collection(LineCollection(pieces, colors="white", linewidths=5.0, zorder=3, capstyle="round"))
        drawn = LineCollection(pieces, cmap=HEIGHTS, norm=norm, linewidths=2.8, zorder=4, capstyle="round")
        drawn.set_array(np.array(heights))
        ax.add_collection(drawn)
    bar = figure.colorbar(mpl.cm.ScalarMappable(norm, HEIGHTS), ax=ax, shrink=0.55, pad=0.02)
    bar.set_label("cruise height above ground (m)")
    bar.outline.set_visible(False)
