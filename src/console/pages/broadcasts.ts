import { Hono } from 'hono';
import { isWithinReach } from '../../broadcasts/board/load-board.ts';
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import { localizedContent, runIdOf } from '../../broadcasts/broadcast.ts';
import { loadBroadcasts } from '../../broadcasts/broadcast-store.ts';
import { senderOf } from '../../broadcasts/compose/sender.ts';
import type { Progress } from '../../broadcasts/sending/ledger.ts';
import { loadProgress } from '../../broadcasts/sending/ledger.ts';
import { countRecipients } from '../../broadcasts/sending/recipients.ts';
import { sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { bulkIntervalMs } from '../../store/scripts/script-inputs.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** One announcement of the list. Times in ms since the epoch. */
export type BroadcastRow = {
  readonly id: string;
  readonly state: Broadcast['state'];
  readonly urgent: boolean;
  readonly title: string;
  readonly region: string;
  readonly made: number;
  /** The next run; what the calendar shows. */
  readonly next?: number;
  /** The last run and its ledger. The counts and `left` add up to `total`. */
  readonly ran?: number;
  readonly progress?: Progress;
};

/** 公告: `GET /`, newest first. The talk `my-broadcasts` shows and moves one. */
export function broadcastRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { store, city } = services;
    const reader = readerFor(organiser, services);
    const all = (await loadBroadcasts(store)).filter(({ record }) => isWithinReach(record, organiser.grants, city));
    const rows = all.map(async ({ record }): Promise<BroadcastRow> => {
      const ran = record.runs.findLast(({ fate }) => fate === 'fired')?.slot;
      const progress = ran === undefined ? undefined : await loadProgress(store, runIdOf(record.id, ran));
      return {
        id: record.id,
        state: record.state,
        urgent: record.kind === 'urgent',
        title: localizedContent(record.content, reader.language).title,
        region: String(sayAny({ place: { region: record.region } }, reader)),
        made: record.madeAt,
        ...(record.next === undefined ? {} : { next: record.next }),
        ...(ran === undefined ? {} : { ran }),
        ...(progress ? { progress } : {}),
      };
    });
    return c.json(await Promise.all(rows));
  });
  app.get('/count', async (c) => {
    const { grants } = c.get('organiser');
    const { store, city, now } = services;
    const own = senderOf({ grants, regions: city.regions })?.region;
    const region = c.req.query('region') || own;
    const who = WHO.find((one) => one === c.req.query('who'));
    if (!own || !region || !who || !city.regions.chain(region).includes(own)) return c.json({ error: 'no_right' }, 403);
    const audience = { type: 'people', region, who } as const;
    const count = await countRecipients(store, { ...SAMPLE, region, audience }, city.regions, now());
    return c.json<AudienceCount>({ count, seconds: Math.ceil((count * bulkIntervalMs(store.pace)) / 1000) });
  });
  return app;
}

/** People that an announcement would reach now, and how long sending takes. */
export type AudienceCount = { readonly count: number; readonly seconds: number };

const WHO = ['everybody', 'volunteers', 'organisers'] as const;
/** An announcement of which only the audience counts. */
const SAMPLE: Omit<Broadcast, 'region' | 'audience'> = {
  id: 'broadcast_count',
  state: 'draft',
  kind: 'announcement',
  topic: 'notices',
  content: { title: '', words: {}, buttons: [] },
  schedule: { type: 'once', at: 'now' },
  staleAfterMs: 0,
  by: '',
  madeAt: 0,
  runs: [],
};
