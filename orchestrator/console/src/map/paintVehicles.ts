/** Paints the vehicles: icon, heading, height, name. */

import { hubById, vehicles } from "../store";
import { vehicleTone } from "../tone";
import type { Vehicle } from "../wire";
import { PADS_FROM_ZOOM, picked } from "./frame";
import type { Frame } from "./frame";
import { plate } from "./labels";
import type { Spot } from "./projector";
import { SPRITE_PX, sprite } from "./sprites";
import { fixAt, tracks } from "./tracks";
import type { Track } from "./tracks";

function atHub(frame: Frame, vehicle: Vehicle, at: Spot): boolean {
  const hub = hubById.peek().get(vehicle.hub_id);
  const spot = hub && frame.projector.spot(hub.lon_deg, hub.lat_deg);
  return Boolean(spot) && Math.hypot((spot?.x ?? 0) - at.x, (spot?.y ?? 0) - at.y) < 28;
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
  if (vehicle.unplaced_since_s !== null) pen.globalAlpha = 0.4; // it was here, and is not any more
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
