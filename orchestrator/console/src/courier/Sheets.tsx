import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { tap } from "./calling";
import type { Card, Phone } from "../wire";

export const problemOpen = signal(false);

const TROUBLES = ["My bike is broken", "I had an accident", "I cannot find the address", "A parcel is damaged or missing", "I am running late"] as const;

/** What is the matter: told to the dispatchers, who see it as an alert. */
export function ProblemSheet({ phone: { problem } }: { phone: Phone }) {
  const [text, setText] = useState("");
  if (!problemOpen.value) return null;
  const close = () => { problemOpen.value = false; setText(""); };
  const tell = (what: string) => { tap({ kind: "problem", text: what }); close(); };
  return (
    <div class="veil" role="dialog" aria-modal="true" aria-label="Problem">
      <section class="sheet">
        <h2>What is the matter?</h2>
        {problem !== null && <button type="button" class="big" onClick={() => { tap({ kind: "problem" }); close(); }}>It is solved</button>}
        {TROUBLES.map((trouble) => <button key={trouble} type="button" class="big quiet" onClick={() => { tell(trouble); }}>{trouble}</button>)}
        <form onSubmit={(event) => { event.preventDefault(); if (text.trim()) tell(text.trim()); }}>
          <input aria-label="In your own words" placeholder="In your own words" maxLength={200} value={text} onInput={(event) => { setText(event.currentTarget.value); }} />
          <button type="submit" class="big" disabled={!text.trim()}>Tell</button>
        </form>
        <button type="button" class="plain" onClick={close}>Back</button>
      </section>
    </div>
  );
}

interface Words { title: string; text: string; yes: string; no: string | null }

function words(card: Card, phone: Phone): Words | null {
  switch (card.kind) {
    case "offer":
    case "take":
    case "set_out":
    case "end":
      return null; // these have a screen of their own
    case "change": {
      const stops = phone.trip?.stops.length ?? 0;
      const text = stops ? "The way has changed. Go on with the new one." : "The way has changed: come back to the hub.";
      return { title: "A change", text, yes: "All right", no: "I cannot" };
    }
    case "give_back":
      if (card.parcel_id !== null) return { title: "Put one back", text: `${card.parcel_id} was cancelled. Leave it at ${phone.hub.name}; your trip goes on without it.`, yes: "It is back", no: null };
      return { title: "Hand in what you carry", text: phone.holds.join(", ") || "Everything in your bag", yes: "Handed in", no: null };
    case "hold":
      return { title: "Please wait", text: "Your dispatcher asks you to stop where it is safe and wait.", yes: "I am waiting", no: "I cannot" };
    case "resume":
      return { title: "Go on", text: "Your dispatcher asks you to go on with your trip.", yes: "I go on", no: "I cannot" };
    case "return":
      return { title: "Come back", text: "Your dispatcher asks you to come back to the hub with what you carry.", yes: "I come back", no: "I cannot" };
    case "stop":
      return { title: "Stop here", text: "Your dispatcher asks you to stop where you are. Somebody will come to you.", yes: "I have stopped", no: "I cannot" };
  }
}

/** What a dispatcher asks, over whatever else is on the screen. */
export function AskSheet({ phone }: { phone: Phone }) {
  const card = phone.card;
  const asked = card && words(card, phone);
  if (!asked) return null;
  return (
    <div class="veil" role="alertdialog" aria-modal="true" aria-label={asked.title}>
      <section class="sheet">
        <h2>{asked.title}</h2>
        <p class="soft">{asked.text}</p>
        <button type="button" class="big" onClick={() => { tap({ kind: "yes", card_id: card.id }); }}>{asked.yes}</button>
        {asked.no && <button type="button" class="big quiet" onClick={() => { tap({ kind: "no", card_id: card.id, text: "The courier says that it cannot be done." }); }}>{asked.no}</button>}
      </section>
    </div>
  );
}
