import { useEffect, useRef } from "preact/hooks";
import { effect, signal } from "@preact/signals";
import { openArea } from "../http";
import { MapView, mapTrouble, tilted, zoneClicked } from "../map/view";
import { zonesChanged } from "../map/zones";
import { attribution, selection } from "../store";
import { openHook } from "../hook";
import { closingArea } from "./CloseArea";
import { placing } from "./PlaceOrder";
import { Barred, Close, Cube, Fit, Minus, Plus } from "./icons";

const MARGIN_PX = 24;
/** Keeps the district's edge clear of the attribution below. */
const BELOW_PX = 50;

/** How much of the map the panels cover on each side, measured on the page itself. */
function covered() {
  const box = (name: string) => document.querySelector(name)?.getBoundingClientRect();
  const [top, left, right] = [box(".topbar"), box(".left"), box(".right")];
  const phone = innerWidth < 720;
  return {
    top: (top?.bottom ?? 0) + MARGIN_PX,
    left: phone ? MARGIN_PX : (left?.right ?? 0) + MARGIN_PX,
    right: phone || !right?.width ? MARGIN_PX : innerWidth - right.left + MARGIN_PX,
    bottom: (phone && left ? innerHeight - left.top : 0) + BELOW_PX,
  };
}

const RULE: Record<string, string> = {
  PROHIBITED: "No entry",
  REQ_AUTHORISATION: "Only with permission",
  CONDITIONAL: "With conditions",
  NO_RESTRICTION: "No restriction",
};

const openTrouble = signal("");

function OpenArea({ id }: { id: string }) {
  const open = () => openArea(id).then(
    () => { zonesChanged.value += 1; zoneClicked.value = null; openTrouble.value = ""; },
    (error: unknown) => { openTrouble.value = error instanceof Error ? error.message : String(error); },
  );
  return (
    <>
      <button type="button" class="quiet" onClick={() => void open()}>Open again</button>
      {openTrouble.value && <p role="alert">{openTrouble.value}</p>}
    </>
  );
}

function ZoneNote() {
  const zone = zoneClicked.value;
  if (!zone) return null;
  return (
    <div class={`zone-note panel ${zone.restriction}`} style={{ left: `${zone.x}px`, top: `${zone.y}px` }} role="status">
      <b>{zone.name}</b>
      <em>{RULE[zone.restriction] ?? zone.restriction}</em>
      {zone.lines.map((line) => <p key={line}>{line}</p>)}
      {zone.id && <OpenArea id={zone.id} />}
      <button type="button" class="square small" aria-label="Close" onClick={() => (zoneClicked.value = null)}><Close /></button>
    </div>
  );
}

export function MapPane() {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<MapView | null>(null);
  useEffect(() => {
    if (!holder.current || view.current) return undefined;
    const made = new MapView(holder.current, covered);
    view.current = made;
    openHook(made);
    void made.fill();
    return effect(() => {
      if (selection.value) requestAnimationFrame(() => { made.reveal(); });
    });
  }, []);
  return (
    <main class="map-pane" aria-label="Map">
      <div class="map" ref={holder} />
      <ZoneNote />
      {mapTrouble.value && <p class="map-trouble" role="alert">The map could not be loaded: {mapTrouble.value} Trying again.</p>}
      <div class="map-controls panel" role="group" aria-label="Map">
        <button type="button" class="square" aria-label="Zoom in" onClick={() => view.current?.zoom(0.75)}><Plus /></button>
        <button type="button" class="square" aria-label="Zoom out" onClick={() => view.current?.zoom(-0.75)}><Minus /></button>
        <button type="button" class="square" aria-label="Show the whole district" onClick={() => view.current?.fit()}><Fit /></button>
        <button type="button" class="square" aria-label="Close an area" title="Close an area" aria-expanded={closingArea.value} onClick={() => { placing.value = false; closingArea.value = !closingArea.value; }}><Barred /></button>
        <button type="button" class="square" aria-label="Tilt the map" aria-pressed={tilted.value} onClick={() => view.current?.tilt(!tilted.value)}><Cube /></button>
      </div>
      <small class="attribution">{attribution.value}</small>
    </main>
  );
}
