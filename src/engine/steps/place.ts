import type { Media, Point } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Screen } from '../screen.ts';
import { askScreened, isScreened, keepScreened } from '../screen.ts';
import type { Common, Names, Option, Reading, Step, StepContext } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';

/** A place as a person gave it: a point, a region by its id, words, a voice, or several of these. Coordinates are WGS-84 degrees. */
export type Place = {
  readonly point?: Point;
  readonly region?: string;
  readonly text?: string;
  readonly voice?: Media;
  /** The known place and building, spelt one way: equal for equal addresses. */
  readonly address?: string;
  /** The point as it was sent, where it was not taken for WGS-84. */
  readonly sent?: Point;
};

/** What the step must know of the city. */
export type Regions = {
  readonly below: (region: string | undefined) => readonly Option[];
  readonly nameOf: (region: string) => Names | undefined;
  /** What a sent point may mean: one place, or two when its datum is in doubt and decides the community. */
  readonly read: (sent: Point) => readonly Place[];
  /** The place in a pasted map link; `short` for a link whose place cannot be read. */
  readonly link: (text: string) => Place | 'short' | undefined;
  /** The known places that words may mean, best first. */
  readonly find: (text: string) => readonly (Option & { readonly place: Place })[];
};

/**
 * browse: choosing in the tree · within: words given, which region? · found: words given, which of these places? ·
 * which: a point that may mean two places · detail: region given, where in it? · sure: the echo.
 */
type PlaceDraft =
  | { readonly part: 'browse'; readonly region?: string; readonly above?: readonly string[] }
  | { readonly part: 'within'; readonly region?: string; readonly text?: string; readonly voice?: Media }
  | { readonly part: 'found'; readonly text: string }
  | { readonly part: 'which'; readonly places: readonly Place[] }
  | { readonly part: 'detail'; readonly region: string }
  | { readonly part: 'sure'; readonly place: Place };

type PlaceSpec<Facts, Answers> = Common<Facts, Answers> & {
  readonly maxLength: number;
  readonly regions: (context: StepContext<Facts, Answers>) => Regions;
  /** Whether this person agreed that a location may be used. */
  readonly sharing: (context: StepContext<Facts, Answers>) => boolean;
  /** The place that this person named last. */
  readonly last?: (context: StepContext<Facts, Answers>) => Place | undefined;
  readonly screen?: Screen;
};

/** Shorter than this is 谢谢 or 够了 rather than an address, characters. */
const ADDRESS_MIN = 4;

