/** The parts of a service worker's scope that this one needs. */
type Waiting = { waitUntil(work: Promise<unknown>): void };
type Window = { readonly url: string; readonly visibilityState: string; focus(): Promise<unknown> };
type Scope = {
  readonly location: Location;
  readonly registration: { showNotification(title: string, options: object): Promise<void> };
  readonly clients: {
    matchAll(options: object): Promise<readonly Window[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: 'push', take: (event: Waiting) => void): void;
  addEventListener(
    type: 'notificationclick',
    take: (event: Waiting & { readonly notification: Notification }) => void,
  ): void;
};

const PAGE = '/w/';
const scope = self as unknown as Scope; // this file runs as a service worker

scope.addEventListener('push', (event) => event.waitUntil(show()));
scope.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openPage());
});

/** Shows one notification in the words of the page that registered this worker. A push has no content. */
async function show(): Promise<void> {
  const pages = await openPages();
  if (pages.some(({ visibilityState }) => visibilityState === 'visible')) return;
  const words = new URL(scope.location.href).searchParams;
  await scope.registration.showNotification(words.get('title') ?? '', { body: words.get('body') ?? '', tag: 'anlin' });
}

async function openPage(): Promise<void> {
  const [page] = await openPages();
  await (page ? page.focus() : scope.clients.openWindow(PAGE));
}

/** The open pages of the chat; other pages of this server do not count. */
async function openPages(): Promise<readonly Window[]> {
  const all = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return all.filter(({ url }) => new URL(url).pathname.startsWith(PAGE));
}
