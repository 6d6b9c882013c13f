import { dayOf, HOUR_MS, limitEnd } from '../../calendar.ts';
import { QUESTIONS_MAX } from '../../city/category.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
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
import { mayReportAt } from '../../people/quota.ts';
import { buildingOf } from '../../regions/address.ts';
import { placeIn } from '../../regions/place-in-words.ts';
import type { NearbyCase } from './nearby.ts';
import { keepsOthers } from './other-hazard.ts';
import { personShield } from './person-shield.ts';

/** What the questions of a report read beside the answers. */
export type ReportFacts = City & {
  readonly agreed: boolean;
  readonly locationAgreed: boolean;
  readonly lastPlace: Place | undefined;
  readonly contact: Contact | undefined;
  /** Open cases that may report the same hazard; loaded once the place is known. */
  readonly near: readonly NearbyCase[];
  /** They were looked for in this turn. */
  readonly looked: boolean;
};

const DAY_SECONDS = 24 * 3600;
/** Typed text of at least this many characters counts as a description; shorter text only names a category. */
const DESCRIPTION_MIN = 6;

/** The questions of a hazard report: what is missing is asked, what is optional is offered on the card. */
export const reportHazard = flow<ReportFacts>({
  id: 'report-hazard',
  version: 4,
  lifetimeSeconds: 7 * DAY_SECONDS,
  readsOut: readReport,
})
  .step('consent', confirm({ no: 'ends', relevant: ({ facts }) => !facts.agreed, reviewed: false }))
  .step(
    'category',
    tree({
      tree: ({ facts }) => facts.categories,
      known: ({ answers }) => textOf((answers as { description?: unknown }).description),
      keep: (words) => ('text' in words && [...words.text].length < DESCRIPTION_MIN ? {} : { description: words }),
      resets: ['danger', 'extra_1', 'extra_2', 'extra_3', 'same'],
    }),
  )
  .step(
    'danger',
    confirm({
      // Elsewhere the card has a button for danger.
      relevant: ({ facts, answers }) => asksForDanger(facts, answers.category),
      values: ({ facts, answers }) => ({
        question: namesValue(facts.categories.get(answers.category ?? '')?.danger) ?? '',
      }),
    }),
  )
  .step(
    'place',
    keepsOthers(
      place({
        maxLength: 100,
        regions: ({ facts }) => facts.regions,
        // A point is kept only after the consent below.
        sharing: () => true,
        given: ({ answers }) => (answers as { place?: Place | null }).place,
        last: ({ facts }) => facts.lastPlace,
        screen: personShield,
        confirmed: false,
        resets: ['location_consent', 'same'],
      }),
    ),
  )
  .step(
    'location_consent',
    confirm({
      relevant: ({ facts, answers }) => !facts.locationAgreed && answers.place?.point !== undefined,
      reviewed: false,
      noResets: ['place', 'location_consent'],
    }),
  )
  .step(
    'same',
    choice({
      reviewed: false,
      relevant: ({ facts }) => facts.near.length > 0,
      options: ({ facts }) => [
        ...facts.near.map((near) => ({ id: near.record.number, name: nearbyLabel(near, facts) })),
        { id: ANOTHER, means: 'no' },
      ],
    }),
  )
  .step(
    'description',
    text({
      minLength: 2,
      maxLength: 500,
      screen: personShield,
      relevant: isNew,
      // The name of a kind says what is wrong, except 其他.
      offered: (here) => !isOther(here),
      optional: (here) => !isOther(here),
    }),
  )
  .step('photos', photos({ max: 4, optional: true, relevant: isNew, offered: () => true }))
  .step('extra_1', extraQuestion(0))
  .step('extra_2', extraQuestion(1))
  .step('extra_3', extraQuestion(2))
  .step('review', {
    ...review<ReportFacts, ReviewAnswers>({
      words: ({ facts, answers: { place: where } }, said = '') =>
        where && buildingOf(where.text ?? '') === undefined && facts.regions.isDetail(said) ? 'place' : 'description',
      // Neighbours' cases are looked for once; the card does not depend on them.
      confirms: ({ answers: { same: _same, ...shown } }) => shown,
      ways: ({ facts, answers }) => (asksForDanger(facts, answers.category) ? [] : [URGENT]),
      values: ({ facts, answers: { place: where }, now }) => ({
        at: { at: waitOf(facts, now) ?? now },
        building: lacksBuilding(where, facts) ? { key: 'flows/report-hazard:building' } : '',
      }),
      refuses: ({ facts, answers, now }, way) =>
        waitOf(facts, now) !== undefined && !isPressing(facts, answers, way) ? 'enough' : undefined,
    }),
    relevant: isNew,
  })
  .end();

