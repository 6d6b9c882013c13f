import type { TopicPromise, Verdict, Work } from '../../deliberation/promise/promise.ts';
import { loadWork } from '../../deliberation/promise/work.ts';
import { loadWorkNames } from '../../deliberation/promise/work-names.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';

/** A promise with the work to which it is linked. It names no person. Times in ms since the epoch. */
export type ShownPromise = {
  readonly unit: string;
  readonly measure: string;
  readonly due: number;
  readonly changed?: { readonly from: number; readonly why: string };
  readonly state: Verdict | 'open' | 'overdue' | 'awaits_proof';
  readonly work: readonly { readonly name: string; readonly state: Work['type'] | 'proven' }[];
};

/** Shows a promise of a topic. */
export async function showPromise(
  promise: TopicPromise,
  { language }: Pick<Reader, 'language'>,
  { store, city, now }: Pick<Services, 'store' | 'city' | 'now'>,
): Promise<ShownPromise> {
  const { unit, measure, due, changed } = promise;
  const [work, names] = await Promise.all([loadWork(store, promise), loadWorkNames(store, promise, city)]);
  return {
    unit: inLanguage(city.units.get(unit)?.names ?? { 'zh-CN': unit }, language),
    measure,
    due,
    ...(changed ? { changed: { from: changed.from, why: changed.why } } : {}),
    state: stateOf(promise, now()),
    work: work.map((one, i) => ({
      name: inLanguage(names[i] ?? {}, language),
      // Another person saw the whole of it.
      state: one.type === 'solved' && (one.proven || promise.proof) ? 'proven' : one.type,
    })),
  };
}

function stateOf({ verdict, awaitsProof, due }: TopicPromise, now: number): ShownPromise['state'] {
  if (verdict) return verdict;
  if (awaitsProof) return 'awaits_proof';
  return now > due ? 'overdue' : 'open';
}
