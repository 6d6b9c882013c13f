import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { DAY_MS, dayOf } from '../calendar.ts';
import { openCallWindows } from '../call-windows.ts';
import type { Uploads } from '../channels/web/uploads.ts';
import { UPLOAD_MAX_BYTES } from '../channels/web/uploads.ts';
import type { DocumentState, PremisesDocument } from '../inspections/documents/document.ts';
import { documentState, documentsOf, needsDocument } from '../inspections/documents/document.ts';
import { loadDocuments } from '../inspections/documents/document-store.ts';
import { checkerCode } from '../inspections/draw/draw.ts';
import { takePacket } from '../inspections/visits/take-packet.ts';
import type { Visit } from '../inspections/visits/visit.ts';
import { itemOf, loadStandardOf, premisesNames } from '../inspections/visits/visit-card.ts';
import type { PageKey } from '../inspections/visits/visit-page.ts';
import { isSignedBy, loadPage, openVisitPage, pageId, VISIT_PAGE_AT } from '../inspections/visits/visit-page.ts';
import { isAwaited, itemsFor } from '../inspections/visits/visit-rules.ts';
import { loadVisit } from '../inspections/visits/visit-store.ts';
import type { Services } from '../notify/services.ts';
import { isFromOwnPage } from '../own-page.ts';
import type { PageSource } from '../page-build/page-files.ts';
import { pageLoader } from '../page-build/page-files.ts';
import { pageAnswer } from '../page-build/serve-page.ts';
import { readToken } from '../people/sign-in/sign-in.ts';
import { readOpening, readPacket } from './read-packet.ts';
import { openCallLimit, tooMany } from './sign-in/call-limit.ts';

