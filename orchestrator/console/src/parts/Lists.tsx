import { signal } from "@preact/signals";
import { alerts, orders, ready, vehicles } from "../store";
import { isOpen } from "../tone";
import { Attention } from "./Attention";
import { Events } from "./Events";
import { Orders } from "./Orders";
import { Vehicles } from "./Vehicles";

const TABS = ["alerts", "vehicles", "orders", "events"] as const;
type Tab = (typeof TABS)[number];
const WORD: Record<Tab, string> = { alerts: "Alerts", vehicles: "Vehicles", orders: "Orders", events: "Events" };

export const tab = signal<Tab>("vehicles");
const filter = signal("");

function count(name: Tab): number | null {
  if (!ready.value) return null;
  switch (name) {
    case "alerts":
      return alerts.value.filter((a) => a.acknowledged_by === null).length || null;
    case "vehicles":
      return vehicles.value.length;
    case "orders":
      return orders.value.filter(isOpen).length;
    case "events":
      return null;
  }
}

/** Left and right arrows move between tabs, as screen readers expect. */
function step(event: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const visible = TABS.filter((t) => document.getElementById(`tab-${t}`)?.offsetParent);
  const next = visible[(visible.indexOf(tab.value) + by + visible.length) % visible.length];
  if (!next) return;
  tab.value = next;
  document.getElementById(`tab-${next}`)?.focus();
}

/** Up and down arrows move between rows: nobody has to tab through hundreds. */
function walk(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = document.activeElement?.closest("li");
  if (!by || !here || !(event.currentTarget instanceof HTMLElement) || !event.currentTarget.contains(here)) return;
  const next = by > 0 ? here.nextElementSibling : here.previousElementSibling;
  next?.querySelector<HTMLElement>("button")?.focus();
  event.preventDefault();
}

/** Before the first word of the fleet nobody knows that a list is empty. */
function Panel() {
  if (!ready.value) return <p class="empty">Waiting to hear from the fleet.</p>;
  switch (tab.value) {
    case "alerts":
      return <Attention filter={filter.value} />;
    case "vehicles":
      return <Vehicles filter={filter.value} />;
    case "orders":
      return <Orders filter={filter.value} />;
    case "events":
      return <Events filter={filter.value} />;
  }
}

export function Lists() {
  return (
    <section class="lists">
      <div class="tabs" role="tablist" aria-label="Lists" onKeyDown={step}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            class={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab.value === name}
            aria-controls="list-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => (tab.value = name)}
          >
            {WORD[name]}
            {count(name) !== null && <span class="badge">{count(name)}</span>}
          </button>
        ))}
      </div>
      <div class="filter">
        <input type="search" placeholder={`Filter ${WORD[tab.value].toLowerCase()}`} aria-label={`Filter ${WORD[tab.value].toLowerCase()}`} value={filter.value} onInput={(e) => (filter.value = e.currentTarget.value)} />
      </div>
      <div class="scroll" id="list-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`} tabIndex={-1} onKeyDown={walk}>
        <Panel />
      </div>
    </section>
  );
}
