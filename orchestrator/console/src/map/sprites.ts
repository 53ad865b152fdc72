/** Vehicle icons, drawn once per kind, tone and theme: nose up, turned when painted. */

import type { Tone } from "../tone";
import type { VehicleKind } from "../wire";
import type { Palette } from "./palette";

export const SPRITE_PX = 40;
const HALF = SPRITE_PX / 2;

type Pen = CanvasRenderingContext2D;

function disc(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

/** Four rotors and a kite-shaped body: reads as a drone at 20 px and shows its nose. */
function drone(pen: Pen, body: string, p: Palette): void {
  const corners = [
    [-8.5, -7.5],
    [8.5, -7.5],
    [-8.5, 9],
    [8.5, 9],
  ] as const;
  pen.lineCap = "round";
  for (const [width, color] of [
    [6, p.paper],
    [2.6, body],
  ] as const) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    for (const [x, y] of corners) {
      pen.beginPath();
      pen.moveTo(0, 0);
      pen.lineTo(x, y);
      pen.stroke();
    }
  }
  for (const [x, y] of corners) {
    disc(pen, x, y, 5.4);
    pen.fillStyle = p.paper;
    pen.fill();
    disc(pen, x, y, 3.9);
    pen.lineWidth = 1.8;
    pen.strokeStyle = body;
    pen.stroke();
  }
  pen.beginPath();
  pen.moveTo(0, -15);
  pen.quadraticCurveTo(5.5, -5, 5, 3);
  pen.quadraticCurveTo(4, 8.5, 0, 8.5);
  pen.quadraticCurveTo(-4, 8.5, -5, 3);
  pen.quadraticCurveTo(-5.5, -5, 0, -15);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = p.paper;
  pen.stroke();
  pen.fillStyle = body;
  pen.fill();
}

/** A box on six wheels with a visor in front. */
function robot(pen: Pen, body: string, p: Palette): void {
  for (const x of [-9.2, 9.2]) {
    for (const y of [-7, 0.5, 8]) {
      pen.beginPath();
      pen.roundRect(x - 2.9, y - 3.6, 5.8, 7.2, 2.2);
      pen.fillStyle = p.paper;
      pen.fill();
      pen.beginPath();
      pen.roundRect(x - 1.7, y - 2.5, 3.4, 5, 1.4);
      pen.fillStyle = body;
      pen.fill();
    }
  }
  pen.beginPath();
  pen.roundRect(-8, -12.5, 16, 25, [8, 8, 4, 4]);
  pen.lineWidth = 3;
  pen.strokeStyle = p.paper;
  pen.stroke();
  pen.fillStyle = body;
  pen.fill();
  pen.beginPath();
  pen.roundRect(-5, -9, 10, 4.6, [4, 4, 1.5, 1.5]);
  pen.fillStyle = p.paper;
  pen.fill();
}

/** A bicycle from above, handlebars in front, a bag behind the rider. */
function courier(pen: Pen, body: string, p: Palette): void {
  pen.lineCap = "round";
  for (const [width, color] of [
    [7, p.paper],
    [3.4, body],
  ] as const) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(0, -14);
    pen.lineTo(0, 13);
    pen.moveTo(-7, -7);
    pen.lineTo(7, -7);
    pen.stroke();
  }
  pen.beginPath();
  pen.roundRect(-6.5, -1, 13, 12, 3);
  pen.lineWidth = 3;
  pen.strokeStyle = p.paper;
  pen.stroke();
  pen.fillStyle = body;
  pen.fill();
  disc(pen, 0, -3, 3.6);
  pen.fillStyle = p.paper;
  pen.fill();
}

const DRAWN: Record<VehicleKind, (pen: Pen, body: string, p: Palette) => void> = { drone, robot, courier };

const kept = new Map<string, HTMLCanvasElement>();

/** The icon at `ratio` device pixels per pixel. */
export function sprite(kind: VehicleKind, tone: Tone, p: Palette, ratio: number): HTMLCanvasElement {
  const name = `${kind} ${p.tone[tone]} ${p.paper} ${ratio}`;
  const old = kept.get(name);
  if (old) return old;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(SPRITE_PX * ratio);
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.scale(ratio, ratio);
    pen.translate(HALF, HALF);
    DRAWN[kind](pen, p.tone[tone], p);
  }
  kept.set(name, canvas);
  return canvas;
}