type ReviewAnswers = {
  readonly place?: Place | null;
  readonly category?: string | null;
  readonly danger?: boolean | null;
  readonly same?: string | null;
};

/** No case nearby is the same. */
export const ANOTHER = 'another';
/** True for the kind that says nothing by its name. */
function isOther({ answers }: { readonly answers: object }): boolean {
  return (answers as ReviewAnswers).category === 'other_hazard';
}
/** The button that sends a report as urgent. */
export const URGENT = 'send_urgent';
/** A hazard that must be contained within this time is never refused for its reporter's quota. */
const PRESSING_MS = HOUR_MS;

/** True for a point among housing estates of which no building was said. */
function lacksBuilding(where: Place | null | undefined, { regions }: ReportFacts): boolean {
  const { point, region, text } = where ?? {};
  return point !== undefined && region !== undefined && text === undefined && regions.hasEstates(region);
}

/** True if the kind asks about danger in words of its own. */
function asksForDanger({ categories }: ReportFacts, category: string | null | undefined): boolean {
  return categories.get(category ?? '')?.danger !== undefined;
}

function waitOf({ contact, quotas }: ReportFacts, now: number): number | undefined {
  return contact && mayReportAt(contact, now, quotas);
}

/** Danger and kinds that must be contained at once are exempt from quotas. */
function isPressing({ categories }: ReportFacts, { category, danger }: ReviewAnswers, way: string): boolean {
  const contain = categories.get(category ?? '')?.contain;
  return way === URGENT || danger === true || (contain !== undefined && limitEnd(0, contain) <= PRESSING_MS);
}

/** Reads kind and place out of the words, where they leave no doubt. */
function readReport(answers: Readonly<Record<string, unknown>>, facts: ReportFacts): Readonly<Record<string, unknown>> {
  // Nothing near: neighbours who report meanwhile do not hold up the card.
  const alone = facts.looked && facts.near.length === 0 && answers.place !== undefined ? { same: ANOTHER } : {};
  const words = textOf(answers.description);
  if (words === undefined) return alone;
  const category = answers.category === undefined ? facts.categories.certain(words) : undefined;
  const where = answers.place === undefined ? placeIn(words, facts.regions) : undefined;
  return { ...alone, ...(category ? { category } : {}), ...(where ? { place: where } : {}) };
}

/** True unless the person recognised an existing case as the same hazard. */
function isNew({ answers }: { readonly answers: { readonly same?: string | null } }): boolean {
  return typeof answers.same !== 'string' || answers.same === ANOTHER;
}

/** The n-th question of the chosen category. */
function extraQuestion(n: number) {
  const of = ({
    facts,
    answers,
  }: {
    readonly facts: ReportFacts;
    readonly answers: { readonly category?: string | null; readonly same?: string | null };
  }) => facts.categories.get(answers.category ?? '')?.questions?.slice(0, QUESTIONS_MAX)[n];
  return choice<ReportFacts, { readonly category?: string | null; readonly same?: string | null }, string>({
    relevant: (context) => isNew(context) && of(context) !== undefined,
    options: (context) => of(context)?.options.map(({ id, names }) => ({ id, name: names })) ?? [],
    values: (context) => ({ question: namesValue(of(context)?.names) ?? '' }),
    optional: true,
    offered: () => true,
  });
}

/** Names an existing case by date, category and distance; its text stays hidden. */
function nearbyLabel({ record, metres }: NearbyCase, { categories }: ReportFacts): Names {
  const day = dayOf(record.filedAt).slice(5);
  const far = metres === undefined ? '' : ` ${metres} m`;
  const names = Object.entries(categories.nameOf(record.category));
  return Object.fromEntries(names.map(([language, name]) => [language, `${day} ${name}${far}`]));
}

function namesValue(names: Readonly<Record<string, string>> | undefined): Value | undefined {
  return names && { names };
}

function textOf(words: unknown): string | undefined {
  return (words as Words | undefined) && 'text' in (words as Words) ? (words as { text: string }).text : undefined;
}
