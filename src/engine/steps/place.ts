import type { Point } from '../input.ts';
import type { Common, Names, Option, Scene, Step } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';

/** A place as a person gave it: a point, a region by its id, words, or several of these. Coordinates are WGS-84 degrees. */
export type Place = { readonly point?: Point; readonly region?: string; readonly text?: string };

/** What the step must know of the city: who lies below a region, what it is called, and in which region a point lies. */
export type Regions = {
  readonly below: (region: string | undefined) => readonly Option[];
  readonly nameOf: (region: string) => Names | undefined;
  readonly at: (point: Point) => string | undefined;
};

/** browse: choosing in the tree · within: text given, which region? · detail: region given, where in it? · sure: the echo. */
type Draft =
  | { readonly part: 'browse' | 'within'; readonly region?: string; readonly text?: string }
  | { readonly part: 'detail'; readonly region: string }
  | { readonly part: 'sure'; readonly place: Place };

/**
 * A place: shared location, chosen from the region tree, or written; always echoed and confirmed by one tap.
 * `sharing` says whether this person agreed that a location may be used.
 */
export function place<Facts, Answers>(
  spec: Common<Facts, Answers> & {
    readonly maxLength: number;
    readonly regions: (scene: Scene<Facts, Answers>) => Regions;
    readonly sharing: (scene: Scene<Facts, Answers>) => boolean;
  },
): Step<Facts, Answers, Place> {
  const { maxLength, regions, sharing, ...common } = spec;
  const values = { maxLength };
  const hasTree = (scene: Scene<Facts, Answers>) => regions(scene).below(undefined).length > 0;
  return {
    ...common,
    kind: 'place',
    ask: (scene, kept) => {
      const draft = kept as Draft | undefined;
      const takes = sharing(scene) ? { takes: 'location' as const } : {};
      switch (draft?.part) {
        case undefined: {
          const part = sharing(scene) ? {} : { part: 'ask_words' };
          return { ...part, ...takes, options: hasTree(scene) ? [{ id: 'tree' }] : [], values };
        }
        case 'browse':
          return { part: 'browse', options: regions(scene).below(draft.region), values };
        case 'within':
          return { part: 'within', options: [...regions(scene).below(draft.region), { id: 'unknown' }], values };
        case 'detail':
          return {
            part: 'detail',
            options: [{ id: 'none' }],
            values: { ...values, place: { place: { region: draft.region } } },
          };
        case 'sure':
          return {
            part: 'sure',
            options: [{ id: 'yes' }, { id: 'change' }],
            values: { ...values, place: { place: draft.place } },
          };
      }
    },
    read: (input, scene, kept) => {
      const draft = kept as Draft | undefined;
      const sure = (found: Place) => ({ type: 'more', draft: { part: 'sure', place: found } satisfies Draft }) as const;
      const go = (next: Draft | undefined) => ({ type: 'more', draft: next }) as const;

      if (input.type === 'location') {
        if (!sharing(scene)) return again('location_not_agreed');
        const region = regions(scene).at(input.point);
        return sure({ point: input.point, ...(region ? { region } : {}) });
      }
      if (input.type === 'text') {
        const text = tidyText(input.text);
        if (text === '') return again('invalid');
        if ([...text].length > maxLength) return again('too_long');
        if (draft?.part === 'detail') return sure({ region: draft.region, text });
        if (draft?.part === 'browse' && draft.region) return sure({ region: draft.region, text });
        return hasTree(scene) ? go({ part: 'within', text }) : sure({ text });
      }
      if (input.type !== 'choice') return again('invalid');
      const option = input.option;
      switch (draft?.part) {
        case undefined:
          return option === 'tree' && hasTree(scene) ? go({ part: 'browse' }) : again('invalid');
        case 'browse':
        case 'within': {
          const { text } = draft;
          if (draft.part === 'within' && option === 'unknown') return sure({ ...(text ? { text } : {}) });
          if (
            !regions(scene)
              .below(draft.region)
              .some((r) => r.id === option)
          )
            return again('invalid');
          if (regions(scene).below(option).length > 0) return go({ ...draft, region: option });
          return text ? sure({ region: option, text }) : go({ part: 'detail', region: option });
        }
        case 'detail':
          return option === 'none' ? sure({ region: draft.region }) : again('invalid');
        case 'sure':
          if (option === 'yes') return { type: 'answer', value: draft.place };
          return option === 'change' ? go(undefined) : again('invalid');
      }
    },
    holds: (answer, scene) => {
      if (typeof answer !== 'object' || answer === null) return false;
      const { region } = answer as Place;
      return region === undefined || regions(scene).nameOf(region) !== undefined;
    },
  };
}
