import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../theme";
import { getMap, lastMap, position } from "./calling";
import { paint } from "./ground";
import type { CourierStop, CourierTrip, Phone } from "../wire";

type Point = readonly [number, number];

const map = signal<GeoJSON.FeatureCollection | null>(lastMap());
let mapOf = "";

/** The map of this trip; asked for again after a while where there was no link. */
function useMap(of: string): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      const found = await getMap();
      if (found) { map.value = found; mapOf = of; } else timer = setTimeout(() => void load(), 5000);
    };
    if (mapOf !== of) void load();
    return () => { clearTimeout(timer); };
  }, [of]);
}

const tone = (stop: CourierStop) =>
  stop.state === "next" || stop.state === "arrived" ? "next" : stop.state === "later" ? "later" : "over";

interface Wanted {
  trip: CourierTrip | null;
  hub: Phone["hub"];
  /** All of the trip, or the next stop from here. */
  whole?: boolean;
}

function focusOf({ trip, hub, whole }: Wanted, here: Point | null): Point[] {
  const home: Point = [hub.lon_deg, hub.lat_deg];
  const stops = trip?.stops ?? [];
  const next = stops.find((stop) => tone(stop) === "next");
  const places = whole ? stops : next ? [next] : [];
  const focus: Point[] = places.map((stop) => [stop.lon_deg, stop.lat_deg]);
  if (whole || focus.length === 0) focus.push(home);
  if (here && !whole) focus.push(here);
  return focus;
}

export function Ground(wanted: Wanted) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { trip, hub } = wanted;
  useMap(trip ? String(trip.mission_id) : "hub");
  useEffect(() => {
    const draw = () => {
      if (!canvas.current) return;
      const stops = (trip?.stops ?? []).map((stop, n) => ({ at: [stop.lon_deg, stop.lat_deg] as const, label: String(n + 1), tone: tone(stop) }) as const);
      const scene = { map: map.value, path: trip?.path ?? [], stops, hub: [hub.lon_deg, hub.lat_deg] as const, here: position.value, focus: focusOf(wanted, position.value) };
      paint(canvas.current, scene, theme.value);
    };
    draw();
    void document.fonts.ready.then(draw);
    const sizes = new ResizeObserver(draw);
    if (canvas.current) sizes.observe(canvas.current);
    return () => { sizes.disconnect(); };
  });
  // Read here, so that a new map, place or theme draws again.
  const drawnOf = [map.value ? "map" : "plain", theme.value, position.value?.join()].join(" ");
  return (
    <figure class="ground" data-drawn={drawnOf}>
      <canvas ref={canvas} role="img" aria-label="Map of the way" />
      <figcaption>© OpenStreetMap contributors, ODbL</figcaption>
    </figure>
  );
}
