/** The map itself: made once, filled from the gateway, re-coloured with the theme, tied to the selection. */

import { effect, signal } from "@preact/signals";
import { Map as MapLibre, setWorkerUrl } from "maplibre-gl";
import type { LngLatLike, MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection } from "geojson";
import { getMap, getZones } from "../http";
import { bbox, hovered, orderById, select, selection } from "../store";
import { inwardMap } from "../meridian";
import { reducedMotion, theme } from "../theme";
import { baseStyle } from "./basemap";
import { camera, fitTilted } from "./fit";
import type { Margins } from "./fit";
import { Overlay } from "./overlay";
import { PALETTES } from "./palette";
import { Projector } from "./projector";
import { tracks } from "./tracks";
import { pointWanted } from "./wanted";
import { addHatches, levelled, zoneFacts, zoneLayers, zonesChanged } from "./zones";
import type { ZoneFacts } from "./zones";

setWorkerUrl(workerUrl);

/** Zones open and close by the clock: what is shown is never older than this. */
const ZONES_EVERY_MS = 30_000;
/** Tilted, north stays almost up; flat, it is up. */
const TILT = { pitch: 50, bearing: -8 };
const FLAT = { pitch: 0, bearing: 0 };
const KEPT_AS = "sanderling-map";

export const tilted = signal(localStorage.getItem(KEPT_AS) === "tilted");
export const mapTrouble = signal("");
export const zoneClicked = signal<(ZoneFacts & { x: number; y: number }) | null>(null);

/** The ground that the city file covers, as a polygon. */
function district([west, south, east, north]: NonNullable<typeof bbox.value>): FeatureCollection {
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  const geometry = { type: "Polygon" as const, coordinates: [ring] };
  return { type: "FeatureCollection", features: [{ type: "Feature", geometry, properties: {} }] };
}

export class MapView {
  readonly map: MapLibre;
  readonly overlay: Overlay;
  private readonly projector = new Projector();
  private city: FeatureCollection | null = null;
  private zones: FeatureCollection | null = null;

  constructor(container: HTMLElement, private readonly padding: () => Margins) {
    this.map = new MapLibre({
      container,
      style: baseStyle(PALETTES[theme.peek()]),
      center: [24.94, 60.17],
      zoom: 14,
      minZoom: 12.5,
      maxZoom: 20,
      maxPitch: 65,
      attributionControl: false,
      dragRotate: true,
      fadeDuration: 0,
    });
    this.overlay = new Overlay(this.map, this.projector);
    this.map.on("error", (event) => {
      mapTrouble.value = event.error.message;
    });
    this.map.on("style.load", this.dress);
    this.map.on("click", this.click);
    this.map.on("mousemove", this.hover);
    this.map.on("pitchend", () => {
      tilted.value = this.map.getPitch() > 20;
      this.showSolid();
    });
    let [dressedAs, shown] = [theme.peek(), ""];
    effect(() => {
      if (theme.value === dressedAs) return;
      dressedAs = theme.value;
      this.map.setStyle(baseStyle(PALETTES[dressedAs]), { diff: false });
    });
    effect(() => {
      if (!bbox.value || bbox.value.join() === shown) return; // the same again, after a cut: whoever looks stays where they are
      shown = bbox.value.join();
      this.dress(); // a site may lie where longitudes are reckoned from its middle
      this.fit(false);
    });
    effect(() => {
      if (zonesChanged.value) void this.fetchZones();
    });
    effect(() => {
      this.map.getCanvas().style.cursor = pointWanted.value ? "crosshair" : "";
    });
  }

  /** Fetches city and zones; trouble is told on the page, and tried again. */
  async fill(): Promise<void> {
    try {
      [this.city, this.zones] = await Promise.all([getMap(), getZones()]);
      mapTrouble.value = "";
      this.dress();
      setTimeout(() => void this.refreshZones(), ZONES_EVERY_MS);
    } catch (error) {
      mapTrouble.value = error instanceof Error ? error.message : String(error);
      setTimeout(() => void this.fill(), 3000);
    }
  }

  private async refreshZones(): Promise<void> {
    await this.fetchZones();
    setTimeout(() => void this.refreshZones(), ZONES_EVERY_MS);
  }

