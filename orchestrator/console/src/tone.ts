/** One status, one colour: the same words on the map, in the lists and in the drawers. */

import type { Order, OrderStatus, Vehicle } from "./wire";

export type Tone = "idle" | "prep" | "out" | "back" | "done" | "warn" | "bad";

/** Index of the first leg after the hand-over, or the number of legs when none hands over. */
function dropOffIndex(vehicle: Vehicle): number {
  const legs = vehicle.mission?.legs ?? [];
  const at = legs.findIndex((leg) => leg.kind === "drop_off");
  return at < 0 ? legs.length : at;
}

/** Whether the vehicle is on its way home: the parcel is handed over, or was given up. */
export function isReturning(vehicle: Vehicle): boolean {
  if (!vehicle.mission) return false;
  return vehicle.phase === "given_up" || vehicle.mission.legs_done > dropOffIndex(vehicle);
}

export function vehicleTone(vehicle: Vehicle): Tone {
  if (vehicle.link === "missing" || vehicle.phase === "lost" || vehicle.unplaced_since_s !== null) return "bad";
  if (vehicle.link === "lost" || vehicle.fault.length > 0 || vehicle.halt) return "warn";
  switch (vehicle.phase) {
    case "planned":
    case "loaded":
    case "parcel_aboard":
      return "prep";
    case "under_way":
      return isReturning(vehicle) ? "back" : "out";
    case "given_up":
      return "warn";
    case "ended":
    case "withdrawn":
    case null:
      return "idle";
  }
}

export const ORDER_TONE: Record<OrderStatus, Tone> = {
  waiting: "idle",
  assigned: "prep",
  on_the_way: "out",
  delivered: "done",
  failed: "bad",
  cancelled: "idle",
};

export const ORDER_WORD: Record<OrderStatus, string> = {
  waiting: "Waiting",
  assigned: "Assigned",
  on_the_way: "On the way",
  delivered: "Delivered",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const isOpen = (order: Order) =>
  order.status === "waiting" || order.status === "assigned" || order.status === "on_the_way";

/** Late already, or predicted to be. */
export function isLate(order: Order, now_s: number): boolean {
  if (order.status === "cancelled") return false;
  if (order.delivered_at_s !== null) return order.delivered_at_s > order.deadline_s;
  return now_s > order.deadline_s || (order.eta_s !== null && order.eta_s > order.deadline_s);
}
