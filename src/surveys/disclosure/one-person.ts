import type { Sums } from '../estimate/estimate.ts';
import { addAnswer, addSums, noSums } from '../estimate/estimate.ts';
import type { DisclosedNumber } from './disclosure.ts';

/** The values of one possible answer sheet, one for each domain; undefined where it does not count. */
export type OneSheet = readonly (number | undefined)[];

/**
 * Discloses sums, and repeats what was shown before if one sheet more or less explains the difference. Else two waves that differ
 * by one person would tell that person's answer whenever a number moves to the next step.
 */
export function discloseAfter<T>(
  before: { readonly was: T } | undefined,
  domains: readonly Sums[],
  kinds: readonly OneSheet[],
  disclose: (domains: readonly Sums[]) => T,
): T {
  const now = disclose(domains);
  if (!before || leaves(before.was) === leaves(now)) return now;
  const others = kinds.flatMap((kind) => [withOne(domains, kind, 1), withOne(domains, kind, -1)]);
  return others.some((other) => leaves(disclose(other)) === leaves(before.was)) ? before.was : now;
}

/** Returns true if a number is shown as in the wave before, or was withheld there to protect others. */
export function repeats(was: DisclosedNumber | undefined, now: DisclosedNumber | undefined): boolean {
  return (was?.type === 'withheld' && was.why === 'protects_others') || leaves(was) === leaves(now);
}

/** Returns the text of what a reader sees: the reason to withhold a number is not part of it. */
export function leaves(shown: unknown): string | undefined {
  return JSON.stringify(shown, (key, value) => (key === 'why' ? undefined : value));
}

function withOne(domains: readonly Sums[], kind: OneSheet, by: 1 | -1): readonly Sums[] {
  return domains.map((sums, i) => {
    const [y, other] = [kind[i], { ...sums }];
    if (y === undefined || sums.n < 1) return other;
    const one = noSums();
    addAnswer(one, y, sums.w / sums.n);
    if (by < 0) for (const name of Object.keys(one) as (keyof Sums)[]) one[name] *= -1;
    addSums(other, one);
    return other;
  });
}
