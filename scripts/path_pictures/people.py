"""Paths that weigh energy against people on the ground."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from geofences.airspace import Airspace
from geofences.airways.least_risk import density_about
from geofences.ground.population import PopulatedArea, PopulatedAreas
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Polygon
from orchestrator.operations.planning.best_path import Risk
from scripts.path_pictures.drawing import (
    BLUE,
    GREEN,
    INK,
    finish,
    line_of,
    plan,
    save,
    track,
)


def draw() -> None:
    """The same errand at three weights of risk, among made-up densities."""
    frame = LocalFrame(GeoPoint(60.19, 24.9))
    rng = np.random.default_rng(5)
    areas = []
    for _ in range(26):
        east, north = rng.uniform(-2400, 2400), rng.uniform(-1300, 1300)
        turns = np.sort(rng.uniform(0, 2 * np.pi, 9))
        reach = rng.uniform(180, 620) * rng.uniform(0.7, 1.2, 9)
        ring = [
            frame.to_geo(LocalPoint(east + r * np.cos(t), north + r * np.sin(t)))
            for t, r in zip(turns, reach, strict=True)
        ]
        areas.append(PopulatedArea(Polygon(tuple(ring)), float(rng.choice([500, 2000, 5000, 12000]))))
    population = PopulatedAreas(tuple(areas))
    ends = (LocalPoint(-2300.0, -250.0), LocalPoint(2300.0, 250.0))
    density = density_about(population, frame, ends)
    sky = Airspace(frame, (), (), 0.0)
    figure, ax = plt.subplots(figsize=(9.2, 5.6))
    rows, columns = density.people.shape
    extent = (
        density.west_m,
        density.west_m + columns * density.cell_m,
        density.south_m,
        density.south_m + rows * density.cell_m,
    )
    image = ax.imshow(
        np.where(density.people > 0, density.people, np.nan),
        origin="lower",
        extent=extent,
        cmap="YlOrRd",
        alpha=0.85,
        norm=mpl.colors.LogNorm(300, 20000),
    )
    for weight, colour in ((0.0, INK), (1.0, BLUE), (20.0, GREEN)):
        risk = Risk(density, weight)
        found = plan(sky, *(frame.to_geo(end) for end in ends), risk=risk)
        line = line_of(found, frame)
        exposure = risk.exposure(found.path, frame)
        took = f"{found.path.length_m:.0f} m, {found.energy_wh:.0f} Wh"
        label = f"weight {weight:g}: {took}, {exposure:.1f} km x 1,000 people/km2"
        track(ax, line, colour, label)
    bar = figure.colorbar(image, ax=ax, shrink=0.7, pad=0.02)
    bar.set_label("people per km2")
    bar.outline.set_visible(False)
    ax.set_xlim(-2700, 2700)
    ax.set_ylim(-1500, 1500)
    ax.plot(*np.array([(end.east_m, end.north_m) for end in ends]).T, "o", color=INK, markersize=6, zorder=6)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False)
    finish(ax, "Least risk: energy against people on the ground")
    save(figure, "paths-risk.png")
