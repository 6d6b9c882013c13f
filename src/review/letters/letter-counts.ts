import type { Letter } from './letter.ts';
import type { Matter } from './matter.ts';
import { MATTERS } from './matter.ts';

/** The letters of one matter: sent ones, and those of them that ended met or not done. It names no addressee. */
export type LetterCount = {
  readonly matter: Matter;
  readonly sent: number;
  readonly met: number;
  readonly notDone: number;
};

/** Counts the letters that were sent since a time (ms), by matter; a letter that was taken back does not count. */
export function letterCounts(letters: readonly Letter[], since: number): readonly LetterCount[] {
  const sent = letters.filter(({ sentAt = 0, ending }) => sentAt >= since && sentAt > 0 && ending !== 'withdrawn');
  return MATTERS.flatMap((matter) => {
    const own = sent.filter((letter) => letter.matter === matter);
    const ended = (ending: Letter['ending']) => own.filter((letter) => letter.ending === ending).length;
    return own.length > 0 ? [{ matter, sent: own.length, met: ended('met'), notDone: ended('not_done') }] : [];
  });
}
