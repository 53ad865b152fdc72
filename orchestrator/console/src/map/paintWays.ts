/** Paints where vehicles go and where they have been. */

import { orderById, telemetry, vehicles } from "../store";
import { isReturning, vehicleTone } from "../tone";
import type { PathPoint, Vehicle } from "../wire";
import { picked } from "./frame";
import type { Frame } from "./frame";
import type { Spot } from "./projector";
import { routeOf } from "./routes";
import { TRAIL_S, fixAt, tracks } from "./tracks";

function line(frame: Frame, points: readonly PathPoint[], color: string, width: number, alpha: number, dash: number[]): void {
  const { pen, projector } = frame;
  pen.beginPath();
  for (const [lon, lat, height] of points) {
    const at = projector.spot(lon, lat, height);
    if (at) pen.lineTo(at.x, at.y);
  }
  pen.setLineDash(dash);
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  pen.strokeStyle = color;
  pen.lineJoin = pen.lineCap = "round";
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** Whether the vehicle, or the order it carries, is what the operator looks at. */
function inFocus(vehicle: Vehicle): boolean {
  return picked("vehicle", vehicle.id) || (vehicle.mission !== null && picked("order", vehicle.mission.order_id));
}

export function paintRoutes(frame: Frame): void {
  const { palette } = frame;
  for (const vehicle of vehicles.peek()) {
    const mission = vehicle.mission;
    if (!mission) continue;
    const order = orderById.peek().get(mission.order_id);
    const route = routeOf(mission, order, telemetry.get(vehicle.id), isReturning(vehicle));
    const focus = inFocus(vehicle);
    const [width, alpha] = focus ? [3.4, 1] : [1.6, 0.42];
    if (focus) {
      line(frame, [...route.out, ...route.back], palette.paper, 7, 0.7, []);
      line(frame, route.done, palette.tone.idle, 2.4, 0.75, [1, 5]);
    }
    line(frame, route.back, palette.tone.back, width, alpha * 0.85, focus ? [2, 7] : [1, 5]);
    line(frame, route.out, palette.tone.out, width, alpha, []);
  }
}

export function paintTrails(frame: Frame): void {
  const { pen, projector, palette } = frame;
  pen.lineCap = "round";
  for (const vehicle of vehicles.peek()) {
    const track = tracks.get(vehicle.id);
    if (!track || track.trail.length < 2) continue;
    pen.strokeStyle = palette.tone[vehicleTone(vehicle)];
    const here = { ...fixAt(track, frame.now_ms), at_s: frame.at_s };
    let last: Spot | null = null;
    for (const point of [...track.trail, here]) {
      const at = projector.spot(point.lon_deg, point.lat_deg, point.height_agl_m);
      if (last && at) {
        const left = Math.max(0, 1 - (frame.at_s - point.at_s) / TRAIL_S);
        pen.globalAlpha = 0.75 * left;
        pen.lineWidth = 1 + 3 * left;
        pen.beginPath();
        pen.moveTo(last.x, last.y);
        pen.lineTo(at.x, at.y);
        pen.stroke();
      }
      last = at;
    }
  }
  pen.globalAlpha = 1;
}
