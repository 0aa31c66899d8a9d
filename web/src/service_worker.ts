/**
 * Keeps the files of a page without a server, so that it opens without a network. `nccodslSite` says which they are, and
 * the SHA-256 of each: a build is kept as a whole, or not at all, and files that it shares with an earlier one stay.
 */

interface Lasting extends Event {
  waitUntil(until: Promise<unknown>): void;
}

interface Fetched extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const { files } = (self as unknown as { nccodslSite: { files: Record<string, string> } }).nccodslSite;
const base = new URL(".", self.location.href);
const NAME = `nccodsl ${base.pathname}`;
/** The address of each file, and the one that it is kept at. */
const KEPT = new Map(Object.entries(files).map(([path, hash]) => [new URL(path, base).href, new URL(`${path}?${hash}`, base).href]));

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  for (const [href, kept] of KEPT) {
    if (await cache.match(kept)) continue;
    // What the browser has may be of an earlier build.
    const answer = await fetch(href, { cache: "no-cache" });
    const content = await answer.arrayBuffer();
    if (!answer.ok || (await hashed(content)) !== new URL(kept).search.slice(1)) throw new Error(`${href} is not of this build`);
    // A new answer: one that was redirected is no page.
    await cache.put(kept, new Response(content, { headers: { "content-type": answer.headers.get("content-type") ?? "" } }));
  }
}

async function hashed(content: ArrayBuffer): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Forget what only earlier builds had: no page shows them any more. */
async function clear(): Promise<void> {
  const cache = await caches.open(NAME);
  const wanted = new Set(KEPT.values());
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
}

async function answered(request: Request, kept: string): Promise<Response> {
  return (await (await caches.open(NAME)).match(kept)) ?? fetch(request);
}

self.addEventListener("install", (event) => (event as Lasting).waitUntil(keep()));
self.addEventListener("activate", (event) => (event as Lasting).waitUntil(clear()));
self.addEventListener("fetch", (event) => {
  const fetched = event as Fetched;
  const url = new URL(fetched.request.url);
  url.search = url.hash = "";
  const kept = KEPT.get(url.href === base.href ? new URL("index.html", base).href : url.href);
  if (fetched.request.method === "GET" && kept) fetched.respondWith(answered(fetched.request, kept));
});
