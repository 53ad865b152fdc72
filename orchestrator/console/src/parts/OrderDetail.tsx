import { now_s } from "../clock";
import { asksOf, asksOfParcel } from "../cargo";
import { cancelOrder, tellFound, tellParcel } from "../http";
import { hubById, select } from "../store";
import { isOpen } from "../tone";
import type { Order, Parcel } from "../wire";
import { dayTime, localTime, mass, position, relative } from "../words";
import { Confirmed } from "./Confirmed";
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

/** Where and when the vehicle was last heard that has or had it, where its keeper's words do not tell. */
function lastHeard({ keeper, in_doubt }: Parcel): string {
  if (keeper.lat_deg === null || keeper.lon_deg === null) return "";
  const when = keeper.last_heard_at_s === null ? "" : ` ${localTime(keeper.last_heard_at_s, true)}`;
  if (in_doubt) return `That was${when || " once"}, at ${position(keeper.lat_deg, keeper.lon_deg)}.`;
  return keeper.kind === "lost" && when ? `That was${when}.` : "";
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
        {parcel.keeper.text.replace(/\.?$/, ".")} {lastHeard(parcel)}
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
  if (parcel.keeper.kind !== "locker") return null;
  const late = parcel.collect_by_s !== null && parcel.collect_by_s < now_s.value;
  return (
    <div class="asks">
      {parcel.collect_by_s !== null && <p class={late ? "notice warn" : "meta"}>{late ? `Nobody came for it until ${dayTime(parcel.collect_by_s)}: have it fetched back.` : `Waits for its recipient until ${dayTime(parcel.collect_by_s)}.`}</p>}
      {late ? (
        <Confirmed word="It was fetched back" question={`Is ${parcel.id} at the hub again?`} yes="Yes, it is" act={() => tellParcel(parcel.id, "recovered")} />
      ) : (
        <Confirmed word="It was collected" question={`Has the recipient taken ${parcel.id} out?`} yes="Yes, it is taken" act={() => tellParcel(parcel.id, "collected")} />
      )}
    </div>
  );
}

/** What a person may say of a parcel that nobody knows the keeper of, once they have looked. */
function LookFor({ parcel }: { parcel: Parcel }) {
  if (!parcel.in_doubt && parcel.keeper.kind !== "lost") return null;
  const offer = (word: string, where: "shelf" | "aboard" | "lost", question: string) => (
    <Confirmed word={word} question={question} yes={`Yes, ${{ shelf: "on the shelf", aboard: "aboard", lost: "nowhere" }[where]}`} act={() => tellFound(parcel.id, where)} />
  );
  return (
    <div class="asks">
      <p class={`notice ${parcel.in_doubt ? "warn" : "plain"}`}>{parcel.in_doubt ? "Have somebody look for it, and say where it is." : "Once it is found, say so."}</p>
      {offer("It is on the shelf", "shelf", `Has somebody seen ${parcel.id} on the shelf of its hub?`)}
      {parcel.in_doubt && offer("It is still aboard", "aboard", `Has somebody seen ${parcel.id} aboard?`)}
      {parcel.in_doubt && offer("It is nowhere", "lost", `Was ${parcel.id} looked for in vain? Its order fails, and the shop is told.`)}
    </div>
  );
}

function Cancel({ order }: { order: Order }) {
  return (
    <section class="asks" aria-label="Cancel the order">
      <Confirmed word="Cancel order" question={`Cancel order ${order.id}? What is aboard comes back to the hub.`} yes="Cancel order" no="Keep it" act={() => cancelOrder(order.id)} />
    </section>
  );
}

/** When it was handed over, or is expected to be; what failed after it lay in a locker was not in time. */
function When({ order, late }: { order: Order; late: boolean }) {
  if (order.delivered_at_s === null) return <Fact name="Expected" value={order.eta_s === null ? "unknown" : localTime(order.eta_s)} tone={late && order.eta_s !== null ? "bad" : undefined} />;
  const tone = late ? "bad" : order.status === "failed" ? undefined : "done";
  return <Fact name={order.kind === "locker" ? "In the locker" : "Delivered"} value={localTime(order.delivered_at_s)} tone={tone} />;
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
        <When order={order} late={time.late} />
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
      <Explanation order={order} />
      {isOpen(order) && <Cancel order={order} />}
      <section>
        <h3>History</h3>
        <Events only={(e) => e.order_id === order.id} linked={false} />
      </section>
    </>
  );
}
