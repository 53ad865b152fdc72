import { useEffect, useRef } from "preact/hooks";
import { paint } from "../courier/ground";
import { theme } from "../theme";
import { map } from "./following";
import type { Tracking } from "../wire";

/** The ground around the address, and the vehicle once it is near. */
export function Map({ told }: { told: Tracking }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, here] = [told.collect_at ?? told.at, told.position];
  useEffect(() => {
    const draw = () => {
      if (!canvas.current) return;
      const there = told.status === "delivered" || told.status === "to_collect";
      const stops = [{ at, label: there ? "✓" : "", tone: there ? "over" : "next" } as const];
      paint(canvas.current, { map: map.value, path: [], stops, hub: null, here, vehicle: told.vehicle_kind, focus: here ? [at, here] : [at] }, theme.value);
    };
    draw();
    void document.fonts.ready.then(draw);
    const sizes = new ResizeObserver(draw);
    if (canvas.current) sizes.observe(canvas.current);
    return () => { sizes.disconnect(); };
  });
  const drawnOf = [map.value ? "map" : "plain", theme.value, here?.join()].join(" ");
  return <canvas ref={canvas} class="map" data-drawn={drawnOf} role="img" aria-label={here ? "Map: your address, and the vehicle on its way to it" : "Map around your address"} />;
}
