/** Paints what moves: routes, trails, drop-offs, hubs and vehicles, on one canvas over the map. */

import { hovered, hubById, hubs, orderById, orders, selection, telemetry, vehicles } from "../store";
import { ORDER_TONE, isOpen, isReturning, vehicleTone } from "../tone";
import type { Hub, Order, PathPoint, Vehicle } from "../wire";
import { Crowd, plate, words } from "./labels";
import type { Palette } from "./palette";
import type { Projector, Spot } from "./projector";
import { candidate } from "./wanted";
import { routeOf } from "./routes";
import { SPRITE_PX, sprite } from "./sprites";
import { TRAIL_S, fixAt, tracks } from "./tracks";
import type { Track } from "./tracks";

/** From here on a hub's pads are drawn one by one. */
const PADS_FROM_ZOOM = 16.5;

export interface Frame {
  pen: CanvasRenderingContext2D;
  projector: Projector;
  palette: Palette;
  ratio: number;
  zoom: number;
  now_ms: number;
  at_s: number;
  crowd: Crowd;
  /** What was drawn where: for clicks, and for whoever asks what the map shows. */
  drawn: Drawn[];
}

export interface Drawn extends Spot {
  kind: "vehicle" | "order" | "hub";
  id: string;
  heading_deg?: number;
}

const picked = (kind: "vehicle" | "order", id: string): boolean =>
  [selection.peek(), hovered.peek()].some((s) => s?.kind === kind && s.id === id);

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

function paintPin(frame: Frame, order: Order, at: Spot): void {
  const { pen, palette } = frame;
  const focus = picked("order", order.id);
  const color = palette.tone[ORDER_TONE[order.status]];
  const size = focus ? 8.5 : isOpen(order) ? 6 : 4.2;
  const lift = isOpen(order) || focus ? size * 1.75 : 0;
  pen.beginPath();
  if (lift) {
    pen.arc(at.x, at.y - lift, size, 0.82 * Math.PI, 2.18 * Math.PI);
    pen.lineTo(at.x, at.y);
    pen.closePath();
  } else {
    pen.arc(at.x, at.y, size, 0, 2 * Math.PI);
  }
  pen.lineWidth = 2;
  pen.strokeStyle = palette.paper;
  pen.stroke();
  pen.fillStyle = color;
  pen.globalAlpha = isOpen(order) || focus ? 1 : 0.75;
  pen.fill();
  pen.globalAlpha = 1;
  pen.fillStyle = palette.paper;
  if (lift) {
    pen.beginPath();
    pen.arc(at.x, at.y - lift, size * 0.4, 0, 2 * Math.PI);
    pen.fill();
  }
  frame.drawn.push({ kind: "order", id: order.id, x: at.x, y: at.y - lift });
  if (focus) plate(pen, at, 5, { text: order.address || order.id, color: palette.ink, back: palette.paper, bold: true }, frame.crowd);
}

export function paintDropOffs(frame: Frame): void {
  const shown = [...orders.peek()].filter((o) => o.status !== "cancelled" || picked("order", o.id));
  // Finished ones below, then open ones, then what is looked at.
  const weight = (o: Order) => (picked("order", o.id) ? 2 : isOpen(o) ? 1 : 0);
  for (const order of shown.sort((a, b) => weight(a) - weight(b))) {
    const at = frame.projector.spot(order.lon_deg, order.lat_deg);
    if (at) paintPin(frame, order, at);
  }
}

/** The drop-off of the order being written. */
export function paintCandidate(frame: Frame): void {
  const place = candidate.peek();
  const at = place && frame.projector.spot(place.lon_deg, place.lat_deg);
  if (!at) return;
  const { pen, palette } = frame;
  pen.lineWidth = 2.5;
  for (const [radius, alpha] of [
    [15, 0.35],
    [5, 1],
  ] as const) {
    pen.beginPath();
    pen.arc(at.x, at.y, radius, 0, 2 * Math.PI);
    pen.globalAlpha = alpha;
    pen.strokeStyle = palette.tone.out;
    pen.stroke();
  }
  plate(pen, at, 18, { text: "New drop-off", color: palette.ink, back: palette.paper, bold: true }, frame.crowd);
}

const parkedAt = (hub: Hub): number => vehicles.peek().filter((v) => v.hub_id === hub.id && vehicleTone(v) === "idle").length;

function atHub(frame: Frame, vehicle: Vehicle, at: Spot): boolean {
  const hub = hubById.peek().get(vehicle.hub_id);
  const spot = hub && frame.projector.spot(hub.lon_deg, hub.lat_deg);
  return Boolean(spot) && Math.hypot((spot?.x ?? 0) - at.x, (spot?.y ?? 0) - at.y) < 28;
}

