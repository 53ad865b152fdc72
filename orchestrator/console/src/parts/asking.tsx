/** What the dialogs that ask the gateway for something share: a place picked on the map, and what was said against it. */

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { Refusal } from "../http";
import { candidate, pointWanted } from "../map/wanted";
import type { Place, Problem } from "../wire";
import { position } from "../words";
import { Field } from "./Field";
import { Pin } from "./icons";

/** One asking: whether it is under way, and what the gateway said against it, field by field. */
export function asking() {
  const problems = signal<readonly Problem[]>([]);
  const trouble = signal("");
  const busy = signal(false);

  const problemOf = (field: string) => problems.value.find((p) => p.field === field)?.reason;
  /** What is said against a field or anything that lies in it. */
  const problemIn = (field: string) => problemOf(field) ?? problems.value.find((p) => p.field.startsWith(`${field}.`))?.reason;

  async function ask(work: () => Promise<void>): Promise<void> {
    problems.value = [];
    trouble.value = "";
    busy.value = true;
    try {
      await work();
    } catch (error) {
      if (error instanceof Refusal) [problems.value, trouble.value] = [error.problems, error.message];
      else trouble.value = String(error);
    } finally {
      busy.value = false;
    }
  }

  return { problems, trouble, busy, problemOf, problemIn, ask };
}

/** Which place the next click on the map is for. */
const pickedFor = signal<Signal<Place | null> | null>(null);

function startPicking(place: Signal<Place | null>): void {
  pickedFor.value = place;
  pointWanted.value = (picked) => {
    place.value = picked;
    pointWanted.value = null;
  };
}

/** A dialog's place: asked for as it opens, shown on the map, and picked anew by a click. */
export function PickedPlace({ name, problem, place = candidate }: { name: string; problem: string | undefined; place?: Signal<Place | null> }) {
  useLayoutEffect(() => {
    if (!place.value) startPicking(place);
    return () => (pointWanted.value = null);
  }, [place]);
  const picking = pointWanted.value !== null && pickedFor.value === place;
  const chosen = place.value ? position(place.value.lat_deg, place.value.lon_deg) : "Pick on the map";
  return (
    <Field name={name} problem={problem}>
      <button type="button" class={`pick${picking ? " picking" : ""}`} onClick={() => { startPicking(place); }}>
        <Pin />
        {picking ? "Click the place on the map" : chosen}
      </button>
    </Field>
  );
}
