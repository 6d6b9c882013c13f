import type { City } from '../../city/city.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { CaseRow } from '../score/cells/case-cells.ts';
import { CASE_INDICATORS } from '../score/cells/case-fact.ts';
import type { IndicatorCode } from '../score/indicator.ts';
import { LESS_IS_BETTER } from '../score/indicator.ts';
import type { Bulletin } from './bulletin.ts';

/** Rows behind a sentence: numbers of the cases that cost points, and how many cases were judged. */
export type SentenceRows = { readonly failed: readonly string[]; readonly of: number };

/** Case numbers in one answer. */
const ROWS_MAX = 200;

/**
 * Loads the rows of the frozen month behind a sentence. Undefined for a draft, and for indicators that rest on no cases.
 */
export async function rowsBehind(
  store: Store,
  { month, snapshot }: Pick<Bulletin, 'month' | 'snapshot'>,
  { region, code }: { readonly region: string; readonly code: IndicatorCode },
  { regions }: Pick<City, 'regions'>,
): Promise<SentenceRows | undefined> {
  const codes: readonly IndicatorCode[] = CASE_INDICATORS;
  const nth = codes.indexOf(code);
  if (nth < 0 || !snapshot) return undefined;
  const { redis, keys } = store;
  const streets = regions.within(region, 'street');
  const key = keys.scoreRows(month, snapshot.version);
  const texts = streets.length === 0 ? [] : await orStoreAway(redis.hmget(key, ...streets));
  const rows = texts.flatMap((text) => (text === null ? [] : (JSON.parse(text) as readonly CaseRow[]))); // by keepSnapshot
  const bad = LESS_IS_BETTER.includes(code) ? '1' : '0';
  const judged = rows.filter(([, verdicts]) => verdicts[nth] === '0' || verdicts[nth] === '1');
  const failed = judged.filter(([, verdicts]) => verdicts[nth] === bad).map(([number]) => number);
  return { failed: failed.slice(0, ROWS_MAX), of: judged.length };
}
