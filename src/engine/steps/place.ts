import type { Point } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Common, Names, Option, Reading, Scene, Step } from '../step.ts';
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
  const optionsOf = (draft: Draft | undefined, scene: Scene<Facts, Answers>): readonly Option[] => {
    switch (draft?.part) {
      case undefined:
        return hasTree(scene) ? [{ id: 'tree' }] : [];
      case 'browse':
        return regions(scene).below(draft.region);
      case 'within':
        return [...regions(scene).below(draft.region), { id: 'unknown' }];
      case 'detail':
        return [{ id: 'none' }];
      case 'sure':
        return [
          { id: 'yes', means: 'yes' },
          { id: 'change', means: 'no' },
        ];
    }
  };
  const readLocation = (point: Point, scene: Scene<Facts, Answers>): Reading<Place> => {
    if (!sharing(scene)) return again('location_not_agreed');
    const region = regions(scene).at(point);
    return sure({ point, ...(region ? { region } : {}) });
  };
  const readWords = (said: string, draft: Draft | undefined, scene: Scene<Facts, Answers>): Reading<Place> => {
    const text = tidyText(said);
    if (text === '') return again('invalid');
    if ([...text].length > maxLength) return again('too_long');
    const chosen = draft?.part === 'detail' || draft?.part === 'browse' ? draft.region : undefined;
    if (chosen !== undefined) return sure({ region: chosen, text });
    return hasTree(scene) ? go({ part: 'within', text }) : sure({ text });
  };
  const readOption = (option: string, draft: Draft | undefined, scene: Scene<Facts, Answers>): Reading<Place> => {
    switch (draft?.part) {
      case undefined:
        return go({ part: 'browse' });
      case 'browse':
      case 'within': {
        const { text } = draft;
        if (option === 'unknown') return sure(text ? { text } : {});
        if (regions(scene).below(option).length > 0) return go({ ...draft, region: option });
        return text ? sure({ region: option, text }) : go({ part: 'detail', region: option });
      }
      case 'detail':
        return sure({ region: draft.region });
      case 'sure':
        return option === 'yes' ? { type: 'answer', value: draft.place } : go(undefined);
    }
  };
  return {
    ...common,
    kind: 'place',
    ask: (scene, kept) => {
      const draft = kept as Draft | undefined;
      const options = optionsOf(draft, scene);
      if (draft === undefined) {
        return sharing(scene) ? { takes: 'location', options, values } : { part: 'ask_words', options, values };
      }
      const { part } = draft;
      if (part === 'detail')
        return { part, options, values: { ...values, place: { place: { region: draft.region } } } };
      if (part === 'sure') {
        const { place } = draft;
        const outside = place.point !== undefined && place.region === undefined;
        const asked = outside ? 'sure_outside' : part;
        return { part: asked, options, confirms: place, values: { ...values, place: { place } } };
      }
      if (part === 'within') return { part, options, values: { ...values, text: draft.text ?? '' } };
      return { part, options, values };
    },
    read: (input, scene, kept) => {
      const draft = kept as Draft | undefined;
      if (input.type === 'location') return readLocation(input.point, scene);
      // In a list “2” is the second entry; where words are wanted it is a word.
      const listed = draft?.part === 'browse' || draft?.part === 'within' || draft?.part === 'sure';
      const option = listed || input.type === 'choice' ? pickOne(optionsOf(draft, scene), input) : undefined;
      if (option !== undefined) return readOption(option, draft, scene);
      // At the echo, words that are neither yes nor no must not throw the place away.
      return input.type === 'text' && draft?.part !== 'sure' ? readWords(input.text, draft, scene) : again('invalid');
    },
    holds: (answer, scene) => {
      if (typeof answer !== 'object' || answer === null) return false;
      const { region } = answer as Place;
      return region === undefined || regions(scene).nameOf(region) !== undefined;
    },
  };
}

function sure(place: Place): Reading<Place> {
  return go({ part: 'sure', place });
}

function go(draft: Draft | undefined): Reading<Place> {
  return { type: 'more', draft };
}
