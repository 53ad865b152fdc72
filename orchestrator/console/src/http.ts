/** Requests to the gateway: same origin, typed answers, errors as people can read them. */

import { signal } from "@preact/signals";
import type { FeatureCollection } from "geojson";
import { outwardJson } from "./meridian";
import type { AreaWanted, Ask, Asked, Closed, Condition, Explanation, Order, OrderWanted, Override, OverrideWanted, Problem, SignIn } from "./wire";

const KEPT_AS = "sanderling-key";

/** The operator's key, when the gateway asks for one. Kept for this tab only. */
export const key = signal(sessionStorage.getItem(KEPT_AS) ?? "");
/** Set once the gateway has answered that it does not know us. */
export const unknownToGateway = signal(false);

export function useKey(next: string): void {
  sessionStorage.setItem(KEPT_AS, next);
  key.value = next;
  unknownToGateway.value = false;
}

/** The gateway said no: `problems` names the fields where it can. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly problems: readonly Problem[],
  ) {
    super(message);
  }
}

function refusal(status: number, body: unknown): Refusal {
  const said = (body ?? {}) as { error?: unknown; problems?: unknown };
  const problems = Array.isArray(said.problems) ? (said.problems as Problem[]) : [];
  const message = typeof said.error === "string" ? said.error : `The gateway answered ${status}.`;
  return new Refusal(message, status, problems);
}

async function ask<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key.peek()) headers.authorization = `Bearer ${key.peek()}`;
  let answer: Response;
  try {
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = outwardJson(body);
    answer = await fetch(new URL(path, document.baseURI), init);
  } catch {
    throw new Refusal("The gateway cannot be reached.", 0, []);
  }
  const said: unknown = await answer.json().catch(() => null);
  if (answer.status === 401) unknownToGateway.value = true;
  if (!answer.ok) throw refusal(answer.status, said);
  return said as T;
}

const id = encodeURIComponent;

export const getMap = () => ask<FeatureCollection>("GET", "v1/map");
export const getZones = () => ask<FeatureCollection>("GET", "v1/zones");
export const closeArea = (zone: AreaWanted) => ask<Closed>("POST", "v1/zones", zone);
export const openArea = (zoneId: string) => ask<unknown>("DELETE", `v1/zones/${id(zoneId)}`);
export const getExplanation = (orderId: string) => ask<Explanation>("GET", `v1/orders/${id(orderId)}/explanation`);
export const placeOrder = (order: OrderWanted) => ask<Order>("POST", "v1/orders", order);
export const cancelOrder = (orderId: string) => ask<unknown>("POST", `v1/orders/${id(orderId)}/cancel`);
export const overrideDispatch = (orderId: string, wanted: OverrideWanted) =>
  ask<Override>("POST", `v1/orders/${id(orderId)}/dispatch`, wanted);
export const getCondition = (vehicleId: string) => ask<Condition>("GET", `v1/vehicles/${id(vehicleId)}/condition`);
export const askVehicle = (vehicleId: string, what: Ask) =>
  ask<Asked>("POST", `v1/vehicles/${id(vehicleId)}/ask`, { ask: what });
export const giveSignIn = (vehicleId: string) => ask<SignIn>("POST", `v1/vehicles/${id(vehicleId)}/sign-in`);
export const tellFound = (parcelId: string, where: "shelf" | "aboard" | "lost") => ask<unknown>("POST", `v1/parcels/${id(parcelId)}/found`, { where });
export const tellParcel = (parcelId: string, what: "collected" | "recovered") => ask<unknown>("POST", `v1/parcels/${id(parcelId)}/${what}`);
export const acknowledge = (alertKey: string) => ask<unknown>("POST", `v1/alerts/${id(alertKey)}/acknowledge`);
