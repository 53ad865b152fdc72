/** From WGS84 and height above ground to pixels, with the very matrix the map was last drawn with. */

import { MercatorCoordinate } from "maplibre-gl";
import type { CustomLayerInterface } from "maplibre-gl";

export interface Spot {
  x: number;
  y: number;
}

/** Heights are drawn only when the view is tilted: from straight above they would merely shift things. */
const FLAT_DEG = 2;

export class Projector {
  private matrix: ArrayLike<number> | null = null;
  private width_px = 0;
  private height_px = 0;
  private tilted = false;

  /** A layer that draws nothing: MapLibre hands it each frame's matrix. */
  readonly layer: CustomLayerInterface = {
    id: "projector",
    type: "custom",
    renderingMode: "3d",
    render: (_gl, frame) => {
      this.matrix = frame.defaultProjectionData.mainMatrix;
    },
  };

  resize(width_px: number, height_px: number, pitch_deg: number): void {
    this.width_px = width_px;
    this.height_px = height_px;
    this.tilted = pitch_deg > FLAT_DEG;
  }

  get showsHeight(): boolean {
    return this.tilted;
  }

  /** Null when it lies behind the camera or the map has not been drawn yet. */
  spot(lon_deg: number, lat_deg: number, height_agl_m = 0): Spot | null {
    const m = this.matrix;
    if (!m) return null;
    const at = MercatorCoordinate.fromLngLat([lon_deg, lat_deg], this.tilted ? height_agl_m : 0);
    const row = (i: number) => (m[i] ?? 0) * at.x + (m[i + 4] ?? 0) * at.y + (m[i + 8] ?? 0) * at.z + (m[i + 12] ?? 0);
    const w = row(3);
    if (w <= 0) return null;
    return { x: ((row(0) / w + 1) / 2) * this.width_px, y: ((1 - row(1) / w) / 2) * this.height_px };
  }
}
