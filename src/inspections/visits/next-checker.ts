import type { Store } from '../../store/store.ts';
import { hashOf, lotOf } from '../../surveys/wave/draw.ts';
import { loadFrameText, loadSeed } from '../draw/draw-store.ts';
import { nextChecker } from '../draw/draw-visits.ts';
import { readFrame } from '../draw/frame.ts';
import type { Visit } from './visit.ts';
import { involvedIn } from './visit-rules.ts';
import { loadVisitsOf } from './visit-store.ts';

/**
 * The next checker of a visit by load and lot, without those who had a part in it: for a conflict of interest, a third
 * opinion, or a checker who left. It follows from frame, seed and visits, so no person chooses.
 */
export async function nextCheckerFor(store: Store, visit: Visit): Promise<string | undefined> {
  const [text, visits] = await Promise.all([loadFrameText(store, visit.of), loadVisitsOf(store, visit.of)]);
  if (text === undefined) return undefined;
  const seed = await loadSeed(store, visit.of, hashOf(text));
  if (seed === undefined) return undefined;
  const loads = new Map<string, number>();
  for (const { record } of visits) {
    for (const code of [...record.checkers, ...(record.third ? [record.third] : [])])
      loads.set(code, (loads.get(code) ?? 0) + 1);
  }
  return nextChecker(readFrame(text), visit.premises, {
    loads,
    besides: involvedIn(visit),
    lot: (name) => lotOf(seed, name),
  });
}
