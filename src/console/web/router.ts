import { signal } from '@preact/signals';

/** Where the page stands: `/console/<page>?<params>`. All filters are in the address. */
export type Route = { readonly page: string; readonly params: URLSearchParams };

const BASE = '/console';

export const route = signal<Route>(read());

function read(): Route {
  const page =
    location.pathname
      .slice(BASE.length)
      .split('/')
      .find((part) => part !== '') ?? 'home';
  return { page, params: new URLSearchParams(location.search) };
}

addEventListener('popstate', () => {
  route.value = read();
});

export type Changes = Readonly<Record<string, string | undefined>>;

/** The address of a page, with these parameters only. */
export function addressOf(page: string, changes: Changes = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(changes)) if (value) params.set(name, value);
  const query = params.toString();
  return `${BASE}/${page === 'home' ? '' : page}${query ? `?${query}` : ''}`;
}

/** Goes to another page; the back button leads here again. */
export function go(page: string, changes: Changes = {}): void {
  history.pushState(null, '', addressOf(page, changes));
  route.value = read();
}

/** Changes parameters of this page. `quietly`: without a step of its own for the back button. */
export function setParams(changes: Changes, quietly = false): void {
  const { page, params } = route.value;
  const next = Object.fromEntries([...params].filter(([name]) => !(name in changes)));
  const address = addressOf(page, { ...next, ...changes });
  if (quietly) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  route.value = read();
}
