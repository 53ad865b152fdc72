/** Zones on the map: coloured by restriction, hatched where nobody may enter, quiet when not active. */

import { signal } from "@preact/signals";
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import { FONT } from "./basemap";
import type { Palette } from "./palette";

const HATCH_PX = 12;

/** Counts what was closed or opened from this page, so that the map fetches the zones at once. */
export const zonesChanged = signal(0);

/** A tile of 45 degree lines that meets itself at every edge. */
function hatch(color: string, ratio: number): ImageData {
  const size = HATCH_PX * ratio;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser draws no 2D canvas.");
  pen.strokeStyle = color;
  pen.lineWidth = 1.3 * ratio;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift - 2, size + 2);
    pen.lineTo(shift + size + 2, -2);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}

function zoneColor(p: Palette): ExpressionSpecification {
  const { PROHIBITED, REQ_AUTHORISATION, CONDITIONAL, NO_RESTRICTION } = p.zone;
  const restriction = ["get", "restriction"];
  return [
    "match",
    restriction,
    "PROHIBITED",
    PROHIBITED,
    "REQ_AUTHORISATION",
    REQ_AUTHORISATION,
    "CONDITIONAL",
    CONDITIONAL,
    NO_RESTRICTION,
  ] as unknown as ExpressionSpecification;
}

/** A zone without the property counts as active: better one warning too many. */
const ACTIVE: ExpressionSpecification = ["!=", ["get", "active"], false];

/** Adds the hatch patterns of a theme; call it whenever the style was replaced. */
export function addHatches(map: MapLibre, p: Palette): void {
  const ratio = Math.max(2, Math.ceil(devicePixelRatio));
  for (const [restriction, color] of Object.entries(p.zone)) {
    const name = `hatch-${restriction}`;
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, hatch(color, ratio), { pixelRatio: ratio });
  }
}

/** Drawn no taller than this: what lies above is above all that flies here. */
const DRAWN_TOP_M = 120;

const metresOf = (words: unknown, otherwise: number): number => {
  const found = typeof words === "string" ? /-?\d+(\.\d+)?/.exec(words) : null;
  return found ? Number(found[0]) : otherwise;
};

/**
 * The zones with their heights as numbers, for drawing only. A limit above mean sea level is taken as
 * above ground: the district is flat and low, and whoever plans reads the zone itself.
 */
export function levelled(zones: FeatureCollection): FeatureCollection {
  const features = zones.features.map((zone) => {
    const floor_m = Math.max(0, metresOf(zone.properties?.lower, 0));
    const top_m = Math.max(floor_m + 5, Math.min(DRAWN_TOP_M, metresOf(zone.properties?.upper, DRAWN_TOP_M)));
    return { ...zone, properties: { ...zone.properties, floor_m, top_m } };
  });
  return { ...zones, features };
}

/** Whether one may pass beneath: then it is only outlined, and says from which height it holds. */
const RAISED: ExpressionSpecification = [">", ["get", "floor_m"], 1];

const NAME: ExpressionSpecification = [
  "case",
  RAISED,
  ["concat", ["get", "name"], "\nabove ", ["to-string", ["get", "floor_m"]], " m"],
  ["get", "name"],
];

export function zoneLayers(p: Palette): LayerSpecification[] {
  const color = zoneColor(p);
  const dim = (active: number, idle: number): ExpressionSpecification => ["case", ACTIVE, active, idle];
  return [
    {
      id: "zone-fill",
      type: "fill",
      source: "zones",
      paint: { "fill-color": color, "fill-opacity": ["case", RAISED, 0.04, dim(0.1, 0.03)] },
    },
    {
      id: "zone-hatch",
      type: "fill",
      source: "zones",
      filter: ["in", ["get", "restriction"], ["literal", ["PROHIBITED", "REQ_AUTHORISATION"]]],
      paint: { "fill-pattern": ["concat", "hatch-", ["get", "restriction"]], "fill-opacity": ["case", RAISED, 0, dim(0.42, 0.08)] },
    },
    {
      id: "zone-edge",
      type: "line",
      source: "zones",
      filter: ["all", ACTIVE, ["!", RAISED]],
      layout: { "line-join": "round" },
      paint: { "line-color": color, "line-width": 1.6, "line-opacity": 0.9 },
    },
    {
      id: "zone-edge-idle",
      type: "line",
      source: "zones",
      filter: ["any", ["!", ACTIVE], RAISED],
      paint: { "line-color": color, "line-width": 1.2, "line-opacity": 0.6, "line-dasharray": [3, 3] },
    },
    {
      id: "zone-solid",
      type: "fill-extrusion",
      source: "zones",
      filter: ACTIVE,
      layout: { visibility: "none" },
      paint: {
        "fill-extrusion-color": color,
        "fill-extrusion-base": ["get", "floor_m"],
        "fill-extrusion-height": ["get", "top_m"],
        "fill-extrusion-opacity": 0.13,
      },
    },
    {
      id: "zone-name",
      type: "symbol",
      source: "zones",
      minzoom: 13.5,
      layout: {
        "text-field": NAME,
        "text-font": FONT,
        "text-size": 11.5,
        "text-max-width": 8,
        "text-padding": 6,
        "symbol-sort-key": 0,
      },
      paint: {
        "text-color": color,
        "text-opacity": dim(1, 0.6),
        "text-halo-color": p.labelHalo,
        "text-halo-width": 1.6,
      },
    },
  ];
}

/** What a click on a zone tells: name, rule, heights, times, whom it binds. */
export interface ZoneFacts {
  /** Of an area closed here, which may be opened again; empty for a published zone. */
  id: string;
  name: string;
  restriction: string;
  lines: string[];
}

export function zoneFacts(properties: Record<string, unknown>): ZoneFacts {
  const said = (name: string): string => {
    const value = properties[name];
    return typeof value === "string" && value !== "null" ? value : "";
  };
  const heights = `${said("lower") || "Ground"} to ${said("upper") || "no upper limit"}`;
  // MapLibre hands lists on as JSON text.
  const binds = said("binds");
  const whom = [binds.includes("air") && "drones", binds.includes("sidewalk") && "robots"].filter(Boolean).join(" and ");
  const lines = [heights, said("when"), whom && `Binds ${whom}`, said("message")].filter(Boolean);
  return { id: properties.closed_here === true ? said("id") : "", name: said("name") || said("id"), restriction: said("restriction"), lines };
}
