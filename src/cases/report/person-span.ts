/** Kinds of text that may identify a person. */
export type PersonMark =
  | 'identity_number'
  | 'passport'
  | 'bank_card'
  | 'phone'
  | 'account'
  | 'plate'
  | 'accused_person'
  | 'nickname'
  | 'person_trait';

/** A part of a text, by UTF-16 units. */
export type Span = { readonly what: PersonMark; readonly from: number; readonly to: number };

/** The spans of a pattern: of its group `part` where it has one, else of the whole match. */
export function spansOf(pattern: RegExp, text: string, what: PersonMark): readonly Span[] {
  return [...text.matchAll(pattern)].map(({ 0: whole, groups, index }) => {
    const part = groups?.part;
    const from = index + (part === undefined ? 0 : whole.indexOf(part));
    return { what, from, to: from + (part ?? whole).trimEnd().length };
  });
}
