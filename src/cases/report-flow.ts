import type { Value } from '../delivery/effects.ts';
import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import { confirm, review } from '../engine/steps/confirm.ts';
import { photos } from '../engine/steps/photos.ts';
import type { Place } from '../engine/steps/place.ts';
import { place } from '../engine/steps/place.ts';
import type { Words } from '../engine/steps/text.ts';
import { text } from '../engine/steps/text.ts';
import { tree } from '../engine/steps/tree.ts';
import type { Contact } from '../people/contact.ts';
import { agree, hasAgreed } from '../people/contact.ts';
import type { Quotas } from '../people/quota.ts';
import { countReport, mayReportAt } from '../people/quota.ts';
import { talk } from '../people/talk.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { newCaseNumber, showCaseNumber } from './case-number.ts';
import { addCase, newCaseId } from './case-store.ts';
import type { CategoryTree } from './category.ts';
import { QUESTIONS_MAX } from './category.ts';
import type { Report } from './hazard-case.ts';
import { personShield } from './person-shield.ts';
import { groundOf } from './routing.ts';
import type { Surge } from './surge.ts';
import type { Unit } from './unit.ts';

/** What a city must tell before hazards can be reported in it. */
export type CaseCity = {
  readonly regions: RegionTree;
  readonly categories: CategoryTree;
  readonly units: ReadonlyMap<string, Unit>;
  readonly surge: Surge;
  readonly quotas: Quotas;
};

type Facts = CaseCity & {
  readonly agreed: boolean;
  readonly locationAgreed: boolean;
  readonly lastPlace: Place | undefined;
  readonly contact: Contact | undefined;
};

const DAY_SECONDS = 24 * 3600;
/** Words of at least so many characters already say what is wrong; shorter ones only name the kind. */
const TELLING = 6;

/** A resident reports a hazard. */
export const reportHazard = flow<Facts>({ id: 'report-hazard', version: 2, lifetimeSeconds: 7 * DAY_SECONDS })
  .step('consent', confirm({ no: 'ends', relevant: ({ facts }) => !facts.agreed, reviewed: false }))
  .step(
    'category',
    tree({
      tree: ({ facts }) => facts.categories,
      known: ({ answers }) => textOf((answers as { description?: unknown }).description),
      keep: (words) => ('text' in words && [...words.text].length < TELLING ? {} : { description: words }),
      resets: ['danger', 'extra_1', 'extra_2', 'extra_3'],
    }),
  )
  .step(
    'danger',
    confirm({
      values: ({ facts, answers }) => ({
        question: named(facts.categories.get(answers.category ?? '')?.danger) ?? {
          key: 'flows/report-hazard:danger.anybody',
        },
      }),
    }),
  )
  .step('extra_1', extra(0))
  .step('extra_2', extra(1))
  .step('extra_3', extra(2))
  .step('location_consent', confirm({ relevant: ({ facts }) => !facts.locationAgreed, reviewed: false }))
  .step(
    'place',
    place({
      maxLength: 100,
      regions: ({ facts }) => facts.regions,
      sharing: ({ facts, answers }) => facts.locationAgreed || answers.location_consent === true,
      last: ({ facts }) => facts.lastPlace,
      screen: personShield,
    }),
  )
  .step('description', text({ minLength: 2, maxLength: 500, screen: personShield }))
  .step('photos', photos({ max: 4, optional: true }))
  .step(
    'anonymous',
    choice({
      options: [
        { id: 'open', means: 'no' },
        { id: 'anonymous', means: 'yes' },
      ],
    }),
  )
  .step('review', review())
  .end();

/** The n-th question that only this category asks. */
function extra(n: number) {
  const of = ({ facts, answers }: { readonly facts: Facts; readonly answers: { readonly category?: string | null } }) =>
    facts.categories.get(answers.category ?? '')?.questions?.slice(0, QUESTIONS_MAX)[n];
  return choice<Facts, { readonly category?: string | null }, string>({
    relevant: (scene) => of(scene) !== undefined,
    options: (scene) => of(scene)?.options.map(({ id, names }) => ({ id, name: names })) ?? [],
    values: (scene) => ({ question: named(of(scene)?.names) ?? '' }),
    optional: true,
  });
}

