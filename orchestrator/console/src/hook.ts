/**
 * `window.sanderling`: what the page really drew, for the browser tests and for support.
 * Read-only; documented in docs/console.md.
 */

import type { Drawn } from "./map/frame";
import type { MapView } from "./map/view";

export interface Hook {
  /** Vehicles, drop-offs and hubs as painted in the last frame, in CSS pixels of the map. */
  drawn: () => readonly Drawn[];
  /** Frames of the overlay painted since the page was loaded. */
  frames: () => number;
  /** Features of the base map on screen, by layer. */
  features: (layer: string) => number;
  /** Whether the base map has nothing left to load or draw. */
  settled: () => boolean;
}

declare global {
  interface Window {
    sanderling?: Hook;
  }
}

export function openHook(view: MapView): void {
  window.sanderling = {
    drawn: () => view.overlay.shown().map((d) => ({ ...d })),
    frames: () => view.overlay.painted(),
    features: (layer) => (view.map.getLayer(layer) ? view.map.queryRenderedFeatures({ layers: [layer] }).length : 0),
    settled: () => view.map.loaded(),
  };
}