export const VISIT_PAGE: PageSource = {
  name: 'visit',
  folder: new URL('./visit-page/', import.meta.url),
  base: `${VISIT_PAGE_AT}/`,
  words: 'visit-page',
  // The phones of the web chat.
  target: ['chrome87', 'safari14'],
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Photos that one page may upload a day. */
const PHOTOS_A_DAY = 400;
const PAGES_MAX = 10_000;

type VisitPageSettings = {
  readonly services: Services;
  readonly uploads: Uploads;
  /** The configured origin of this server. */
  readonly site: string | undefined;
  readonly caller: (c: Context) => string;
};

/** A document of the premises as a checker compares it on the spot. `state` is that of the moment when the list was fetched. */
export type ShownDocument = {
  readonly number: string;
  readonly issuer: string;
  /** Its last day, 2026-12-05. */
  readonly until: string;
  readonly state: DocumentState;
};

/** The list of a visit as its page keeps it. It has no 口令: the checker types that from the chat. */
export type ShownVisit = {
  readonly page: string;
  readonly premises: Readonly<Record<string, string>>;
  readonly until: string;
  readonly items: readonly {
    readonly words: Readonly<Record<string, string>>;
    readonly critical: boolean;
    readonly documents: readonly ShownDocument[];
    /** It needs a document, and none is there. */
    readonly lacksDocument?: true;
  }[];
  /** What the checker has already typed in the chat, by place from 1. */
  readonly marks: Readonly<Record<number, { readonly mark: string; readonly words?: string }>>;
};

/** Serves the page on which a checker fills the list of one visit without a network, and takes its packet. */
export function visitPageRoutes({ services, uploads, site, caller }: VisitPageSettings): Hono {
  const { store, now, log } = services;
  const app = new Hono();
  const failures = openCallLimit(now);
  const photos = openCallWindows(now, DAY_MS, PAGES_MAX);
  const load = pageLoader(VISIT_PAGE, log);

  const serve = async (c: Context, name: string) => {
    const file = (await load()).get(name);
    if (!file) return c.notFound();
    const answer = pageAnswer(file, c.req.header('accept-encoding'), {}, c.env);
    // A service worker acts under the policy of its own file.
    answer.headers.set('content-security-policy', POLICY);
    answer.headers.set('service-worker-allowed', `${VISIT_PAGE_AT}/`);
    return answer;
  };
  app.get('/*', async (c) => {
    const { pathname } = new URL(c.req.url);
    // The addresses of the page's parts begin with the slash.
    if (pathname === VISIT_PAGE_AT) return c.redirect(VISIT_PAGE.base);
    return serve(c, pathname.slice(VISIT_PAGE.base.length) || 'index.html');
  });

  app.use(bodyLimit({ maxSize: UPLOAD_MAX_BYTES, onError: (c) => c.json({ error: 'too_long' }, 413) }));
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    if (isFromOwnPage((name) => c.req.header(name), site) !== true) return c.json({ error: 'other_page' }, 403);
    const waitS = failures.waitS(caller(c));
    return waitS > 0 ? tooMany(c, waitS) : next();
  });
  const refuse = (c: Context, error: string, status: 401 | 410) => {
    failures.count(caller(c));
    return c.json({ error }, status);
  };
  const isSigned = (c: Context, key: PageKey, bytes: Uint8Array) =>
    isSignedBy(key, bytes, c.req.header('x-signature') ?? '');
  /** The checker behind a signed call; undefined for any other call. */
  const signer = async (c: Context, bytes: Uint8Array) => {
    const [visit, id] = [c.req.query('visit') ?? '', c.req.query('page') ?? ''];
    const page = await loadPage(store, visit, id);
    return page && isSigned(c, page.key, bytes) ? { visit, id, code: page.code } : undefined;
  };

  app.post('/open', async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const opening = readOpening(Buffer.from(bytes).toString());
    const print = readToken(opening?.token);
    const kept = await loadVisit(store, opening?.visit);
    if (!opening || !print || !kept || !isSigned(c, opening.key, bytes)) return refuse(c, 'gone', 410);
    const code = checkerCode(kept.record.of, print.pseudonym);
    const opens =
      isAwaited(kept.record, code) && (await openVisitPage(store, kept.record, { print, key: opening.key }, now()));
    return opens ? c.json(await shownVisit(kept.record, code, opening.key)) : refuse(c, 'gone', 410);
  });

  app.post('/photo', async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const by = await signer(c, bytes);
    if (!by) return refuse(c, 'unknown', 401);
    if (photos.count(by.id) > PHOTOS_A_DAY) return tooMany(c, Math.ceil(photos.leftMs(by.id) / 1000));
    const file = await uploads.keep(bytes);
    return file ? c.json({ file }) : c.json({ error: 'no_photo' }, 415);
  });

  app.post('/send', async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const by = await signer(c, bytes);
    if (!by) return refuse(c, 'unknown', 401);
    const packet = readPacket(Buffer.from(bytes).toString());
    if (!packet) return c.json({ error: 'bad_input' }, 400);
    const isThere = await Promise.all(packet.files.map((file) => uploads.read(file).then(Boolean, () => false)));
    if (isThere.includes(false)) return c.json({ error: 'photos' }, 409);
    const taken = await takePacket(packet, by.visit, by.code, services);
    if (taken.type === 'refused') return c.json({ error: taken.why }, 409);
    return c.json({ cases: taken.cases, hidden: taken.hidden });
  });

  async function shownVisit(visit: Visit, code: string, key: PageKey): Promise<ShownVisit> {
    const [standard, documents] = await Promise.all([
      loadStandardOf(store, visit),
      loadDocuments(store, visit.premises),
    ]);
    const items = itemsFor(visit, code);
    const marks = visit.sheets[code]?.marks ?? {};
    return {
      page: pageId(key),
      premises: premisesNames(visit.premises, services.city).names,
      until: visit.until,
      items: items.map((no) => {
        const item = itemOf(standard, no);
        const own = item ? documentsOf(item, documents).map((one) => shownDocument(one, now())) : [];
        return {
          words: item?.words ?? {},
          critical: item?.critical === true,
          documents: own,
          ...(item && needsDocument(item) && own.length === 0 ? { lacksDocument: true as const } : {}),
        };
      }),
      marks: Object.fromEntries(items.flatMap((no, i) => (marks[no] ? [[i + 1, marks[no]]] : []))),
    };
  }

  // The web server answers for errors: it tells a store that is away from a fault.
  app.onError((error) => {
    throw error;
  });
  return app;
}

function shownDocument(document: PremisesDocument, now: number): ShownDocument {
  const { number, issuer, until } = document;
  return { number, issuer, until: dayOf(until), state: documentState(document, now) };
}