/** A finished report becomes a case with a number. */
export const reportTalk = talk({
  flow: reportHazard,
  facts: (city: CaseCity, { contact }) => ({
    regions: city.regions,
    categories: city.categories,
    units: city.units,
    surge: city.surge,
    quotas: city.quotas,
    contact,
    agreed: contact ? hasAgreed(contact, 'basic') : false,
    locationAgreed: contact ? hasAgreed(contact, 'location') : false,
    lastPlace: contact?.lastPlace?.place,
  }),
  closed: ({ contact, quotas }, now) => {
    const at = contact && mayReportAt(contact, now, quotas);
    return at === undefined ? undefined : { key: 'flows/report-hazard:enough', values: { at: { at } } };
  },
  learns: (contact, { step, answer }, now) => {
    if (answer !== true) return contact;
    if (step === 'consent') return agree(contact, 'basic', now);
    return step === 'location_consent' ? agree(contact, 'location', now) : contact;
  },
  // Whoever may get hurt comes before the report.
  says: ({ step, answer }, answers, facts) =>
    step === 'danger' && answer === true
      ? { key: 'flows/report-hazard:call_first', values: { calls: callsFor(answers.category ?? undefined, facts) } }
      : undefined,
  finish: (answers, { store, person, contact, facts, now, random }) => {
    const { category, place: where, description, photos: taken, anonymous, danger } = answers;
    if (!category || !where || !description) throw new Error('A report ended without category, place or description.');
    const questions = facts.categories.get(category)?.questions ?? [];
    const given = [answers.extra_1, answers.extra_2, answers.extra_3];
    const extras = Object.fromEntries(questions.flatMap(({ id }, i) => (given[i] ? [[id, given[i]]] : [])));
    const same = facts.surge.caseFor(where.region, category);
    const made: Report = {
      id: newCaseId(random),
      number: newCaseNumber(random),
      category,
      place: where,
      description,
      photos: taken ?? [],
      anonymous: anonymous === 'anonymous',
      urgent: danger === true,
      ...(Object.keys(extras).length > 0 ? { extras } : {}),
      ...(same ? { sameAs: same.sameAs ?? same.id } : {}),
      filedAt: now,
      ...groundOf(where.region, facts.regions),
    };
    const values = { number: showCaseNumber(made.number) };
    const usual = same ? 'flows/report-hazard:done_with_others' : 'flows/report-hazard:done';
    const key = made.urgent ? 'flows/report-hazard:done_urgent' : usual;
    return {
      outcome: 'case_filed',
      ...addCase(store, made, person),
      says: [{ key, values, code: values.number }],
      contact: countReport(remembering(contact, where, now), now),
    };
  },
});

/** The place is offered next time; a voice is not, since nobody could read what it says. */
function remembering(contact: Contact, { voice, ...place }: Place, at: number): Contact {
  return voice ? contact : { ...contact, lastPlace: { place, at } };
}

/** Whom to call, most fitting first: the category's own numbers, then those for everything. */
function callsFor(category: string | undefined, { categories, units }: CaseCity): Value {
  const { emergency = [], lead = '' } = categories.get(category ?? '') ?? {};
  const unit = emergency.includes('unit') ? units.get(lead) : undefined;
  const numbers = [...new Set([...emergency.filter((number) => number !== 'unit'), '110', '119', '120'])];
  const called: Value[] = numbers.map((number) => ({
    key: 'common:call',
    values: { number, what: { hotline: number } },
  }));
  if (!unit) return { list: called };
  // Its own number if the city knows it; else where to find it.
  const names = { names: unit.names };
  const own: Value = unit.hotline
    ? { key: 'common:call_unit', values: { number: unit.hotline, unit: names } }
    : { key: 'common:call_unit_unknown', values: { unit: names } };
  return { list: [...called.slice(0, 1), own, ...called.slice(1)] };
}

function named(names: Readonly<Record<string, string>> | undefined): Value | undefined {
  return names && { names };
}

function textOf(words: unknown): string | undefined {
  return (words as Words | undefined) && 'text' in (words as Words) ? (words as { text: string }).text : undefined;
}