  private async fetchZones(): Promise<void> {
    const zones = await getZones().catch(() => null);
    if (!zones) return;
    this.zones = zones;
    this.setData("zones", levelled(inwardMap(zones)));
  }

  private setData(id: string, data: FeatureCollection): void {
    const source = this.map.getSource(id);
    if (source && "setData" in source) (source as { setData: (d: FeatureCollection) => unknown }).setData(data);
  }

  private readonly dress = (): void => {
    if (!this.map.getSource("city")) return;
    const palette = PALETTES[theme.peek()];
    addHatches(this.map, palette);
    if (!this.map.getLayer("zone-fill")) for (const layer of zoneLayers(palette)) this.map.addLayer(layer);
    if (!this.map.getLayer("projector")) this.map.addLayer(this.projector.layer);
    const box = bbox.peek();
    if (box) this.setData("district", district(box));
    if (this.city) this.setData("city", inwardMap(this.city));
    if (this.zones) this.setData("zones", levelled(inwardMap(this.zones)));
    this.showSolid();
  };

  private showSolid(): void {
    if (!this.map.getLayer("building-solid")) return;
    const visible = (on: boolean) => (on ? "visible" : "none");
    for (const id of ["building-solid", "zone-solid"]) this.map.setLayoutProperty(id, "visibility", visible(tilted.peek()));
    for (const id of ["building", "building-shade"]) this.map.setLayoutProperty(id, "visibility", visible(!tilted.peek()));
  }

  tilt(on: boolean): void {
    tilted.value = on;
    this.showSolid();
    localStorage.setItem(KEPT_AS, on ? "tilted" : "flat");
    this.fit();
  }

  private pace(ms: number): number {
    return reducedMotion.matches ? 0 : ms;
  }

  /** Shows the whole district, clear of the panels. */
  fit(animated = true): void {
    const box = bbox.peek();
    if (!box) return;
    const before = camera(this.map);
    fitTilted(this.map, box, this.padding(), tilted.peek() ? TILT : FLAT);
    if (!animated) return;
    const goal = camera(this.map);
    this.map.jumpTo(before);
    this.map.easeTo({ ...goal, duration: this.pace(700) });
  }

  zoom(by: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + by, duration: this.pace(250) });
  }

  /** Brings the selected thing into the free part of the map, unless it is there already. */
  reveal(): void {
    const chosen = selection.peek();
    if (!chosen) return;
    const place = chosen.kind === "vehicle" ? tracks.get(chosen.id)?.to : orderById.peek().get(chosen.id);
    if (!place) return;
    const at: LngLatLike = [place.lon_deg, place.lat_deg];
    const { x, y } = this.map.project(at);
    const pad = this.padding();
    const { clientWidth, clientHeight } = this.map.getContainer();
    const inside = x > pad.left + 40 && x < clientWidth - pad.right - 40 && y > pad.top + 40 && y < clientHeight - pad.bottom - 40;
    const offset: [number, number] = [(pad.left - pad.right) / 2, (pad.top - pad.bottom) / 2];
    if (!inside) this.map.easeTo({ center: at, offset, duration: this.pace(500) });
  }

  private readonly click = (event: MapMouseEvent): void => {
    zoneClicked.value = null;
    if (pointWanted.peek()) {
      pointWanted.peek()?.({ lat_deg: event.lngLat.lat, lon_deg: event.lngLat.lng });
      return;
    }
    const item = this.overlay.under(event.point);
    if (item && item.kind !== "hub" && item.kind !== "locker") {
      select({ kind: item.kind, id: item.id });
      return;
    }
    const zone = this.map.getLayer("zone-fill") ? this.map.queryRenderedFeatures(event.point, { layers: ["zone-fill"] })[0] : undefined;
    if (zone) zoneClicked.value = { ...zoneFacts(zone.properties), x: event.point.x, y: event.point.y };
    else select(null);
  };

  private readonly hover = (event: MapMouseEvent): void => {
    if (pointWanted.peek()) return;
    const item = this.overlay.under(event.point);
    const next = item && item.kind !== "hub" && item.kind !== "locker" ? { kind: item.kind, id: item.id } : null;
    if (next?.id !== hovered.peek()?.id) hovered.value = next;
    this.map.getCanvas().style.cursor = next ? "pointer" : "";
  };
}
