/** Draws the ground around a trip, the way, the stops and the phone itself on one canvas. */

import { PALETTES } from "../map/palette";
import type { Palette } from "../map/palette";
import { SPRITE_PX, sprite } from "../map/sprites";
import type { Theme } from "../theme";
import type { VehicleKind } from "../wire";

type Point = readonly [number, number];

export interface Scene {
  map: GeoJSON.FeatureCollection | null;
  path: readonly Point[];
  stops: readonly { at: Point; label: string; tone: "next" | "later" | "over" }[];
  hub: Point | null;
  here: Point | null;
  /** What stands `here`; the phone itself where it is not told. */
  vehicle?: VehicleKind | null;
  /** What must be in the picture. */
  focus: readonly Point[];
}

const MARGIN_PX = 44;
const LEAST_SPAN_M = 260;
const M_PER_DEG = 111_320;

type Project = (at: readonly number[]) => [number, number];

/** North up; longitudes shrunk as at the middle of the picture. */
function projection(scene: Scene, width: number, height: number): { to: Project; pxPerM: number } {
  const first = scene.focus[0]?.[0] ?? 0;
  const east = (x: number) => ((((x - first + 180) % 360) + 360) % 360) - 180; // of the first: nothing jumps at 180 degrees
  const lons = scene.focus.map((at) => east(at[0]));
  const lats = scene.focus.map((at) => at[1]);
  const lon = (Math.min(...lons) + Math.max(...lons)) / 2;
  const lat = (Math.min(...lats) + Math.max(...lats)) / 2;
  const east_m = M_PER_DEG * Math.cos((lat * Math.PI) / 180);
  const wide_m = Math.max(LEAST_SPAN_M, (Math.max(...lons) - Math.min(...lons)) * east_m);
  const high_m = Math.max(LEAST_SPAN_M / 2, (Math.max(...lats) - Math.min(...lats)) * M_PER_DEG);
  const pxPerM = Math.min((width - 2 * MARGIN_PX) / wide_m, (height - 2 * MARGIN_PX) / high_m);
  const to: Project = ([x = 0, y = 0]) => [
    width / 2 + (east(x) - lon) * east_m * pxPerM,
    height / 2 - (y - lat) * M_PER_DEG * pxPerM,
  ];
  return { to, pxPerM };
}

function trace(pen: CanvasRenderingContext2D, line: readonly (readonly number[])[], to: Project): void {
  line.forEach((at, n) => {
    const [x, y] = to(at);
    if (n === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  });
}

const ROAD_M: Record<string, number> = { primary: 11, secondary: 9, tertiary: 8, service: 4, pedestrian: 5 };

function paintMap(pen: CanvasRenderingContext2D, map: GeoJSON.FeatureCollection, to: Project, pxPerM: number, p: Palette): void {
  const fills: Record<string, string> = { park: p.park, water: p.water, building: p.buildingHigh };
  const of = (kind: string) => map.features.filter((one) => one.properties?.kind === kind);
  const areas = (kind: string) => {
    pen.beginPath();
    for (const { geometry } of of(kind)) {
      const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
      for (const ring of polygons.flat()) trace(pen, ring, to);
    }
    pen.fillStyle = fills[kind] ?? p.land;
    pen.fill("evenodd");
  };
  const lines = (kind: string, color: string, wide_m: (cls: string) => number) => {
    pen.strokeStyle = color;
    for (const { geometry, properties } of of(kind)) {
      if (geometry.type !== "LineString") continue;
      pen.lineWidth = Math.max(1, wide_m(String(properties?.class)) * pxPerM);
      pen.beginPath();
      trace(pen, geometry.coordinates, to);
      pen.stroke();
    }
  };
  areas("park");
  areas("water");
  lines("footpath", p.footpath, () => 1.6);
  lines("road", p.road, (cls) => ROAD_M[cls] ?? 6.5);
  lines("crossing", p.crossing, () => 1.8);
  areas("building");
}

function dot(pen: CanvasRenderingContext2D, [x, y]: [number, number], r: number, fill: string, edge: string): void {
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.strokeStyle = edge;
  pen.lineWidth = 3;
  pen.fill();
  pen.stroke();
}

function paintStops(pen: CanvasRenderingContext2D, scene: Scene, to: Project, p: Palette): void {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const rank = { over: 0, later: 1, next: 2 };
  for (const stop of [...scene.stops].sort((a, b) => rank[a.tone] - rank[b.tone])) {
    const next = stop.tone === "next";
    const fill = next ? p.tone.out : stop.tone === "later" ? p.paper : p.tone.done;
    const at = to(stop.at);
    dot(pen, at, next ? 15 : 11, fill, next ? p.paper : stop.tone === "later" ? p.tone.out : p.paper);
    pen.fillStyle = stop.tone === "later" ? p.ink : p.paper;
    pen.font = `650 ${next ? 15 : 12}px "Inter Variable", system-ui, sans-serif`;
    pen.fillText(stop.label, at[0], at[1] + 0.5);
  }
}

function paintHub(pen: CanvasRenderingContext2D, [x, y]: [number, number], p: Palette): void {
  pen.fillStyle = p.hub;
  pen.strokeStyle = p.paper;
  pen.lineWidth = 3;
  pen.beginPath();
  pen.roundRect(x - 8, y - 8, 16, 16, 5);
  pen.stroke();
  pen.fill();
}

export function paint(canvas: HTMLCanvasElement, scene: Scene, theme: Theme): void {
  const pen = canvas.getContext("2d");
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!pen || width === 0 || height === 0) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.lineJoin = pen.lineCap = "round";
  const p = PALETTES[theme];
  const { to, pxPerM } = projection(scene, width, height);
  pen.fillStyle = p.land;
  pen.fillRect(0, 0, width, height);
  if (scene.map) paintMap(pen, scene.map, to, pxPerM, p);
  for (const [color, wide] of [[p.paper, 8], [p.tone.out, 4.5]] as const) {
    pen.strokeStyle = color;
    pen.lineWidth = wide;
    pen.beginPath();
    trace(pen, scene.path, to);
    pen.stroke();
  }
  if (scene.hub) paintHub(pen, to(scene.hub), p);
  paintStops(pen, scene, to, p);
  if (!scene.here) return;
  const [x, y] = to(scene.here);
  if (scene.vehicle) pen.drawImage(sprite(scene.vehicle, "back", p, ratio), x - SPRITE_PX / 2, y - SPRITE_PX / 2, SPRITE_PX, SPRITE_PX);
  else dot(pen, [x, y], 8, "#2f7bff", "#ffffff");
}
