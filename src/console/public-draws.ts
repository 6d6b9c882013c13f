import { Hono } from 'hono';
import type { DrawId } from '../inspections/draw/draw.ts';
import { loadDraw } from '../inspections/draw/draw-store.ts';
import { publicText } from '../inspections/draw/public-text.ts';
import type { Store } from '../store/store.ts';

/** Path of the public texts on the web server. */
const DRAWS_AT = '/draws';

/** The address of the public text of a draw, on this server. */
export function drawAddress(id: DrawId): string {
  return `${DRAWS_AT}/${id}.txt`;
}

/** Texts of finished draws that are kept: they never change, and each takes thousands of hashes. */
const KEPT_MAX = 50;
/** Callers and proxies keep a text this long, s. */
const [DONE_S, UNDER_WAY_S] = [86_400, 60] as const;

/** `GET /draws/<draw>.txt`: the public text of a draw of inspections, for anybody, without signing in. */
export function publicDraws(store: Store): Hono {
  const app = new Hono();
  const done = new Map<string, string>();
  app.get('/:file{draw_\\w{8}\\.txt}', async (c) => {
    const id = c.req.param('file').slice(0, -'.txt'.length);
    const kept = done.get(id);
    const draw = kept === undefined ? (await loadDraw(store, id))?.record : undefined;
    const text = kept ?? (draw && (await publicText(store, draw)));
    if (text === undefined) return c.notFound();
    const isDone = kept !== undefined || draw?.state === 'done';
    if (isDone) keep(done, id, text);
    return c.text(text, 200, { 'cache-control': `public, max-age=${isDone ? DONE_S : UNDER_WAY_S}` });
  });
  return app;
}

/** Keeps the texts that were read last. */
function keep(done: Map<string, string>, id: string, text: string): void {
  done.delete(id);
  done.set(id, text);
  const [oldest] = done.keys();
  if (done.size > KEPT_MAX && oldest !== undefined) done.delete(oldest);
}
