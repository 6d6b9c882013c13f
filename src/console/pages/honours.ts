import { Hono } from 'hono';
import type { Reader } from '../../notify/reader.ts';
import { sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { basisProof } from '../../review/honours/basis-proof.ts';
import type { Door, Evidence, Screen, ScreenResult } from '../../review/honours/evidence.ts';
import { doorOf, solvedChange, solvedShare } from '../../review/honours/evidence.ts';
import type { HonourState } from '../../review/honours/honour.ts';
import { openObjection } from '../../review/honours/honour.ts';
import { MAY_NOMINATE } from '../../review/honours/honour-access.ts';
import { mayEnterBasis } from '../../review/honours/honour-basis-flow.ts';
import { loadHonourBases } from '../../review/honours/honour-basis-store.ts';
import { loadHonour } from '../../review/honours/honour-store.ts';
import { loadOwnHonours } from '../../review/honours/honours-flow.ts';
import type { SubjectKind } from '../../review/honours/subject.ts';
import { nameOfHonoured } from '../../review/honours/subject.ts';
import { drawAddress } from '../public/public-draws.ts';
import type { PublishedDraw } from '../public/published-draw.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

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
    /** The last day of the drawn visit that was read: 2026-09-30. */
    readonly visit?: string;
  };
  /** The document under which it is named. */
  readonly document?: string;
};

/** An approval with its number, and its draw as far as it is public. */
export type BasisRow = PublishedDraw & {
  readonly id: string;
  readonly document: string;
  readonly body: string;
  readonly kind: SubjectKind;
  readonly number: number;
  readonly until: number;
  /** Honours that took part, and the names of those that the lot chose. */
  readonly drawn?: { readonly all: number; readonly names: readonly string[] };
};

export type HonourSheet = {
  readonly mayNominate: boolean;
  readonly mayEnter: boolean;
  readonly honours: readonly HonourRow[];
  readonly bases: readonly BasisRow[];
};

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
        ...(record.basis ? { document: record.basis.document } : {}),
      };
    });
    const sheet: HonourSheet = {
      mayNominate: organiser.grants.some(({ role }) => MAY_NOMINATE.includes(role)),
      mayEnter: mayEnterBasis(organiser.grants),
      bases: await loadBasisRows(reader, services),
      honours: rows.toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN')),
    };
    return c.json(sheet);
  });
  return app;
}

async function loadBasisRows(reader: Reader, { store, city }: Services): Promise<readonly BasisRow[]> {
  const bases = await loadHonourBases(store);
  return Promise.all(
    bases.map(async (basis): Promise<BasisRow> => {
      const { id, document, body, kind, number, until, drawn } = basis;
      const named = await Promise.all((drawn?.list ?? []).map((one) => loadHonour(store, one)));
      const names = named.flatMap((kept) => (kept ? [String(sayAny(nameOfHonoured(kept.record, city), reader))] : []));
      const row = { id, document, body, kind, number, until, address: drawAddress(id), ...basisProof(basis) };
      return drawn ? { ...row, drawn: { all: drawn.frame.split('\n').length - 1, names } } : row;
    }),
  );
}

function figuresOf(evidence: Evidence): NonNullable<HonourRow['evidence']> {
  const { newer, older, screens, visit } = evidence;
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
    ...(visit ? { visit: visit.until } : {}),
  };
}
