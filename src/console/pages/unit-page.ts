import { momentOf } from '../../calendar.ts';
import type { Premises } from '../../city/premises.ts';
import { countedMark, lacksDocument } from '../../creation/checks/counted-mark.ts';
import { claimsHash } from '../../creation/checks/draw-round.ts';
import { failedStars } from '../../creation/checks/gaps.ts';
import { quarterOf } from '../../creation/plan/quarter.ts';
import { drawPower } from '../../creation/points/draw-power.ts';
import { oneDecimal } from '../../creation/premises/premises-card.ts';
import type { Round } from '../../creation/rounds/round.ts';
import type { DocumentState, PremisesDocument } from '../../inspections/documents/document.ts';
import { documentState } from '../../inspections/documents/document.ts';
import { loadHalf } from '../../inspections/draw/draw-store.ts';
import { ITEMS_BY_LOT } from '../../inspections/draw/draw-visits.ts';
import type { Item, Standard } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import type { FewReports } from '../../review/few-reports/report-counts.ts';
import type { UnitRow } from './unit-row.ts';
import { rowOf } from './unit-row.ts';

/** One item of the standard with all that is known of it. Rows are ids of cases, tasks and waves. */
export type UnitItem = {
  readonly no: number;
  readonly words: string;
  readonly max: number;
  readonly critical: boolean;
  readonly evidence: string;
  readonly basis: string;
  readonly isComputed: boolean;
  readonly points?: string;
  readonly y?: number;
  readonly n?: number;
  readonly city?: number;
  readonly rows: readonly string[];
  /** Minutes of drills by row; null where none were noted. */
  readonly minutes?: readonly (number | null)[];
  /** It needs a document and has none that counts: half counts at most. */
  readonly lacksDocument?: true;
  readonly unknown?: true;
  readonly claim?: string;
  readonly check?: string;
};

/** Premises with their round: points, ★ items, gaps, objections, history. It names no person. */
export type UnitPage = UnitRow & {
  readonly region: string;
  readonly seriesId: string;
  readonly mayLead: boolean;
  readonly version: number;
  readonly items: readonly UnitItem[];
  readonly parts: {
    readonly computed: number;
    readonly checked: number;
    readonly claimed: number;
    readonly missing: number;
    readonly na: number;
  };
  readonly score?: string;
  readonly ratio?: number;
  readonly power: number;
  readonly failedStars: readonly number[];
  readonly projects: readonly {
    readonly no: number;
    readonly due: number;
    readonly doneAt?: number;
    readonly measure: string;
    readonly done: readonly string[];
  }[];
  readonly notice?: {
    readonly until: number;
    readonly objections: readonly {
      readonly words: string;
      /** Addresses of photos, for those who decide. */
      readonly photos: readonly string[];
      readonly at: number;
      readonly answer?: string;
      readonly upheld?: boolean;
    }[];
  };
  /** What is public of the round's draw. With its seed, the drawn items could be known before the checkers come. */
  readonly proof?: Readonly<Partial<Record<'halfHash' | 'frameHash' | 'half' | 'claims' | 'seed', string>>>;
  readonly naming?: string;
  readonly example?: string;
  readonly veto?: string;
  readonly until?: number;
  /** Documents of the premises, the first to end first. */
  readonly documents: readonly {
    readonly no?: number;
    readonly item: string;
    readonly number: string;
    readonly issuer: string;
    readonly until: number;
    readonly state: DocumentState;
  }[];
  /** 报得少: reports of a quarter against their expectation, for those who may open an inspection. It is no point. */
  readonly few?: {
    readonly quarter: string;
    readonly observed: number;
    readonly expected: number;
    readonly isDesignated: boolean;
  };
  readonly history: readonly { readonly event: string; readonly at: number }[];
  readonly earlier: readonly {
    readonly state: string;
    readonly at: number;
    readonly level?: string;
    readonly score?: string;
  }[];
};

type Seen = {
  readonly rounds: readonly Round[];
  readonly standard: Standard;
  readonly mayLead: boolean;
  readonly proof: UnitPage['proof'];
  readonly documents: readonly PremisesDocument[];
  readonly few: FewReports | undefined;
  readonly now: number;
};

/** The seed is public after the checks, the server's half after the last ones: a later draw of the round takes it again. */
export async function proofOf(round: Round, { store }: Services): Promise<UnitPage['proof']> {
  const { id, state, halfHash, frameHash, seed, metAt } = round;
  if (!frameHash || !seed) return undefined;
  const isSealed = state === 'claimed' || state === 'checking';
  const half = metAt === undefined ? undefined : await loadHalf(store, id);
  return {
    halfHash,
    ...(isSealed ? {} : { frameHash, claims: claimsHash(round), seed }),
    ...(half === undefined ? {} : { half }),
  };
}