/** A place: shared location, map link, known name, chosen from the region tree, or written; always echoed and confirmed by one tap. */
export function place<Facts, Answers>(spec: PlaceSpec<Facts, Answers>): Step<Facts, Answers, Place> {
  const { maxLength, regions, sharing, last, screen, ...common } = spec;
  type Here = StepContext<Facts, Answers>;
  const values = { maxLength };
  const hasTree = (context: Here) => regions(context).below(undefined).length > 0;
  const optionsOf = (draft: PlaceDraft | undefined, context: Here): readonly Option[] => {
    switch (draft?.part) {
      case undefined:
        return [...(hasTree(context) ? [{ id: 'tree' }] : []), ...(last?.(context) ? [{ id: 'last' }] : [])];
      case 'browse':
        return regions(context).below(draft.region);
      case 'within':
        return [...regions(context).below(draft.region), { id: 'unknown' }];
      case 'found':
        return [...regions(context).find(draft.text), { id: 'none_of_these' }];
      case 'which':
        return [...draft.places.map(({ region = '' }) => optionOf(region, context)), { id: 'change', means: 'no' }];
      case 'detail':
        return [{ id: 'none' }];
      case 'sure':
        return [
          { id: 'yes', means: 'yes' },
          { id: 'change', means: 'no' },
        ];
    }
  };
  const optionOf = (region: string, context: Here): Option => {
    const name = regions(context).nameOf(region);
    return name ? { id: region, name } : { id: region };
  };
  const readLocation = (point: Point, context: Here): Reading<Place> => {
    if (!sharing(context)) return again('location_not_agreed');
    const places = regions(context).read(point);
    const [only = { point }] = places;
    return places.length > 1 ? go({ part: 'which', places }) : sure(only);
  };
  const readWords = (said: string, draft: PlaceDraft | undefined, context: Here): Reading<Place> => {
    const text = tidyText(said);
    if (text === '') return again('invalid');
    const linked = regions(context).link(text);
    if (linked === 'short') return readWithoutLink(text, draft, context);
    if (linked) return readLinked(linked, context);
    if ([...text].length > maxLength) return again('too_long');
    // “Which part?” was asked: a word in between must not throw the address away.
    if (draft?.part === 'within' && [...text].length < ADDRESS_MIN) return again('invalid');
    const screened = screen?.(text);
    if (screened) return keepScreened(screened, draft);
    const chosen = draft?.part === 'detail' || draft?.part === 'browse' ? draft.region : undefined;
    if (chosen !== undefined) return sure({ region: chosen, text });
    const found = regions(context).find(text);
    const [only] = found;
    if (only && found.length === 1) return sure({ ...only.place, text });
    if (only) return go({ part: 'found', text });
    return hasTree(context) ? go({ part: 'within', text }) : sure({ text });
  };
  /** A name stands beside many a link that cannot be read. */
  const readWithoutLink = (text: string, draft: PlaceDraft | undefined, context: Here): Reading<Place> => {
    const words = text.replace(/https?:\/\/\S+/gi, ' ').trim();
    return words !== '' && regions(context).find(words).length > 0
      ? readWords(words, draft, context)
      : again('short_link');
  };
  const readLinked = ({ text, ...linked }: Place, context: Here): Reading<Place> => {
    const named = text !== undefined && !screen?.(text) ? { text } : {};
    const place = { ...(sharing(context) ? linked : withoutPoint(linked)), ...named };
    return Object.keys(place).length > 0 ? sure(place) : again('location_not_agreed');
  };
  const readOption = (option: string, draft: PlaceDraft | undefined, context: Here): Reading<Place> => {
    switch (draft?.part) {
      case undefined:
        return option === 'last' ? sure(last?.(context) ?? {}) : go({ part: 'browse' });
      case 'browse':
        return regions(context).below(option).length > 0
          ? go({
              part: 'browse',
              region: option,
              above: [...(draft.above ?? []), ...(draft.region ? [draft.region] : [])],
            })
          : go({ part: 'detail', region: option });
      case 'within': {
        const { part: _within, region: _above, ...said } = draft;
        if (option === 'unknown') return sure(said);
        if (regions(context).below(option).length > 0) return go({ ...draft, region: option });
        return said.text || said.voice ? sure({ region: option, ...said }) : go({ part: 'detail', region: option });
      }
      case 'found': {
        const found = regions(context)
          .find(draft.text)
          .find(({ id }) => id === option);
        if (found) return sure({ ...found.place, text: draft.text });
        return hasTree(context) ? go({ part: 'within', text: draft.text }) : sure({ text: draft.text });
      }
      case 'which': {
        const meant = draft.places.find(({ region }) => region === option);
        // Choosing between two named places is the confirmation.
        return meant ? { type: 'answer', value: meant } : go(undefined);
      }
      case 'detail':
        return sure({ region: draft.region });
      case 'sure':
        return option === 'yes' ? { type: 'answer', value: draft.place } : go(undefined);
    }
  };
  const readVoice = (voice: Media, draft: PlaceDraft | undefined, context: Here): Reading<Place> => {
    if (draft?.part === 'detail') return sure({ region: draft.region, voice });
    return hasTree(context) ? go({ part: 'within', voice }) : sure({ voice });
  };
  return {
    ...common,
    kind: 'place',
    ask: (context, kept) => {
      if (isScreened(kept)) return askScreened(kept);
      const draft = kept as PlaceDraft | undefined;
      const options = optionsOf(draft, context);
      if (draft === undefined) {
        return sharing(context) ? { takes: 'location', options, values } : { part: 'ask_words', options, values };
      }
      const { part } = draft;
      switch (part) {
        case 'browse':
        case 'found':
          return { part, options, values };
        case 'within':
          return draft.text
            ? { part, options, values: { ...values, text: draft.text } }
            : { part: 'within_voice', options, values };
        case 'which':
          return { part, options, confirms: draft.places, values };
        case 'detail':
          return { part, options, values: { ...values, place: { place: { region: draft.region } } } };
        case 'sure': {
          const { place } = draft;
          const outside = place.point !== undefined && place.region === undefined;
          const asked = outside ? 'sure_outside' : part;
          return { part: asked, options, confirms: place, values: { ...values, place: { place } } };
        }
      }
    },
    read: (input, context, kept) => {
      if (isScreened(kept)) {
        const before = kept.before as PlaceDraft | undefined;
        if (pickOne([{ id: 'mask' }], input)) return readWords(kept.screened.without, before, context);
        return input.type === 'text' ? readWords(input.text, before, context) : again('invalid');
      }
      const draft = kept as PlaceDraft | undefined;
      if (input.type === 'location') return readLocation(input.point, context);
      if (input.type === 'voice') return readVoice(input.voice, draft, context);
      // In a list “2” is the second entry; where words are wanted it is a word.
      const listed = draft !== undefined && draft.part !== 'detail';
      const option = listed || input.type === 'choice' ? pickOne(optionsOf(draft, context), input) : undefined;
      if (option !== undefined) return readOption(option, draft, context);
      // At the echo, words that are neither yes nor no must not throw the place away.
      const echo = draft?.part === 'sure' || draft?.part === 'which';
      return input.type === 'text' && !echo ? readWords(input.text, draft, context) : again('invalid');
    },
    inside: (kept) => {
      if (isScreened(kept)) return { draft: kept.before };
      const draft = kept as PlaceDraft;
      if (draft.part !== 'browse' || draft.region === undefined) return { draft: undefined };
      // One level up.
      const region = draft.above?.at(-1);
      return { draft: { part: 'browse', ...(region ? { region, above: draft.above?.slice(0, -1) } : {}) } };
    },
    isStillValid: (answer, context) => {
      if (typeof answer !== 'object' || answer === null) return false;
      const { region } = answer as Place;
      return region === undefined || regions(context).nameOf(region) !== undefined;
    },
  };
}

function withoutPoint({ point: _point, sent: _sent, ...rest }: Place): Place {
  return rest;
}

function sure(place: Place): Reading<Place> {
  return go({ part: 'sure', place });
}

function go(draft: PlaceDraft | undefined): Reading<Place> {
  return { type: 'more', draft };
}
