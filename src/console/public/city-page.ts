import { createHash } from 'node:crypto';
import type { Handler } from 'hono';
import { MINUTE_MS } from '../../calendar.ts';
import { isPublicPageOn } from '../../cases/figures/public-page-flow.ts';
import type { Services } from '../../notify/services.ts';
import type { CityFacts } from './city-facts.ts';
import { loadCityFacts } from './city-facts.ts';
import { CITY_PAGE_POLICY, cityPageHtml } from './city-page-html.ts';

/** The facts read every open case, so all callers of a minute share them. */
const FRESH_MS = MINUTE_MS;
const KEPT_BY_READERS_S = 300;

/** `/city`: the public page while the office has it on, else the answer of an unknown path. */
export function cityPage(services: Services): Handler {
  let made: { readonly at: number; readonly facts: Promise<CityFacts>; readonly pages: Map<string, Page> } | undefined;
  return async (c) => {
    if (!(await isPublicPageOn(services.store))) return c.notFound();
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return c.text('', 405, { allow: 'GET, HEAD' });
    const at = services.now();
    if (!made || at - made.at >= FRESH_MS) made = { at, facts: loadCityFacts(services), pages: new Map() };
    const { facts, pages } = made;
    facts.catch(() => {
      made = undefined;
    });
    const language = services.wording.languageFor(c.req.query('lang'));
    const page = pages.get(language) ?? pageOf(await cityPageHtml(await facts, language, services));
    pages.set(language, page);
    const headers = { 'cache-control': `public, max-age=${KEPT_BY_READERS_S}`, etag: page.etag };
    if (c.req.header('if-none-match')?.includes(page.etag)) return c.body(null, 304, headers);
    return c.html(page.html, 200, {
      ...headers,
      'content-language': language,
      'content-security-policy': CITY_PAGE_POLICY,
    });
  };
}

type Page = { readonly html: string; readonly etag: string };

function pageOf(html: string): Page {
  return { html, etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"` };
}
