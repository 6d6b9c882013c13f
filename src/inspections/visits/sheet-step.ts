import type { Media, Point } from '../../engine/input.ts';
import { pickOne } from '../../engine/pick-one.ts';
import type { Step, StepSettings } from '../../engine/step.ts';
import { again } from '../../engine/step.ts';
import { tidyText } from '../../engine/tidy-text.ts';

/** One input for a sheet. They come in any order, and none waits for another: the phone may have been offline. */
export type SheetInput =
  | { readonly line: string }
  | { readonly photo: Media; readonly caption: string; readonly album?: string }
  | { readonly point: Point }
  | { readonly send: true };

/** Longest line of marks, characters. */
const LINE_MAX = 2000;
const SEND = { id: 'send' } as const;

/** Takes one input for a sheet: a line of marks, a photo with a number, a location, or “send”. */
export function sheetStep<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & {
    readonly begun: (context: Parameters<Step<Facts, Answers, SheetInput>['ask']>[0]) => boolean;
  },
): Step<Facts, Answers, SheetInput> {
  const { begun, ...settings } = spec;
  return {
    ...settings,
    // Like a check-in it takes text, a location and photos as they come.
    kind: 'spot',
    wordings: ['more'],
    ask: (context) =>
      begun(context) ? { part: 'more', options: [SEND], takesWords: true } : { options: [], takesWords: true },
    read: (input) => {
      if (pickOne([SEND], input)) return { type: 'answer', value: { send: true } };
      switch (input.type) {
        case 'text':
          return { type: 'answer', value: { line: tidyText(input.text).slice(0, LINE_MAX) } };
        case 'photo':
          return { type: 'answer', value: photoInput(input) };
        case 'location':
          return { type: 'answer', value: { point: input.point } };
        default:
          return again('invalid');
      }
    },
    isStillValid: (answer) => typeof answer === 'object' && answer !== null,
  };
}

/** A photo as an input for a sheet. */
export function photoInput({
  photo,
  caption = '',
  album,
}: {
  readonly photo: Media;
  readonly caption?: string;
  readonly album?: string;
}): SheetInput {
  return { photo, caption, ...(album === undefined ? {} : { album }) };
}