function paintHub(frame: Frame, hub: Hub): void {
  const { pen, projector, palette } = frame;
  const at = projector.spot(hub.lon_deg, hub.lat_deg);
  if (!at) return;
  if (frame.zoom >= PADS_FROM_ZOOM) {
    for (const pad of hub.pads) {
      const spot = projector.spot(pad.lon_deg, pad.lat_deg);
      if (!spot) continue;
      pen.beginPath();
      pen.arc(spot.x, spot.y, Math.min(16, 2.4 * 2 ** (frame.zoom - 16)), 0, 2 * Math.PI);
      pen.lineWidth = 1.4;
      pen.strokeStyle = palette.hub;
      pen.globalAlpha = 0.5;
      pen.stroke();
      pen.globalAlpha = 1;
    }
  }
  pen.beginPath();
  pen.roundRect(at.x - 10, at.y - 10, 20, 20, 6);
  pen.fillStyle = palette.hub;
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = palette.paper;
  pen.stroke();
  pen.beginPath();
  pen.moveTo(at.x - 5.5, at.y - 0.5);
  pen.lineTo(at.x, at.y - 5.5);
  pen.lineTo(at.x + 5.5, at.y - 0.5);
  pen.moveTo(at.x - 3.8, at.y - 1);
  pen.lineTo(at.x - 3.8, at.y + 5);
  pen.lineTo(at.x + 3.8, at.y + 5);
  pen.lineTo(at.x + 3.8, at.y - 1);
  pen.lineWidth = 1.7;
  pen.strokeStyle = palette.paper;
  pen.lineJoin = "round";
  pen.stroke();
  frame.drawn.push({ kind: "hub", id: hub.id, ...at });
  const home = frame.zoom < PADS_FROM_ZOOM ? parkedAt(hub) : 0;
  words(pen, at, 16, home ? `${hub.name}  ·  ${home} in` : hub.name, palette, frame.crowd);
}

export function paintHubs(frame: Frame): void {
  for (const hub of hubs.peek()) paintHub(frame, hub);
}

/** On a tilted map a flying vehicle stands on a thin stem over its place on the ground. */
function paintStem(frame: Frame, ground: Spot, at: Spot, color: string): void {
  const { pen } = frame;
  pen.strokeStyle = color;
  pen.lineWidth = 1.2;
  pen.globalAlpha = 0.6;
  pen.beginPath();
  pen.moveTo(ground.x, ground.y);
  pen.lineTo(at.x, at.y);
  pen.stroke();
  pen.beginPath();
  pen.ellipse(ground.x, ground.y, 4, 2.2, 0, 0, 2 * Math.PI);
  pen.stroke();
  pen.globalAlpha = 1;
}

function paintVehicle(frame: Frame, vehicle: Vehicle, track: Track): void {
  const { pen, projector, palette } = frame;
  const fix = fixAt(track, frame.now_ms);
  const at = projector.spot(fix.lon_deg, fix.lat_deg, fix.height_agl_m);
  if (!at) return;
  const tone = vehicleTone(vehicle);
  const focus = picked("vehicle", vehicle.id);
  const parked = tone === "idle" && fix.height_agl_m < 2;
  // At home it is counted on its hub, until the map is near enough to tell the pads apart.
  if (parked && !focus && frame.zoom < PADS_FROM_ZOOM && atHub(frame, vehicle, at)) return;
  const color = palette.tone[tone];
  if (projector.showsHeight && fix.height_agl_m > 1) {
    const ground = projector.spot(fix.lon_deg, fix.lat_deg);
    if (ground) paintStem(frame, ground, at, color);
  }
  const size = SPRITE_PX * (focus ? 1.1 : parked ? 0.55 : frame.zoom < 14 ? 0.7 : 0.9);
  if (focus) paintRing(frame, at, color);
  if (tone === "warn" || tone === "bad") paintAlarm(frame, at, color);
  pen.save();
  pen.translate(at.x, at.y);
  pen.rotate(nose(frame, fix.lon_deg, fix.lat_deg, fix.height_agl_m, fix.heading_deg, at));
  if (vehicle.link === "lost" || vehicle.link === "missing") pen.globalAlpha = 0.8;
  pen.drawImage(sprite(vehicle.kind, tone, palette, frame.ratio), -size / 2, -size / 2, size, size);
  pen.restore();
  frame.drawn.push({ kind: "vehicle", id: vehicle.id, ...at, heading_deg: fix.heading_deg });
  if (!parked || focus) {
    plate(pen, at, size / 2 + 1, { text: vehicle.id, color: focus ? color : palette.ink, back: palette.paper, bold: focus }, frame.crowd);
  }
}

/** The heading on screen, whatever the camera's turn and tilt: found by looking 5 m ahead. */
function nose(frame: Frame, lon: number, lat: number, height: number, heading_deg: number, at: Spot): number {
  const heading = (heading_deg * Math.PI) / 180;
  const [north, east] = [Math.cos(heading) * 4.5e-5, (Math.sin(heading) * 4.5e-5) / Math.cos((lat * Math.PI) / 180)];
  const ahead = frame.projector.spot(lon + east, lat + north, height);
  return ahead ? Math.atan2(ahead.x - at.x, at.y - ahead.y) : heading;
}

function paintRing(frame: Frame, at: Spot, color: string): void {
  const { pen, palette } = frame;
  pen.beginPath();
  pen.arc(at.x, at.y, 25, 0, 2 * Math.PI);
  pen.fillStyle = palette.paper;
  pen.globalAlpha = 0.55;
  pen.fill();
  pen.globalAlpha = 1;
  pen.lineWidth = 2;
  pen.strokeStyle = color;
  pen.stroke();
}

function paintAlarm(frame: Frame, at: Spot, color: string): void {
  const { pen } = frame;
  pen.beginPath();
  pen.arc(at.x, at.y, 22, 0, 2 * Math.PI);
  pen.fillStyle = color;
  pen.globalAlpha = 0.22;
  pen.fill();
  pen.globalAlpha = 1;
}

export function paintVehicles(frame: Frame): void {
  const order = (v: Vehicle) => (picked("vehicle", v.id) ? 2 : vehicleTone(v) === "idle" ? 0 : 1);
  // The one in focus is painted last, and so on top.
  for (const vehicle of [...vehicles.peek()].sort((a, b) => order(a) - order(b))) {
    const track = tracks.get(vehicle.id);
    if (track) paintVehicle(frame, vehicle, track);
  }
}
