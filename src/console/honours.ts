import { Hono } from 'hono';
import { sayAny } from '../notify/reader.ts';
import type { Services } from '../notify/services.ts';
import type { Door, Evidence, Screen, ScreenResult } from '../review/honours/evidence.ts';
import { doorOf, solvedChange, solvedShare } from '../review/honours/evidence.ts';
import type { HonourState } from '../review/honours/honour.ts';
import { openObjection } from '../review/honours/honour.ts';
import { MAY_NOMINATE } from '../review/honours/honour-access.ts';
import { loadOwnHonours } from '../review/honours/honours-flow.ts';
import { nameOfHonoured } from '../review/honours/subject.ts';
import { readerFor } from './reader.ts';
import type { ConsoleEnv } from './session.ts';

/** The evidence of one nominee. It names no person. Shares lie in 0–1, times are ms since the epoch. */
export type HonourRow = {
  readonly id: string;
  readonly name: string;
  readonly state: HonourState;
  readonly reason: string;
  readonly objections: number;
  /** An objection has no answer yet. */
  readonly waiting: boolean;
  readonly until?: number;
  readonly evidence?: {
    readonly closed: number;
    readonly solved: number;
    readonly lo?: number;
    readonly closedBefore: number;
    readonly solvedBefore: number;
    readonly changeLo?: number;
    readonly door?: Door;
    readonly screens: Readonly<Record<Screen, ScreenResult>>;
  };
};

export type HonourSheet = { readonly mayNominate: boolean; readonly honours: readonly HonourRow[] };

/** 表扬: `GET /`, those of the organiser's ground by name. The talk `honours` shows and moves one. */
export function honourRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { store, city } = services;
    const reader = readerFor(organiser, services);
    const own = await loadOwnHonours(store, { grants: organiser.grants }, city);
    const rows = own.map(({ record }): HonourRow => {
      const { id, state, reason, objections, noticeUntil } = record;
      return {
        id,
        name: String(sayAny(nameOfHonoured(record, city), reader)),
        state,
        reason,
        objections: objections.length,
        waiting: openObjection(record) !== undefined,
        ...(noticeUntil === undefined ? {} : { until: noticeUntil }),
        ...(record.evidence ? { evidence: figuresOf(record.evidence) } : {}),
      };
    });
    const sheet: HonourSheet = {
      mayNominate: organiser.grants.some(({ role }) => MAY_NOMINATE.includes(role)),
      honours: rows.toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN')),
    };
    return c.json(sheet);
  });
  return app;
}

function figuresOf(evidence: Evidence): NonNullable<HonourRow['evidence']> {
  const { newer, older, screens } = evidence;
  const lo = solvedShare(newer)?.lo;
  const changeLo = solvedChange(evidence)?.lo;
  const door = doorOf(evidence);
  return {
    closed: newer.closed.length,
    solved: newer.solved.length,
    ...(lo === undefined ? {} : { lo }),
    closedBefore: older.closed.length,
    solvedBefore: older.solved.length,
    ...(changeLo === undefined ? {} : { changeLo }),
    ...(door === undefined ? {} : { door }),
    screens,
  };
}
