import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import type { Names } from '../../engine/step.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { CaseEvent } from '../case-event.ts';
import { showCaseNumber } from '../case-number.ts';
import { cureDue } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';
import { unitName } from '../unit-names.ts';
import { timeLine } from './time-line.ts';

/** What the list and the card of a resident's cases are made of. */
export type MyCasesFacts = {
  readonly own: readonly Kept<HazardCase>[];
  readonly followed: readonly Kept<HazardCase>[];
  readonly me: string;
  /** Events of the chosen case. */
  readonly events: readonly CaseEvent[];
  readonly units: City['units'];
  readonly nameOf: (category: string) => Names;
};

export function findCase(
  { own, followed }: MyCasesFacts,
  number: string | null | undefined,
): Kept<HazardCase> | undefined {
  return [...own, ...followed].find(({ record }) => record.number === number);
}

/** Names a case in the list: date, category and number, so that similar reports differ. */
export function listedName(facts: MyCasesFacts, { number, category, filedAt }: HazardCase): Names {
  const day = dayOf(filedAt).slice(5);
  const names = Object.entries(facts.nameOf(category));
  return Object.fromEntries(names.map(([language, name]) => [language, `${day} ${name} ${showCaseNumber(number)}`]));
}

/** The values of the card of a case. */
export function cardOf(
  facts: MyCasesFacts,
  kept: Kept<HazardCase> | undefined,
  now: number,
): Readonly<Record<string, unknown>> {
  if (!kept) return {};
  const { number, category, state, place, description, photos, unit, looked, additions = [] } = kept.record;
  const own = facts.own.includes(kept);
  return {
    number: showCaseNumber(number),
    category: { names: facts.nameOf(category) },
    state: { key: `common:case_state.${state}` },
    unit: unitName(facts.units, unit),
    promise: promiseOf(kept.record, now),
    // Followers see no text before a dispatcher has reviewed the case, and never the exact place.
    place: { place: own ? place : communityOf(place) },
    description: own || looked ? { words: description } : { key: 'common:not_shown_yet' },
    photos: photos.length,
    more:
      additions.length > 0 && (own || looked)
        ? { list: additions.map((words) => ({ words })) }
        : { key: 'common:skipped' },
    line: { list: timeLine(facts.events, facts) },
    asked: askedOf(kept.record),
  };
}

/** Says that the words of the card are noted. */
export function addedOf(answers: object): Value | undefined {
  const { case: number, words } = answers as { readonly case: string; readonly words?: Words | null };
  return words
    ? { key: 'flows/my-cases:adds', values: { number: showCaseNumber(number), words: { words } } }
    : undefined;
}

/** The question of the staff that waits for an answer. */
export function askedOf(record: HazardCase | undefined): Value {
  return record?.asked ? { key: 'flows/my-cases:asked', values: { words: { words: record.asked } } } : '';
}

/** Until when the case is to be cured, while it is being worked on. */
function promiseOf(record: HazardCase, now: number): Value {
  const due = isOpen(record) ? cureDue(record) : undefined;
  return due === undefined ? '' : { key: 'flows/my-cases:by', values: { by: { due, now } } };
}

/** The place that a follower may see. */
function communityOf({ region }: HazardCase['place']): HazardCase['place'] {
  return region === undefined ? {} : { region };
}
