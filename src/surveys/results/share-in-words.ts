import type { Value } from '../../delivery/outcome.ts';
import type { DisclosedNumber } from '../disclosure/disclosure.ts';

/** Shares that have a word of their own, in percent. */
const WORDS = {
  tenth: 10,
  fifth: 20,
  quarter: 25,
  third: 33.3,
  two_fifths: 40,
  half: 50,
  three_fifths: 60,
  two_thirds: 66.7,
  three_quarters: 75,
  four_fifths: 80,
  nine_tenths: 90,
} as const;
/** Shares beyond these are nearly none, or nearly all. */
const [FEW, NEARLY_ALL] = [7, 93];

/** Words a share for residents, who get no percent and no interval; undefined for a withheld one. */
export function shareInWords(shown: DisclosedNumber | undefined): Value | undefined {
  if (!shown || shown.type === 'withheld') return undefined;
  const { percent } = shown;
  if (percent < FEW) return { key: 'common:survey.about.few' };
  if (percent > NEARLY_ALL) return { key: 'common:survey.about.nearly_all' };
  const [word] =
    Object.entries(WORDS).toSorted(([, a], [, b]) => Math.abs(a - percent) - Math.abs(b - percent))[0] ?? [];
  return { key: `common:survey.about.${word as keyof typeof WORDS}` };
}
