import { signal } from "@preact/signals";
import type { Place } from "../wire";

/** While set, the next click on the map is an answer to it, not a selection. */
export const pointWanted = signal<((place: Place) => void) | null>(null);

/** The drop-off of the order being written, shown on the map until it is placed. */
export const candidate = signal<Place | null>(null);

/** Where it is fetched, when that is not at a hub. */
export const origin = signal<Place | null>(null);
