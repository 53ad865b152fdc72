/** The base map: drawn only from the city file that the gateway serves. No tiles, no glyph server. */

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

type Expression = ExpressionSpecification;

/** With no `glyphs` in the style, MapLibre draws letters itself, with the page's own font. */
export const FONT = ["Inter Variable"];

const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

const of = (kind: string): Expression => ["==", ["get", "kind"], kind];

/** Roads by class, wider ones first in rank. */
const RANK: Expression = [
  "match",
  ["get", "class"],
  ["motorway", "trunk", "primary", "secondary", "tertiary"],
  1.6,
  ["service", "track", "living_street"],
  0.55,
  1,
];

function roadWidth(extra_px: number): Expression {
  const at = (px: number): Expression => ["+", extra_px, ["*", px, RANK]];
  return ["interpolate", ["exponential", 1.7], ["zoom"], 13, at(1), 15, at(3.5), 17, at(10), 20, at(44)];
}

const pathWidth = (at14_px: number): Expression => [
  "interpolate",
  ["exponential", 1.6],
  ["zoom"],
  14,
  at14_px,
  20,
  at14_px * 11,
];

function ground(p: Palette): LayerSpecification[] {
  const fill = (id: string, color: string): LayerSpecification => ({
    id,
    type: "fill",
    source: "city",
    filter: of(id),
    paint: { "fill-color": color },
  });
  return [
    { id: "beyond", type: "background", paint: { "background-color": p.beyond } },
    { id: "land", type: "fill", source: "district", paint: { "fill-color": p.land } },
    fill("park", p.park),
    fill("water", p.water),
    { id: "shore", type: "line", source: "city", filter: of("water"), paint: { "line-color": p.waterLine, "line-width": 1.2 } },
  ];
}

function ways(p: Palette): LayerSpecification[] {
  const line = (id: string, kind: string, minzoom: number, paint: object, cap: "round" | "butt"): LayerSpecification => ({
    id,
    type: "line",
    source: "city",
    filter: of(kind),
    minzoom,
    layout: { "line-cap": cap, "line-join": "round" },
    paint,
  });
  return [
    line("road-case", "road", 12, { "line-color": p.roadCase, "line-width": roadWidth(1.6) }, "round"),
    line("road", "road", 12, { "line-color": p.road, "line-width": roadWidth(0) }, "round"),
    line("footpath", "footpath", 14.2, { "line-color": p.footpath, "line-width": pathWidth(0.7) }, "round"),
    line(
      "crossing",
      "crossing",
      15.5,
      { "line-color": p.crossing, "line-width": pathWidth(1.3), "line-dasharray": [0.5, 0.45] },
      "butt",
    ),
  ];
}

function buildings(p: Palette): LayerSpecification[] {
  const shade: Expression = ["interpolate", ["linear"], ["get", "height_m"], 4, p.buildingLow, 45, p.buildingHigh];
  return [
    {
      id: "building-shade",
      type: "fill",
      source: "city",
      filter: of("building"),
      paint: { "fill-color": p.buildingShade, "fill-opacity": 0.45, "fill-translate": [2.5, 3], "fill-antialias": true },
    },
    {
      id: "building",
      type: "fill",
      source: "city",
      filter: of("building"),
      paint: { "fill-color": shade, "fill-outline-color": p.buildingEdge },
    },
    {
      id: "building-solid",
      type: "fill-extrusion",
      source: "city",
      filter: of("building"),
      layout: { visibility: "none" },
      paint: {
        "fill-extrusion-color": shade,
        "fill-extrusion-height": ["get", "height_m"],
        "fill-extrusion-opacity": 0.92,
        "fill-extrusion-vertical-gradient": true,
      },
    },
  ];
}

function names(p: Palette): LayerSpecification[] {
  return [
    {
      id: "road-name",
      type: "symbol",
      source: "city",
      filter: ["all", of("road"), ["has", "name"]],
      minzoom: 14.6,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 320,
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 14.5, 10, 18, 14],
        "text-letter-spacing": 0.02,
        "text-padding": 12,
      },
      paint: { "text-color": p.label, "text-halo-color": p.labelHalo, "text-halo-width": 1.4 },
    },
    {
      id: "place-name",
      type: "symbol",
      source: "city",
      filter: ["all", ["any", of("park"), of("water")], ["has", "name"]],
      minzoom: 14,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-max-width": 7, "text-padding": 10 },
      paint: {
        "text-color": ["case", of("water"), p.waterLabel, p.label],
        "text-halo-color": p.labelHalo,
        "text-halo-width": 1.2,
      },
    },
  ];
}

/** The whole style in one theme; sources start empty and are filled when their data arrives. */
export function baseStyle(p: Palette): StyleSpecification {
  const source = () => ({ type: "geojson" as const, data: NOTHING });
  return {
    version: 8,
    sources: { district: source(), city: { ...source(), tolerance: 0.2 }, zones: source() },
    light: { anchor: "viewport", intensity: 0.28, position: [1.3, 210, 40] },
    layers: [...ground(p), ...ways(p), ...buildings(p), ...names(p)],
  };
}
