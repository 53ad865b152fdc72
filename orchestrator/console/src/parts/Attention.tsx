import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { now_s } from "../clock";
import { Refusal, acknowledge } from "../http";
import { alerts, ready, select } from "../store";
import type { Alert, Severity } from "../wire";
import { relative } from "../words";
import { Alarm, Check } from "./icons";

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** What nobody has seen yet first, then by severity, then the newest. */
function byUrgency(a: Alert, b: Alert): number {
  const seen = Number(a.acknowledged_by !== null) - Number(b.acknowledged_by !== null);
  return seen || RANK[a.severity] - RANK[b.severity] || b.raised_at_s - a.raised_at_s;
}

/** What it is about, to be looked at. */
function subjects({ vehicle_id, order_id }: Alert) {
  const vehicle = vehicle_id === null ? [] : [{ kind: "vehicle", id: vehicle_id } as const];
  return order_id === null ? vehicle : [...vehicle, { kind: "order", id: order_id } as const];
}

function AlertRow({ alert }: { alert: Alert }) {
  const trouble = useSignal("");
  const seen = alert.acknowledged_by;
  async function confirm() {
    try {
      trouble.value = "";
      await acknowledge(alert.key);
    } catch (error) {
      trouble.value = error instanceof Refusal ? error.message : String(error);
    }
  }
  return (
    <li class={`alert ${alert.severity}${seen ? " seen" : ""}`}>
      <Alarm />
      <div class="alert-text">
        <p title={alert.text}>{alert.text}</p>
        <small>
          {relative(alert.raised_at_s, now_s.value)}
          {seen && ` · seen by ${seen}`}
          {subjects(alert).map((subject) => (
            <Fragment key={subject.kind}>
              {" · "}
              <button type="button" class="link" onClick={() => { select(subject); }}>Show {subject.id}</button>
            </Fragment>
          ))}
        </small>
        {trouble.value && <p class="trouble" role="alert">{trouble.value}</p>}
      </div>
      {!seen && (
        <button type="button" class="quiet" onClick={() => void confirm()} aria-label={`Acknowledge: ${alert.text}`}>
          <Check /> Seen
        </button>
      )}
    </li>
  );
}

export function Attention({ filter = "" }: { filter?: string }) {
  const wanted = filter.trim().toLowerCase();
  const sorted = [...alerts.value].filter((a) => a.text.toLowerCase().includes(wanted)).sort(byUrgency);
  const open = sorted.filter((a) => a.acknowledged_by === null).length;
  if (!ready.value) return null;
  if (sorted.length === 0 && wanted) return <p class="empty">No alert matches.</p>;
  return (
    <section class={`attention${open ? " open" : ""}`} aria-label="Needs attention">
      {sorted.length === 0 ? (
        <p class="calm"><Check /> Nothing needs you right now.</p>
      ) : (
        <>
          <h2>
            {open ? "Needs attention" : "All seen"} <span class="badge">{open || sorted.length}</span>
          </h2>
          <ul>{sorted.map((a) => <AlertRow key={a.key} alert={a} />)}</ul>
        </>
      )}
    </section>
  );
}

/** The newest alert that nobody has seen, for those who hear the page: said once, not at every second of its age. */
export function Newest() {
  const open = alerts.value.filter((a) => a.acknowledged_by === null);
  const newest = open.reduce<Alert | null>((last, a) => (last && last.raised_at_s >= a.raised_at_s ? last : a), null);
  return <p class="visually-hidden" role="status">{newest?.text}</p>;
}
