import { useState } from "preact/hooks";
import { choosePlace } from "./following";
import { KINDS } from "./words";
import type { Tracking } from "../wire";

/** The places that will do, of which one is chosen, until it is about to leave. */
export function Places({ told }: { told: Tracking }) {
  const [busy, setBusy] = useState<number | null>(null);
  const choose = async (place: number) => {
    setBusy(place);
    await choosePlace(place);
    setBusy(null);
  };
  return (
    <fieldset class="places" disabled={busy !== null}>
      <legend><h2>Where shall it go?</h2><small>You may choose until it is about to leave.</small></legend>
      {told.choices.map(({ place, label, kind, chosen }) => (
        <label key={place} class={busy === place ? "busy" : ""}>
          <input type="radio" name="place" checked={busy === null ? chosen : busy === place} onChange={() => void choose(place)} />
          <span><b>{label}</b><small>{KINDS[kind]}</small></span>
        </label>
      ))}
    </fieldset>
  );
}
