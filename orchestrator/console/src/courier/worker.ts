/**
 * Keeps the couriers' page, so that it opens without a link. It keeps no answers of the gateway: what is
 * shown without a link is what the page itself remembers.
 */

const KEPT = "sanderling-courier-1";

interface Fetched extends Event {
  readonly request: Request;
  respondWith: (answer: Promise<Response>) => void;
}

async function keepAll(): Promise<void> {
  const kept = await caches.open(KEPT);
  const page = await fetch("./");
  const names = (await page.clone().text()).match(/\.\.\/assets\/[^"]+/g) ?? [];
  await kept.put("./", page);
  await kept.addAll(names);
}

interface Waiting extends Event {
  waitUntil: (done: Promise<unknown>) => void;
}

self.addEventListener("install", (event) => { (event as Waiting).waitUntil(keepAll()); });

async function answer(request: Request): Promise<Response> {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await kept.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const before = await kept.match(request, { ignoreSearch: true });
    if (before) return before;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request, respondWith } = event as Fetched;
  const page = request.method === "GET" && !new URL(request.url).pathname.includes("/v1/");
  if (page) respondWith.call(event, answer(request));
});
