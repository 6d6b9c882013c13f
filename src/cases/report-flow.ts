import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import { confirm, review } from '../engine/steps/confirm.ts';
import { photos } from '../engine/steps/photos.ts';
import { place } from '../engine/steps/place.ts';
import { text } from '../engine/steps/text.ts';
import { agree, hasAgreed } from '../people/contact.ts';
import { talk } from '../people/talk.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { newCaseNumber, showCaseNumber } from './case-number.ts';
import { addCase, newCaseId } from './case-store.ts';
import type { Category, CategoryTree } from './category.ts';
import type { HazardCase } from './hazard-case.ts';

/** What a city must tell before hazards can be reported in it. */
export type CaseCity = { readonly regions: RegionTree; readonly categories: CategoryTree };

type Facts = CaseCity & { readonly agreed: boolean; readonly locationAgreed: boolean };

const DAY_SECONDS = 24 * 3600;

/** A resident reports a hazard. */
export const reportHazard = flow<Facts>({ id: 'report-hazard', version: 1, lifetimeSeconds: 7 * DAY_SECONDS })
  .step('consent', confirm({ no: 'ends', relevant: ({ facts }) => !facts.agreed, reviewed: false }))
  .step(
    'group',
    choice({ options: ({ facts }) => facts.categories.groups.map(asOption), resets: ['category'], reviewed: false }),
  )
  .step(
    'category',
    choice({ options: ({ facts, answers }) => facts.categories.leaves(answers.group ?? '').map(asOption) }),
  )
  .step('location_consent', confirm({ relevant: ({ facts }) => !facts.locationAgreed, reviewed: false }))
  .step(
    'place',
    place({
      maxLength: 100,
      regions: ({ facts }) => facts.regions,
      sharing: ({ facts, answers }) => facts.locationAgreed || answers.location_consent === true,
    }),
  )
  .step('description', text({ minLength: 2, maxLength: 500 }))
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

/** A finished report becomes a case with a number. */
export const reportTalk = talk({
  flow: reportHazard,
  facts: (city: CaseCity, { contact }) => ({
    regions: city.regions,
    categories: city.categories,
    agreed: contact ? hasAgreed(contact, 'basic') : false,
    locationAgreed: contact ? hasAgreed(contact, 'location') : false,
  }),
  learns: (contact, { step, answer }, now) => {
    if (answer !== true) return contact;
    if (step === 'consent') return agree(contact, 'basic', now);
    return step === 'location_consent' ? agree(contact, 'location', now) : contact;
  },
  finish: (answers, { store, person, now }) => {
    const { category, place: where, description, photos: taken, anonymous } = answers;
    if (!category || !where || !description) throw new Error('A report ended without category, place or description.');
    const made: HazardCase = {
      id: newCaseId(),
      number: newCaseNumber(),
      state: 'submitted',
      category,
      place: where,
      description,
      photos: taken ?? [],
      anonymous: anonymous === 'anonymous',
      filedAt: now,
    };
    const values = { number: showCaseNumber(made.number) };
    return {
      outcome: 'case_filed',
      ...addCase(store, made, person),
      says: [{ key: 'flows/report-hazard:done', values, code: values.number }],
    };
  },
});

function asOption({ code, names }: Category) {
  return { id: code, name: names };
}
