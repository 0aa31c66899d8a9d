/** Keeps the files of a page without a server, so that it opens without a network. `nccodslSite` says which they are. */

interface Site {
  version: string;
  files: string[];
}

interface Lasting extends Event {
  waitUntil(until: Promise<unknown>): void;
}

interface Fetched extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const { version, files } = (self as unknown as { nccodslSite: Site }).nccodslSite;
const base = new URL(".", self.location.href);
const PREFIX = `nccodsl ${base.pathname} `;
const NAME = PREFIX + version;
const KEPT = new Set(files.map((path) => new URL(path, base).href));

const kept = async (): Promise<void> => {
  const cache = await caches.open(NAME);
  await cache.addAll([...KEPT]);
};

/** Earlier builds are forgotten when no page shows them any more. */
const cleared = async (): Promise<void> => {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
};

const answered = async (request: Request, href: string): Promise<Response> =>
  (await (await caches.open(NAME)).match(href)) ?? fetch(request);

self.addEventListener("install", (event) => (event as Lasting).waitUntil(kept()));
self.addEventListener("activate", (event) => (event as Lasting).waitUntil(cleared()));
self.addEventListener("fetch", (event) => {
  const { request, respondWith } = event as Fetched;
  const url = new URL(request.url);
  url.search = url.hash = "";
  const href = url.href === base.href ? new URL("index.html", base).href : url.href;
  if (request.method === "GET" && KEPT.has(href)) respondWith.call(event, answered(request, href));
});
