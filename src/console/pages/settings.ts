import type { MiddlewareHandler } from 'hono';
import { Hono } from 'hono';
import { loadApiKeys, revokeApiKey } from '../../cases/api-key.ts';
import { loadWebhooks, revokeWebhook } from '../../cases/webhook.ts';
import type { Reader } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import type { Role } from '../../people/role.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { JobRecord } from '../../store/job-records.ts';
import { loadJobRecords } from '../../store/job-records.ts';
import { auditChainHolds } from '../../store/records/audit-chain.ts';
import { loadSafeMode } from '../../store/safe-mode.ts';
import { orStoreAway } from '../../store/store.ts';
import { auditWord } from '../audit-words.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';
import { cityDataRoutes } from './city-data.ts';

/** The state of the city's bot. Times in ms since the epoch. */
export type SettingsPage = {
  readonly jobs: readonly ({ readonly name: string } & JobRecord)[];
  readonly safe_since?: number;
  readonly waiting: number;
  readonly undelivered: number;
  readonly webhooks: readonly { readonly id: string; readonly url: string; readonly at: number }[];
  readonly keys: readonly { readonly id: string; readonly name: string; readonly at: number }[];
  readonly regions: number;
  readonly units: number;
};

/** One entry of the audit log. People appear by pseudonym. */
export type AuditEntry = {
  readonly n: string;
  readonly at: number;
  /** The id of the event, and its words. */
  readonly what: string;
  readonly words: string;
  readonly who: string;
};
export type AuditPage = { readonly entries: readonly AuditEntry[]; readonly before?: string };

const ENTRIES_A_PAGE = 100;
/** Entries that one filtered page looks through. */
const LOOKED_AT_MAX = 2000;

/** 设置: for the office of the whole city; the audit log also for its auditor. */
export function settingsRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  const { store } = services;
  const [office, reviewers] = [onlyFor(['office']), onlyFor(['office', 'auditor'])];
  app.get('/', office, async (c) => c.json(await pageOf(services)));
  app.get('/audit', reviewers, async (c) => {
    const { what = '', before = '+' } = c.req.query();
    return c.json(await auditPage(services, readerFor(c.get('organiser'), services), what, before));
  });
  app.get('/audit/check', reviewers, async (c) => c.json({ faults: await auditChainHolds(store) }));
  for (const path of ['/imports', '/imports/*', '/categories']) app.use(path, office);
  app.route('/', cityDataRoutes(services));
  app.delete('/webhooks/:id', office, async (c) => {
    const who = store.pseudonym(c.get('organiser').urn);
    return c.json({ revoked: await revokeWebhook(store, c.req.param('id'), who, services.now()) });
  });
  app.delete('/keys/:id', office, async (c) => {
    const who = store.pseudonym(c.get('organiser').urn);
    return c.json({ revoked: await revokeApiKey(store, c.req.param('id'), who, services.now()) });
  });
  return app;
}

/** Lets pass who holds one of the roles for the whole city. */
function onlyFor(roles: readonly Role[]): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const isHeld = c.get('organiser').grants.some(({ role, scope }) => scope === EVERYWHERE && roles.includes(role));
    return isHeld ? next() : c.json({ error: 'no_right' }, 403);
  };
}

async function pageOf({ store, city }: Services): Promise<SettingsPage> {
  const { redis, keys } = store;
  const [jobs, safe, waiting, undelivered, hooks, apiKeys] = await Promise.all([
    loadJobRecords(store),
    loadSafeMode(store),
    orStoreAway(redis.hlen(keys.outbox)),
    orStoreAway(redis.xlen(keys.outboxDead)),
    loadWebhooks(store),
    loadApiKeys(store),
  ]);
  return {
    jobs: [...jobs].map(([name, record]) => ({ name, ...record })),
    ...(safe ? { safe_since: safe.since } : {}),
    waiting,
    undelivered,
    webhooks: hooks.map(({ id, url, at }) => ({ id, url, at })),
    keys: apiKeys.map(({ id, name, at }) => ({ id, name, at })),
    regions: city.regions.all('community').length,
    units: city.units.size,
  };
}

async function auditPage({ store }: Services, reader: Reader, what: string, before: string): Promise<AuditPage> {
  const { redis, keys } = store;
  const end = /^\d+-\d+$/.test(before) ? `(${before}` : '+';
  const count = what === '' ? ENTRIES_A_PAGE : LOOKED_AT_MAX;
  const found = await orStoreAway(redis.xrevrange(keys.audit, end, '-', 'COUNT', count));
  const entries = found.map(([id, fields]) => {
    const field = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
    const words = auditWord(field('what'), reader);
    return { n: field('n'), at: Number(id.split('-')[0]), what: field('what'), words, who: field('who') };
  });
  const last = found.at(-1)?.[0];
  return {
    entries: entries
      .filter((entry) => entry.words.includes(what) || entry.what.includes(what) || entry.who === what)
      .slice(0, ENTRIES_A_PAGE),
    ...(found.length === count && last !== undefined ? { before: last } : {}),
  };
}