/** The page of premises. */
export function pageOf(
  premises: Premises,
  { rounds, standard, mayLead, proof, documents, few, now }: Seen,
  reader: Reader,
): UnitPage {
  const [round, ...earlier] = rounds;
  const words = (said: Round['example']) => (said ? String(sayAny({ words: said }, reader)) : '');
  const hand = standard.items.filter(isChecked);
  const done = hand.filter((item) => item.critical !== true).length;
  return {
    ...rowOf(premises, round, reader),
    region: inLanguage(reader.regions.nameOf(premises.region) ?? {}, reader.language),
    seriesId: premises.series,
    mayLead,
    version: standard.version,
    items: standard.items.map((item) => itemOf(item, round, documents, reader)),
    documents: documents.map((one) => ({ ...documentOf(one, standard, reader), state: documentState(one, now) })),
    parts: partsOf(round, standard),
    ...(round?.score ? { score: oneDecimal(round.score.score), ratio: Math.floor(round.score.ratio * 100) } : {}),
    power: Math.floor(100 * drawPower(done, Math.min(done, ITEMS_BY_LOT), Math.min(3, done))),
    failedStars: round && round.state !== 'planned' ? failedStars(round, standard).map(({ no }) => no) : [],
    projects: (round?.projects ?? []).map(({ no, due, doneAt, measure, done: conditions = [] }) => ({
      no,
      due,
      ...(doneAt === undefined ? {} : { doneAt }),
      measure: words(measure),
      done: conditions,
    })),
    ...(round?.noticeUntil === undefined
      ? {}
      : {
          notice: {
            until: round.noticeUntil,
            objections: round.objections.map(({ words: said, at, answer, photos = [] }) => ({
              words: words(said),
              photos: mayLead
                ? photos.map(({ same }) => `/console/api/units/${premises.id}/photos/${encodeURIComponent(same)}`)
                : [],
              at,
              ...(answer ? { answer: words(answer.words), upheld: answer.upheld } : {}),
            })),
          },
        }),
    ...(proof ? { proof } : {}),
    ...(few ? { few: fewOf(few) } : {}),
    ...(round?.naming ? { naming: round.naming.document } : {}),
    ...(round?.example ? { example: words(round.example) } : {}),
    ...(round?.veto ? { veto: words(round.veto.words) } : {}),
    ...(round?.until === undefined ? {} : { until: round.until }),
    history: round?.history ?? [],
    earlier: earlier.map(({ state, since, level, score }) => ({
      state: reader.say(`common:round_state.${state}`),
      at: since,
      ...(level ? { level: reader.say(`common:level.${level}`) } : {}),
      ...(score ? { score: oneDecimal(score.score) } : {}),
    })),
  };
}

function fewOf({ quarter, observed, expected, draw }: FewReports): NonNullable<UnitPage['few']> {
  return { quarter: quarterOf(momentOf(`${quarter}-01T00:00`)), observed, expected, isDesignated: draw !== undefined };
}

/** The item of a document by its words; a later version may have no such item. */
function documentOf({ item, number, issuer, until }: PremisesDocument, { items }: Standard, { language }: Reader) {
  const found = items.find(({ words }) => words['zh-CN'] === item);
  return {
    ...(found ? { no: found.no } : {}),
    item: found ? inLanguage(found.words, language) : item,
    number,
    issuer,
    until,
  };
}

function itemOf(
  item: Item,
  round: Round | undefined,
  documents: readonly PremisesDocument[],
  reader: Reader,
): UnitItem {
  const { no, words, max, critical = false, evidence, basis = '' } = item;
  const found = round?.evidence[no];
  const mark = (value: string | undefined) =>
    value === undefined ? undefined : reader.say(`flows/my-premises:mark.options.${value}`);
  const [claim, check] = [mark(round?.claims[no]), mark(round?.checks[no])];
  return {
    no,
    words: inLanguage(words, reader.language),
    max,
    critical,
    evidence: evidence.join(' '),
    basis,
    isComputed: !isChecked(item),
    ...(found
      ? {
          y: Math.round(found.y),
          n: Math.round(found.n),
          ...(found.city === undefined ? {} : { city: Math.round(found.city * 100) }),
          ...(found.result.type === 'points' ? { points: oneDecimal(found.result.points) } : {}),
          ...(found.result.type === 'unknown' ? { unknown: true as const } : {}),
          ...(found.minutes ? { minutes: found.minutes } : {}),
        }
      : {}),
    rows: (found?.rows ?? []).map((row) => documents.find(({ id }) => id === row)?.number ?? row),
    ...(round && lacksDocument(item, round) ? { lacksDocument: true as const } : {}),
    ...(claim ? { claim } : {}),
    ...(check ? { check } : {}),
  };
}

/** The ring: points of all 100, by where they come from. Points that no one has yet are missing. */
function partsOf(round: Round | undefined, standard: Standard): UnitPage['parts'] {
  const all = standard.items.reduce((sum, { max }) => sum + max, 0);
  if (!round) return { computed: 0, checked: 0, claimed: 0, missing: all, na: 0 };
  const worth = { full: 1, half: 0.5, none: 0, na: 0 } as const;
  let [computed, checked, claimed, na] = [0, 0, 0, 0];
  for (const item of standard.items) {
    const { no, max } = item;
    const result = round.evidence[no]?.result;
    const [claim, check] = [round.claims[no], round.checks[no]].map((mark) => countedMark(item, mark, round));
    if (!isChecked(item)) {
      if (result?.type === 'points') computed += result.points;
      else if (result) na += max;
    } else if ((check ?? claim) === 'na') na += max;
    else if (check) checked += max * worth[check];
    else if (claim) claimed += max * worth[claim] * (round.score?.ratio ?? 1);
  }
  return { computed, checked, claimed, na, missing: Math.max(0, all - computed - checked - claimed - na) };
}
