import { createHash, createPublicKey, verify } from 'node:crypto';
import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { TokenPrint } from '../../people/sign-in/sign-in.ts';
import { isToken, newToken } from '../../people/sign-in/sign-in.ts';
import type { FinishContext } from '../../people/talk.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { checkerCode } from '../draw/draw.ts';
import type { VisitsFacts } from './load-my-visits.ts';
import type { Visit } from './visit.ts';
import { visitEndsAt } from './visit-store.ts';

/** Path of the pages on the web server. */
export const VISIT_PAGE_AT = '/visit';
/** A link opens a page within this time. */
const LINK_MS = HOUR_MS;
/** A page gets an exact answer until this long after the last day of its visit. */
const AFTER_MS = 30 * DAY_MS;

/** The public key of a page, P-256: the coordinates of its JWK. The private one never leaves the browser. */
export type PageKey = { readonly x: string; readonly y: string };

/** Gives a checker a link to the page of a visit. The token stands in the fragment, which no server or proxy logs. */
export function giveVisitPage(
  visit: Visit,
  code: string,
  { store, facts, now }: Pick<FinishContext<VisitsFacts>, 'store' | 'facts' | 'now'>,
): Outcome {
  const { visitPage }: Pick<City, 'visitPage'> = facts.city;
  if (visitPage === undefined) return noChange('visit_page_off', { key: 'flows/my-visits:page.none' });
  const { token, hash } = newToken(facts.me);
  const key = store.keys.visitPages(visit.id);
  const url = `${visitPage}#${visit.id}.${token}`;
  return {
    outcome: 'visit_page_given',
    checks: [],
    writes: [
      ['HSET', key, `link:${code}`, `${hash} ${now + LINK_MS}`],
      ['PEXPIRE', key, visitEndsAt(visit) + AFTER_MS - now],
    ],
    // The outbox keeps no token in clear.
    says: [{ key: 'flows/my-visits:page.ask', links: [{ label: 'flows/my-visits:page.open', url }], apart: true }],
  };
}

/** Uses up a link: its page has this key from now on. False for a link that is gone. */
export async function openVisitPage(
  store: Store,
  visit: Visit,
  { print, key }: { readonly print: TokenPrint; readonly key: PageKey },
  now: number,
): Promise<boolean> {
  const code = checkerCode(visit.of, print.pseudonym);
  // The answer to the first call was lost: its key is proof.
  if ((await loadPage(store, visit.id, pageId(key)))?.code === code) return true;
  const [pages, field] = [store.keys.visitPages(visit.id), `link:${code}`];
  const link = (await orStoreAway(store.redis.hget(pages, field))) ?? '';
  const [hash = '', until = ''] = link.split(' ');
  if (!isToken(print, hash || undefined) || now >= Number(until)) return false;
  const change = {
    op: `visit-page:${visit.id}:${pageId(key)}`,
    what: 'visit_page_opened',
    who: print.pseudonym,
    checks: [{ key: pages, field, is: link }],
    writes: [
      ['HDEL', pages, field],
      ['HSET', pages, `page:${pageId(key)}`, `${code} ${key.x} ${key.y}`],
    ] as const,
  };
  return (await commitAsSystem(store, change, now)).type === 'ok';
}

/** The id of a page: a digest of its key. */
export function pageId({ x, y }: PageKey): string {
  return createHash('sha256').update(`${x} ${y}`).digest('base64url').slice(0, 22);
}

/** Loads the checker's code and the key of a page; undefined for an unknown one. */
export async function loadPage(
  { redis, keys }: Store,
  visit: string,
  id: string,
): Promise<{ readonly code: string; readonly key: PageKey } | undefined> {
  const [code, x, y] = ((await orStoreAway(redis.hget(keys.visitPages(visit), `page:${id}`))) ?? '').split(' ');
  return code && x && y ? { code, key: { x, y } } : undefined;
}

/** True if the private key of a page has signed these bytes (ECDSA, SHA-256). */
export function isSignedBy({ x, y }: PageKey, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
