import type { City } from '../../city/city.ts';
import type { Place } from '../../engine/place.ts';
import type { Step } from '../../engine/step.ts';
import { tidyText } from '../../engine/tidy-text.ts';
import words from './fault-words.json' with { type: 'json' };
import { personShield } from './person-shield.ts';

const FAULT = new RegExp(words.faults, 'i');
const PLACE_END = new RegExp(`(?:${words.place_ends})[\\p{P}\\s]*$`, 'u');
const FURTHER = new RegExp(words.further, 'i');

/** True if a sentence tells of a hazard of another kind than the one that is reported. What ends as a place does is one. */
export function tellsOfAnother(
  said: string,
  category: string | null | undefined,
  { categories }: Pick<City, 'categories'>,
): boolean {
  if (!category || !FAULT.test(said) || PLACE_END.test(said)) return false;
  const [found] = FURTHER.test(said) ? categories.find(said) : [];
  const other = categories.certain(said) ?? found?.id;
  return other !== undefined && other !== category;
}

/** What was said about other hazards at the question where, as its draft. */
type Others = { readonly others: readonly string[] };
type PlaceAnswers = { readonly category?: string | null };

/**
 * At the question where, keeps a sentence that tells of another hazard, and asks again; that hazard is reported next. A
 * sentence that is said twice is the place.
 */
export function keepsOthers<Facts extends City, Answers extends PlaceAnswers>(
  where: Step<Facts, Answers, Place>,
): Step<Facts, Answers, Place> {
  return {
    ...where,
    ask: (context, draft) => where.ask(context, isOthers(draft) ? undefined : draft),
    ...(where.backInside
      ? { backInside: (draft: unknown) => (isOthers(draft) ? undefined : where.backInside?.(draft)) }
      : {}),
    read: (input, context, draft) => {
      const others = isOthers(draft) ? draft.others : [];
      const before = isOthers(draft) ? undefined : draft;
      const reading = where.read(input, context, before);
      if (input.type !== 'text' || before !== undefined) return reading;
      const text = tidyText(input.text);
      const isRepeated = others.includes(text);
      if (isRepeated && (reading.type === 'answer' || reading.type === 'more'))
        return { ...reading, also: { others: others.filter((one) => one !== text) } };
      const isOther = tellsOfAnother(text, context.answers.category, context.facts) && !personShield(text);
      if (isRepeated || !isOther) return reading;
      const all = { others: [...others, text] };
      return { type: 'more', draft: all, reason: 'another', also: all };
    },
  };
}

function isOthers(draft: unknown): draft is Others {
  return typeof draft === 'object' && draft !== null && 'others' in draft;
}
