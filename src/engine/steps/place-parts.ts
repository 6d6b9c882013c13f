import type { Media } from '../input.ts';
import type { Place, Regions } from '../place.ts';
import type { Screen } from '../screen.ts';
import type { Asking, Option, Reading } from '../step.ts';

/** Where a place question stands; undefined before its first answer. */
export type PlaceDraft =
  /** Choosing a region in the tree. */
  | { readonly part: 'browse'; readonly region?: string; readonly above?: readonly string[] }
  /** Words or a voice message are given; which region are they in? */
  | { readonly part: 'within'; readonly region?: string; readonly text?: string; readonly voice?: Media }
  /** Words are given; which of these known places do they mean? */
  | { readonly part: 'found'; readonly text: string }
  /** A point is given that may mean two places. */
  | { readonly part: 'which'; readonly places: readonly Place[] }
  /** A region is chosen; where in it? */
  | { readonly part: 'detail'; readonly region: string }
  /** The place is shown for confirmation. */
  | { readonly part: 'sure'; readonly place: Place };

/** The lookups and settings of a place question in one turn. */
export type PlaceScene = {
  readonly regions: Regions;
  /** The person agreed that a shared location may be used. */
  readonly sharing: boolean;
  /** The place that is already given; words about a building add to it. */
  readonly given: Place | undefined;
  /** The place of the person's last report. */
  readonly last: Place | undefined;
  readonly screen: Screen | undefined;
  /** False where a card shows the place for confirmation. */
  readonly confirmed: boolean;
  readonly maxLength: number;
};

type PlacePart<Draft> = {
  readonly options: (draft: Draft, scene: PlaceScene) => readonly Option[];
  readonly ask: (draft: Draft, scene: PlaceScene) => Asking;
  /** Reads a chosen option. */
  readonly choose: (option: string, draft: Draft, scene: PlaceScene) => Reading<Place>;
};
type Parts = { readonly [P in PlaceDraft['part']]: PlacePart<Extract<PlaceDraft, { part: P }>> };

const START: PlacePart<undefined> = {
  options: (_draft, scene) => [...(hasTree(scene) ? [{ id: 'tree' }] : []), ...(scene.last ? [{ id: 'last' }] : [])],
  ask: (_draft, { sharing }) =>
    sharing ? { takes: 'location', takesWords: true } : { part: 'ask_words', takesWords: true },
  choose: (option, _draft, scene) =>
    option === 'last' ? confirmPlace(scene.last ?? {}, scene) : askPart({ part: 'browse' }),
};

const PARTS: Parts = {
  browse: {
    options: ({ region }, { regions }) => regions.below(region),
    ask: ({ part }) => ({ part, takesWords: true }),
    choose: (option, { region, above = [] }, { regions }) =>
      regions.below(option).length > 0
        ? askPart({ part: 'browse', region: option, above: [...above, ...(region ? [region] : [])] })
        : askPart({ part: 'detail', region: option }),
  },
  within: {
    options: ({ region }, { regions }) => [...regions.below(region), { id: 'unknown' }],
    ask: ({ part, text }) =>
      text ? { part, values: { text }, takesWords: true } : { part: 'within_voice', takesWords: true },
    choose: (option, draft, scene) => {
      const { regions } = scene;
      const { part: _part, region: _above, ...given } = draft;
      if (option === 'unknown') return confirmPlace(given, scene);
      if (regions.below(option).length > 0) return askPart({ ...draft, region: option });
      if (given.text || given.voice) return confirmPlace({ region: option, ...given }, scene);
      return askPart({ part: 'detail', region: option });
    },
  },
  found: {
    options: ({ text }, { regions }) => [...regions.find(text), { id: 'none_of_these' }],
    ask: ({ part }) => ({ part, takesWords: true }),
    choose: (option, { text }, scene) => {
      const found = scene.regions.find(text).find(({ id }) => id === option);
      return found ? confirmPlace({ ...found.place, text }, scene) : askRegionOf({ text }, scene);
    },
  },
  which: {
    options: ({ places }, { regions }) => [
      ...places.map(({ region = '' }) => optionOf(region, regions)),
      { id: 'change', means: 'no' },
    ],
    ask: ({ part, places }) => ({ part, confirms: places }),
    choose: (option, { places }) => {
      const meant = places.find(({ region }) => region === option);
      // The choice between two named places is itself the confirmation.
      return meant ? { type: 'answer', value: meant } : askPart(undefined);
    },
  },
  detail: {
    options: () => [{ id: 'none' }],
    ask: ({ part, region }) => ({ part, values: { place: { place: { region } } }, takesWords: true }),
    choose: (_option, { region }, scene) => confirmPlace({ region }, scene),
  },
  sure: {
    options: () => [
      { id: 'yes', means: 'yes' },
      { id: 'change', means: 'no' },
    ],
    ask: ({ part, place }) => {
      const outside = place.point !== undefined && place.region === undefined;
      return { part: outside ? 'sure_outside' : part, confirms: place, values: { place: { place } } };
    },
    choose: (option, { place }) => (option === 'yes' ? { type: 'answer', value: place } : askPart(undefined)),
  },
};

/** The functions of the part on which the question stands. */
export function partOf(draft: PlaceDraft | undefined): PlacePart<PlaceDraft | undefined> {
  const part = draft === undefined ? START : PARTS[draft.part];
  return part as PlacePart<PlaceDraft | undefined>; // chosen by the draft's own part
}

/** Asks for the region of words or a voice message; without a region tree they are the place. */
export function askRegionOf(given: Pick<Place, 'text' | 'voice'>, scene: PlaceScene): Reading<Place> {
  return hasTree(scene) ? askPart({ part: 'within', ...given }) : confirmPlace(given, scene);
}

/** Shows the place for confirmation, unless a card does so later; a point outside all regions is always asked about. */
export function confirmPlace(place: Place, { confirmed }: PlaceScene): Reading<Place> {
  const outside = place.point !== undefined && place.region === undefined;
  return confirmed || outside ? askPart({ part: 'sure', place }) : { type: 'answer', value: place };
}

/** Asks another part; undefined is the first. */
export function askPart(draft: PlaceDraft | undefined): Reading<Place> {
  return { type: 'more', draft };
}

function hasTree({ regions }: PlaceScene): boolean {
  return regions.below(undefined).length > 0;
}

function optionOf(region: string, regions: Regions): Option {
  const name = regions.nameOf(region);
  return name ? { id: region, name } : { id: region };
}
