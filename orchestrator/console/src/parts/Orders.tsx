import { now_s } from "../clock";
import { hovered, orders, select, selection } from "../store";
import { isLate, isOpen } from "../tone";
import type { Order } from "../wire";
import { duration, localTime } from "../words";
import { StatusChip } from "./marks";

/** Open and late first, then open by deadline, then what is over, the newest first. */
function byUrgency(a: Order, b: Order): number {
  const open = Number(isOpen(b)) - Number(isOpen(a));
  if (open) return open;
  if (!isOpen(a)) return (b.delivered_at_s ?? b.placed_at_s) - (a.delivered_at_s ?? a.placed_at_s);
  return a.deadline_s - b.deadline_s;
}

/** One line on time: when, and how that stands to the deadline. */
export function timing(order: Order, at_s: number): { text: string; late: boolean } {
  const late = isLate(order, at_s);
  if (order.delivered_at_s !== null) {
    if (order.status === "failed") return { text: localTime(order.delivered_at_s), late };
    const spare_s = order.deadline_s - order.delivered_at_s;
    const how = late ? `${duration(spare_s)} late` : `${duration(spare_s)} early`;
    return { text: `${localTime(order.delivered_at_s)} · ${how}`, late };
  }
  if (!isOpen(order)) return { text: "", late };
  if (order.eta_s === null) {
    const left_s = order.deadline_s - at_s;
    return { text: left_s > 0 ? `due in ${duration(left_s)}` : `${duration(left_s)} overdue`, late };
  }
  const spare_s = order.deadline_s - order.eta_s;
  return { text: `${localTime(order.eta_s)} · ${duration(spare_s)} ${spare_s < 0 ? "late" : "to spare"}`, late };
}

/** What stands against an order; nothing, once a vehicle is planned to bring it. */
function troubleOf(order: Order): string {
  if (order.eta_unknown !== null) return order.eta_unknown;
  const told = order.status === "failed" || (isOpen(order) && order.next_vehicle_id === null);
  return told ? [...new Set(order.parcels.flatMap((p) => p.reasons))].join(" ") : "";
}

function Row({ order }: { order: Order }) {
  const chosen = selection.value?.kind === "order" && selection.value.id === order.id;
  const time = timing(order, now_s.value);
  const why = troubleOf(order);
  const me = { kind: "order", id: order.id } as const;
  return (
    <li>
      <button
        type="button"
        class={`row order-row${isOpen(order) ? "" : " over"}`}
        data-order={order.id}
        aria-pressed={chosen}
        onClick={() => { select(chosen ? null : me); }}
        onMouseEnter={() => (hovered.value = me)}
        onMouseLeave={() => (hovered.value = null)}
      >
        <span class="row-main">
          <span class="row-head">
            <b class="address">{order.address || order.id}</b>
          </span>
          <span class="row-sub">
            {order.id}
            {order.vehicle_ids.length > 0 && ` · ${order.vehicle_ids.join(", ")}`}
            {order.next_vehicle_id !== null && ` · next with ${order.next_vehicle_id}`}
          </span>
        </span>
        <span class="row-side">
          <StatusChip status={order.status} />
          <small class={time.late ? "late" : ""}>{time.text}</small>
        </span>
        {why && <span class="row-why">{why}</span>}
      </button>
    </li>
  );
}

export function Orders({ filter }: { filter: string }) {
  const wanted = filter.trim().toLowerCase();
  const text = (o: Order) => `${o.id} ${o.address} ${o.status.replaceAll("_", " ")} ${o.vehicle_ids.join(" ")}`.toLowerCase();
  const shown = orders.value.filter((o) => text(o).includes(wanted)).sort(byUrgency);
  if (shown.length === 0) return <p class="empty">{wanted ? "No order matches." : "No order has been placed yet. Press N to place one."}</p>;
  return (
    <ul class="rows" aria-label="Orders">
      {shown.map((o) => <Row key={o.id} order={o} />)}
    </ul>
  );
}
