import type { City } from '../../city/city.ts';
import type { Designation } from '../../inspections/draw/designate.ts';
import type { Grant } from '../../people/role.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Letter } from './letter.ts';
import { isOpenLetter } from './letter.ts';
import type { LetterPart } from './letter-access.ts';
import { partsIn } from './letter-access.ts';
import { loadLetter, loadLetters } from './letter-store.ts';

/** A letter with the parts that the person has in it. */
export type OwnLetter = Kept<Letter> & { readonly parts: readonly LetterPart[] };

/** Facts of the talk. */
export type MyLettersFacts = City & {
  readonly me: string;
  readonly letters: readonly OwnLetter[];
  /** The letter of the button that opened the talk, and letters agreed to its addressee this month. */
  readonly wanted: unknown;
  readonly agreed: number;
  /** The premises on which most of its rows lie; loaded to designate them. */
  readonly designation: Designation | undefined;
};
/** Loads the letters in which the grants have a part, open ones first; `wanted` comes along if it is old. */
export async function loadOwnLetters(
  store: Store,
  grants: readonly Grant[],
  city: City,
  wanted = '',
): Promise<readonly OwnLetter[]> {
  const newest = await loadLetters(store);
  const old = newest.some(({ record }) => record.id === wanted) ? undefined : await loadLetter(store, wanted);
  const own = [...newest, ...(old ? [old] : [])].flatMap((kept): readonly OwnLetter[] => {
    const parts = partsIn(kept.record, grants, city);
    // An addressee knows nothing of a letter before it is sent.
    const isUnsent = kept.record.sentAt === undefined && parts.every((part) => part === 'answer');
    return parts.length === 0 || isUnsent ? [] : [{ ...kept, parts }];
  });
  const isFirst = ({ record }: OwnLetter) => Number(isOpenLetter(record));
  return own.toSorted((a, b) => isFirst(b) - isFirst(a));
}
