/** The canvas over the map: sized to the screen, painted when something moved, asked what lies under a point. */

import { effect } from "@preact/signals";
import type { Map as MapLibre } from "maplibre-gl";
import { fleetNow } from "../clock";
import { hovered, hubs, orders, selection, vehicles } from "../store";
import { reducedMotion, theme } from "../theme";
import { Crowd } from "./labels";
import { PALETTES } from "./palette";
import { paintCandidate, paintDropOffs, paintHubs } from "./paintPlaces";
import { paintVehicles } from "./paintVehicles";
import { paintRoutes, paintTrails } from "./paintWays";
import type { Drawn, Frame } from "./frame";
import type { Projector, Spot } from "./projector";
import { candidate, origin } from "./wanted";
import { anyMoving, followTelemetry } from "./tracks";

const CLICK_PX = 20;
const FRAME_MS = 1000 / 30 - 4;

export class Overlay {
  private readonly canvas = document.createElement("canvas");
  private drawn: Drawn[] = [];
  private waiting = false;
  private frames = 0;
  private paintedAt_ms = 0;

  constructor(
    private readonly map: MapLibre,
    private readonly projector: Projector,
  ) {
    this.canvas.className = "overlay";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().append(this.canvas);
    map.on("render", this.paint);
    map.on("resize", this.drawSoon);
    followTelemetry(this.drawSoon);
    const shown = [vehicles, orders, hubs, selection, hovered, theme, candidate, origin];
    effect(() => {
      // Reading them subscribes: a change of any is drawn at the next frame.
      shown.forEach((item) => item.value);
      this.drawSoon();
    });
  }

  /** What is on screen now: vehicles, drop-offs and hubs with their pixels. */
  shown(): readonly Drawn[] {
    return this.drawn;
  }

  painted(): number {
    return this.frames;
  }

  /** The nearest thing within reach of a finger; vehicles before drop-offs. */
  under(at: Spot): Drawn | null {
    let best: Drawn | null = null;
    let best_px = CLICK_PX;
    for (const item of this.drawn) {
      if (item.kind === "hub" || item.kind === "locker") continue;
      const away_px = Math.hypot(item.x - at.x, item.y - at.y) + (item.kind === "vehicle" ? 0 : 6);
      if (away_px < best_px) [best, best_px] = [item, away_px];
    }
    return best;
  }

  readonly drawSoon = (): void => {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(this.drawInTurn);
  };

  /** 30 frames a second are smooth at the speed of a delivery; more would only keep the machine busy. */
  private readonly drawInTurn = (now_ms: number): void => {
    if (now_ms - this.paintedAt_ms < FRAME_MS) {
      requestAnimationFrame(this.drawInTurn);
      return;
    }
    this.waiting = false;
    this.paint();
  };

  private fit(): number {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const ratio = Math.min(devicePixelRatio || 1, 2);
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.projector.resize(width, height, this.map.getPitch());
    return ratio;
  }

  private readonly paint = (): void => {
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    const ratio = this.fit();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const now_ms = performance.now();
    const frame: Frame = {
      pen,
      projector: this.projector,
      palette: PALETTES[theme.peek()],
      ratio,
      zoom: this.map.getZoom(),
      now_ms,
      at_s: fleetNow(),
      crowd: new Crowd(),
      drawn: [],
    };
    paintRoutes(frame);
    paintTrails(frame);
    paintDropOffs(frame);
    paintCandidate(frame);
    paintHubs(frame);
    paintVehicles(frame);
    this.drawn = frame.drawn;
    this.frames += 1;
    this.paintedAt_ms = now_ms;
    if (!reducedMotion.matches && anyMoving(now_ms)) this.drawSoon();
  };
}
