/** Words on the map: crisp, with a halo, and never one over another. */

import type { Palette } from "./palette";
import type { Spot } from "./projector";

const CELL_PX = 8;

/** Which parts of the screen hold words already; the first come are the first served. */
export class Crowd {
  private readonly taken = new Set<number>();

  /** Takes the rectangle if it is free; otherwise leaves it and says no. */
  take(left: number, top: number, width: number, height: number): boolean {
    const wanted = cells(left, top, width, height);
    if (wanted.some((cell) => this.taken.has(cell))) return false;
    for (const cell of wanted) this.taken.add(cell);
    return true;
  }

  /** Takes the square around a sign, whatever is there: no words go over it from now on. */
  hold(at: Spot, half_px: number): void {
    for (const cell of cells(at.x - half_px, at.y - half_px, 2 * half_px, 2 * half_px)) this.taken.add(cell);
  }
}

function cells(left: number, top: number, width: number, height: number): number[] {
  const found: number[] = [];
  for (let x = Math.floor(left / CELL_PX); x <= (left + width) / CELL_PX; x += 1) {
    for (let y = Math.floor(top / CELL_PX); y <= (top + height) / CELL_PX; y += 1) found.push(x * 4096 + y);
  }
  return found;
}

const FAMILY = '"Inter Variable", system-ui, sans-serif';
export const font = (size_px: number, weight: number) => `${weight} ${size_px}px ${FAMILY}`;

const LONGEST = 30;
/** Words of somebody else's choosing, so short that they do not cross the whole map. */
export const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text);

export interface Plate {
  text: string;
  color: string;
  back: string;
  bold: boolean;
}

/** Words on a small rounded plate, centred below `at`. Returns whether there was room. */
export function plate(pen: CanvasRenderingContext2D, at: Spot, below_px: number, said: Plate, crowd: Crowd): boolean {
  pen.font = font(11, said.bold ? 650 : 560);
  const width = pen.measureText(said.text).width + 10;
  const [left, top] = [at.x - width / 2, at.y + below_px];
  if (!crowd.take(left, top, width, 16)) return false;
  pen.globalAlpha = 0.86;
  pen.fillStyle = said.back;
  pen.beginPath();
  pen.roundRect(left, top, width, 16, 5);
  pen.fill();
  pen.globalAlpha = 1;
  pen.fillStyle = said.color;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(said.text, at.x, top + 8.5);
  return true;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Bare words with a halo, to the right of `at`, or to its left. Returns where, or null without room. */
export function words(pen: CanvasRenderingContext2D, at: Spot, beside_px: number, text: string, p: Palette, crowd: Crowd): Box | null {
  pen.font = font(12, 620);
  const width = pen.measureText(text).width;
  const top = at.y - 9;
  const left = [at.x + beside_px, at.x - beside_px - width].find((x) => x >= 0 && crowd.take(x, top, width, 18));
  if (left === undefined) return null;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 4;
  pen.strokeStyle = p.labelHalo;
  pen.strokeText(text, left, at.y);
  pen.fillStyle = p.ink;
  pen.fillText(text, left, at.y);
  return { left, top, width, height: 18 };
}
