import { useSignal } from "@preact/signals";
import { now_s } from "../clock";
import { asksOf, asksOfParcel } from "../cargo";
import { Refusal, cancelOrder, tellFound, tellParcel } from "../http";
import { hubById, select } from "../store";
import { isOpen } from "../tone";
import type { Order, Parcel } from "../wire";
import { dayTime, localTime, mass, position, relative } from "../words";
import { Events } from "./Events";
import { Explanation } from "./Explanation";
import { Fact } from "./Fact";
import { Box, Home, Person } from "./icons";
import { StatusChip } from "./marks";
import { timing } from "./Orders";
import { Tags } from "./Tags";

/** How far along hub, vehicle, recipient the parcel's one keeper is. */
function stage(parcel: Parcel): number {
  switch (parcel.keeper.kind) {
    case "sender":
      return 0;
    case "hub":
    case "locker":
      return parcel.phase === "delivered" ? 2 : 0;
    case "vehicle":
    case "lost":
      return 1;
    case "recipient":
      return 2;
  }
}

function lastHeard({ keeper }: Parcel): string {
  if (keeper.lat_deg === null || keeper.lon_deg === null) return "";
  const when = keeper.last_heard_at_s === null ? "" : `, ${localTime(keeper.last_heard_at_s, true)}`;
  return `Last heard at ${position(keeper.lat_deg, keeper.lon_deg)}${when}.`;
}

function Custody({ parcel, order }: { parcel: Parcel; order: Order }) {
  const at = stage(parcel);
  const lost = parcel.keeper.kind === "lost";
  const names = [
    order.pick_up?.address ?? hubById.value.get(order.hub_id)?.name ?? order.hub_id,
    (at === 1 ? parcel.keeper.id : null) ?? order.vehicle_ids.at(-1) ?? "Vehicle",
    order.kind === "locker" ? "Locker" : "Recipient",
  ];
  const icons = [<Home key="h" />, <Box key="v" />, <Person key="p" />];
  return (
    <section class="custody">
      <h3>
        Parcel {parcel.id} <small>{mass(parcel.mass_kg)}, {parcel.size}{parcel.proof ? `, shown by ${parcel.proof}` : ""}</small>
      </h3>
      <ol class="chain" aria-label="Custody">
        {names.map((name, i) => (
          <li key={i} class={i < at ? "was" : i === at ? (lost ? "is lost" : "is") : "ahead"} aria-current={i === at ? "step" : undefined}>
            <span>{icons[i]}</span>
            <small>{name}</small>
          </li>
        ))}
      </ol>
      <p class={`notice ${lost ? "bad" : "plain"}`}>
        {parcel.keeper.text}
        {lost && <> {lastHeard(parcel)}</>}
      </p>
      <Tags name="The parcel asks for" tags={asksOfParcel(parcel)} />
      <InLocker parcel={parcel} />
      <LookFor parcel={parcel} />
      {parcel.reasons.length > 0 && order.next_vehicle_id === null && (
        <ul class="reasons">{parcel.reasons.map((text) => <li key={text}>{text}</li>)}</ul>
      )}
    </section>
  );
}

/** Until when it waits in a locker, and what people may say became of it there. */
function InLocker({ parcel }: { parcel: Parcel }) {
  const said = useSignal("");
  if (parcel.keeper.kind !== "locker") return null;
  const late = parcel.collect_by_s !== null && parcel.collect_by_s < now_s.value;
  const what = late ? "recovered" : "collected";
  const tell = () => tellParcel(parcel.id, what).catch((error: unknown) => { said.value = error instanceof Refusal ? error.message : String(error); });
  return (
    <div class="asks">
      {parcel.collect_by_s !== null && <p class={late ? "notice warn" : "meta"}>{late ? "Nobody came for it" : "Waits for its recipient"} until {dayTime(parcel.collect_by_s)}.</p>}
      <button type="button" class="ask" onClick={() => void tell()}>{late ? "It was fetched back" : "It was collected"}</button>
      {said.value && <p class="trouble" role="alert">{said.value}</p>}
    </div>
  );
}

