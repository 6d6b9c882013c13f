import { findAlikeCommunities, findBursts } from '../../surveys/estimate/quality.ts';
import { hasAlikeBlock } from './alike-block.ts';

/**
 * Signs that votes were organised (真实性提示). They are printed beside the figures and remove no vote. `untested`: many ballots have
 * too few answers for copies to be told from people who agree.
 */
export type GenuinenessNote = 'burst' | 'alike' | 'untested';

/** A vote while it is counted: its answers by question, and the quarter of an hour in which it was given. */
export type TimedVote = { readonly answers: Readonly<Record<string, string>>; readonly slot: number };

/** Quarters of an hour in a day. */
const SLOTS_A_DAY = 96;

/** Lengths of the windows that slide over the discussion, quarters of an hour: 15 minutes, 1 and 4 hours, 1 and 3 days. */
const WINDOWS = [1, 4, 16, SLOTS_A_DAY, 3 * SLOTS_A_DAY] as const;

/**
 * Tests votes against random samples of all of them. `burst`: the votes for one side came within a short time. `alike`: the votes
 * of one day agree in every answer more often than those of all days, or many of the whole discussion are equal.
 */
export function genuinenessNotes(votes: readonly TimedVote[]): readonly GenuinenessNote[] {
  const sides = votes.flatMap(({ answers, slot }) =>
    Object.entries(answers).map(([question, answer]) => ({ community: `${question} ${answer}`, slot })),
  );
  const days = votes.map(({ answers, slot }) => ({
    community: String(Math.floor(slot / SLOTS_A_DAY)),
    answers: Object.fromEntries(Object.entries(answers).map(([question, answer]) => [question, [answer]])),
  }));
  const isAlike = () => findAlikeCommunities(days).length > 0 || hasAlikeBlock(votes.map(({ answers }) => answers));
  return [...(hasBurst(sides) ? (['burst'] as const) : []), ...(isAlike() ? (['alike'] as const) : [])];
}

/** Windows move on by half their length, so that any shorter burst lies within one of them. */
function hasBurst(sides: readonly { readonly community: string; readonly slot: number }[]): boolean {
  return WINDOWS.some((length) =>
    (length === 1 ? [0] : [0, length / 2]).some((shift) => {
      const windows = sides.map(({ community, slot }) => ({ community, slot: Math.floor((slot + shift) / length) }));
      return findBursts(windows).length > 0;
    }),
  );
}
