import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { Hono } from 'hono';
import * as v from 'valibot';
import { csvText } from '../files/csv.ts';
import { writeXlsx } from '../files/write-xlsx.ts';
import type { Services } from '../notify/services.ts';
import { needsStepUp } from '../people/sign-in/sign-in.ts';
import { commitOrThrow } from '../store/commit-as-system.ts';
import type { ConsoleEnv, Organiser } from './sign-in/session.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const cell = v.union([v.pipe(v.string(), v.maxLength(2000)), v.number()]);
const tableSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[\w-]{1,40}$/)),
  kind: v.picklist(['csv', 'xlsx']),
  rows: v.pipe(v.array(v.pipe(v.array(cell), v.maxLength(40))), v.maxLength(5000)),
});

/** A table that a page shows, to be written as a file. */
export type ShownTable = v.InferInput<typeof tableSchema>;
export type Cell = string | number;

/** `POST /` writes the rows that a page shows as a file: it holds what is on the screen, and nothing else. */
export function exportRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.post('/', async (c) => {
    const table = v.safeParse(tableSchema, await c.req.json().catch(() => undefined));
    if (!table.success) return c.json({ error: 'bad_table' }, 400);
    const { name, kind, rows } = table.output;
    return sendTable(c, { name, kind, rows }, services);
  });
  return app;
}

/** Answers with a table as a file, after the audit log has it: its name, its rows, and who took it. */
export async function sendTable(
  c: Context<ConsoleEnv>,
  { name, kind, rows }: { readonly name: string; readonly kind: string; readonly rows: readonly (readonly Cell[])[] },
  services: Services,
): Promise<Response> {
  const organiser = c.get('organiser');
  // What leaves the console as a file needs a fresh proof: a stolen session takes nothing along.
  if (needsStepUp(organiser.session, services.now())) return c.json({ error: 'step_up' }, 403);
  await noteExport(organiser, name, Math.max(0, rows.length - 1), services);
  const isSheet = kind === 'xlsx';
  const content = isSheet ? new Uint8Array(await writeXlsx([{ name, rows }])) : csvText(rows);
  return c.body(content, 200, {
    'content-type': isSheet ? XLSX : 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.${kind}"`,
  });
}

async function noteExport({ urn }: Organiser, name: string, rows: number, { store, now }: Services): Promise<void> {
  const what = `${name.replaceAll('-', '_')}_exported:${rows}`;
  const change = { op: `console-export:${randomUUID()}`, what, who: store.pseudonym(urn), checks: [], writes: [] };
  await commitOrThrow(store, change, now());
}