/** What a person may say of a parcel that nobody knows the keeper of, once they have looked. */
function LookFor({ parcel }: { parcel: Parcel }) {
  const said = useSignal("");
  if (!parcel.in_doubt && parcel.keeper.kind !== "lost") return null;
  const tell = (where: "shelf" | "aboard" | "lost") => void tellFound(parcel.id, where).catch((error: unknown) => { said.value = error instanceof Refusal ? error.message : String(error); });
  return (
    <div class="asks">
      {parcel.in_doubt && <p class="notice warn">Have somebody look for it, and say where it is.</p>}
      <button type="button" class="ask" onClick={() => { tell("shelf"); }}>It is on the shelf</button>
      {parcel.in_doubt && <button type="button" class="ask" onClick={() => { tell("aboard"); }}>It is still aboard</button>}
      {parcel.in_doubt && <button type="button" class="ask" onClick={() => { tell("lost"); }}>It is nowhere</button>}
      {said.value && <p class="trouble" role="alert">{said.value}</p>}
    </div>
  );
}

function Cancel({ order }: { order: Order }) {
  const asked = useSignal(false);
  const said = useSignal("");
  async function confirm() {
    asked.value = false;
    try {
      await cancelOrder(order.id);
    } catch (error) {
      said.value = error instanceof Refusal ? error.message : String(error);
    }
  }
  return (
    <section class="asks">
      {asked.value ? (
        <div class="confirm" role="alertdialog" aria-label="Confirm: cancel the order">
          <p>Cancel order <b>{order.id}</b>? What is aboard comes back to the hub.</p>
          <button type="button" class="danger" ref={(b) => b?.focus()} onClick={() => void confirm()}>Cancel order</button>
          <button type="button" class="quiet" onClick={() => (asked.value = false)}>Keep it</button>
        </div>
      ) : (
        <button type="button" class="ask" onClick={() => (asked.value = true)}>Cancel order</button>
      )}
      {said.value && <p class="trouble" role="alert">{said.value}</p>}
    </section>
  );
}

export function OrderDetail({ order }: { order: Order }) {
  const time = timing(order, now_s.value);
  return (
    <>
      <header class="detail-head order">
        <div>
          <h2>{order.address || order.id}</h2>
          <p class="meta">
            {order.id} · {order.kind} · placed by {order.placed_by}
          </p>
        </div>
      </header>
      <p class="status-line">
        <StatusChip status={order.status} /> <span class={time.late ? "late" : ""}>{time.text}</span>
      </p>
      <dl class="facts three">
        <Fact name="Placed" value={localTime(order.placed_at_s)} />
        {order.delivered_at_s !== null ? (
          <Fact name="Delivered" value={localTime(order.delivered_at_s)} tone={time.late ? "bad" : "done"} />
        ) : (
          <Fact name="Expected" value={order.eta_s === null ? "unknown" : localTime(order.eta_s)} tone={time.late ? "bad" : undefined} />
        )}
        {order.earliest_at_s === null ? (
          <Fact name="Deadline" value={localTime(order.deadline_s)} />
        ) : (
          <Fact name="Window" value={`${localTime(order.earliest_at_s)}–${localTime(order.deadline_s)}`} />
        )}
      </dl>
      {order.late_because !== null && <p class="notice warn">{order.late_because}</p>}
      <Tags name="The order asks for" tags={asksOf(order)} />
      {order.eta_unknown !== null && <p class="notice warn">{order.eta_unknown}</p>}
      {isOpen(order) && order.eta_s !== null && <p class="meta">Hand-over {relative(order.eta_s, now_s.value)}.</p>}
      {order.next_vehicle_id !== null && (
        <button type="button" class="linked-row" onClick={() => { if (order.next_vehicle_id) select({ kind: "vehicle", id: order.next_vehicle_id }); }}>
          <span>{order.next_vehicle_id}</span>
          <small>is planned to bring it</small>
        </button>
      )}
      {order.diverted_to !== null && (
        <p class="notice warn">Goes to {order.diverted_to} instead. {order.diverted_because.join(" ")}</p>
      )}
      {order.alternatives.length > 0 && order.diverted_to === null && isOpen(order) && (
        <p class="meta">Will do as well: {order.alternatives.join("; ")}.</p>
      )}
      {order.also_at.length > 0 && isOpen(order) && (
        <p class="meta">Lies as well at {order.also_at.map((id) => hubById.value.get(id)?.name ?? id).join("; ")}.</p>
      )}
      {order.vehicle_ids.map((id) => (
        <button key={id} type="button" class="linked-row" onClick={() => { select({ kind: "vehicle", id }); }}>
          <span>{id}</span>
          <small>{isOpen(order) ? "carries it" : "carried it"}</small>
        </button>
      ))}
      {order.parcels.map((p) => <Custody key={p.id} parcel={p} order={order} />)}
      {isOpen(order) && <Cancel order={order} />}
      <Explanation order={order} />
      <section>
        <h3>History</h3>
        <Events only={(e) => e.order_id === order.id} linked={false} />
      </section>
    </>
  );
}
