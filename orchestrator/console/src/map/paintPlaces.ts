/** Paints what stays where it is: drop-offs and hubs. */

import { hubs, lockers, orders, vehicles } from "../store";
import { ORDER_TONE, isOpen, vehicleTone } from "../tone";
import type { Hub, Locker, Order, Place } from "../wire";
import { PADS_FROM_ZOOM, picked } from "./frame";
import type { Drawn, Frame } from "./frame";
import { plate, shortened, words } from "./labels";
import type { Spot } from "./projector";
import { candidate, origin } from "./wanted";

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
  if (focus) plate(pen, at, 5, { text: shortened(order.address || order.id), color: palette.ink, back: palette.paper, bold: true }, frame.crowd);
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

/** The drop-off of the order being written, and where it is fetched. */
export function paintCandidate(frame: Frame): void {
  paintWritten(frame, origin.peek(), "Fetched here");
  paintWritten(frame, candidate.peek(), "New drop-off");
}

function paintWritten(frame: Frame, place: Place | null, text: string): void {
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
  plate(pen, at, 18, { text, color: palette.ink, back: palette.paper, bold: true }, frame.crowd);
}

const parkedAt = (hub: Hub): number => vehicles.peek().filter((v) => v.hub_id === hub.id && vehicleTone(v) === "idle").length;

function paintHub(frame: Frame, hub: Hub): Name | null {
  const { pen, projector, palette } = frame;
  const at = projector.spot(hub.lon_deg, hub.lat_deg);
  if (!at) return null;
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
  frame.crowd.hold(at, 11);
  const home = frame.zoom < PADS_FROM_ZOOM ? parkedAt(hub) : 0;
  return { of: { kind: "hub", id: hub.id, ...at }, beside_px: 20, text: home ? `${hub.name}  ·  ${home} in` : hub.name };
}

/** A locker: a row of doors, and how many of them are taken. */
function paintLocker(frame: Frame, locker: Locker): Name | null {
  const { pen, projector, palette } = frame;
  const at = projector.spot(locker.lon_deg, locker.lat_deg);
  if (!at) return null;
  const count = locker.compartments.reduce((sum, one) => sum + one.count, 0);
  const taken = locker.compartments.reduce((sum, one) => sum + one.taken, 0);
  pen.beginPath();
  pen.roundRect(at.x - 9, at.y - 7, 18, 14, 4);
  pen.fillStyle = palette.paper;
  pen.strokeStyle = taken + locker.promised >= count ? palette.tone.warn : palette.hub;
  pen.lineWidth = 2;
  pen.fill();
  pen.moveTo(at.x - 3, at.y - 7);
  pen.lineTo(at.x - 3, at.y + 7);
  pen.moveTo(at.x + 3, at.y - 7);
  pen.lineTo(at.x + 3, at.y + 7);
  pen.stroke();
  frame.crowd.hold(at, 10);
  return { of: { kind: "locker", id: locker.id, ...at }, beside_px: 19, text: `${locker.name}  ·  ${taken} of ${count}` };
}

/** What is to be written beside something, once all signs are drawn. */
interface Name {
  of: Drawn;
  beside_px: number;
  text: string;
}

/** All signs first, each with its place taken: no name stands where a sign is. Hubs' names before lockers'. */
export function paintHubs(frame: Frame): void {
  const named = [...lockers.peek().map((one) => paintLocker(frame, one)), ...hubs.peek().map((one) => paintHub(frame, one))];
  for (const name of named.reverse()) {
    if (!name) continue;
    const box = words(frame.pen, name.of, name.beside_px, name.text, frame.palette, frame.crowd);
    frame.drawn.push(box ? { ...name.of, named: box } : name.of);
  }
}
