import { cutText } from '../cut-text.ts';
import type { Input } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Place, Regions } from '../place.ts';
import type { Screen } from '../screen.ts';
import { askScreened, isScreened } from '../screen.ts';
import type { Reading, Step, StepContext, StepSettings } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';
import type { PlaceDraft, PlaceScene } from './place-parts.ts';
import { askPart, askRegionOf, confirmPlace, partOf } from './place-parts.ts';
import { readPlaceWords } from './place-words.ts';

type SharedLocation = Extract<Input, { readonly type: 'location' }>;

type PlaceSpec<Facts, Answers> = StepSettings<Facts, Answers> & {
  readonly maxLength: number;
  readonly regions: (context: StepContext<Facts, Answers>) => Regions;
  /** True if the person agreed that a shared location may be used. */
  readonly sharing: (context: StepContext<Facts, Answers>) => boolean;
  /** The answer so far. */
  readonly given?: (context: StepContext<Facts, Answers>) => Place | null | undefined;
  /** The place of the person's last report. */
  readonly last?: (context: StepContext<Facts, Answers>) => Place | undefined;
  readonly screen?: Screen;
  /** False where a card shows the place for confirmation. */
  readonly confirmed?: boolean;
};

const WORDINGS = [
  ...['ask_words', 'browse', 'within', 'within_voice', 'found', 'which', 'detail', 'sure', 'sure_outside'],
  ...['tree', 'last', 'unknown', 'none', 'none_of_these', 'yes', 'change'].map((option) => `options.${option}`),
];

/** A place: a shared location, a map link, a known name, a region of the tree, or an address. One tap confirms it. */
export function place<Facts, Answers>(spec: PlaceSpec<Facts, Answers>): Step<Facts, Answers, Place> {
  const { maxLength, regions, sharing, given, last, screen, confirmed = true, ...settings } = spec;
  const sceneOf = (context: StepContext<Facts, Answers>): PlaceScene => ({
    regions: regions(context),
    sharing: sharing(context),
    given: given?.(context) ?? undefined,
    last: last?.(context),
    screen,
    maxLength,
    confirmed,
  });
  return {
    ...settings,
    kind: 'place',
    wordings: WORDINGS,
    ask: (context, draft) => {
      if (isScreened(draft)) return askScreened(draft);
      const scene = sceneOf(context);
      const current = draft as PlaceDraft | undefined;
      const part = partOf(current);
      const asking = part.ask(current, scene);
      return { ...asking, options: part.options(current, scene), values: { maxLength, ...asking.values } };
    },
    read: (input, context, draft) => {
      const scene = sceneOf(context);
      if (isScreened(draft)) {
        const before = draft.before as PlaceDraft | undefined;
        if (pickOne([{ id: 'mask' }], input)) return readPlaceWords(draft.screened.without, before, scene);
        return input.type === 'text' ? readPlaceWords(input.text, before, scene) : again('invalid');
      }
      const current = draft as PlaceDraft | undefined;
      if (input.type === 'location') return readLocation(input, scene);
      if (input.type === 'voice') {
        const { voice } = input;
        return current?.part === 'detail'
          ? confirmPlace({ region: current.region, voice }, scene)
          : askRegionOf({ voice }, scene);
      }
      // In a list “2” is the second entry; where words are wanted it is a word.
      const isList = current !== undefined && current.part !== 'detail';
      const part = partOf(current);
      const option = isList || input.type === 'choice' ? pickOne(part.options(current, scene), input) : undefined;
      if (option !== undefined) return part.choose(option, current, scene);
      // Words that neither confirm nor refuse must not replace the place to be confirmed.
      const confirming = current?.part === 'sure' || current?.part === 'which';
      return input.type === 'text' && !confirming ? readPlaceWords(input.text, current, scene) : again('invalid');
    },
    backInside: (draft) => {
      if (isScreened(draft)) return { draft: draft.before };
      const current = draft as PlaceDraft;
      if (current.part !== 'browse' || current.region === undefined) return { draft: undefined };
      // One level up in the tree.
      const region = current.above?.at(-1);
      return { draft: { part: 'browse', ...(region ? { region, above: current.above?.slice(0, -1) } : {}) } };
    },
    draftFromAnswer: (answer) => {
      const places = (answer as { readonly places?: readonly Place[] } | null | undefined)?.places;
      return places ? { part: 'which', places } : undefined;
    },
    isStillValid: (answer, context) => {
      // A point that came before the question may still mean several places.
      if (typeof answer !== 'object' || answer === null || 'places' in answer) return false;
      const { region } = answer as Place;
      return region === undefined || regions(context).nameOf(region) !== undefined;
    },
  };
}

function readLocation({ point, caption, exact }: SharedLocation, scene: PlaceScene): Reading<Place> {
  const { sharing, regions, given, screen, maxLength } = scene;
  if (!sharing) return again('location_not_agreed');
  // A building that was said before the point stays.
  const detail = given?.text !== undefined && regions.isDetail(given.text) ? given.text : undefined;
  const text = detail ?? cutText(tidyText(caption ?? ''), maxLength);
  const named = text !== '' && !screen?.(text) ? { text } : {};
  const places = regions.read(point, exact).map((read) => ({ ...read, ...named }));
  const [only = { point, ...named }] = places;
  return places.length > 1 ? askPart({ part: 'which', places }) : confirmPlace(only, scene);
}
