/** The events of a service worker, as far as this one needs them. */
type Waiting = { waitUntil(work: Promise<unknown>): void };
type Fetching = { readonly request: Request; respondWith(answer: Promise<Response>): void };
type Scope = {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', take: (event: Waiting) => void): void;
  addEventListener(type: 'fetch', take: (event: Fetching) => void): void;
};

const PAGE = '/visit/';
const CACHE = 'anlin-visit';
/** A network that does not answer within this time counts as none, ms. */
const NET_MS = 3000;
const scope = self as unknown as Scope; // this file runs as a service worker

scope.addEventListener('install', (event) => {
  event.waitUntil(loadPage().then(() => scope.skipWaiting()));
});
scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim());
});
scope.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== 'GET' || !pathname.startsWith(PAGE)) return;
  if (pathname === PAGE) event.respondWith(newestPage());
  else event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
});

/** The page from the network, or as it was kept. It is whole: its parts are kept before it. */
async function newestPage(): Promise<Response> {
  const kept = await caches.match(PAGE);
  if (!kept) return fetch(PAGE);
  const late = new Promise<Response>((done) => setTimeout(() => done(kept.clone()), NET_MS));
  return Promise.race([loadPage().catch(() => kept.clone()), late]);
}

/** Keeps the page and its parts; parts of earlier releases go. */
async function loadPage(): Promise<Response> {
  const page = await fetch(PAGE, { cache: 'no-cache' });
  if (!page.ok) throw new Error('The page is not there now.');
  const parts: readonly string[] = (await page.clone().text()).match(/\/visit\/assets\/[\w.-]+/g) ?? [];
  const cache = await caches.open(CACHE);
  for (const part of parts) if (!(await cache.match(part))) await cache.add(part);
  await cache.put(PAGE, page.clone());
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname !== PAGE && !parts.includes(pathname)) await cache.delete(url);
  }
  return page;
}
