import type { IndicatorCode } from '../score/indicator.ts';
import words from './lint-words.json' with { type: 'json' };

/** The closed set of sentences of a bulletin. Each has one wording in a language, and no adjective or cause. */
export const SENTENCES = [
  'moved_up',
  'moved_down',
  'no_difference',
  'withheld',
  'withheld_streets',
  'above_funnel',
  'below_funnel',
  'weak',
  'effect',
  'effect_unclear',
] as const;
export type SentenceKind = (typeof SENTENCES)[number];

/** A sentence: its subject and its numbers. Shares and differences are percentages with one decimal. */
export type Sentence = {
  readonly kind: SentenceKind;
  readonly region: string;
  readonly code: IndicatorCode;
  readonly values: Readonly<Record<string, number>>;
};

/** Kinds whose numbers a significance test stands behind. */
const TESTED: readonly SentenceKind[] = ['moved_up', 'moved_down', 'no_difference', 'effect', 'effect_unclear'];

/** Words that claim a cause, and words that rank one place above another. Tiers are the only order that may be printed. */
const [CAUSES, RANKS, CLAIMS] = [words.causes, words.ranks, words.claims].map(
  (list) => new RegExp(list.join('|'), 'i'),
) as [RegExp, RegExp, RegExp]; // three lists above

/** A fault that keeps words out of a bulletin. */
export type LintFault = 'cause' | 'rank' | 'untested';

/** Lists the faults of words. A claim of significance needs a tested sentence; words of a person have no kind. */
export function lintFaults(said: string, kind?: SentenceKind): readonly LintFault[] {
  return [
    ...(CAUSES.test(said) ? ['cause' as const] : []),
    ...(RANKS.test(said) ? ['rank' as const] : []),
    ...(CLAIMS.test(said) && !(kind && TESTED.includes(kind)) ? ['untested' as const] : []),
  ];
}

/** Rounds a share or a difference (0–1) to percent with one decimal. */
export function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}
