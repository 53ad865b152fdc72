/** What a recipient is told, in words and at what hour; no more than is known. */

import { localTime } from "../words";
import type { Tracking } from "../wire";

const DAY_S = 86_400;

/** "today", "tomorrow", "Tue 2 Dec": the reader's own day. */
export function day(at_s: number, now_s: number): string {
  const midnight = new Date(now_s * 1000).setHours(0, 0, 0, 0) / 1000;
  const days = Math.floor((new Date(at_s * 1000).setHours(12, 0, 0, 0) / 1000 - midnight) / DAY_S);
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  return new Date(at_s * 1000).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" });
}

export const hours = (from_s: number, until_s: number) => `${localTime(from_s)} – ${localTime(until_s)}`;

/** "in 8 to 15 min", "within 4 min"; nothing where that says less than the hours do. */
export function ahead(from_s: number, until_s: number, now_s: number): string {
  const [from_min, until_min] = [Math.floor((from_s - now_s) / 60), Math.ceil((until_s - now_s) / 60)];
  if (until_min <= 0) return "any moment now";
  if (until_min > 90) return "";
  if (from_min <= 1) return `within ${until_min} min`;
  return `in ${from_min} to ${until_min} min`;
}

export const COMES = { drone: "By drone", robot: "By sidewalk robot", courier: "By courier" } as const;
export const KINDS = { doorstep: "Doorstep", pad: "Landing pad", kerb: "Kerb", locker: "Locker", hub: "Counter" } as const;
export const PROOFS = { code: "Handed over with your code", photo: "Left where the picture shows", locker: "Put into the locker", counter: "Handed in at the counter" } as const;

export const over = ({ status }: Tracking) => status === "delivered" || failed(status);
type Failed = "failed" | "cancelled" | "absent";
export const failed = (status: Tracking["status"]): status is Failed => status === "failed" || status === "cancelled" || status === "absent";

/** What the code is for; nothing where nobody asks for it. */
export function codeFor({ code, kind, status, vehicle_kind, proof_of_age }: Tracking): string | null {
  if (code === null) return null;
  if (kind === "locker") return status === "to_collect" ? "Type it at the locker" : "Opens your compartment, once it is there";
  if (kind === "hub") return "Tell it at the counter";
  if (vehicle_kind === "drone" || vehicle_kind === "robot") return null;
  const whom = vehicle_kind === "courier" ? "Tell it to the courier at your door" : "If a courier comes, tell it at your door";
  return proof_of_age ? `${whom}, and show a proof of your age` : whom;
}
