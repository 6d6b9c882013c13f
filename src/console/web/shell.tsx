import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Page } from '../pages.ts';
import { call, online } from './api.ts';
import { Failed } from './failed.tsx';
import { KeysHelp, useKeys } from './keys.tsx';
import { live } from './live.ts';
import { addressOf, go, route } from './router.ts';
import { me, notice } from './state.ts';
import { word } from './words.ts';

/** The pages of the menu under their headings, in order. Every page has its group; those of `none` are reached from elsewhere. */
const GROUP_OF: Readonly<Record<Page, Group>> = {
  home: 'daily',
  cases: 'daily',
  tasks: 'daily',
  broadcasts: 'daily',
  surveys: 'daily',
  inspections: 'creation',
  topics: 'creation',
  bulletin: 'review',
  letters: 'review',
  honours: 'review',
  alerts: 'review',
  roster: 'creation',
  score: 'review',
  units: 'creation',
  people: 'city',
  settings: 'city',
  posters: 'none',
  account: 'none',
};
const GROUPS = ['daily', 'review', 'creation', 'city'] as const;
type Group = (typeof GROUPS)[number] | 'none';

const LOADERS: Readonly<Record<Page, () => Promise<{ readonly default: ComponentType }>>> = {
  home: () => import('./pages/home.tsx'),
  cases: () => import('./pages/cases.tsx'),
  tasks: () => import('./pages/tasks.tsx'),
  broadcasts: () => import('./pages/broadcasts.tsx'),
  surveys: () => import('./pages/surveys.tsx'),
  inspections: () => import('./pages/inspections.tsx'),
  topics: () => import('./pages/topics.tsx'),
  bulletin: () => import('./pages/bulletin.tsx'),
  letters: () => import('./pages/letters.tsx'),
  honours: () => import('./pages/honours.tsx'),
  alerts: () => import('./pages/alerts.tsx'),
  roster: () => import('./pages/roster.tsx'),
  score: () => import('./pages/score.tsx'),
  units: () => import('./pages/units.tsx'),
  people: () => import('./pages/people.tsx'),
  settings: () => import('./pages/settings.tsx'),
  posters: () => import('./pages/posters.tsx'),
  account: () => import('./pages/account.tsx'),
};
/** Fetches the code of the page in the address. On a slow network it arrives with the answer about the organiser. */
export function fetchPage(): void {
  const { page } = route.value;
  // The page itself reports a network that is away.
  if (page in LOADERS) LOADERS[page as Page]().catch(() => {});
}

const SHORT_MENU = 4;

/** The frame of every page: menu, state of the connection, look, sign-out. */
export function Shell() {
  const pages = me.value?.pages ?? [];
  const here = pages.find((page) => page === route.value.page) ?? 'home';
  const isKnown = pages.includes(route.value.page as Page);
  const menu = GROUPS.flatMap((group) => pages.filter((page) => GROUP_OF[page] === group));
  /** A narrow page folds its link away. */
  const isFolded = isKnown && menu.indexOf(here) >= SHORT_MENU;
  useKeys(pages);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {word('skip')}
      </a>
      <header class="top">
        <strong class="brand">{word('brand')}</strong>
        <Connection />
        <Look />
        <Account />
      </header>
      <nav class="menu" aria-label={word('menu')}>
        <ul>
          {menu.map((page, i) => (
            <li key={page} class={i >= SHORT_MENU ? 'later' : ''}>
              <Heading menu={menu} at={i} />
              <PageLink page={page} here={page === here && isKnown} />
            </li>
          ))}
        </ul>
        {menu.length > SHORT_MENU && (
          <details class="more">
            <summary class={isFolded ? 'here' : ''}>{word('more')}</summary>
            <ul>
              {menu.slice(SHORT_MENU).map((page, i) => (
                <li key={page}>
                  <Heading menu={menu} at={SHORT_MENU + i} />
                  <PageLink page={page} here={page === here && isKnown} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </nav>
      <main id="main" tabIndex={-1}>
        {isKnown ? <LazyPage key={here} page={here} /> : <NoRight />}
      </main>
      <p class="notice" role="status">
        {notice.value}
      </p>
      <KeysHelp />
    </div>
  );
}

/** The name of a group above its first page. The first group needs none. */
function Heading({ menu, at }: { readonly menu: readonly Page[]; readonly at: number }) {
  const [page, before] = [menu[at], menu[at - 1]];
  const group = page && GROUP_OF[page];
  if (!group || group === 'none' || !before || group === GROUP_OF[before]) return null;
  return <small class="group">{word(`groups.${group}`)}</small>;
}

function PageLink({ page, here }: { readonly page: Page; readonly here: boolean }) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).closest('details')?.removeAttribute('open');
    go(page);
  };
  return (
    <a href={addressOf(page)} aria-current={here ? 'page' : undefined} onClick={follow}>
      {word(`pages.${page}`)}
    </a>
  );
}

/** Loads a page's code when it is first shown. */
function LazyPage({ page }: { readonly page: Page }) {
  const [loaded, setLoaded] = useState<ComponentType>();
  const [failed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    LOADERS[page]().then(
      (module) => setLoaded(() => module.default),
      () => setFailed(true),
    );
  };
  useEffect(load, [page]);
  if (failed) return <Failed onRetry={load} />;
  const Shown = loaded;
  return Shown ? <Shown /> : <p class="wait">{word('loading')}</p>;
}

function NoRight() {
  return (
    <div class="state">
      <h1>{word('no_right.title')}</h1>
      <p>{word('no_right.text')}</p>
      <button type="button" onClick={() => go('home')}>
        {word('pages.home')}
      </button>
    </div>
  );
}

function Connection() {
  const isOn = online.value && live.value === 'on';
  return (
    <span class={isOn ? 'live on' : 'live'} role="status">
      {word(isOn ? 'live.on' : 'live.off')}
    </span>
  );
}

/** Switches between light and dark, and to large text. The choice stays in this browser. */
function Look() {
  const root = document.documentElement;
  const [, redraw] = useState(0);
  const choose = (name: 'theme' | 'text', value: string | undefined) => {
    if (value) localStorage.setItem(`anlin-${name}`, value);
    else localStorage.removeItem(`anlin-${name}`);
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    redraw((n) => n + 1);
  };
  const isDark = root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  const isLarge = root.dataset.text === 'large';
  return (
    <span class="look">
      <button type="button" aria-pressed={isLarge} onClick={() => choose('text', isLarge ? undefined : 'large')}>
        {word('look.large')}
      </button>
      <button type="button" aria-pressed={isDark} onClick={() => choose('theme', isDark ? 'light' : 'dark')}>
        {word('look.dark')}
      </button>
    </span>
  );
}

function Account() {
  const leave = async () => {
    await call('sign-out', 'POST').catch(() => undefined);
    sessionStorage.clear();
    location.assign('/console');
  };
  const roles = me.value?.roles ?? [];
  return (
    <details class="account">
      <summary>{roles[0]?.name ?? word('account')}</summary>
      <div class="pop">
        <ul>
          {roles.map(({ name, scope }) => (
            <li key={name + scope}>
              {name} · {scope}
            </li>
          ))}
        </ul>
        <p>
          <PageLink page="account" here={route.value.page === 'account'} />
        </p>
        <button type="button" onClick={leave}>
          {word('sign_out')}
        </button>
      </div>
    </details>
  );
}
