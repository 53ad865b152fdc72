/** What every painter needs of one frame, and what it leaves behind for clicks. */

import { hovered, selection } from "../store";
import type { Box, Crowd } from "./labels";
import type { Palette } from "./palette";
import type { Projector, Spot } from "./projector";

/** From here on a hub's pads are drawn one by one. */
export const PADS_FROM_ZOOM = 16.5;

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
  kind: "vehicle" | "order" | "hub" | "locker";
  id: string;
  heading_deg?: number;
  /** Where its name stands, when there was room. */
  named?: Box;
}

/** Whether it is selected or pointed at. */
export const picked = (kind: "vehicle" | "order", id: string): boolean =>
  [selection.peek(), hovered.peek()].some((s) => s?.kind === kind && s.id === id);
