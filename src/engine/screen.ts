import type { Asking, Option, Reading } from './step.ts';

/** What was found in somebody's words that should not be kept, what kind of thing it is, and the words without it. */
export type Screened = { readonly found: string; readonly what: string; readonly without: string };
/** Looks through words before they are kept; undefined if they may stay as they are. */
export type Screen = (text: string) => Screened | undefined;

/** The draft of a step whose words were held back; `before` is where the step stood. */
export type ScreenedDraft = { readonly part: 'screened'; readonly screened: Screened; readonly before?: unknown };

const MASK: readonly Option[] = [{ id: 'mask', means: 'yes' }];

export function isScreened(draft: unknown): draft is ScreenedDraft {
  return typeof draft === 'object' && draft !== null && (draft as ScreenedDraft).part === 'screened';
}

/** Says what was found and why it may not stay, and offers the words without it: one tap, or write anew. */
export function askScreened({ screened }: ScreenedDraft): Asking {
  return { part: 'screened', options: MASK, confirms: screened.without, values: screened };
}

export function keepScreened(screened: Screened, before?: unknown): Reading<never> {
  return { type: 'more', draft: { part: 'screened', screened, ...(before === undefined ? {} : { before }) } };
}
