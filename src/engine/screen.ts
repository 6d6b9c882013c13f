import type { Asking, Option, Reading } from './step.ts';

/** A finding in a text that must not be kept: the words, their kind (`what`; `kinds` of all findings), and the text `without` them. */
export type Screened = {
  readonly found: string;
  readonly what: string;
  readonly kinds: readonly string[];
  readonly without: string;
};
/** Checks a text before it is kept; undefined if it may be kept as it is. */
export type Screen = (text: string) => Screened | undefined;

/** The draft of a step that holds back a text; `before` is the draft that preceded it. */
export type ScreenedDraft = { readonly part: 'screened'; readonly screened: Screened; readonly before?: unknown };

const MASK: readonly Option[] = [{ id: 'mask', means: 'yes' }];

/** True if the draft holds back a text. */
export function isScreened(draft: unknown): draft is ScreenedDraft {
  return typeof draft === 'object' && draft !== null && (draft as ScreenedDraft).part === 'screened';
}

/** Shows the finding and offers the text without it by one tap; a new text is accepted too. */
export function askScreened({ screened }: ScreenedDraft): Asking {
  return { part: 'screened', options: MASK, confirms: screened.without, values: screened };
}

/** Holds back a text as the step's draft. */
export function keepScreened(screened: Screened, before?: unknown): Reading<never> {
  return { type: 'more', draft: { part: 'screened', screened, ...(before === undefined ? {} : { before }) } };
}
