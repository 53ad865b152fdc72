import { events, ready, select } from "../store";
import type { FleetEvent } from "../wire";
import { localTime } from "../words";

const SHOWN = 120;

function Row({ event, linked }: { event: FleetEvent; linked: boolean }) {
  const target = event.vehicle_id
    ? ({ kind: "vehicle", id: event.vehicle_id } as const)
    : event.order_id
      ? ({ kind: "order", id: event.order_id } as const)
      : null;
  return (
    <li class={`event ${event.severity}`}>
      <time dateTime={new Date(event.at_s * 1000).toISOString()}>{localTime(event.at_s, true)}</time>
      {linked && target ? (
        <button type="button" onClick={() => { select(target); }}>{event.text}</button>
      ) : (
        <span>{event.text}</span>
      )}
    </li>
  );
}

/** The newest on top. `only` keeps those of one vehicle or order. */
export function Events({ only, linked = true, filter = "" }: { only?: (e: FleetEvent) => boolean; linked?: boolean; filter?: string }) {
  const wanted = filter.trim().toLowerCase();
  const shown = events.value
    .filter((e) => (only ? only(e) : true) && e.text.toLowerCase().includes(wanted))
    .slice(-SHOWN)
    .reverse();
  if (shown.length === 0) return <p class="empty">{ready.value ? "Nothing has happened yet." : "Waiting to hear from the fleet."}</p>;
  return <ol class="events">{shown.map((e) => <Row key={e.seq} event={e} linked={linked} />)}</ol>;
}
