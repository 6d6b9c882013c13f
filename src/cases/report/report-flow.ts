import { dayOf } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import { QUESTIONS_MAX } from '../../city/category.ts';
import type { City } from '../../city/city.ts';
import type { Outcome, Value } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Media } from '../../engine/input.ts';
import type { Place } from '../../engine/place.ts';
import type { Names } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm, review } from '../../engine/steps/confirm.ts';
import { photos } from '../../engine/steps/photos.ts';
import { place } from '../../engine/steps/place.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import { tree } from '../../engine/steps/tree.ts';
import type { Contact } from '../../people/contact.ts';
import { agree, hasAgreed } from '../../people/contact.ts';
import { countReport, mayReportAt } from '../../people/quota.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { newCaseNumber, showCaseNumber } from '../case-number.ts';
import { addCase, changeCase, newCaseId } from '../case-store.ts';
import type { Report } from '../hazard-case.ts';
import { responsibleRegions } from '../routing.ts';
import { emergencyCalls } from './emergency-calls.ts';
import type { NearbyCase } from './nearby.ts';
import { findNearby } from './nearby.ts';
import { personShield } from './person-shield.ts';

type ReportFacts = City & {
  readonly agreed: boolean;
  readonly locationAgreed: boolean;
  readonly lastPlace: Place | undefined;
  readonly contact: Contact | undefined;
  /** Open cases that may report the same hazard; loaded once the place is known. */
  readonly near: readonly NearbyCase[];
};

const DAY_SECONDS = 24 * 3600;
/** Typed text of at least this many characters counts as a description; shorter text only names a category. */
const DESCRIPTION_MIN = 6;

/** The questions of a hazard report. */
export const reportHazard = flow<ReportFacts>({ id: 'report-hazard', version: 3, lifetimeSeconds: 7 * DAY_SECONDS })
  .step('consent', confirm({ no: 'ends', relevant: ({ facts }) => !facts.agreed, reviewed: false }))
  .step(
    'category',
    tree({
      tree: ({ facts }) => facts.categories,
      known: ({ answers }) => textOf((answers as { description?: unknown }).description),
      keep: (words) => ('text' in words && [...words.text].length < DESCRIPTION_MIN ? {} : { description: words }),
      resets: ['danger', 'extra_1', 'extra_2', 'extra_3'],
    }),
  )
  .step(
    'danger',
    confirm({
      values: ({ facts, answers }) => ({
        question: namesValue(facts.categories.get(answers.category ?? '')?.danger) ?? {
          key: 'flows/report-hazard:danger.anybody',
        },
      }),
    }),
  )
  .step('extra_1', extraQuestion(0))
  .step('extra_2', extraQuestion(1))
  .step('extra_3', extraQuestion(2))
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
  .step(
    'same',
    choice({
      reviewed: false,
      relevant: ({ facts }) => facts.near.length > 0,
      options: ({ facts }) => [
        ...facts.near.map((near) => ({ id: near.record.number, name: nearbyLabel(near, facts) })),
        { id: 'another', means: 'no' },
      ],
    }),
  )
  .step('description', text({ minLength: 2, maxLength: 500, screen: personShield, relevant: isNew }))
  .step('photos', photos({ max: 4, optional: true, relevant: isNew }))
  .step(
    'anonymous',
    choice({
      relevant: isNew,
      options: [
        { id: 'open', means: 'no' },
        { id: 'anonymous', means: 'yes' },
      ],
    }),
  )
  .step('review', { ...review(), relevant: isNew })
  .end();

/** True unless the person recognised an existing case as the same hazard. */
function isNew({ answers }: { readonly answers: { readonly same?: string | null } }): boolean {
  return typeof answers.same !== 'string' || answers.same === 'another';
}

/** The n-th question of the chosen category. */
function extraQuestion(n: number) {
  const of = ({
    facts,
    answers,
  }: {
    readonly facts: ReportFacts;
    readonly answers: { readonly category?: string | null };
  }) => facts.categories.get(answers.category ?? '')?.questions?.slice(0, QUESTIONS_MAX)[n];
  return choice<ReportFacts, { readonly category?: string | null }, string>({
    relevant: (context) => of(context) !== undefined,
    options: (context) => of(context)?.options.map(({ id, names }) => ({ id, name: names })) ?? [],
    values: (context) => ({ question: namesValue(of(context)?.names) ?? '' }),
    optional: true,
  });
}

