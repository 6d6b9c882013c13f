import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { readFirstDay } from '../../engine/dates/first-day.ts';
import type { Media } from '../../engine/input.ts';
import type { Place } from '../../engine/place.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Contact } from '../../people/contact.ts';
import { agree, hasAgreed } from '../../people/contact.ts';
import { countReport } from '../../people/quota.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { newCaseNumber, showCaseNumber } from '../case-number.ts';
import { addCase, changeCase, newCaseId } from '../case-store.ts';
import { promisedEnd } from '../deadlines.ts';
import type { Report } from '../hazard-case.ts';
import { responsibleRegions } from '../routing.ts';
import { emergencyCalls } from './emergency-calls.ts';
import type { NearbyCase } from './nearby.ts';
import { findNearby } from './nearby.ts';
import type { ReportFacts } from './report-flow.ts';
import { ANOTHER, reportHazard, URGENT } from './report-flow.ts';

/** The report flow; its outcome is a new case or a followed one. */
export const reportTalk = talk({
  flow: reportHazard,
  load: ({ store, city, position }: LoadContext): Promise<readonly NearbyCase[] | undefined> | undefined => {
    const {
      category,
      place: where,
      same,
    } = position.answers as {
      readonly category?: string;
      readonly place?: Place;
      readonly same?: string;
    };
    return category && where && same !== ANOTHER ? findNearby(store, city.categories, category, where) : undefined;
  },
  loadsBy: ['place', 'category'],
  loadOptional: true,
  facts: (city: City, { contact }, near) => ({
    ...city,
    near: near ?? [],
    looked: near !== undefined,
    contact,
    agreed: contact ? hasAgreed(contact, 'basic') : false,
    locationAgreed: contact ? hasAgreed(contact, 'location') : false,
    lastPlace: contact?.lastPlace?.place,
  }),
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
  finish: (answers, { store, person, contact, facts, given, now, random, forgets }) => {
    const { category, place: where, description, photos: taken, danger, review: way, same: told } = answers;
    const found = facts.near.find(({ record }) => record.number === told);
    if (found) {
      // Photos and words that came early are no longer asked for; the followed case gets them.
      const { photos: before = [], description: words } = given as { photos?: readonly Media[]; description?: Words };
      const followed = followInstead(found, { store, person, now, photos: before, words });
      return withNext(followed, given, { ...facts, contact });
    }
    if (!category || !where) throw new Error('A report ended without category or place.');
    const questions = facts.categories.get(category)?.questions ?? [];
    const chosen = [answers.extra_1, answers.extra_2, answers.extra_3];
    const extras = Object.fromEntries(questions.flatMap(({ id }, i) => (chosen[i] ? [[id, chosen[i]]] : [])));
    const same = facts.surge.caseFor(where.region, category);
    const seenOn = description && 'text' in description ? readFirstDay(description.text, now) : undefined;
    const made: Report = {
      id: newCaseId(random),
      number: newCaseNumber(random),
      category,
      place: where,
      description: description ?? { text: facts.categories.nameOf(category)['zh-CN'] ?? category },
      photos: taken ?? [],
      urgent: danger === true || way === URGENT,
      ...(Object.keys(extras).length > 0 ? { extras } : {}),
      ...(same ? { sameAs: same.sameAs ?? same.id } : {}),
      filedAt: now,
      ...(seenOn === undefined ? {} : { seenOn }),
      ...responsibleRegions(where.region, facts.regions),
    };
    const cure = facts.categories.get(category)?.cure;
    const promise = cure
      ? ({ key: 'flows/report-hazard:by', values: { by: { due: promisedEnd(now, cure, made.urgent), now } } } as const)
      : '';
    const values = { number: showCaseNumber(made.number), calls: emergencyCalls(category, facts), promise };
    const usual = same ? 'flows/report-hazard:done_with_others' : 'flows/report-hazard:done';
    const key = made.urgent ? 'flows/report-hazard:done_urgent' : usual;
    const filed = countReport(rememberPlace(contact, where, now), now);
    const offers = forgets && contact.returns === undefined && !contact.addresses && !contact.grants;
    const after = offers ? { ...filed, returns: '' } : filed;
    const done = {
      outcome: 'case_filed',
      ...addCase(store, made, person),
      says: [{ key, values, code: values.number }, ...(offers ? [RETURN_OFFER] : [])],
    } as const;
    return { ...withNext(done, given, { ...facts, contact: after }), contact: after };
  },
});

/** Goes on with the next hazard that was told of at the question where. */
function withNext(
  done: Outcome,
  given: Readonly<Record<string, unknown>>,
  facts: ReportFacts & { readonly contact: Contact },
): Outcome {
  const [next, ...others] = (given.others ?? []) as readonly string[]; // kept by keepsOthers
  if (next === undefined) return done;
  const description = { text: next };
  return {
    ...done,
    says: [...done.says, { key: 'flows/report-hazard:next', values: { words: { words: description } } }],
    goesOn: {
      flow: 'report-hazard',
      answers: { description, ...(others.length > 0 ? { others } : {}) },
      facts: {
        ...facts,
        near: [],
        looked: false,
        agreed: hasAgreed(facts.contact, 'basic'),
        locationAgreed: hasAgreed(facts.contact, 'location'),
        lastPlace: facts.contact.lastPlace?.place,
      },
    },
  };
}

/** Offers a code once per person, where the browser alone knows who reported. */
const RETURN_OFFER: LocalizedMessage = {
  key: 'flows/report-hazard:return_offer',
  buttons: [{ label: 'flows/report-hazard:return_open', flow: 'return-code', argument: 'new' }],
};

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

/** Remembers the place for the next report; a voice place has no text to show. */
function rememberPlace(contact: Contact, { voice, ...place }: Place, at: number): Contact {
  return voice ? contact : { ...contact, lastPlace: { place, at } };
}
