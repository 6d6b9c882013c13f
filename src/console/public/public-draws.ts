import { Hono } from 'hono';
import { dayOf } from '../../calendar.ts';
import { recheckHashes } from '../../creation/rechecks/recheck-figures.ts';
import { loadRecheckPlan } from '../../creation/rechecks/recheck-plan-store.ts';
import { openRecheckPlan } from '../../creation/rechecks/recheck-proof.ts';
import type { DrawId } from '../../inspections/draw/draw.ts';
import { loadDraw } from '../../inspections/draw/draw-store.ts';
import { hashesText, publicText } from '../../inspections/draw/public-text.ts';
import { basisProof } from '../../review/honours/basis-proof.ts';
import type { BasisId } from '../../review/honours/honour.ts';
import { loadHonourBases } from '../../review/honours/honour-basis-store.ts';
import type { Store } from '../../store/store.ts';

/** Path of the public texts on the web server. */
const DRAWS_AT = '/draws';

/** Draws with a public text: inspections, approvals of honours, and the re-checks of a year. */
export type PublicDrawId = DrawId | BasisId | `recheck-${number}`;

/** The address of the public text of a draw, on this server. */
export function drawAddress(id: PublicDrawId): string {
  return `${DRAWS_AT}/${id}.txt`;
}

/** Texts of finished draws that are kept: they never change, and each takes thousands of hashes. */
const KEPT_MAX = 50;
/** Callers and proxies keep a text this long, s. */
const [DONE_S, UNDER_WAY_S] = [86_400, 60] as const;

/** `GET /draws/<draw>.txt`: the public text of a draw, for anybody, without signing in. It is sealed until the draw is done. */
export function publicDraws(store: Store, now: () => number): Hono {
  const app = new Hono();
  const done = new Map<string, string>();
  app.get('/:file{(draw_\\w{8}|basis_\\w{8}|recheck-\\d{4})\\.txt}', async (c) => {
    const id = c.req.param('file').slice(0, -'.txt'.length);
    const kept = done.get(id);
    const found = kept === undefined ? await loadText(id, store, now()) : { text: kept, isDone: true };
    if (!found) return c.notFound();
    const { text, isDone } = found;
    if (isDone) keep(done, id, text);
    return c.text(text, 200, { 'cache-control': `public, max-age=${isDone ? DONE_S : UNDER_WAY_S}` });
  });
  return app;
}

type PublicText = { readonly text: string; readonly isDone: boolean };

async function loadText(id: string, store: Store, now: number): Promise<PublicText | undefined> {
  if (id.startsWith('recheck-')) return recheckText(id, store, now);
  if (id.startsWith('basis_')) return basisText(id, store);
  const draw = (await loadDraw(store, id))?.record;
  const text = draw && (await publicText(store, draw));
  return text === undefined ? undefined : { text, isDone: draw?.state === 'done' };
}

/** The re-checks of a year are sealed until it is over. */
async function recheckText(id: string, store: Store, now: number): Promise<PublicText | undefined> {
  const plan = await loadRecheckPlan(store, Number(id.slice('recheck-'.length)));
  if (!plan) return undefined;
  if (plan.year >= Number(dayOf(now).slice(0, 4))) return { text: hashesText(id, recheckHashes(plan)), isDone: false };
  const open = openRecheckPlan(store, plan);
  return open && { text: open.text, isDone: true };
}

async function basisText(id: string, store: Store): Promise<PublicText | undefined> {
  const basis = (await loadHonourBases(store)).find((one) => one.id === id);
  if (!basis) return undefined;
  const { hashes, open } = basisProof(basis);
  return open ? { text: open.text, isDone: true } : { text: hashesText(id, hashes), isDone: false };
}

/** Keeps the texts that were read last. */
function keep(done: Map<string, string>, id: string, text: string): void {
  done.delete(id);
  done.set(id, text);
  const [oldest] = done.keys();
  if (done.size > KEPT_MAX && oldest !== undefined) done.delete(oldest);
}
