/** The live stream: connects, hands messages on, and connects again by itself when it breaks. */

import { signal } from "@preact/signals";
import { key } from "./http";
import { take } from "./store";
import type { Message } from "./wire";

export type LinkState =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "silent"; since_ms: number }
  | { kind: "down"; since_ms: number; retryAt_ms: number };

export const link = signal<LinkState>({ kind: "connecting" });

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** The server speaks at 5 Hz: this long without a word means that what is shown is old. */
const SILENCE_MS = 3000;
/** Still silent after this long: the connection is given up, for a half-open one never says so. */
const GIVE_UP_MS = 9000;

let socket: WebSocket | null = null;
let failures = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let heardAt_ms = 0;
let brokenSince_ms = 0;

function address(): string {
  const url = new URL("v1/live", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** A browser cannot set headers on a WebSocket: the key travels as a subprotocol, in base64url. */
function subprotocols(): string[] {
  if (!key.peek()) return ["sanderling.v1"];
  const bytes = String.fromCharCode(...new TextEncoder().encode(key.peek()));
  const text = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return ["sanderling.v1", `sanderling.key.${text}`];
}

function hear(data: unknown): void {
  if (typeof data !== "string") return;
  take(JSON.parse(data) as Message);
  heardAt_ms = performance.now();
  failures = 0;
  if (link.peek().kind !== "live") link.value = { kind: "live" };
}

function lost(closed: WebSocket): void {
  if (closed !== socket) return;
  socket = null;
  const now_ms = performance.now();
  if (link.peek().kind !== "down") brokenSince_ms = heardAt_ms || now_ms;
  // Full jitter on the upper half, so that many consoles do not come back in step.
  const wait_ms = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.5 + Math.random() / 2);
  failures += 1;
  link.value = { kind: "down", since_ms: brokenSince_ms, retryAt_ms: now_ms + wait_ms };
  retry = setTimeout(connect, wait_ms);
}

/** Connects now; also what the "try now" button does. */
export function connect(): void {
  clearTimeout(retry);
  socket?.close();
  const opened = new WebSocket(address(), subprotocols());
  socket = opened;
  opened.onmessage = (event: MessageEvent<unknown>) => {
    if (opened === socket) hear(event.data);
  };
  opened.onclose = () => {
    lost(opened);
  };
}

function watch(): void {
  const now_ms = performance.now();
  const quiet_ms = now_ms - heardAt_ms;
  const state = link.peek();
  if (socket?.readyState !== WebSocket.OPEN) return;
  if (state.kind === "live" && quiet_ms > SILENCE_MS) link.value = { kind: "silent", since_ms: heardAt_ms };
  if (state.kind === "silent" && quiet_ms > GIVE_UP_MS) {
    const stuck = socket;
    stuck.close();
    lost(stuck);
  }
}

/** Keeps the stream alive for as long as the page lives. */
export function startLive(): void {
  connect();
  setInterval(watch, 500);
  addEventListener("online", connect);
}