/** The report flow; its outcome is a new case or a followed one. */
export const reportTalk = talk({
  flow: reportHazard,
  load: async ({ store, city, position }: LoadContext): Promise<readonly NearbyCase[] | undefined> => {
    const { step, answers, draft } = position;
    const { category, place: known } = answers as { readonly category?: string; readonly place?: Place };
    // Only the turns that ask or read the `same` question need the search.
    const echoed = step === 'place' ? (draft as { readonly place?: Place } | undefined)?.place : undefined;
    const where = echoed ?? (step === 'same' ? known : undefined);
    return category && where ? findNearby(store, city.categories, category, where) : undefined;
  },
  loadOptional: true,
  facts: (city: City, { contact }, near = []) => ({
    ...city,
    near,
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
  // Emergency numbers come first if a person may get hurt.
  says: ({ step, answer }, answers, facts) =>
    step === 'danger' && answer === true
      ? {
          key: 'flows/report-hazard:call_first',
          values: { calls: emergencyCalls(answers.category ?? undefined, facts) },
        }
      : undefined,
  finish: (answers, { store, person, contact, facts, given, now, random }) => {
    const { category, place: where, description, photos: taken, anonymous, danger, same: told } = answers;
    const found = facts.near.find(({ record }) => record.number === told);
    if (found) {
      // Photos and words that came early are no longer asked for; the followed case gets them.
      const { photos: before = [], description: words } = given as { photos?: readonly Media[]; description?: Words };
      return followInstead(found, { store, person, now, photos: before, words });
    }
    if (!category || !where || !description) throw new Error('A report ended without category, place or description.');
    const questions = facts.categories.get(category)?.questions ?? [];
    const chosen = [answers.extra_1, answers.extra_2, answers.extra_3];
    const extras = Object.fromEntries(questions.flatMap(({ id }, i) => (chosen[i] ? [[id, chosen[i]]] : [])));
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
      ...responsibleRegions(where.region, facts.regions),
    };
    const values = { number: showCaseNumber(made.number) };
    const usual = same ? 'flows/report-hazard:done_with_others' : 'flows/report-hazard:done';
    const key = made.urgent ? 'flows/report-hazard:done_urgent' : usual;
    return {
      outcome: 'case_filed',
      ...addCase(store, made, person),
      says: [{ key, values, code: values.number }],
      contact: countReport(rememberPlace(contact, where, now), now),
    };
  },
});

type FollowGiven = {
  readonly store: Store;
  readonly person: Urn;
  readonly now: number;
  readonly photos: readonly Media[];
  readonly words: Words | undefined;
};

/** Follows the existing case instead of filing a second one, and adds photos and words to it. */
function followInstead(
  { metres: _far, ...kept }: NearbyCase,
  { store, person, now, photos: taken, words }: FollowGiven,
): Outcome {
  const { keys } = store;
  const { id, number } = kept.record;
  const given = taken.length > 0 || words !== undefined;
  const event = { type: 'added', as: 'follower', by: store.pseudonym(person), at: now, photos: taken } as const;
  const added = given ? changeCase(store, kept, words ? { ...event, words } : event) : { checks: [], writes: [] };
  const values = { number: showCaseNumber(number) };
  return {
    outcome: 'case_followed',
    checks: added.checks,
    writes: [
      ...added.writes,
      ['ZADD', keys.caseFollowers(id), now, person],
      ['ZADD', keys.personFollows(person), now, id],
    ],
    says: [{ key: 'flows/report-hazard:followed', values, code: values.number }],
  };
}

/** Names an existing case by date, category and distance; its text stays hidden. */
function nearbyLabel({ record, metres }: NearbyCase, { categories }: ReportFacts): Names {
  const day = dayOf(record.filedAt).slice(5);
  const far = metres === undefined ? '' : ` ${metres} m`;
  const names = Object.entries(categories.nameOf(record.category));
  return Object.fromEntries(names.map(([language, name]) => [language, `${day} ${name}${far}`]));
}

/** Remembers the place for the next report; a voice place has no text to show. */
function rememberPlace(contact: Contact, { voice, ...place }: Place, at: number): Contact {
  return voice ? contact : { ...contact, lastPlace: { place, at } };
}

function namesValue(names: Readonly<Record<string, string>> | undefined): Value | undefined {
  return names && { names };
}

function textOf(words: unknown): string | undefined {
  return (words as Words | undefined) && 'text' in (words as Words) ? (words as { text: string }).text : undefined;
}
