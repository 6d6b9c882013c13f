import { findAlikeCommunities, findBursts } from '../../surveys/estimate/quality.ts';

/** Signs that votes were organised (真实性提示). They are printed beside the figures and remove no vote. */
export type GenuinenessNote = 'burst' | 'alike';

/** A vote while it is counted: its answers by question, and the quarter of an hour in which it was given. */
export type TimedVote = { readonly answers: Readonly<Record<string, string>>; readonly slot: number };

/** Quarters of an hour in a day. */
const SLOTS_A_DAY = 96;

/**
 * Tests votes against random samples of all of them. `burst`: the votes for one side came in one quarter of an hour.
 * `alike`: the votes of one day agree in every answer more often than those of all days.
 */
export function genuinenessNotes(votes: readonly TimedVote[]): readonly GenuinenessNote[] {
  const sides = votes.flatMap(({ answers, slot }) =>
    Object.entries(answers).map(([question, answer]) => ({ community: `${question} ${answer}`, slot })),
  );
  const days = votes.map(({ answers, slot }) => ({
    community: String(Math.floor(slot / SLOTS_A_DAY)),
    answers: Object.fromEntries(Object.entries(answers).map(([question, answer]) => [question, [answer]])),
  }));
  return [
    ...(findBursts(sides).length > 0 ? (['burst'] as const) : []),
    ...(findAlikeCommunities(days).length > 0 ? (['alike'] as const) : []),
  ];
}
